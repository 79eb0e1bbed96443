// SPDX-License-Identifier: GPL-3.0-or-later
// Which run and list Inspect looks at: what the disk holds, reading it, and detecting where nothing is there yet.
#include <algorithm>
#include <utility>

#include <QSignalBlocker>

#include "ui/pages/inspect_page.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

const char* const kSplits[] = {"test", "val", "train"};

struct Loaded {
    Result<std::shared_ptr<const Inspection>> inspection;
    std::vector<VerdictCounts> counts;
};

} // namespace

std::filesystem::path InspectPage::detectionsFile(const QString& run, const QString& split) const {
    return session().runPaths(run).detections(split.toStdString());
}

void InspectPage::refreshRuns() {
    const QStringList runs = session().isOpen() ? session().runNames() : QStringList();
    const auto splitsOf = [this](const QString& run) {
        QStringList splits;
        std::error_code none;
        for (const char* split : kSplits)
            if (std::filesystem::exists(detectionsFile(run, qs(split)), none))
                splits << qs(split);
        return splits;
    };
    // The run looked at elsewhere; without one the newest that has detections.
    QString run = session().currentRun();
    if (run.isEmpty() || !runs.contains(run)) {
        const auto found = std::find_if(runs.begin(), runs.end(), [&](const QString& name) { return !splitsOf(name).isEmpty(); });
        run = found != runs.end() ? *found : (runs.isEmpty() ? QString() : runs.first());
    }
    {
        const QSignalBlocker quiet(m_runs);
        m_runs->clear();
        for (const QString& name : runs)
            m_runs->addItem(splitsOf(name).isEmpty() ? tr("%1 (no detections)").arg(name) : name, name);
        if (m_found)
            m_runs->addItem(m_found->pictures, kPicturesItem);
        m_runs->setCurrentIndex(m_runs->findData(m_pictures ? kPicturesItem : run));
        m_runs->setEnabled(m_runs->count() > 0);
    }
    m_splits->setVisible(!m_pictures);
    if (m_pictures) {
        loadFile(m_found->file, {}, Unlabelled::HasNoVerdicts, {});
        return;
    }
    const QStringList splits = run.isEmpty() ? QStringList() : splitsOf(run);
    const QString split = splits.contains(m_split) ? m_split : splits.value(0);
    {
        const QSignalBlocker quiet(m_splits);
        m_splits->clear();
        for (const QString& name : splits)
            m_splits->addItem(name, name);
        m_splits->setCurrentIndex(m_splits->findData(split));
        m_splits->setEnabled(splits.size() > 1);
    }
    load(run, split);
}

void InspectPage::load(const QString& run, const QString& split) {
    if (run != m_run || split != m_split)
        m_problem->hide();
    m_run = run;
    if (run.isEmpty() || split.isEmpty()) {
        m_loadJob.cancel();
        m_loadingNow = false;
        showNothing();
        return;
    }
    m_split = split;
    loadFile(detectionsFile(run, split), session().workspace()->dataRoot, Unlabelled::HoldsNothing, session().runPaths(run).candidates(split.toStdString()));
}

void InspectPage::loadFile(const std::filesystem::path& file, const std::filesystem::path& root,
                           Unlabelled unlabelled, const std::filesystem::path& candidates) {
    std::error_code none;
    const auto time = std::filesystem::last_write_time(file, none);
    if (m_inspection && file == m_loadedFile && time == m_loadedTime)
        return; // nothing new on disk
    m_loadedFile = file;
    m_loadedTime = time;
    m_loadingNow = true;
    m_loadJob.start(
        [file, root, unlabelled, candidates, confidence = session().confidence(), iou = session().matchIou(), nms = session().nmsIou()](const JobRunner::Cancelled& cancelled) {
            Loaded loaded{loadInspection(file, root, unlabelled, candidates, nms), {}};
            if (loaded.inspection)
                loaded.counts = countAllFrames(**loaded.inspection, confidence, iou, cancelled);
            return loaded;
        },
        [this](Loaded loaded) {
            m_loadingNow = false;
            if (!loaded.inspection) {
                m_problem->show(qs(loaded.inspection.error().message), qs(loaded.inspection.error().advice));
                showNothing();
                return;
            }
            m_problem->hide();
            take(*loaded.inspection, std::move(loaded.counts));
        });
}

void InspectPage::take(std::shared_ptr<const Inspection> inspection, std::vector<VerdictCounts> counts) {
    // The frame looked at stays, in another run or after detecting again.
    const std::filesystem::path lookedAt = m_frame >= 0 ? m_inspection->detections.images[static_cast<std::size_t>(m_frame)].file : std::filesystem::path();
    m_inspection = std::move(inspection);
    m_frame = -1;
    m_pictureFrame = -1;
    m_renewJob.cancel();
    m_renewing = false;
    showMode();
    tellViews();
    fillCameras();
    listClasses();
    m_listModel->setThresholds(session().confidence(), session().matchIou());
    std::vector<std::uint32_t> rows = rowsOf(*m_inspection, counts);
    m_listModel->setFrames(m_inspection, std::move(counts), std::move(rows));
    m_errors.reset();
    m_errorsOf.reset();
    wantErrors();
    m_stack->setCurrentIndex(0);
    m_export->setEnabled(m_inspection->size() > 0);
    showSums();
    const QString wanted = std::exchange(m_wantedPath, QString());
    const auto& images = m_inspection->detections.images;
    const auto again = std::find_if(images.begin(), images.end(), [&](const detect::ImageEntry& image) { return image.file == lookedAt; });
    const int row = again != images.end() ? m_listModel->rowOf(static_cast<std::uint32_t>(again - images.begin())) : -1;
    if (m_listModel->rowCount() > 0)
        m_list->setCurrentIndex(m_listModel->index(std::max(0, row), 0));
    if (!wanted.isEmpty())
        goToPath(wanted);
    applyAsked();
    Q_EMIT headChanged();
    if (m_inspection->candidates && m_inspection->nmsIou != session().nmsIou())
        recount(); // the slider moved while it was read
}

void InspectPage::showNothing() {
    m_inspection.reset();
    m_renewJob.cancel();
    m_renewing = false;
    m_loadedFile.clear();
    m_frame = m_pictureFrame = -1;
    m_loader.stop();
    showHeat();
    m_countJob.cancel();
    m_listModel->setFrames({}, {}, {});
    m_boxModel->setBoxes({});
    m_neighbours->show({}, {}, -1);
    m_frameName->clear();
    m_runName->clear();
    m_sumName->clear();
    m_frameSummary->setCounts(VerdictCounts{});
    m_sumSummary->setCounts(VerdictCounts{});
    m_cameras->clear();
    m_hint->hide();
    wantErrors();
    m_export->setEnabled(false);
    if (!m_worker.isRunning())
        m_empty->setSentence(tr("Choose a run to see what it found, missed and invented. Or drop pictures or a folder "
                                "here to detect on them."));
    m_empty->button()->setVisible(true);
    m_empty->button()->setText(m_run.isEmpty() ? tr("Train a run") : tr("Detect on test"));
    m_empty->button()->setEnabled(session().isOpen() && !m_worker.isRunning());
    tellViews();
    m_stack->setCurrentWidget(m_empty);
    Q_EMIT headChanged();
}

void InspectPage::detect() {
    if (m_run.isEmpty()) {
        Q_EMIT session().pageRequested(QStringLiteral("train"));
        return;
    }
    if (m_worker.isRunning())
        return;
    m_problem->hide();
    m_empty->setSentence(tr("Detecting on test…"));
    m_empty->button()->setEnabled(false);
    m_worker.start({QStringLiteral("evaluate"), qs(session().runPaths(m_run).folder), QStringLiteral("--split"), QStringLiteral("test")}, false);
}

void InspectPage::detected(const WorkerClient::End& end) {
    if (!end.ok) {
        m_problem->show(end.message, end.advice, end.lastLines);
        showNothing();
        return;
    }
    session().noteRunsChanged();
    refreshRuns();
}

} // namespace intersect::ui
