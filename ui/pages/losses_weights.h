// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <vector>

#include <QCheckBox>
#include <QComboBox>
#include <QObject>
#include <QPushButton>

#include "core/loss/class_weights.h"
#include "ui/job_runner.h"
#include "ui/models/cell_table.h"
#include "ui/session.h"
#include "ui/widgets/bar_chart.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

class CellView;

/// Weights of classes from their number of boxes, of a selection or typed, by each rule that Train knows. GUI thread only.
class LossWeights : public QObject {
    Q_OBJECT
public:
    /// Adds its sections to `pane`.
    LossWeights(Session& session, SidePane* pane);

private:
    struct Row {
        int classId = 0;
        QString name;
        std::int64_t boxes = 0;
    };
    void makeRules(SidePane* pane);
    void refreshSelections();
    void countBoxes();
    void takeCounts(const std::map<int, std::int64_t>& boxes);
    void fill();
    QString drawnSentence(const std::vector<double>& weights) const;
    loss::ClassWeightRule rule() const;

    Session& m_session;
    std::vector<Row> m_rows;
    QComboBox* m_source;
    CellTable* m_table;
    CellView* m_view;
    SegmentedButtons* m_rule = nullptr;
    ValueSlider* m_beta = nullptr;
    QCheckBox* m_images = nullptr;
    BarChart* m_chart = nullptr;
    ThemedLabel* m_words = nullptr;
    QPushButton* m_use = nullptr;
    JobRunner m_count;
};

} // namespace intersect::ui
