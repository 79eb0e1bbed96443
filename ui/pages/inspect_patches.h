// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QStackedWidget>
#include <QTimer>
#include <QWidget>

#include "ui/job_runner.h"
#include "ui/models/patch_list_model.h"
#include "ui/session.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/patch_filter_bar.h"
#include "ui/widgets/patch_grid.h"

namespace intersect::ui {

/// The boxes of a run one by one: "all invented boxes above 0.5", "all missed trucks". Follows the thresholds of the session while it is seen; lists
/// are made off the window's thread, the newest wins. GUI thread only.
class InspectPatches : public QWidget {
    Q_OBJECT
public:
    InspectPatches(Session& session, std::function<QString(int)> className, QWidget* parent = nullptr);

    /// The boxes of these frames of an inspection (null: none); `errors` null where they are not known. What is the same as before costs nothing.
    void setSource(std::shared_ptr<const Inspection> inspection, std::shared_ptr<const FrameErrors> errors, std::vector<std::uint32_t> frames);
    /// The type of error that is asked for elsewhere on the page.
    void setError(std::optional<eval::ErrorType> type);
    /// Moves by boxes.
    void step(int by) { m_grid->step(by); }
    void focusGrid();
    /// Asks where the tiles in sight (only the selected ones, if several are) are to be saved as one picture.
    void askToSaveSheet();
    bool saveSheet(const QString& file);

Q_SIGNALS:
    void boxChosen(quint32 frame, const intersect::ui::InspectedBox& box); ///< became the current one and stayed so for a moment
    void boxOpened(quint32 frame, const intersect::ui::InspectedBox& box); ///< Return or a double click
    void errorWanted(std::optional<intersect::eval::ErrorType> type);
    void said(const QString& text);
    void failed(const QString& sentence, const QString& advice);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Made;
    void refresh(); ///< list and order at the thresholds and choice of now, if anybody sees them
    void take(Made made);
    void showMenu(const QPoint& globalPosition);
    std::vector<int> shownRows() const; ///< those in sight; if several are selected only these of them
    void copyPicture();
    void copyList();
    Session& m_session;
    PatchListModel* m_model;
    PatchFilterBar* m_bar;
    QStackedWidget* m_stack;
    PatchGrid* m_grid;
    EmptyState* m_empty;

    std::shared_ptr<const Inspection> m_inspection;
    std::shared_ptr<const FrameErrors> m_errors;
    std::vector<std::uint32_t> m_frames;
    std::shared_ptr<const std::vector<Patch>> m_patches; ///< of what is above at m_confidence and m_matchIou; null: to be gathered
    double m_confidence = -1, m_matchIou = -1;
    PatchChoice m_shown; ///< what the list shows now
    bool m_behind = false;
    std::optional<Patch> m_current; ///< chosen by the user; kept over new lists
    JobRunner m_job;
    QTimer m_settled; ///< the current box stayed so
};

} // namespace intersect::ui
