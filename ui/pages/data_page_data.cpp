// SPDX-License-Identifier: GPL-3.0-or-later
// The Data page: what follows from another workspace, data set or selection.
#include <algorithm>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <QScrollBar>
#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "ui/models/filter_memory.h"
#include "ui/pages/data_page.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/widgets/health_view.h"
#include "ui/widgets/loading_tiles.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {
namespace {

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

} // namespace

void DataPage::takeWorkspace() {
    m_filterLoaded = false;
    m_view->setCurrent(0);
    m_health->setDeepEnded();
    m_health->setDeepTime(deepScanTime(session().deepFile()));
    ThumbnailProvider::instance().setFolder(session().isOpen() ? session().workspace()->cache() / "thumbnails" : std::filesystem::path());
    takeDataset();
}

void DataPage::takeNothing() {
    m_classes.clear();
    m_unreadable->hide();
    m_listProblem->hide();
    m_treeModel->setDataset({}, {});
    m_frames->setFrames({}, {}, {});
    m_strip->setCameras({}, {}, {});
    m_health->setFindings({}, {});
    m_cameras.clear();
    m_total->clear();
    m_totalBars->setBars({});
    m_subtitle.clear();
    const bool loading = session().isOpen() && !m_dataset;
    if (loading)
        m_loading->setSentence(tr("Reading folders…"));
    m_stack->setCurrentWidget(loading ? static_cast<QWidget*>(m_loading) : m_empty);
    showCurrent();
    Q_EMIT headChanged();
}

void DataPage::takeDataset() {
    const auto dataset = session().dataset();
    m_rescan->setEnabled(dataset != nullptr);
    if (dataset && !dataset->frames.empty()) {
        takeMarks(); // its marks first, then both at once
        return;
    }
    m_dataset = dataset;
    m_marks.reset();
    m_markJob.cancel();
    m_filterJob.cancel();
    takeNothing();
}

void DataPage::adopt(const std::shared_ptr<const data::Dataset>& dataset, std::shared_ptr<const FrameMarks> marks) {
    // Folders that were read again: what the user looks at stays where it is.
    const auto before = m_dataset;
    const QModelIndex current = m_grid->currentIndex();
    m_return = {};
    if (before && current.isValid()) {
        m_return.current = before->frames[m_frames->frameAt(current.row())].path;
        m_return.scrolled = m_grid->verticalScrollBar()->value();
        if (m_grid->selectedCount() > 1)
            m_return.marked = chosenFiles();
    }
    const std::string camera = before && m_cameras.size() == 1 ? before->cameras[m_cameras.front()].id() : std::string();
    const QString row = m_tree->currentIndex().data().toString();
    m_dataset = dataset;
    m_marks = std::move(marks);
    m_filterJob.cancel();
    ThumbnailProvider::instance().refresh();
    m_classes = data::classesOf(*m_dataset);
    int mostBoxes = 0;
    std::int64_t unreadable = 0;
    for (const data::Frame& frame : m_dataset->frames) {
        mostBoxes = std::max(mostBoxes, static_cast<int>(frame.labelCount));
        unreadable += frame.size.width == 0 ? 1 : 0;
    }
    {
        const QSignalBlocker quietFilters(m_filters), quietSort(m_sort), quietTree(m_tree);
        m_filters->setData(m_classes, [this](int id) { return session().className(id); }, mostBoxes, static_cast<qint64>(m_dataset->frames.size()));
        if (!m_filterLoaded) {
            data::FrameFilter filter;
            data::FrameSort sort = data::FrameSort::CameraTime;
            readFilterText(settings().value(filterKey()).toByteArray(), filter, sort);
            m_filters->setFilter(filter);
            m_sort->setCurrentIndex(static_cast<int>(sort));
            m_filterLoaded = true;
        }
        m_treeModel->setDataset(m_dataset, m_marks);
        // The row chosen before, else the first, which stands for everything.
        QModelIndex chosen = m_treeModel->index(0, 0);
        for (std::uint32_t i = 0; !camera.empty() && i < m_dataset->cameras.size(); ++i)
            if (m_dataset->cameras[i].id() == camera)
                chosen = m_treeModel->indexOfCamera(i);
        for (int i = 0; camera.empty() && i < m_treeModel->rowCount(); ++i)
            if (m_treeModel->index(i, 0).data().toString() == row)
                chosen = m_treeModel->index(i, 0);
        m_tree->setCurrentIndex(chosen);
        m_cameras = m_treeModel->camerasOf(chosen);
    }
    const auto readable = std::find_if(m_dataset->frames.begin(), m_dataset->frames.end(), [](const data::Frame& f) { return f.size.width > 0; });
    if (readable != m_dataset->frames.end())
        m_grid->setProportions(static_cast<double>(readable->size.width) / readable->size.height);
    if (unreadable == 0)
        m_unreadable->hide();
    else
        m_unreadable->show(unreadable == 1 ? tr("1 frame cannot be read.") : tr("%1 frames cannot be read.").arg(counted(unreadable)),
                           tr("They are left out of training and listed under findings."));
    m_stack->setCurrentIndex(0);
    refilter();
}

void DataPage::takeMarks() {
    const auto now = session().dataset();
    if (!now || now->frames.empty())
        return;
    m_markJob.start(
        [dataset = now, folder = selectionFolder()](const JobRunner::Cancelled&) {
            auto marks = std::make_shared<const FrameMarks>(marksOf(*dataset, folder));
#ifdef __GLIBC__
            malloc_trim(0); // reading 100,000 frames leaves much freed memory behind
#endif
            return marks;
        },
        [this, dataset = now](std::shared_ptr<const FrameMarks> marks) {
            if (dataset != session().dataset())
                return;
            if (dataset != m_dataset) {
                adopt(dataset, std::move(marks));
            } else {
                m_marks = std::move(marks);
                m_treeModel->setMarks(m_marks);
                refilter();
            }
            if (m_viewStack->currentWidget() == m_health)
                m_health->setFindings(m_dataset, m_marks);
            if (m_marks->problem.empty())
                m_listProblem->hide();
            else
                m_listProblem->show(tr("The lists of selection %1 cannot be read.").arg(session().currentSelection()), qs(m_marks->problem));
        });
}

} // namespace intersect::ui
