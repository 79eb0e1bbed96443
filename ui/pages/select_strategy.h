// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QVBoxLayout>
#include <QWidget>

#include "ui/pages/select_state.h"
#include "ui/session.h"
#include "ui/widgets/ranking_list.h"
#include "ui/widgets/value_slider.h"
#include "ui/widgets/weights_combo.h"

namespace intersect::ui {

/// All strategies, each with its own fields below it, of which only those of the chosen one show. GUI thread only.
class StrategyFields : public QWidget {
    Q_OBJECT
public:
    using Change = std::function<void(SelectState&)>;
    explicit StrategyFields(Session& session, QWidget* parent = nullptr);
    void setState(const SelectState& state);

Q_SIGNALS:
    void edited(const QString& what, bool merge, const intersect::ui::StrategyFields::Change& change);

private:
    QVBoxLayout* addStrategy(select::Strategy strategy, const QString& text, const QString& toolTip);
    void addProportional(QVBoxLayout* fields);
    void addScored(select::Strategy strategy, QVBoxLayout* fields, bool weights, bool other);
    void addHint(QVBoxLayout* fields, const QString& text);
    void chooseResults();
    void edit(const QString& what, bool merge, const Change& change);
    QVBoxLayout* m_rows;
    Session& m_session;
    bool m_filling = false;
    QButtonGroup* m_strategies;
    std::map<select::Strategy, QWidget*> m_fields;
    QComboBox* m_by = nullptr;
    QWidget *m_rankingFields = nullptr, *m_resultsFields = nullptr;
    RankingList* m_ranking = nullptr;
    ValueSlider* m_ratio = nullptr;
    QLineEdit* m_results = nullptr;
    std::vector<WeightsCombo*> m_weights;
    QComboBox* m_diverse = nullptr;
    WeightsCombo *m_other = nullptr, *m_measuring = nullptr;
    std::vector<QCheckBox*> m_perCamera;
};

} // namespace intersect::ui
