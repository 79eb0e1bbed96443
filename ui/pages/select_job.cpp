// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_job.h"

#include <QRegularExpression>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/runs/workspace.h"
#include "core/select/camera_usefulness.h"
#include "core/select/eligible_frames.h"
#include "core/select/frame_scores.h"
#include "ui/pages/select_store.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

using select::Strategy;
constexpr int kPatienceMs = 20000;

Result<select::Selection> chooseHere(const data::Dataset& dataset, const SelectState& state) {
    select::SelectionRequest request = requestOf(state);
    auto usefulness = knownUsefulness(dataset, state);
    if (!usefulness)
        return failAs(usefulness);
    for (const auto& [camera, value] : *usefulness)
        request.settings.emplace_back("usefulness of " + camera, formatShortest(value));
    request.usefulness = std::move(*usefulness);
    return select::selectFrames(dataset, request);
}

} // namespace

Result<std::map<std::string, double>> knownUsefulness(const data::Dataset& dataset, const SelectState& state) {
    if (state.strategy != Strategy::Proportional)
        return std::map<std::string, double>();
    if (state.by == CameraWeight::Results)
        return select::readCameraResults(toPath(state.results));
    if (state.by != CameraWeight::Boxes)
        return std::map<std::string, double>();
    const auto cameras = select::camerasOf(dataset, requestOf(state));
    if (!cameras)
        return failAs(cameras);
    return select::sumByCamera(*cameras, [&](std::uint32_t frame) { return select::objectsIn(dataset.frames[frame]); });
}

Result<QuotaTable> quotaTable(const data::Dataset& dataset, const SelectState& state) {
    select::SelectionRequest request = requestOf(state);
    const bool looks = state.strategy == Strategy::Diverse || state.strategy == Strategy::Uncertain || state.strategy == Strategy::Disagreement;
    const bool measured = state.strategy == Strategy::Proportional && (state.by == CameraWeight::Missed || state.by == CameraWeight::Novelty);
    QuotaTable table{{}, !measured && (!looks || state.perCamera)};
    if (table.counted) {
        if (looks) // per camera: the quotas are those of Equal, whatever a network says
            request.strategy = Strategy::Equal;
        auto usefulness = knownUsefulness(dataset, state);
        if (!usefulness)
            return failAs(usefulness);
        request.usefulness = std::move(*usefulness);
    } else {
        // A budget that cannot be met is refused by the simplest rule already; its counts are not shown.
        request.strategy = Strategy::Random;
    }
    auto rows = select::quotasFor(dataset, request);
    if (!rows)
        return failAs(rows);
    table.rows = std::move(*rows);
    return table;
}

SelectJob::SelectJob(QObject* parent) : QObject(parent) {
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, &m_worker, &WorkerClient::kill);
    connect(&m_worker, &WorkerClient::progressLine, this, &SelectJob::showLine);
    connect(&m_worker, &WorkerClient::ended, this, &SelectJob::childEnded);
}

SelectJob::~SelectJob() {
    m_worker.disconnect(this);
}

void SelectJob::start(std::shared_ptr<const data::Dataset> dataset, const SelectState& state, const std::filesystem::path& workspace) {
    if (m_running)
        return;
    m_running = true;
    m_stopAsked = false;
    m_state = state;
    Q_EMIT started();
    if (!needsWorker(state)) {
        m_work.start([dataset, state](const JobRunner::Cancelled&) { return chooseHere(*dataset, state); }, [this](Result<select::Selection> selection) { take(std::move(selection)); });
        return;
    }
    const std::filesystem::path folder = workspace / "cache" / "select";
    if (const auto made = makeFolder(folder); !made) {
        Q_EMIT failed(qs(made.error().message), qs(made.error().advice), {});
        finish();
        return;
    }
    m_out = folder / "selection.yaml";
    Q_EMIT progress(tr("Starting…"), 0, 0);
    m_worker.start(selectArguments(state, qs(dataset->root), qs(selectStore(workspace)), qs(m_out)) + QStringList{QStringLiteral("--force"), QStringLiteral("--json")}, false);
}

void SelectJob::stop() {
    if (!m_running || m_stopAsked)
        return;
    m_stopAsked = true;
    if (!m_worker.isRunning()) {
        m_work.cancel();
        finish();
        return;
    }
    Q_EMIT progress(tr("Stopping…"), 0, 0);
    m_worker.send("stop");
    m_patience.start();
}

void SelectJob::showLine(const QString& line) {
    static const QRegularExpression form(QStringLiteral("^([^:]+): ([\\d,]*\\d) of ([\\d,]*\\d)(?:, ETA (.+))?"));
    const QRegularExpressionMatch match = form.match(line);
    if (!match.hasMatch() || m_stopAsked)
        return;
    const auto number = [&](int group) { return match.captured(group).remove(QLatin1Char(',')).toLongLong(); };
    const QString what = match.captured(1) == QStringLiteral("Comparing frames")          ? tr("Comparing frames")
                         : match.captured(1) == QStringLiteral("Detecting")               ? tr("Detecting")
                         : match.captured(1) == QStringLiteral("Detecting on mirrored frames") ? tr("Detecting on mirrored frames")
                         : match.captured(1) == QStringLiteral("Looking for near-duplicates")  ? tr("Looking for near-duplicates")
                                                                                               : tr("Reading frames");
    const QString done = tr("%1: %2 of %3").arg(what, match.captured(2), match.captured(3));
    Q_EMIT progress(match.captured(4).isEmpty() ? done : tr("%1, %2 left").arg(done, match.captured(4)), number(2), number(3));
}

void SelectJob::childEnded(const WorkerClient::End& end) {
    m_patience.stop();
    if (m_stopAsked) {
        finish();
        return;
    }
    if (!end.ok) {
        Q_EMIT failed(end.message, end.advice, end.crashed ? end.lastLines : QString());
        finish();
        return;
    }
    m_work.start([file = m_out](const JobRunner::Cancelled&) { return runs::readSelection(file); }, [this](Result<select::Selection> selection) { take(std::move(selection)); });
}

void SelectJob::take(Result<select::Selection> selection) {
    if (selection)
        Q_EMIT chosen(std::make_shared<select::Selection>(std::move(*selection)), m_state);
    else
        Q_EMIT failed(qs(selection.error().message), qs(selection.error().advice), {});
    finish();
}

void SelectJob::finish() {
    m_running = false;
    Q_EMIT ended();
}

} // namespace intersect::ui
