// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_tables.h"

#include <limits>

#include "ui/pages/evaluate_definitions.h"
#include "ui/pages/evaluate_formulas.h"
#include "ui/pages/evaluate_groups.h"
#include "ui/pages/evaluate_splits.h"
#include "ui/pages/evaluate_text.h"
#include "ui/widgets/cell_view.h"

namespace intersect::ui {

EvaluateTables::EvaluateTables(QWidget* parent) : SidePane(Side::Right, parent) {
    m_definitions = new DefinitionsPanel(this);
    QVBoxLayout* classes = addSection(tr("Per class"), &m_classCaption);
    const Qt::SortOrder low = Qt::AscendingOrder, high = Qt::DescendingOrder;
    m_classes = new CellTable({{tr("Class"), false, {}, low},
                               {tr("Labels"), true, {}, low},
                               {tr("AP50"), true, tr("By the definition selected above"), low},
                               {tr("50-95"), true, tr("AP50-95 by the definition selected above: mean over match IoU 0.50 to 0.95"), low},
                               {tr("P"), true, tr("Precision at the thresholds, TP / (TP + FP)"), low},
                               {tr("R"), true, tr("Recall at the thresholds, TP / (TP + FN)"), low},
                               {tr("F1"), true, tr("2 TP / (2 TP + FP + FN) at the thresholds"), low},
                               {tr("FN"), true, tr("Missed at the thresholds"), high},
                               {tr("FP"), true, tr("Invented at the thresholds"), high},
                               {tr("TP"), true, tr("Found at the thresholds"), low}},
                              this);
    auto* view = new CellView(m_classes);
    view->setObjectName(QStringLiteral("classTable"));
    view->setAccessibleName(tr("Results per class"));
    view->setSortable();
    view->setSaveable(QStringLiteral("results-per-class"));
    view->allowWide();
    view->fitHeight();
    classes->addWidget(view);
    m_groups = new GroupsPanel(this);
    m_formulas = new FormulasPanel(this);
    m_splits = new SplitsPanel(this);
    addStretch();
    connect(m_definitions, &DefinitionsPanel::chosenChanged, this, &EvaluateTables::fillClasses);
    connect(m_groups, &GroupsPanel::framesWanted, this, &EvaluateTables::framesWanted);
    connect(m_splits, &SplitsPanel::splitsWanted, this, &EvaluateTables::splitsWanted);
}

void EvaluateTables::setRuns(const std::vector<ShownRun>& runs, int classesOf, const runs::RunPaths& paths,
                             const std::vector<std::string>& datasetNames) {
    const auto place = static_cast<std::size_t>(classesOf);
    m_shown = place < runs.size() ? runs[place] : ShownRun();
    m_letter = runLetter(place);
    m_definitions->setRuns(runs);
    fillClasses();
    m_groups->setRun(m_shown, m_letter);
    m_formulas->setRun(m_shown);
    m_splits->setRun(m_shown, paths, datasetNames, m_letter);
}

void EvaluateTables::setMayEvaluate(bool may) {
    m_splits->setMayEvaluate(may);
}

bool EvaluateTables::isSettled() const {
    return m_groups->isSettled() && m_splits->isSettled();
}

void EvaluateTables::fillClasses() {
    std::vector<std::vector<Cell>> rows;
    if (m_shown.live)
        for (const eval::LiveClass* shown : listedClasses(*m_shown.live)) {
            const eval::LiveClass& one = *shown;
            Cell name = wordCell(qs(m_shown.run->className(one.classId)));
            name.glyphClass = one.classId;
            const DefinitionTables* tables = m_shown.run->tables.get();
            const auto figure = [&](double (*of)(const DefinitionTables&, Definition, int)) {
                const double value =
                    tables != nullptr ? of(*tables, m_definitions->chosen(), one.classId) : std::numeric_limits<double>::quiet_NaN();
                return numberCell(value, tables != nullptr ? three(value) : QStringLiteral("…"));
            };
            Cell ap = figure(&ap50Of);
            ap.strong = true;
            const auto ratio = [](double value) { return numberCell(value, two(value)); };
            rows.push_back({name, countCell(one.labels), ap, figure(&ap5095Of), ratio(one.counts.precision()), ratio(one.counts.recall()),
                            ratio(one.counts.f1()), countCell(one.counts.fn), countCell(one.counts.fp), countCell(one.counts.tp)});
        }
    m_classes->setRows(std::move(rows));
    m_classCaption->setText(
        m_shown.live ? tr("run %1, %2, confidence %3").arg(m_letter, definitionName(m_definitions->chosen()), two(m_shown.live->confidence))
                     : QString());
}

} // namespace intersect::ui
