// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include <QPushButton>
#include <QStackedWidget>

#include "ui/models/camera_tree_model.h"
#include "ui/models/frame_list_model.h"
#include "ui/pages/page.h"
#include "ui/widgets/camera_strip.h"
#include "ui/widgets/camera_tree.h"
#include "ui/widgets/frame_details.h"
#include "ui/widgets/frame_filter_bar.h"
#include "ui/widgets/frame_grid.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

class LoadingTiles;

/// How much there is, how much of it is used, and what it looks like: pools and cameras, a grid of frames with their boxes, the current frame. GUI thread only.
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
    QWidget* buildLeft();
    QWidget* buildCentre();
    void takeDataset();
    void takeMarks();
    void refilter();
    void showCurrent();
    void showRange();
    void chooseFolder();
    std::filesystem::path selectionFolder() const;

    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const FrameMarks> m_marks;
    std::vector<int> m_classes;
    std::vector<std::uint32_t> m_cameras; ///< chosen in the tree
    QString m_subtitle;

    CameraTreeModel* m_treeModel;
    CameraTree* m_tree;
    ThemedLabel* m_total;
    FrameListModel* m_frames;
    FrameFilterBar* m_filters;
    CameraStrip* m_strip;
    FrameGrid* m_grid;
    FrameDetails* m_details;
    QStackedWidget* m_stack;
    QStackedWidget* m_gridStack;
    EmptyState* m_empty;
    EmptyState* m_nothingPasses;
    LoadingTiles* m_loading;
    InlineMessage* m_unreadable;
    InlineMessage* m_listProblem;
    QPushButton* m_rescan;
    JobRunner m_markJob;
};

} // namespace intersect::ui
