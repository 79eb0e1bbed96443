// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QListView>
#include <QPushButton>

#include "core/runs/label_review.h"
#include "ui/job_runner.h"
#include "ui/models/suspect_list_model.h"
#include "ui/session.h"
#include "ui/widgets/themed_label.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {

/// The suspect labels of what Inspect shows, to be accepted or dismissed one after the other. Found in the background
/// once the list is seen. Corrections go to the workspace, never to the data set; lists that use them are written for
/// training. What another window decides is taken over when this one comes to the front. GUI thread only.
class SuspectPane : public QWidget {
    Q_OBJECT
public:
    /// `isListed`: whether the suspects of a frame are to be listed (the page's choice of cameras).
    SuspectPane(Session& session, std::function<QString(int)> className, std::function<bool(quint32)> isListed, QWidget* parent = nullptr);
    /// What is shown now; null: nothing that can be judged.
    void setInspection(std::shared_ptr<const Inspection> inspection);
    /// The label and what the network sees of the chosen suspect, if it is on that frame.
    std::vector<OverlayMark> marks(std::int64_t frame) const;
    void step(int by);
    void decide(bool accept);
    void undo();
    void redo();
    void refilter(); ///< isListed changed its mind
    /// Writes the lists of a split again with the corrected labels in them.
    void writeLists(const QString& split);

Q_SIGNALS:
    void frameWanted(quint32 frame);
    void said(const QString& text);
    void failed(const QString& sentence, const QString& advice);

protected:
    void showEvent(QShowEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Found;
    void want();
    void list();
    void choose(int row);
    void lookAt(int row); ///< asks for its frame and tells what can be done
    void tellLeft();
    void lookAgain(); ///< at decisions another window may have made
    void goBack(const Result<std::optional<runs::ReviewedLabel>>& decision, const QString& words);
    void fillTrainingMenu();
    std::filesystem::path dataRoot() const;

    Session& m_session;
    std::shared_ptr<const Inspection> m_inspection, m_foundFor;
    std::vector<eval::Suspect> m_all;
    std::optional<runs::LabelReview> m_review; ///< none where its file cannot be used
    bool m_finding = false;
    std::function<bool(quint32)> m_isListed;
    std::int64_t m_elsewhere = 0; ///< open ones on frames that are not listed
    SuspectListModel* m_model;
    QListView* m_list;
    ThemedLabel *m_hint, *m_left, *m_lost;
    QPushButton *m_accept, *m_dismiss, *m_undo, *m_redo, *m_training;
    JobRunner m_job, m_listsJob;
};

} // namespace intersect::ui
