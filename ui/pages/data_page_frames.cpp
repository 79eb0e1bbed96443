// SPDX-License-Identifier: GPL-3.0-or-later
// The Data page: which frames are shown, and what is said about them.
#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <QScrollBar>
#include <QUrl>

#include "core/base/numbers.h"
#include "ui/models/filter_memory.h"
#include "ui/pages/data_page.h"
#include "ui/settings.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

/// Up to so many frames the filter takes less than a blink, and is answered at once.
constexpr std::size_t kAtOnce = 60'000;
constexpr std::size_t kBarsShown = 6;

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

} // namespace

std::filesystem::path DataPage::selectionFolder() const {
    if (!session().workspace() || session().currentSelection().isEmpty())
        return {};
    return session().workspace()->selections() / toPath(session().currentSelection());
}

QString DataPage::filterKey() const {
    const QString folder = session().isOpen() ? qs(session().workspace()->folder) : QString();
    return QStringLiteral("dataFilter/") + QString::fromLatin1(QUrl::toPercentEncoding(folder));
}

void DataPage::refilter() {
    if (!m_dataset || m_dataset->frames.empty())
        return;
    const data::FrameFilter filter = m_filters->filter();
    const auto sort = static_cast<data::FrameSort>(std::max(0, m_sort->currentIndex()));
    m_clear->setVisible(m_filters->isSet());
    settings().setValue(filterKey(), filterText(filter, sort));
    const auto work = [dataset = m_dataset, marks = m_marks, cameras = m_cameras, filter, sort](const StopCheck& stop) {
        return data::filterFrames(*dataset, marks ? marks->context() : data::FrameContext{}, cameras, filter, sort, stop);
    };
    if (m_dataset->frames.size() <= kAtOnce) {
        m_filterJob.cancel();
        takeFiltered(work({}));
    } else {
        if (m_frames->dataset() != m_dataset) // rows of another data set mean nothing meanwhile
            m_frames->setFrames(m_dataset, m_marks, {});
        m_filterJob.start([work](const JobRunner::Cancelled& cancelled) { return work(cancelled); },
                          [this](data::FilteredFrames filtered) { takeFiltered(std::move(filtered)); });
    }
}

void DataPage::takeFiltered(data::FilteredFrames filtered) {
    m_filters->setCounts(filtered.counts);
    const bool shown = !filtered.frames.empty();
    // The same frame stays the current one where it still passes; the same frames leave everything as it is.
    if (m_frames->dataset() != m_dataset || m_frames->marks() != m_marks || m_frames->frames() != filtered.frames) {
        const QModelIndex current = m_grid->currentIndex();
        const std::int64_t before = m_frames->dataset() == m_dataset && current.isValid() ? std::int64_t(m_frames->frameAt(current.row())) : -1;
        if (m_frames->dataset() == m_dataset && m_frames->frames() == filtered.frames) {
            m_frames->setMarks(m_marks);
        } else {
            m_frames->setFrames(m_dataset, m_marks, std::move(filtered.frames));
            const int row = before >= 0 ? m_frames->rowOf(static_cast<std::uint32_t>(before)) : -1;
            if (shown)
                m_grid->goTo(std::exchange(m_fromTop, false) ? 0 : std::max(0, row));
            goBack();
        }
    }
    m_strip->setCameras(m_dataset, m_marks, m_cameras);
    m_gridStack->setCurrentIndex(shown ? 0 : 1);
    showHead();
    showCurrent();
    showRange();
}

void DataPage::goBack() {
    if (m_return.current.empty())
        return;
    const Place place = std::exchange(m_return, {});
    std::unordered_set<std::string_view> marked;
    for (const std::filesystem::path& path : place.marked)
        marked.insert(path.native());
    QItemSelection selection;
    int current = -1;
    for (int row = 0; row < m_frames->rowCount(); ++row) {
        const std::string& path = m_dataset->frames[m_frames->frameAt(row)].path.native();
        if (path == place.current.native())
            current = row;
        if (!marked.empty() && marked.contains(path))
            selection.select(m_frames->index(row), m_frames->index(row));
    }
    if (current >= 0)
        m_grid->goTo(current);
    if (selection.size() > 1)
        m_grid->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
    m_grid->verticalScrollBar()->setValue(place.scrolled);
}

void DataPage::showHead() {
    const QModelIndex at = m_tree->currentIndex();
    const QString place = at.isValid() ? at.data().toString() : tr("All pools");
    const data::Counts& counts = m_treeModel->countsOf(at);
    const UseCounts use = m_treeModel->useOf(at);
    m_subtitle = tr("%1 · %2 frames · %3 boxes").arg(place, counted(use.frames), counted(counts.boxes));
    if (m_marks) {
        std::size_t findings = 0;
        for (const std::uint32_t index : m_cameras) {
            const data::Camera& camera = m_dataset->cameras[index];
            findings += m_marks->findingBegin[camera.frameBegin + camera.frameCount] - m_marks->findingBegin[camera.frameBegin];
        }
        m_subtitle += findings == 1 ? tr(" · 1 finding") : tr(" · %1 findings").arg(counted(static_cast<std::int64_t>(findings)));
    }
    // Below the tree: what the chosen row holds.
    m_total->setText(tr("%1 frames · %2 labelled · %3 boxes · %4 used").arg(counted(use.frames), counted(counts.labelled), counted(counts.boxes), counted(use.used())));
    std::vector<ClassBars::Bar> bars;
    for (const auto& [id, boxes] : counts.classes)
        bars.push_back({id, session().className(id), boxes});
    if (bars.size() > kBarsShown) {
        std::stable_sort(bars.begin(), bars.end(), [](const ClassBars::Bar& a, const ClassBars::Bar& b) { return a.count > b.count; });
        bars.resize(kBarsShown);
    }
    m_totalBars->setBars(std::move(bars));
    Q_EMIT headChanged();
}

void DataPage::showCurrent() {
    const QModelIndex current = m_grid->currentIndex();
    const std::int64_t frame = m_dataset && current.isValid() && m_frames->rowCount() > current.row() ? std::int64_t(m_frames->frameAt(current.row())) : -1;
    m_strip->setCurrent(frame);
    m_details->show(frame >= 0 ? m_dataset : nullptr, m_frames->marks(), frame, m_classes, session().currentSelection());
    if (!m_dataset || !isVisible())
        return; // the status line belongs to the page that is seen
    const std::int64_t rows = m_frames->rowCount(), chosen = m_grid->selectedCount();
    QString text = tr("%1 frames shown").arg(counted(rows));
    if (chosen > 1)
        text += tr(" · %1 marked").arg(counted(chosen));
    else if (frame >= 0)
        text += tr(" · %1 current").arg(qs(m_dataset->frames[static_cast<std::size_t>(frame)].path.filename()));
    const UseCounts all = m_treeModel->useOf({});
    if (!session().currentSelection().isEmpty())
        text += tr(" · %1 in selection %2").arg(counted(all.chosen + all.train + all.val), session().currentSelection());
    if (!m_said.isEmpty())
        text += QStringLiteral(" · ") + m_said;
    session().showStatus(text);
}

void DataPage::showRange() {
    const auto [first, last] = m_grid->visibleRows();
    // In another order than the map's, what is seen lies all over it.
    if (first < 0 || !m_frames->isAscending())
        m_strip->setShown(1, 0);
    else
        m_strip->setShown(m_frames->frameAt(first), m_frames->frameAt(last));
}

void DataPage::goToFrame(std::uint32_t frame) {
    if (!m_dataset)
        return;
    // A frame the filters leave out: the next one that is shown, else the last before it.
    for (std::uint32_t i = frame; i < m_dataset->frames.size(); ++i)
        if (const int row = m_frames->rowOf(i); row >= 0) {
            m_grid->goTo(row);
            return;
        }
    for (std::uint32_t i = frame; i-- > 0;)
        if (const int row = m_frames->rowOf(i); row >= 0) {
            m_grid->goTo(row);
            return;
        }
}

} // namespace intersect::ui
