// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QComboBox>
#include <QDialog>
#include <QString>

#include "ui/models/run_rows.h"

namespace intersect::ui {

class CellView;

/// One key of config.yaml in two runs; an empty value: the run does not have the key.
struct SettingPair {
    QString key, a, b;
};
/// The keys in which two configs differ, in the order of config.yaml; hyper-parameters as "hyp.lr0".
std::vector<SettingPair> differingSettings(const runs::TrainConfig& a, const runs::TrainConfig& b);

/// The settings in which two runs differ, side by side. GUI thread only.
class CompareSettings : public QDialog {
    Q_OBJECT
public:
    CompareSettings(std::vector<RunRow> runs, const QString& first, QWidget* parent = nullptr);

private:
    void compare();
    const RunRow* chosen(const QComboBox* combo) const;
    std::vector<RunRow> m_runs;
    QComboBox *m_a, *m_b;
    ThemedLabel* m_words;
    CellTable* m_table;
    CellView* m_view;
};

} // namespace intersect::ui
