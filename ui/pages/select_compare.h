// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include <QComboBox>
#include <QPushButton>
#include <QWidget>

#include "core/select/chosen_list.h"
#include "ui/job_runner.h"
#include "ui/models/cell_table.h"
#include "ui/pages/select_state.h"
#include "ui/session.h"

namespace intersect::ui {

class CellView;
class ChosenFrames;
class InlineMessage;

/// Two selections side by side: frames per camera, how many are in both and their pictures; Join makes one list of the two. GUI thread only.
class SelectCompare : public QWidget {
    Q_OBJECT
public:
    explicit SelectCompare(Session& session, QWidget* parent = nullptr);
    /// The frames chosen on the page, the first thing to compare; null: none are chosen.
    void setChosen(const std::shared_ptr<const select::Selection>& selection, const QString& name);
    /// Reads the selections of the workspace again and compares.
    void refresh();

Q_SIGNALS:
    void joined(const std::shared_ptr<const intersect::ui::GivenList>& list);
    void closed();

private:
    using Images = std::vector<std::filesystem::path>;
    void fillCombo(QComboBox* combo, bool withChosen);
    void load();
    void showComparison();
    void join(bool leaveOutShared);

    Session& m_session;
    std::shared_ptr<const select::Selection> m_chosen;
    QString m_chosenName;
    std::shared_ptr<const Images> m_one, m_two;
    JobRunner m_loading;
    QComboBox *m_first, *m_second;
    CellTable* m_table;
    CellView* m_view;
    ThemedLabel* m_sentence;
    ChosenFrames* m_shared;
    InlineMessage* m_problem;
    QPushButton *m_join, *m_leaveOut;
};

} // namespace intersect::ui
