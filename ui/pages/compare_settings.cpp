// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_settings.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/text.h"
#include "ui/widgets/cell_view.h"

namespace intersect::ui {

namespace {

/// Key and value of each line of config.yaml.
std::vector<std::pair<QString, QString>> settingsOf(const runs::TrainConfig& config) {
    std::vector<std::pair<QString, QString>> settings;
    for (const QString& line : qs(runs::formatTrainConfig(config)).split(QLatin1Char('\n'))) {
        const qsizetype colon = line.indexOf(QStringLiteral(": "));
        if (line.startsWith(QLatin1Char('#')) || colon < 0)
            continue;
        const bool hyp = line.startsWith(QStringLiteral("  "));
        settings.emplace_back(hyp ? QString(QStringLiteral("hyp.") + line.left(colon).trimmed()) : line.left(colon), line.mid(colon + 2));
    }
    return settings;
}

} // namespace

std::vector<SettingPair> differingSettings(const runs::TrainConfig& a, const runs::TrainConfig& b) {
    const auto inA = settingsOf(a), inB = settingsOf(b);
    std::vector<SettingPair> differing;
    for (std::size_t i = 0; i < inA.size() && i < inB.size(); ++i) // both have every key, in one order
        if (inA[i].second != inB[i].second)
            differing.push_back({inA[i].first, inA[i].second, inB[i].second});
    return differing;
}

CompareSettings::CompareSettings(std::vector<RunRow> runs, const QString& first, QWidget* parent) : QDialog(parent), m_runs(std::move(runs)) {
    setObjectName(QStringLiteral("compareSettings"));
    setWindowTitle(tr("Compare settings"));
    resize(720, 420);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_a = new QComboBox;
    m_a->setObjectName(QStringLiteral("compareACombo"));
    m_a->setAccessibleName(tr("First run"));
    m_b = new QComboBox;
    m_b->setObjectName(QStringLiteral("compareBCombo"));
    m_b->setAccessibleName(tr("Second run"));
    for (QComboBox* combo : {m_a, m_b}) {
        for (const RunRow& run : m_runs)
            if (run.config)
                combo->addItem(qs(run.summary.id), qs(run.summary.id));
        combo->setMinimumContentsLength(20);
        row->addWidget(combo, 1);
    }
    m_a->setCurrentIndex(std::max(0, m_a->findData(first)));
    m_b->setCurrentIndex(m_a->currentIndex() == 0 && m_b->count() > 1 ? 1 : 0);
    column->addLayout(row);
    m_words = new ThemedLabel({}, FontRole::Body, Tone::Text2);
    m_words->setObjectName(QStringLiteral("compareWords"));
    m_words->setWordWrap(true);
    column->addWidget(m_words);
    m_table = new CellTable({{tr("Setting"), false, {}}, {tr("First run"), false, {}}, {tr("Second run"), false, {}}}, this);
    m_view = new CellView(m_table);
    m_view->setObjectName(QStringLiteral("compareTable"));
    m_view->setAccessibleName(tr("Settings in which the two runs differ"));
    m_view->setStretchColumn(2);
    column->addWidget(m_view, 1);
    for (QComboBox* combo : {m_a, m_b})
        connect(combo, &QComboBox::currentIndexChanged, this, &CompareSettings::compare);
    compare();
}

const RunRow* CompareSettings::chosen(const QComboBox* combo) const {
    const QString name = combo->currentData().toString();
    const auto found = std::find_if(m_runs.begin(), m_runs.end(), [&](const RunRow& run) { return run.config && qs(run.summary.id) == name; });
    return found != m_runs.end() ? &*found : nullptr;
}

void CompareSettings::compare() {
    const RunRow *a = chosen(m_a), *b = chosen(m_b);
    std::vector<std::vector<Cell>> rows;
    if (a != nullptr && b != nullptr)
        for (const SettingPair& pair : differingSettings(*a->config, *b->config)) {
            std::vector<Cell> cells(3);
            cells[0].text = pair.key;
            cells[1].text = cells[1].toolTip = pair.a;
            cells[2].text = cells[2].toolTip = pair.b;
            rows.push_back(std::move(cells));
        }
    m_words->setText(a == nullptr || b == nullptr ? tr("There are no two runs with settings to compare.")
                     : rows.empty()               ? tr("The two runs were told the same.")
                                                  : tr("Settings that differ: %1. All others are the same.").arg(rows.size()));
    m_table->setRows(std::move(rows));
}

} // namespace intersect::ui
