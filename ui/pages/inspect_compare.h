// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include <QCheckBox>
#include <QComboBox>
#include <QStackedWidget>

#include "ui/job_runner.h"
#include "ui/models/compared_lists.h"
#include "ui/pages/inspect_compare_list.h"
#include "ui/pages/inspect_compare_table.h"
#include "ui/pages/inspect_compare_thresholds.h"
#include "ui/pages/weights_detections.h"
#include "ui/session.h"
#include "ui/widgets/box_table.h"
#include "ui/widgets/image_canvas.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

/// Two runs, or one at two thresholds, on the same frame: A left and B right, with the boxes of the frame below and what changed on all frames
/// at the left. One side is the run the page looks at, the other is chosen here; X exchanges the places. What the other found is read, and
/// all frames are compared, in the background while the pane is seen. GUI thread only.
class InspectCompare : public QWidget {
    Q_OBJECT
public:
    InspectCompare(Session& session, std::function<QString(int)> className, QWidget* parent = nullptr);
    /// What stands in the page's row of tools, and in place of its list, while two are compared.
    QWidget* tools() const { return m_tools; }
    CompareList* list() const { return m_list; }
    ImageCanvas* canvas(int side) const { return m_sides[static_cast<std::size_t>(side)].canvas; } ///< 0: A, 1: B
    QString name(int side) const; ///< of the run or file
    /// Arguments of intersect-cli that compare the same two.
    QStringList command() const;
    /// Both pictures with their overlays and a line of names and counts above, at full resolution; null without a frame.
    QImage picture() const;

    /// What the page looks at; null: nothing that can be compared.
    void setFirst(const QString& run, const QString& split, std::shared_ptr<const Inspection> inspection);
    void setFirstErrors(std::shared_ptr<const FrameErrors> errors); ///< of that; null: not found yet
    void setFrame(std::int64_t frame);                              ///< -1: none
    /// The picture of that frame; the sentence and its size where it cannot be read, the size alone while it is read.
    void showPicture(const QImage& picture, const QString& problem, Size size);
    void step(int by) { m_list->step(by); }
    /// Whether the key was one of this view's.
    bool takeKey(const QKeyEvent& event);
    void exchange();
    void copyPicture();

Q_SIGNALS:
    void runWanted(const QString& run);
    void frameWanted(quint32 frame);
    void saveWanted(); ///< the canvas' menu asks to save the picture
    void said(const QString& text);
    void failed(const QString& sentence, const QString& advice);
    void changed(); ///< which two are compared

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Side {
        QComboBox* runs = nullptr;
        VerdictSummary* counts = nullptr;
        ImageCanvas* canvas = nullptr;
        std::vector<int> boxes; ///< of each box on the canvas its place in m_now
    };
    QWidget* buildSide(int side);
    void buildTools();
    void linkCanvases();
    void follow(int from); ///< the other canvas shows the same part

    void fillRuns();
    void choose(int side, const QString& choice);
    void load();
    void take(OtherFound other);
    void findErrors();
    int otherSide() const { return m_exchanged ? 0 : 1; }
    QString otherName() const;
    bool otherIsRun() const;
    void tellWeights(const QString& line); ///< how far its detection is
    std::filesystem::path otherFile() const;
    QString settingsKey() const;

    std::optional<ComparedPair> pair() const;
    void compareAll();
    void showBoxes();
    void showSide(int side, const std::vector<InspectedBox>& boxes);
    void chooseBox(int box); ///< place in m_now, -1: none
    void goToBox(const eval::BoxChange& box);
    void nextDifference(int by);
    void tellFrame();

    Session& m_session;
    std::function<QString(int)> m_className;
    QString m_run, m_split, m_choice; ///< the page's run, its split, and what stands beside it
    bool m_exchanged = false;         ///< the page's run stands at B
    std::shared_ptr<const Inspection> m_first;
    std::optional<OtherFound> m_other;
    std::filesystem::file_time_type m_otherTime{}; ///< of the file it was read from
    std::shared_ptr<const FrameErrors> m_firstErrors, m_otherErrors;
    std::int64_t m_frame = -1;
    ComparedFrame m_now;
    int m_current = -1;                          ///< box of m_now
    std::optional<eval::BoxChange> m_wantedBox;  ///< to be chosen once its frame is there
    QWidget* m_tools;
    QCheckBox *m_link, *m_only;
    CompareList* m_list;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    ThemedLabel* m_left; ///< frames that only one side has, or what is being detected
    std::array<Side, 2> m_sides;
    CompareThresholds* m_thresholds;
    CompareDetails* m_details;
    WeightsDetections* m_weights;
    JobRunner m_loadJob, m_compareJob, m_errorJob;
};

} // namespace intersect::ui
