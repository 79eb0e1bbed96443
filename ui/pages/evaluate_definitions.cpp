// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_definitions.h"

#include <algorithm>
#include <array>
#include <limits>

#include <QItemSelectionModel>
#include <QSignalBlocker>

#include "ui/pages/evaluate_text.h"
#include "ui/settings.h"
#include "ui/widgets/cell_view.h"
#include "ui/widgets/fold_section.h"

namespace intersect::ui {

namespace {

const QString kChosenKey = QStringLiteral("evaluate/definition");
constexpr int kRunColumns = 3; // A, B, C in columns 1, 2, 3; the differences behind them

} // namespace

DefinitionsPanel::DefinitionsPanel(SidePane* pane) : QObject(pane) {
    m_chosen = kDefinitions[static_cast<std::size_t>(
        std::clamp(settings().value(kChosenKey, 0).toInt(), 0, static_cast<int>(kDefinitions.size()) - 1))];
    ThemedLabel* caption = nullptr;
    QVBoxLayout* section = pane->addSection(tr("mAP50 by definition"), &caption);
    caption->setText(tr("same detections, IoU 0.50"));
    m_table = new CellTable({{tr("Definition"), false, tr("The selected definition is used for the classes too")},
                             {tr("A"), true, tr("Run A"), Qt::AscendingOrder},
                             {tr("B"), true, tr("Run B"), Qt::AscendingOrder},
                             {tr("C"), true, tr("Run C"), Qt::AscendingOrder},
                             {tr("A − B"), true, {}, Qt::AscendingOrder},
                             {tr("A − C"), true, {}, Qt::AscendingOrder}},
                            this);
    m_table->setTotalRows(1);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("definitionTable"));
    m_view->setAccessibleName(tr("mAP by definition"));
    m_view->setStretchColumn(0);
    m_view->setSortable();
    m_view->setSaveable(QStringLiteral("map-by-definition"));
    m_view->fitHeight();
    section->addWidget(m_view);
    m_reason = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_reason->setObjectName(QStringLiteral("definitionReason"));
    m_lesson = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_lesson->setObjectName(QStringLiteral("definitionLesson"));
    for (ThemedLabel* label : {m_reason, m_lesson}) {
        label->setWordWrap(true);
        section->addWidget(label);
    }
    m_coco = new FoldSection(tr("COCO's twelve numbers"), QStringLiteral("cocoFold"));
    m_cocoTable = new CellTable(
        {{tr("Number"), false, {}}, {tr("A"), true, tr("Run A")}, {tr("B"), true, tr("Run B")}, {tr("C"), true, tr("Run C")}}, this);
    m_cocoView = new CellView(m_cocoTable);
    m_cocoView->setObjectName(QStringLiteral("cocoTable"));
    m_cocoView->setAccessibleName(tr("COCO's twelve numbers"));
    m_cocoView->setStretchColumn(0);
    m_cocoView->setSaveable(QStringLiteral("coco-numbers"));
    m_cocoView->fitHeight();
    m_coco->content()->addWidget(m_cocoView);
    section->addWidget(m_coco);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid())
            choose(m_table->keyOf(current.row()).toInt());
    });
    fill();
    fillCoco();
}

void DefinitionsPanel::choose(int row) {
    if (row < 0 || row >= static_cast<int>(kDefinitions.size()) || m_chosen == kDefinitions[static_cast<std::size_t>(row)])
        return;
    m_chosen = kDefinitions[static_cast<std::size_t>(row)];
    settings().setValue(kChosenKey, row);
    fill();
    Q_EMIT chosenChanged();
}

void DefinitionsPanel::setRuns(const std::vector<ShownRun>& runs) {
    m_runs = runs;
    fill();
    fillCoco();
}

void DefinitionsPanel::fill() {
    const auto tablesOf = [this](std::size_t run) { return run < m_runs.size() ? m_runs[run].run->tables.get() : nullptr; };
    std::vector<std::vector<Cell>> rows;
    const auto addRow = [&](const QString& name, const QString& key, auto value) {
        std::vector<Cell> row{wordCell(name)};
        row[0].key = key;
        std::array<double, kRunColumns> values{};
        for (std::size_t run = 0; run < kRunColumns; ++run) {
            const DefinitionTables* tables = tablesOf(run);
            values[run] = tables != nullptr ? value(*tables) : std::numeric_limits<double>::quiet_NaN();
            row.push_back(numberCell(values[run], run >= m_runs.size() ? QString()
                                                  : tables == nullptr  ? QStringLiteral("…")
                                                                       : three(values[run])));
            row.back().strong = run == 0;
        }
        for (std::size_t run = 1; run < kRunColumns; ++run)
            row.push_back(numberCell(values[0] - values[run],
                                     run < m_runs.size() && tablesOf(run) != nullptr && tablesOf(0) != nullptr
                                         ? signedThree(values[0] - values[run])
                                         : QString(),
                                     Tone::Text2));
        rows.push_back(std::move(row));
    };
    const DefinitionTables* a = tablesOf(0);
    double least = 1, most = 0;
    for (const Definition definition : kDefinitions) {
        addRow(definitionName(definition), QString::number(static_cast<int>(definition)),
               [definition](const DefinitionTables& tables) { return map50Of(tables, definition); });
        rows.back()[0].toolTip = definitionRule(definition) + (a != nullptr ? QLatin1Char('\n') + reasonOf(*a, definition) : QString());
        rows.back()[0].strong = definition == m_chosen;
        if (a != nullptr) {
            least = std::min(least, map50Of(*a, definition));
            most = std::max(most, map50Of(*a, definition));
        }
    }
    addRow(tr("mAP50-95, %1").arg(definitionName(m_chosen)), {},
           [this](const DefinitionTables& tables) { return map5095Of(tables, m_chosen); });
    rows.back()[0].toolTip = tr("Mean over match IoU 0.50, 0.55 … 0.95, by %1").arg(definitionName(m_chosen));
    m_table->setRows(std::move(rows));
    for (int run = 1; run < kRunColumns; ++run) {
        m_view->setColumnHidden(1 + run, run >= static_cast<int>(m_runs.size()));
        m_view->setColumnHidden(kRunColumns + run, run >= static_cast<int>(m_runs.size()));
    }
    const QModelIndex selected = m_table->index(m_table->rowOf(QString::number(static_cast<int>(m_chosen))), 0);
    if (m_view->currentIndex().row() != selected.row()) {
        const QSignalBlocker quiet(m_view->selectionModel());
        m_view->selectionModel()->setCurrentIndex(selected, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        m_view->viewport()->update();
    }
    m_reason->setText(a == nullptr ? QString()
                                   : tr("%1 (%2). %3").arg(definitionName(m_chosen), definitionRule(m_chosen), reasonOf(*a, m_chosen)));
    m_reason->setVisible(a != nullptr);
    m_lesson->setText(
        a == nullptr || a->yolov5.labels == 0
            ? QString()
            : tr("The definitions differ by up to %1. Compare numbers only within one row.").arg(three(std::max(0.0, most - least))));
    m_lesson->setVisible(!m_lesson->text().isEmpty());
}

void DefinitionsPanel::fillCoco() {
    const std::array<QString, 12> names{tr("AP, IoU 0.50 to 0.95"), tr("AP, IoU 0.50"),          tr("AP, IoU 0.75"),
                                        tr("AP, small boxes"),      tr("AP, medium boxes"),      tr("AP, large boxes"),
                                        tr("AR, 1 box an image"),   tr("AR, 10 boxes an image"), tr("AR, 100 boxes an image"),
                                        tr("AR, small boxes"),      tr("AR, medium boxes"),      tr("AR, large boxes")};
    std::vector<std::vector<Cell>> rows;
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::vector<Cell> row{wordCell(names[i])};
        for (std::size_t run = 0; run < kRunColumns; ++run) {
            const DefinitionTables* tables = run < m_runs.size() ? m_runs[run].run->tables.get() : nullptr;
            const double value = tables != nullptr ? tables->coco.stats[i] : std::numeric_limits<double>::quiet_NaN();
            row.push_back(numberCell(value, tables == nullptr ? QString() : three(value)));
        }
        rows.push_back(std::move(row));
    }
    m_cocoTable->setRows(std::move(rows));
    for (int run = 1; run < kRunColumns; ++run)
        m_cocoView->setColumnHidden(1 + run, run >= static_cast<int>(m_runs.size()));
}

} // namespace intersect::ui
