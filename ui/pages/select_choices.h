// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QButtonGroup>
#include <QComboBox>
#include <QPushButton>
#include <QSpinBox>

#include "core/data/dataset.h"
#include "ui/pages/select_state.h"
#include "ui/widgets/ranking_list.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

/// The left pane of Select: pool, budget, strategy with its own fields, seed, Choose. GUI thread only.
class SelectChoices : public SidePane {
    Q_OBJECT
public:
    explicit SelectChoices(QWidget* parent = nullptr);
    /// Fills the pools; `state` is corrected to what the data set has (pool, ranking).
    void setDataset(const data::Dataset& dataset, SelectState& state);
    void setState(const SelectState& state);
    void setBusy(bool choosing);
    QPushButton* chooseButton() const { return m_choose; }

    /// Cameras of a pool, in data set order.
    static QStringList camerasOf(const data::Dataset& dataset, const QString& pool);

Q_SIGNALS:
    /// The user changed something; `what` names it for Undo, and `merge` says whether it goes together with the same change before.
    void edited(const intersect::ui::SelectState& state, const QString& what, bool merge);
    void chooseClicked();

private:
    void showFields();
    void edit(const QString& what, bool merge, const std::function<void(SelectState&)>& change);

    SelectState m_state;
    std::map<QString, QStringList> m_cameras;
    bool m_filling = false;
    QComboBox* m_pool;
    QSpinBox* m_budget;
    QButtonGroup* m_strategies;
    QWidget* m_rankingFields;
    QWidget* m_countsHint;
    RankingList* m_ranking;
    ValueSlider* m_ratio;
    QSpinBox* m_seed;
    QPushButton* m_choose;
};

} // namespace intersect::ui
