// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_charts.h"

#include <algorithm>
#include <cmath>

#include <QGridLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/pages/evaluate_paths.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/class_marker.h"
#include "ui/widgets/line_chart.h"
#include "ui/widgets/matrix_view.h"

namespace intersect::ui {

namespace {

QString two(double value) { return qs(formatFixed(value, 2)); }

QColor runColour(std::size_t index) {
    const Palette& palette = Theme::instance().palette();
    return index == 0 ? palette.runA : index == 1 ? palette.runB : palette.runC;
}

QString runLetter(std::size_t index) {
    return QString(QChar(u'A' + static_cast<char16_t>(index)));
}

PrPath meanOf(const ShownRun& shown) {
    std::vector<PrPath> paths;
    for (const eval::LiveClass& one : shown.live->classes)
        if (one.labels > 0)
            paths.push_back(pathOf(one.curve));
    return meanPathOf(paths);
}

std::vector<eval::ThresholdCounts> countsNow(const ShownRun& shown) {
    std::vector<eval::ThresholdCounts> counts;
    for (const eval::LiveClass& one : shown.live->classes)
        counts.push_back(one.counts);
    return counts;
}

/// The character of a class glyph in the read-out table.
QString glyphSign(int classId) {
    const bool hollow = Theme::instance().classGlyphHollow(classId);
    switch (Theme::instance().classGlyph(classId)) {
    case ClassGlyph::Triangle: return hollow ? QStringLiteral("△") : QStringLiteral("▲");
    case ClassGlyph::Square: return hollow ? QStringLiteral("□") : QStringLiteral("■");
    case ClassGlyph::Diamond: return hollow ? QStringLiteral("◇") : QStringLiteral("◆");
    case ClassGlyph::Disc: break;
    }
    return hollow ? QStringLiteral("○") : QStringLiteral("●");
}

} // namespace

EvaluateCharts::EvaluateCharts(QWidget* parent) : QWidget(parent) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(16, 8, 16, 8);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(16);
    m_pr = new LineChart(tr("PR curve"));
    m_pr->setObjectName(QStringLiteral("prChart"));
    m_pr->setAxes({tr("recall"), 0, 1, false, false, 1, 6}, {tr("precision"), 0, 1, false, false, 1, 6});
    m_iou = new LineChart(tr("AP against match IoU"));
    m_iou->setObjectName(QStringLiteral("apIouChart"));
    m_iou->setAxes({tr("match IoU"), 0.5, 0.95, false, false, 2, 10}, {tr("mAP"), 0, 1, true, false, 2});
    m_against = new LineChart(tr("P, R and F1 against confidence"));
    m_against->setObjectName(QStringLiteral("confidenceChart"));
    m_against->setAxes({tr("confidence"), 0, 1, false, false, 1, 6}, {{}, 0, 1, false, false, 1, 6});
    auto* confusion = new QWidget;
    auto* column = new QVBoxLayout(confusion);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_confusionHeading = new ChartHeading(tr("Confusion"));
    m_confusion = new MatrixView;
    m_confusion->setObjectName(QStringLiteral("confusionView"));
    column->addWidget(m_confusionHeading);
    column->addWidget(m_confusion, 1);
    for (LineChart* chart : {m_pr, m_iou, m_against})
        chart->setMinimumSize(240, 180);
    grid->addWidget(m_pr, 0, 0);
    grid->addWidget(m_iou, 0, 1);
    grid->addWidget(m_against, 1, 0);
    grid->addWidget(confusion, 1, 1);
    for (int i = 0; i < 2; ++i) {
        grid->setColumnStretch(i, 1);
        grid->setRowStretch(i, 1);
    }
    connect(m_against, &LineChart::cursorMoved, this, [this](double x) { Q_EMIT confidencePicked(std::clamp(x, 0.0, 1.0)); });
    connect(&Theme::instance(), &Theme::changed, this, [this] { refresh(); });
}

void EvaluateCharts::setRuns(std::vector<ShownRun> runs, int classesOf) {
    m_runs = std::move(runs);
    m_classesOf = std::clamp(classesOf, 0, std::max(0, static_cast<int>(m_runs.size()) - 1));
    refresh();
}

void EvaluateCharts::setThresholds(double confidence, double) {
    m_confidence = confidence;
    m_against->setCursor(m_confidence, true, 0.01);
}

void EvaluateCharts::refresh() {
    if (m_runs.empty())
        return;
    refreshPr();
    refreshIou();
    refreshConfidence();
    refreshPoints();
    const eval::ConfusionMatrix& matrix = classesRun().live->confusion;
    QStringList names;
    for (const int id : matrix.classIds)
        names << qs(classesRun().run->className(id));
    m_confusion->setMatrix(matrix, names);
    m_confusionHeading->setHeading(tr("Confusion at confidence %1").arg(two(matrix.confidence)));
}

void EvaluateCharts::refreshPr() {
    const Theme& theme = Theme::instance();
    std::vector<ChartLine> lines;
    const auto addPath = [&](const PrPath& path, const QString& name, const QColor& colour, double width, bool legend) {
        lines.push_back({name, colour, width, false, MarkerShape::None, path.measured, {}, legend});
        lines.push_back({tr("%1, extrapolated").arg(name), colour, width * 0.75, true, MarkerShape::None, path.extrapolated, {}, false});
    };
    for (const eval::LiveClass& one : classesRun().live->classes)
        if (one.labels > 0)
            addPath(pathOf(one.curve), QStringLiteral("%1 %2").arg(qs(classesRun().run->className(one.classId)), two(one.ap)), theme.classColour(one.classId), 1.4, true);
    for (std::size_t i = 0; i < m_runs.size(); ++i)
        addPath(meanOf(m_runs[i]), m_runs.size() > 1 ? tr("%1, mean").arg(runLetter(i)) : tr("mean %1").arg(two(m_runs[i].live->map)), runColour(i), 2.6, m_runs.size() == 1);
    m_pr->setLines(std::move(lines));
    m_pr->setNote(tr("dashed: extrapolated"));
}

void EvaluateCharts::refreshPoints() {
    const Theme& theme = Theme::instance();
    std::vector<LineChart::Dot> dots;
    QString rows = QStringLiteral("<table cellspacing='0' cellpadding='1'><tr><td><b>%1</b></td><td align='right'>&nbsp;&nbsp;P</td><td align='right'>&nbsp;&nbsp;R</td><td align='right'>&nbsp;&nbsp;F1</td></tr>")
                       .arg(tr("confidence %1").arg(two(m_confidence)));
    const auto addRow = [&](const QString& word, double precision, double recall, double f1, bool strong) {
        const QString cell = strong ? QStringLiteral("<td align='right'>&nbsp;&nbsp;<b>%1</b></td>") : QStringLiteral("<td align='right'>&nbsp;&nbsp;%1</td>");
        rows += QStringLiteral("<tr><td>") + word + QStringLiteral("</td>") + cell.arg(two(precision)) + cell.arg(two(recall)) + cell.arg(two(f1)) + QStringLiteral("</tr>");
    };
    for (const eval::LiveClass& one : classesRun().live->classes) {
        if (one.labels == 0)
            continue;
        if (one.counts.tp > 0)
            dots.push_back({{one.counts.recall(), one.counts.precision()}, theme.classColour(one.classId), markerOfClass(one.classId), true});
        addRow(QStringLiteral("<span style='color:%1'>%2</span> %3").arg(theme.classColour(one.classId).name(), glyphSign(one.classId), qs(classesRun().run->className(one.classId)).toHtmlEscaped()),
               one.counts.precision(), one.counts.recall(), one.counts.f1(), false);
    }
    for (std::size_t i = 0; i < m_runs.size(); ++i)
        if (const auto means = eval::meanRatios(countsNow(m_runs[i])); !means.empty())
            addRow(QStringLiteral("<b>%1</b>").arg(m_runs.size() > 1 ? tr("mean of %1").arg(runLetter(i)) : tr("mean")), means[0].precision, means[0].recall, means[0].f1, true);
    m_pr->setDots(std::move(dots));
    m_pr->setReadout(rows + QStringLiteral("</table>"));
    m_against->setCursor(m_confidence, true, 0.01);
}

void EvaluateCharts::refreshIou() {
    std::vector<ChartLine> lines;
    for (std::size_t i = 0; i < m_runs.size(); ++i) {
        std::vector<QPointF> points;
        if (const auto& tables = m_runs[i].run->tables)
            for (std::size_t k = 0; k < tables->yolov5.mapByIou.size(); ++k)
                points.emplace_back(0.5 + 0.05 * static_cast<double>(k), tables->yolov5.mapByIou[k]);
        lines.push_back({runLetter(i) + QLatin1Char(' ') + qs(m_runs[i].run->run), runColour(i), 2.2, false, i == 0 ? MarkerShape::Disc : MarkerShape::Square, std::move(points), {}, true});
    }
    m_iou->setLines(std::move(lines));
}

void EvaluateCharts::refreshConfidence() {
    std::vector<ChartLine> lines;
    std::vector<LineChart::Dot> best;
    for (std::size_t i = m_runs.size(); i-- > 0;) {
        std::vector<QPointF> p, r, f1;
        QPointF top(0, 0);
        for (const eval::MeanRatios& one : eval::meanRatios(m_runs[i].live->againstConfidence)) {
            if (std::isfinite(one.precision))
                p.emplace_back(one.at, one.precision);
            r.emplace_back(one.at, one.recall);
            f1.emplace_back(one.at, one.f1);
            if (one.f1 > top.y())
                top = f1.back();
        }
        QColor pale = runColour(i);
        pale.setAlphaF(0.6F);
        lines.push_back({runLetter(i) + tr(" P"), pale, 1.2, false, MarkerShape::None, std::move(p), i == 0 ? tr("P") : QString(), false});
        lines.push_back({runLetter(i) + tr(" R"), pale, 1.2, false, MarkerShape::None, std::move(r), i == 0 ? tr("R") : QString(), false});
        lines.push_back({tr("F1 of %1, best %2 at %3").arg(runLetter(i), qs(formatFixed(top.y(), 3)), two(top.x())), runColour(i), 2.4, false, MarkerShape::None, std::move(f1), {}, true});
        best.push_back({top, runColour(i), MarkerShape::Disc, false});
    }
    m_against->setLines(std::move(lines));
    m_against->setDots(std::move(best));
}

} // namespace intersect::ui
