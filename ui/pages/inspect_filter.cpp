// SPDX-License-Identifier: GPL-3.0-or-later
// Which frames Inspect lists: those of all cameras, of one, or the ones another page asked for; and other boxes on them when NMS moves.
#include <algorithm>

#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

constexpr int kAllCameras = -1;
constexpr int kAskedFrames = -2;

struct Renewed {
    std::shared_ptr<const Inspection> inspection;
    std::vector<VerdictCounts> counts;
    std::shared_ptr<const FrameErrors> errors; ///< where the list needs them
};

} // namespace

std::vector<std::uint32_t> InspectPage::chosenFrames(const Inspection& inspection, const std::vector<VerdictCounts>& counts, FrameOrder order) const {
    const int camera = m_cameras->currentData().toInt();
    std::vector<std::uint32_t> rows = orderedFrames(inspection, counts, order, std::max(camera, kAllCameras));
    if (camera == kAskedFrames && m_asked)
        std::erase_if(rows, [&](std::uint32_t frame) { return !m_asked->files.contains(inspection.detections.images[frame].file); });
    return rows;
}

std::vector<std::uint32_t> InspectPage::rowsOf(const Inspection& inspection, const std::vector<VerdictCounts>& counts) const {
    std::vector<std::uint32_t> rows = chosenFrames(inspection, counts, order());
    arrangeByErrors(rows);
    return rows;
}

bool InspectPage::isListed(std::uint32_t frame) const {
    const int camera = m_cameras->currentData().toInt();
    if (camera == kAskedFrames && m_asked)
        return m_asked->files.contains(m_inspection->detections.images[frame].file);
    return camera < 0 || m_inspection->frames[frame].camera == static_cast<std::uint32_t>(camera);
}

void InspectPage::fillCameras() {
    const QSignalBlocker quiet(m_cameras);
    const QString before = m_cameras->currentIndex() > 0 ? m_cameras->currentText() : QString();
    m_cameras->clear();
    m_cameras->addItem(m_pictures ? tr("all folders") : tr("all cameras"), kAllCameras);
    for (std::size_t i = 0; i < m_inspection->cameras.size(); ++i)
        m_cameras->addItem(qs(m_inspection->cameras[i]), static_cast<int>(i));
    if (m_asked) {
        const auto& images = m_inspection->detections.images;
        const auto count =
            std::ranges::count_if(images, [this](const detect::ImageEntry& image) { return m_asked->files.contains(image.file); });
        if (count > 0)
            m_cameras->addItem(tr("%1 (%2 frames)").arg(m_asked->what, qs(formatGrouped(count))), kAskedFrames);
    }
    m_cameras->setCurrentIndex(std::max(0, m_cameras->findText(before)));
}

void InspectPage::showOnly(const QString& split, const QStringList& paths, const QString& what) {
    AskedFrames asked;
    for (const QString& path : paths)
        asked.files.insert(toPath(path));
    asked.what = what;
    m_asked = std::move(asked);
    m_pictures = false;
    m_split = split;
    refreshRuns();
    if (!m_loadingNow && m_inspection) {
        fillCameras();
        applyAsked();
    }
}

void InspectPage::applyAsked() {
    if (!m_asked || !m_asked->pending)
        return;
    m_asked->pending = false;
    int row = m_cameras->findData(kAskedFrames);
    if (row < 0) {
        say(tr("None of the frames asked for is in %1.").arg(m_split));
        return;
    }
    // All frames of one camera: that is the camera's own entry.
    std::set<std::uint32_t> cameras;
    std::size_t found = 0;
    for (std::size_t i = 0; i < m_inspection->size(); ++i)
        if (m_asked->files.contains(m_inspection->detections.images[i].file)) {
            cameras.insert(m_inspection->frames[i].camera);
            ++found;
        }
    const auto ofCamera = [this](std::uint32_t camera) {
        return static_cast<std::size_t>(
            std::ranges::count_if(m_inspection->frames, [camera](const Inspection::Frame& frame) { return frame.camera == camera; }));
    };
    if (cameras.size() == 1 && ofCamera(*cameras.begin()) == found) {
        m_cameras->removeItem(row);
        m_asked.reset();
        row = m_cameras->findData(static_cast<int>(*cameras.begin()));
    }
    m_cameras->setCurrentIndex(row);
    reorder();
}

void InspectPage::renew() {
    if (m_renewing)
        return; // what is on its way is followed by what is wanted then
    m_renewing = true;
    m_countJob.cancel();
    m_renewJob.start(
        [before = m_inspection, nms = session().nmsIou(), confidence = session().confidence(), iou = session().matchIou(),
         withErrors = m_errorBars->chosen() || m_sort->current() == kErrorOrder](const JobRunner::Cancelled& cancelled) {
            Renewed renewed;
            renewed.inspection = atNmsIou(*before, nms);
            renewed.counts = countAllFrames(*renewed.inspection, confidence, iou, cancelled);
            if (withErrors)
                renewed.errors = findFrameErrors(*renewed.inspection);
            return renewed;
        },
        [this, confidence = session().confidence(), iou = session().matchIou()](Renewed renewed) {
            m_renewing = false;
            m_inspection = std::move(renewed.inspection);
            tellViews();
            if (renewed.errors)
                takeErrors(std::move(renewed.errors));
            m_listModel->setInspection(m_inspection);
            setCounts(std::move(renewed.counts));
            showHeat();
            if (m_frame >= 0)
                showBoxes();
            wantErrors();
            if (m_inspection->nmsIou != session().nmsIou() || confidence != session().confidence() || iou != session().matchIou())
                recount();
        });
}

} // namespace intersect::ui
