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
/// once the list is seen. Corrections go to the workspace, never to the data set. GUI thread only.
class SuspectPane : public QWidget {
    Q_OBJECT
public:
    SuspectPane(Session& session, std::function<QString(int)> className, QWidget* parent = nullptr);
    /// What is shown now; null: nothing that can be judged.
    void setInspection(std::shared_ptr<const Inspection> inspection);
    /// The label and what the network sees of the chosen suspect, if it is on that frame.
    std::vector<OverlayMark> marks(std::int64_t frame) const;
    void step(int by);
    void decide(bool accept);
    void undo();

Q_SIGNALS:
    void frameWanted(quint32 frame);
    void said(const QString& text);
    void failed(const QString& sentence, const QString& advice);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Found;
    void want();
    void list();
    void choose(int row);
    void tellLeft();
    std::filesystem::path dataRoot() const;

    Session& m_session;
    std::shared_ptr<const Inspection> m_inspection, m_foundFor;
    std::vector<eval::Suspect> m_all;
    std::optional<runs::LabelReview> m_review; ///< none where its file cannot be used
    bool m_finding = false;
    SuspectListModel* m_model;
    QListView* m_list;
    ThemedLabel *m_hint, *m_left;
    QPushButton *m_accept, *m_dismiss, *m_undo;
    JobRunner m_job;
};

} // namespace intersect::ui
