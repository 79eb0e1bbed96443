// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QComboBox>
#include <QWidget>

#include "ui/models/run_rows.h"

namespace intersect::ui {

class LineChart;

/// The charts of a run: three losses, validation mAP with an earlier run for comparison, learning rate. All from the run's own records. GUI thread only.
class TrainCharts : public QWidget {
    Q_OBJECT
public:
    explicit TrainCharts(QWidget* parent = nullptr);
    void setRun(const RunRow& run);
    /// The runs the mAP chart can compare with; keeps the choice.
    void setRuns(const std::vector<RunRow>& runs, const QString& shown);

private:
    void refresh();
    void refreshLosses();
    void refreshMap();
    void refreshRate();
    const RunRow* compared() const;

    RunRow m_run;
    std::vector<RunRow> m_runs;
    LineChart* m_box;
    LineChart* m_obj;
    LineChart* m_cls;
    LineChart* m_map;
    LineChart* m_rate;
    QComboBox* m_compare;
};

} // namespace intersect::ui
