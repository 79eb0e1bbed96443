// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include <QComboBox>
#include <QPushButton>
#include <QSlider>
#include <QStackedWidget>

#include "ui/models/camera_tree_model.h"
#include "ui/models/frame_list_model.h"
#include "ui/pages/page.h"
#include "ui/selection_picker.h"
#include "ui/widgets/camera_strip.h"
#include "ui/widgets/camera_tree.h"
#include "ui/widgets/frame_details.h"
#include "ui/widgets/frame_filter_bar.h"
#include "ui/widgets/frame_grid.h"
#include "ui/widgets/inline_message.h"

class QCheckBox;
class QMenu;

namespace intersect::ui {

class HealthView;
class LoadingTiles;
class SegmentedButtons;

/// How much there is, how much of it is used, what it looks like and what is wrong with it: pools and cameras, a grid of frames with their boxes
/// under filters, the findings, the current frame. GUI thread only.
class DataPage : public Page {
    Q_OBJECT
public:
    explicit DataPage(Session& session, QWidget* parent = nullptr);

    QString name() const override { return QStringLiteral("data"); }
    QString title() const override { return tr("Data"); }
    QString subtitle() const override { return m_subtitle; }
    QStringList command() const override;
    QList<QAbstractButton*> headButtons() override { return {m_rescan}; }
    QString helpText() const override;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    // data_page.cpp: what stands where, and what follows from the data set
    QWidget* buildLeft();
    QWidget* buildCentre();
    QWidget* buildTools(QWidget* parent);
    void connectParts();
    void takeWorkspace();
    void takeDataset();
    void takeNothing();
    void adopt(const std::shared_ptr<const data::Dataset>& dataset, std::shared_ptr<const FrameMarks> marks);
    void takeMarks();
    // data_page_frames.cpp: which frames are shown
    void refilter();
    void takeFiltered(data::FilteredFrames filtered);
    void goBack();
    void showHead();
    void showCurrent();
    void showRange();
    void goToFrame(std::uint32_t frame);
    QString filterKey() const;
    std::filesystem::path selectionFolder() const;
    // data_page_actions.cpp: what is done with frames
    void chooseFolder();
    void pickChosen();
    void inspect(const std::filesystem::path& path);
    void showMenu(const QPoint& at);
    std::vector<std::filesystem::path> chosenFiles() const;
    void showHealth(bool on);

    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const FrameMarks> m_marks;
    std::vector<int> m_classes;
    std::vector<std::uint32_t> m_cameras; ///< chosen in the tree
    QString m_subtitle, m_said;
    bool m_filterLoaded = false;
    /// Where the user was when the folders were read again.
    struct Place {
        std::filesystem::path current;
        std::vector<std::filesystem::path> marked;
        int scrolled = 0;
    };
    Place m_return;

    CameraTreeModel* m_treeModel;
    CameraTree* m_tree;
    ThemedLabel* m_total;
    ClassBars* m_totalBars;
    FrameListModel* m_frames;
    FrameFilterBar* m_filters;
    SegmentedButtons* m_view;
    QWidget* m_gridTools;
    QPushButton* m_clear;
    QCheckBox* m_boxes;
    QComboBox* m_sort;
    QSlider* m_size;
    CameraStrip* m_strip;
    FrameGrid* m_grid;
    FrameDetails* m_details;
    HealthView* m_health;
    QStackedWidget *m_stack, *m_viewStack, *m_gridStack;
    EmptyState *m_empty, *m_nothingPasses;
    LoadingTiles* m_loading;
    InlineMessage *m_unreadable, *m_listProblem;
    QPushButton* m_rescan;
    SelectionPicker m_picker;
    bool m_fromTop = false; ///< the next filtered frames are shown from the first one
    JobRunner m_markJob, m_filterJob;
};

} // namespace intersect::ui
