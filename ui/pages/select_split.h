// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

#include "core/data/dataset.h"
#include "ui/pages/select_state.h"
#include "ui/pages/select_deal.h"
#include "ui/pages/select_leak.h"
#include "ui/widgets/chip_button.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/side_pane.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

/// The right pane of Select: how the chosen frames are dealt into train and val, how near the two lie, and what is written. GUI thread only.
class SelectSplit : public SidePane {
    Q_OBJECT
public:
    explicit SelectSplit(QWidget* parent = nullptr);
    void setDataset(const data::Dataset& dataset, SelectState& state);
    void setState(const SelectState& state);
    /// The three numbers; nothing is shown as a dash.
    void setOutcome(std::optional<qint64> train, std::optional<qint64> val, qint64 test);
    /// Notes, leak and sizes of a deal; null: nothing is dealt.
    void setDeal(const std::shared_ptr<const Deal>& deal);
    /// The name is suggested until the user types another.
    void suggestName(const QString& name);
    QString selectionName() const;
    /// What was written or why not; empty hides it.
    void setWritten(const QString& sentence);
    void setProblem(const QString& sentence, const QString& advice, bool mayReplace);
    QPushButton* writeButton() const { return m_write; }
    QPushButton* trainButton() const { return m_train; }

Q_SIGNALS:
    void edited(const intersect::ui::SelectState& state, const QString& what, bool merge);
    void writeClicked(bool replace);
    void nameChanged();
    void frameActivated(const QString& path);

private:
    void addRatio();
    void addRules();
    void addOutcome();
    void showSizes(const Deal* deal);
    void edit(const QString& what, bool merge, const std::function<void(SelectState&)>& change);

    SelectState m_state;
    bool m_filling = false;
    bool m_nameTyped = false;
    ThemedLabel* m_splitCaption = nullptr;
    ValueSlider* m_ratio;
    QButtonGroup* m_rules;
    QSpinBox* m_splitSeed;
    ThemedLabel* m_seedWord;
    std::vector<std::pair<double, ChipButton*>> m_ratioChips;
    QWidget* m_sklearnFields;
    ThemedLabel* m_sizes;
    QCheckBox* m_asTestSize;
    QWidget* m_gapRow;
    QSpinBox* m_gap;
    QWidget* m_unlabelledRow;
    QComboBox* m_unlabelled;
    ThemedLabel* m_notes;
    std::shared_ptr<const Deal> m_deal;
    SelectLeak* m_leak;
    QComboBox* m_testPool;
    ThemedLabel* m_trainNumber;
    ThemedLabel* m_valNumber;
    ThemedLabel* m_testNumber;
    QLineEdit* m_name;
    ThemedLabel* m_written;
    InlineMessage* m_problem;
    QPushButton* m_replace;
    QPushButton* m_write;
    QPushButton* m_train;
};

} // namespace intersect::ui
