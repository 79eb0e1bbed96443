// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_tables.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/cell_view.h"

namespace intersect::ui {

namespace {

QString three(double value) { return std::isfinite(value) ? qs(formatFixed(value, 3)) : QStringLiteral("–"); }
QString two(double value) { return std::isfinite(value) ? qs(formatFixed(value, 2)) : QStringLiteral("–"); }
QString signedThree(double value) { return (value < 0 ? QString() : QStringLiteral("+")) + three(value); }

Cell plain(const QString& text, Tone tone = Tone::Text) {
    Cell cell;
    cell.text = text;
    cell.tone = tone;
    return cell;
}

CellView* addTable(QVBoxLayout* section, CellTable* table, const QString& objectName, const QString& accessibleName) {
    auto* view = new CellView(table);
    view->setObjectName(objectName);
    view->setAccessibleName(accessibleName);
    view->setStretchColumn(0);
    view->fitHeight(12);
    section->addWidget(view);
    return view;
}

} // namespace

EvaluateTables::EvaluateTables(QWidget* parent) : SidePane(Side::Right, parent) {
    ThemedLabel* caption = nullptr;
    auto* definitions = addSection(tr("mAP by definition"), &caption);
    caption->setText(tr("same detections"));
    m_definitions = new CellTable({{tr("Definition"), false, {}}, {tr("A"), true, tr("Run A")}, {tr("B"), true, tr("Run B")}, {tr("A − B"), true, {}}}, this);
    addTable(definitions, m_definitions, QStringLiteral("definitionTable"), tr("mAP by definition"));
    m_lesson = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_lesson->setObjectName(QStringLiteral("definitionLesson"));
    m_lesson->setWordWrap(true);
    definitions->addWidget(m_lesson);

    auto* classes = addSection(tr("Per class"), &caption);
    caption->setText(tr("run A, at the best confidence"));
    m_classes = new CellTable({{tr("Class"), false, {}}, {tr("Labels"), true, {}}, {tr("P"), true, tr("Precision")}, {tr("R"), true, tr("Recall")}, {tr("AP50"), true, {}}, {tr("50-95"), true, tr("AP50-95: mean over match IoU 0.50 to 0.95")}}, this);
    addTable(classes, m_classes, QStringLiteral("classTable"), tr("Results per class"));

    auto* cameras = addSection(tr("Per camera"), &caption);
    caption->setText(tr("run A"));
    m_cameras = new CellTable({{tr("Camera"), false, {}}, {tr("Frames"), true, {}}, {tr("Labels"), true, {}}, {tr("mAP50"), true, tr("YOLOv5 definition")}, {tr("P"), true, tr("Precision at the best confidence of all")}, {tr("R"), true, tr("Recall there")}}, this);
    m_cameras->setTotalRows(1);
    addTable(cameras, m_cameras, QStringLiteral("cameraTable"), tr("Results per camera"));
    m_cameraHint = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    cameras->addWidget(m_cameraHint);
    addStretch();
}

void EvaluateTables::setRuns(const std::vector<ShownRun>& runs) {
    const DefinitionTables* a = runs.empty() ? nullptr : runs[0].run->tables.get();
    fillDefinitions(a, runs.size() > 1 ? runs[1].run->tables.get() : nullptr);
    fillClasses(a);
    if (a == nullptr) {
        m_grouping.cancel();
        m_cameras->setRows({});
        return;
    }
    m_grouping.start(
        [run = runs[0].run](const JobRunner::Cancelled&) {
            return eval::evaluateGroups(run->set->pairing, *run->truth, eval::groupFrames(run->detections().images, eval::GroupBy::Camera), run->tables->yolov5.bestConfidence);
        },
        [this, run = runs[0].run](const std::vector<eval::GroupResult>& cameras) { fillCameras(*run, cameras); });
}

void EvaluateTables::fillDefinitions(const DefinitionTables* a, const DefinitionTables* b) {
    struct Row {
        QString name, toolTip;
        double (*value)(const DefinitionTables&);
    };
    const std::array<Row, 9> rows{{
        {tr("YOLOv5"), tr("mAP50 by YOLOv5: 101 points, a line from the last recall to 1"), [](const DefinitionTables& e) { return e.yolov5.map50; }},
        {tr("YOLOv7"), tr("mAP50 by YOLOv7: 101 points, ends at the last recall"), [](const DefinitionTables& e) { return e.yolov7.map50; }},
        {tr("COCO"), tr("mAP50 by COCO: 101 points, no line, 100 detections an image"), [](const DefinitionTables& e) { return e.coco.map50; }},
        {tr("VOC 2007"), tr("mAP50 by PASCAL VOC 2007: 11 points"), [](const DefinitionTables& e) { return e.voc2007.map50; }},
        {tr("VOC 2010+"), tr("mAP50 by PASCAL VOC 2010: area, every point"), [](const DefinitionTables& e) { return e.voc2010.map50; }},
        {tr("mAP50-95, YOLOv5"), tr("Mean over match IoU 0.50 to 0.95"), [](const DefinitionTables& e) { return e.yolov5.map5095; }},
        {tr("Precision"), tr("Mean over classes at the best confidence"), [](const DefinitionTables& e) { return e.yolov5.precision; }},
        {tr("Recall"), tr("Mean over classes at the best confidence"), [](const DefinitionTables& e) { return e.yolov5.recall; }},
        {tr("Best confidence"), tr("Where the smoothed mean F1 is largest"), [](const DefinitionTables& e) { return e.yolov5.bestConfidence; }},
    }};
    std::vector<std::vector<Cell>> cells;
    double least = 1, most = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        std::vector<Cell> line{plain(i < 5 ? tr("mAP50, %1").arg(row.name) : row.name), plain(QStringLiteral("…"), Tone::Text3), plain({}), plain({}, Tone::Text2)};
        line[0].toolTip = row.toolTip;
        if (a != nullptr) {
            const double value = row.value(*a);
            line[1] = plain(three(value));
            line[1].strong = true;
            if (i < 5 && std::isfinite(value)) {
                least = std::min(least, value);
                most = std::max(most, value);
            }
        }
        if (b != nullptr) {
            line[2] = plain(three(row.value(*b)));
            if (a != nullptr && i + 1 < rows.size())
                line[3] = plain(signedThree(row.value(*a) - row.value(*b)), Tone::Text2);
        }
        cells.push_back(std::move(line));
    }
    cells[0][0].strong = true;
    m_definitions->setRows(std::move(cells));
    m_lesson->setText(a == nullptr ? QString()
                                   : tr("YOLOv5 (101 points, line to recall 1) is used everywhere here. The definitions differ by up to %1: compare numbers only within one row.").arg(three(std::max(0.0, most - least))));
}

void EvaluateTables::fillClasses(const DefinitionTables* a) {
    std::vector<std::vector<Cell>> cells;
    if (a != nullptr)
        for (const eval::ClassResult& one : a->yolov5.classes) {
            Cell name = plain(qs(one.name));
            name.glyphClass = one.classId;
            Cell ap = plain(three(one.ap50()));
            ap.strong = true;
            cells.push_back({name, plain(qs(formatGrouped(one.labels))), plain(two(one.precision)), plain(two(one.recall)), ap, plain(three(one.ap5095()))});
        }
    m_classes->setRows(std::move(cells));
}

void EvaluateTables::fillCameras(const RunEvaluation& a, const std::vector<eval::GroupResult>& cameras) {
    std::vector<std::vector<Cell>> cells;
    bool unseenAny = false;
    {
        const eval::Evaluation& yolov5 = a.tables->yolov5;
        for (const eval::GroupResult& one : cameras) {
            const std::string folder = one.name.substr(one.name.rfind('/') + 1);
            const bool unseen = !a.trainedCameras.empty() && !a.trainedCameras.contains(folder);
            unseenAny = unseenAny || unseen;
            Cell name = plain(unseen ? tr("%1 new").arg(qs(folder)) : qs(folder));
            name.toolTip = unseen ? tr("This camera was never seen in training") : qs(one.name);
            Cell map = plain(three(one.map50));
            map.bar = std::isfinite(one.map50) ? one.map50 : 0;
            map.barInVal = unseen;
            cells.push_back({name, plain(qs(formatGrouped(one.images))), plain(qs(formatGrouped(one.labels))), map, plain(two(one.precision)), plain(two(one.recall))});
        }
        Cell all = plain(three(yolov5.map50));
        all.bar = yolov5.map50;
        cells.push_back({plain(tr("All")), plain(qs(formatGrouped(yolov5.images))), plain(qs(formatGrouped(yolov5.labels))), all, plain(two(yolov5.precision)), plain(two(yolov5.recall))});
    }
    m_cameras->setRows(std::move(cells));
    m_cameraHint->setText(unseenAny ? tr("new (amber bar): camera never seen in training") : QString());
    m_cameraHint->setVisible(unseenAny);
}

} // namespace intersect::ui
