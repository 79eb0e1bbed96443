// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <map>

#include <QCheckBox>
#include <QComboBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>

#include "core/data/dataset.h"
#include "ui/pages/select_state.h"
#include "ui/session.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

class StrategyFields;

/// The left pane of Select: preset, pool, budget, strategy with its own fields, single frames by hand, seed, Choose with its progress. GUI thread only.
class SelectChoices : public SidePane {
    Q_OBJECT
public:
    explicit SelectChoices(Session& session, QWidget* parent = nullptr);
    /// Fills the pools; `state` is corrected to what the data set has (pool, ranking).
    void setDataset(const data::Dataset& dataset, SelectState& state);
    void setState(const SelectState& state);
    /// Whether the choice as it stands can be drawn.
    void setPossible(bool possible);
    /// A choice runs: Choose becomes Stop once it takes longer than a blink.
    void setBusy(bool choosing, bool withProgress);
    void setProgress(const QString& sentence, qint64 done, qint64 total);
    QPushButton* chooseButton() const { return m_choose; }
    QString chooseText() const { return m_choose->text(); }

    /// Cameras of a pool, in data set order.
    static QStringList camerasOf(const data::Dataset& dataset, const QString& pool);

Q_SIGNALS:
    /// The user changed something; `what` names it for Undo, and `merge` says whether it goes together with the same change before.
    void edited(const intersect::ui::SelectState& state, const QString& what, bool merge);
    void chooseClicked();
    void stopClicked();
    void importAsked();
    void compareAsked();

private:
    void addHandRow(QVBoxLayout* section);
    void addFooter();
    void presetChosen(int index);
    void edit(const QString& what, bool merge, const std::function<void(SelectState&)>& change);

    SelectState m_state;
    std::map<QString, QStringList> m_cameras;
    bool m_filling = false, m_possible = true, m_busy = false;
    QComboBox* m_preset;
    QComboBox* m_pool;
    QSpinBox* m_budget;
    QCheckBox* m_withoutNear;
    StrategyFields* m_strategy;
    QWidget* m_givenRow;
    ThemedLabel* m_givenLabel;
    QWidget* m_handRow;
    ThemedLabel* m_handLabel;
    QSpinBox* m_seed;
    QPushButton* m_choose;
    QWidget* m_progress;
    QProgressBar* m_bar;
    ElidedLabel* m_progressWords;
    QPushButton* m_stop;
};

} // namespace intersect::ui
