// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/models/box_table_model.h"
#include "ui/models/inspect_list_model.h"
#include "ui/models/inspection.h"
#include "ui/pages/page.h"
#include "ui/pages/inspect_compare.h"
#include "ui/pages/inspect_patches.h"
#include "ui/picture_loader.h"
#include "ui/pages/inspect_suspects.h"
#include "ui/pages/picture_detection.h"
#include "ui/pages/picture_saving.h"
#include "ui/widgets/box_table.h"
#include "ui/widgets/drop_veil.h"
#include "ui/widgets/error_bars.h"
#include "ui/widgets/fold_section.h"
#include "ui/widgets/image_canvas.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/inspect_list.h"
#include "ui/widgets/panes.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/shown_button.h"
#include "ui/widgets/themed_label.h"
#include "ui/widgets/threshold_panel.h"

namespace intersect::ui {

/// What a run found, missed and invented, frame by frame, worst first; two sliders move the thresholds of all. Pictures dropped on the page are
/// detected on with weights of the user's choice and shown the same way, with verdicts where they have labels. GUI thread only.
class InspectPage : public Page {
    Q_OBJECT
public:
    explicit InspectPage(Session& session, QWidget* parent = nullptr);

    QString name() const override { return QStringLiteral("inspect"); }
    QString title() const override { return tr("Inspect"); }
    QString subtitle() const override;
    QStringList command() const override;
    QList<QAbstractButton*> headButtons() override { return {m_open, m_export}; }
    void primary() override { m_detection->detectAgain(); }
    QString helpText() const override;
    /// Saves the picture with its overlay at full resolution; false if that failed.
    bool exportTo(const QString& file);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// What is dragged across the page, told apart.
    struct Dragged {
        QStringList pictures; ///< pictures, folders, lists
        QString weights;      ///< the first weights file
        bool any() const { return !pictures.isEmpty() || !weights.isEmpty(); }
    };
    QWidget* buildLeft();
    QWidget* buildCentre();
    QWidget* buildRight();

    /// A way to look at what was found: its word in the switch, what fills the centre, and which parts of the page stay beside it.
    struct View {
        QString word, tip;
        QWidget* body;
        QWidget* tools = nullptr; ///< in the row above it
        QWidget* left = nullptr;  ///< in place of the list of frames, its order and the suspect labels
        bool ofPicture = true;    ///< zoom and the legend of lines
        bool boxTools = true;     ///< the buttons for boxes, truth and labels; their keys work without them
        bool thresholds = true;   ///< the sliders below
        bool right = true;        ///< the right pane
        bool runs = true;         ///< the choice of the run
    };
    void addView(const View& view);
    void showView();
    void tellViews();                   ///< what is looked at changed
    void addCompare();
    bool comparing() const { return m_viewSwitch->current() == 1; }
    ImageCanvas* shownCanvas() const { return comparing() ? m_compare->canvas(0) : m_canvas; }

    void addPatches();
    bool onPatches() const { return m_viewSwitch->current() == m_patchesAt; }
    void tellPatches();                 ///< the frames, boxes or errors they come from may be others
    void goToBox(std::uint32_t frame, const InspectedBox& box);
    bool backToPatches();               ///< if a patch was opened last

    void refreshRuns();                 ///< combos from the disk, then load
    void load(const QString& run, const QString& split);
    void loadFile(const std::filesystem::path& file, const std::filesystem::path& root, Unlabelled unlabelled, const std::filesystem::path& candidates);
    void take(std::shared_ptr<const Inspection> inspection, std::vector<VerdictCounts> counts);
    void fillCameras();
    void showOnly(const QString& split, const QStringList& paths, const QString& what);
    void applyAsked();                  ///< the frames asked for, once their split is there
    void showNothing();
    void detect();
    void detected(const WorkerClient::End& end);

    void addErrorTypes(QVBoxLayout* column);
    const FrameErrors* errorsNow() const; ///< of what is shown; null: not found yet
    void wantErrors();                    ///< finds them in the background where they are not known
    void takeErrors(std::shared_ptr<const FrameErrors> errors);
    void nameErrors(std::vector<InspectedBox>& boxes) const;
    std::vector<OverlayMark> marksNow() const;
    void arrangeByErrors(std::vector<std::uint32_t>& rows) const; ///< the frames of the chosen type, the order by errors
    void addListSwitch(QVBoxLayout* choices, QVBoxLayout* column);
    bool onSuspects() const { return m_listSwitch->current() == 1; }
    void showList();                                              ///< the frames, or the suspect labels
    QString errorHint(std::int64_t frames) const;                 ///< what the choice leaves; empty without one
    void setCounts(std::vector<VerdictCounts> counts);            ///< of the same frames at other thresholds

    void addPictureTools(QHBoxLayout* tools);
    std::vector<std::filesystem::path> picturesAhead(); ///< of the frames that will be looked at next, by the last step
    void listClasses();
    void showHeat();                    ///< of the camera looked at, where it is wanted

    void setUpPictures();
    void askForPictures(bool folder);
    void picturesStarted();
    void picturesFound(const PictureDetection::Found& found);
    void picturesStopped();
    void picturesFailed(const QString& sentence, const QString& advice, const QString& lastLines);
    void leavePictures();               ///< back to the runs
    void showMode();                    ///< with verdicts or without
    void tellDrop(std::int64_t count);
    static Dragged draggedOf(const QMimeData* data);

    FrameOrder order() const;
    QString shownName() const;          ///< the run, or the weights
    void reorder();                     ///< sort or camera changed
    void recount();                     ///< thresholds moved: this frame now, the others from the pool
    void renew();                       ///< the IoU of NMS moved: other boxes from the candidates
    /// Frames of the camera chosen, or those asked for.
    std::vector<std::uint32_t> chosenFrames(const Inspection& inspection, const std::vector<VerdictCounts>& counts, FrameOrder order) const;
    std::vector<std::uint32_t> rowsOf(const Inspection& inspection, const std::vector<VerdictCounts>& counts) const; ///< in the order chosen
    bool isListed(std::uint32_t frame) const; ///< by the choice of cameras
    void goTo(std::uint32_t frame);
    void goToPath(const QString& path);
    void step(int by);
    void showBoxes();
    void showSums();
    void chooseBox(int index);
    void nextError(int by);
    void pictureCame(std::uint32_t frame, const QImage& picture, const QString& problem);
    void exportImage();
    void say(const QString& text); ///< the page's status line
    std::filesystem::path detectionsFile(const QString& run, const QString& split) const;
    QString className(int id) const;

    static constexpr int kErrorOrder = static_cast<int>(FrameOrder::Errors); ///< place in the sort group
    static const QString kPicturesItem; ///< in the list of runs: the user's own pictures
    QString m_run, m_split, m_said;
    bool m_pictures = false;            ///< what was found on the user's own pictures is shown, not a run
    std::optional<PictureDetection::Found> m_found;
    Dragged m_dragged;
    std::filesystem::path m_loadedFile;
    std::filesystem::file_time_type m_loadedTime{};
    std::shared_ptr<const Inspection> m_inspection;
    std::int64_t m_frame = -1;
    std::int64_t m_pictureFrame = -1; ///< whose picture the canvas shows
    QString m_wantedPath;             ///< to go to once the run is there
    /// Frames another page asked for: an entry of its own in the list of cameras.
    struct AskedFrames {
        std::set<std::filesystem::path> files;
        QString what;
        bool pending = true; ///< not shown yet
    };
    std::optional<AskedFrames> m_asked;
    bool m_loadingNow = false, m_renewing = false;
    std::shared_ptr<const FrameErrors> m_errors;
    std::shared_ptr<const Inspection> m_errorsOf; ///< what they belong to
    bool m_findingErrors = false;
    bool m_behind = false;            ///< thresholds moved while the page was hidden

    Panes* m_panes;
    SegmentedButtons* m_viewSwitch;
    QStackedWidget* m_views;
    std::vector<View> m_viewList;
    QWidget *m_boxTools, *m_zoomTools, *m_listChoices;
    QHBoxLayout* m_viewTools;
    QWidget* m_oneRun;
    InspectCompare* m_compare;
    InspectPatches* m_patches;
    int m_patchesAt = -1;               ///< their place in the switch
    bool m_fromPatches = false;         ///< the frame shown was opened from there
    /// What a heat belongs to.
    struct HeatOf {
        std::shared_ptr<const Inspection> inspection;
        std::uint32_t camera = 0;
        double confidence = 0, matchIou = 0;
        bool operator==(const HeatOf&) const = default;
    };
    PictureLoader m_loader;
    ShownButton* m_shown;
    QPushButton* m_heatToggle;
    HeatOf m_heatOf;
    JobRunner m_heatJob;
    int m_rowBefore = 0; ///< in the list, one step ago

    QComboBox *m_runs, *m_splits, *m_cameras;
    SegmentedButtons *m_sort, *m_pictureSort, *m_listSwitch;
    QStackedWidget* m_lists;
    SuspectPane* m_suspects;
    InspectListModel* m_listModel;
    InspectList* m_list;
    ThemedLabel* m_hint;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    InlineMessage *m_problem, *m_leftOut;
    QVBoxLayout* m_messages; ///< where both stand
    PictureDetection* m_detection;
    PictureSaving* m_saving;
    DropVeil* m_veil;
    QPushButton* m_open;
    QWidget* m_legend;
    ImageCanvas* m_canvas;
    ThemedLabel* m_zoom;
    NeighbourStrip* m_neighbours;
    ThresholdPanel* m_thresholds;
    ThemedLabel *m_frameName, *m_runName, *m_sumName;
    VerdictSummary *m_frameSummary, *m_sumSummary;
    BoxTableModel* m_boxModel;
    BoxTable* m_boxes;
    FoldSection* m_errorFold;
    ErrorBars* m_errorBars;
    QPushButton* m_export;

    JobRunner m_loadJob, m_countJob, m_renewJob, m_errorJob, m_dragJob;
    QTimer m_pictureDelay;
    WorkerClient m_worker;
};

} // namespace intersect::ui
