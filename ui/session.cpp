// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUrl>

#include "core/data/data_yaml.h"
#include "core/data/dataset_index.h"
#include "ui/error_text.h"
#include "ui/settings.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

constexpr int kRecentKept = 8;
constexpr int kDiskQuietMs = 250;
constexpr int kProgressEveryMs = 50;
const QString kWorkspaceFile = QStringLiteral("workspace.yaml");

bool holdsWorkspace(const QString& folder) {
    return QFileInfo::exists(QDir(folder).filePath(kWorkspaceFile));
}

/// Class names for a data set: those of a data.yaml in its root, else COCO's.
std::vector<std::string> namesFor(const std::filesystem::path& root) {
    std::error_code missing;
    for (const char* name : {"data.yaml", "dataset.yaml"})
        if (std::filesystem::exists(root / name, missing))
            if (auto yaml = data::readDataYaml(root / name); yaml && !yaml->names.empty())
                return yaml->names;
    return data::cocoNames();
}

/// The workspace of a data set folder: beside it, or in the user's own folder where nothing may be written beside it.
Result<runs::Workspace> workspaceOf(const QString& folder) {
    if (holdsWorkspace(folder))
        return runs::openWorkspace(toPath(folder));
    const QString absolute = QDir::cleanPath(QFileInfo(folder).absoluteFilePath());
    const QString beside = absolute + QStringLiteral("-workspace");
    if (holdsWorkspace(beside))
        return runs::openWorkspace(toPath(beside));
    QString place = beside;
    if (!QFileInfo(QFileInfo(absolute).absolutePath()).isWritable())
        place = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) +
                QStringLiteral("/workspaces/") + QFileInfo(beside).fileName();
    if (!QFileInfo::exists(absolute))
        return fail(ErrorCode::BadInput, "The folder is not there.", toPath(absolute), 0,
                    "Choose another folder, or connect the disk it lies on.");
    return runs::createWorkspace(toPath(place), toPath(absolute), namesFor(toPath(absolute)));
}

/// `sample DIR` writes data and workspace below DIR; this finds the workspace.
QString sampleWorkspace(const QString& sample) {
    for (const QString& place :
         QStringList{sample, sample + QStringLiteral("/workspace"), sample + QStringLiteral("-workspace")})
        if (holdsWorkspace(place))
            return place;
    return {};
}

/// The data set of a workspace through its index, judged, with what the last deep look found.
Result<data::Dataset> readData(const runs::Workspace& workspace, const std::filesystem::path& deep, const ProgressCallback& progress, const StopCheck& stop) {
    data::ScanOptions options;
    options.health = true;
    options.classCount = workspace.names.size();
    Result<data::Dataset> read = data::openDataset(workspace.dataRoot, workspace.cache(), options, progress, stop);
    if (read)
        addDeepFindings(*read, deep);
    return read;
}

bool sameData(const data::Dataset& a, const data::Dataset& b) {
    const auto sameCamera = [](const data::Camera& x, const data::Camera& y) { return x.folder.native() == y.folder.native() && x.frameCount == y.frameCount; };
    const auto sameFrame = [](const data::Frame& x, const data::Frame& y) {
        return x.path.native() == y.path.native() && x.size == y.size && x.labelled == y.labelled && x.labelCount == y.labelCount && x.takenAt == y.takenAt;
    };
    const auto sameLabel = [](const data::Label& x, const data::Label& y) {
        return x.classId == y.classId && x.line == y.line && x.box.cx == y.box.cx && x.box.cy == y.box.cy && x.box.w == y.box.w && x.box.h == y.box.h;
    };
    const auto sameFinding = [](const data::Finding& x, const data::Finding& y) {
        return x.code == y.code && x.path.native() == y.path.native() && x.line == y.line && x.message == y.message;
    };
    return std::ranges::equal(a.cameras, b.cameras, sameCamera) && std::ranges::equal(a.frames, b.frames, sameFrame) &&
           std::ranges::equal(a.labels, b.labels, sameLabel) && std::ranges::equal(a.findings, b.findings, sameFinding);
}

QStringList namesBelow(const std::filesystem::path& folder, QDir::SortFlags order) {
    return QDir(qs(folder)).entryList(QDir::Dirs | QDir::NoDotAndDotDot, order);
}

} // namespace

Session::Session(QObject* parent) : QObject(parent) {
    m_diskTimer.setSingleShot(true);
    m_diskTimer.setInterval(kDiskQuietMs);
    connect(&m_diskTimer, &QTimer::timeout, this, [this] { lookOnDisk(false, false); });
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_diskTimer, qOverload<>(&QTimer::start));
    connect(&m_sampleWorker, &WorkerClient::progressLine, this, &Session::showStatus);
    connect(&m_datasetWatcher, &DatasetWatcher::lookAgain, this, &Session::refresh);
    connect(&m_deepScan, &DeepScan::done, this, &Session::refresh);
    // Queued, so that everybody who hears of the end can still ask which run it was.
    connect(
        &m_trainWorker, &WorkerClient::ended, this,
        [this] {
            setTrainingRun({});
            noteRunsChanged();
        },
        Qt::QueuedConnection);
}

void Session::fail(const Error& error) {
    const ErrorText text = errorText(error);
    Q_EMIT failed(text.sentence, text.advice);
}

void Session::openWorkspace(const QString& folder) {
    m_open.start([path = toPath(folder)](const JobRunner::Cancelled&) { return runs::openWorkspace(path); },
                 [this](Result<runs::Workspace> opened) {
                     if (opened)
                         adopt(std::move(*opened));
                     else
                         fail(opened.error());
                 });
}

void Session::openDataset(const QString& folder) {
    m_open.start([folder](const JobRunner::Cancelled&) { return workspaceOf(folder); },
                 [this](Result<runs::Workspace> opened) {
                     if (opened)
                         adopt(std::move(*opened));
                     else
                         fail(opened.error());
                 });
}

void Session::openSample() {
    const QString sample =
        QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) + QStringLiteral("/sample");
    if (const QString ready = sampleWorkspace(sample); !ready.isEmpty()) {
        openWorkspace(ready);
        return;
    }
    if (m_sampleWorker.isRunning())
        return;
    QDir().mkpath(QFileInfo(sample).absolutePath());
    showStatus(tr("Drawing the sample: six cameras, a few seconds"));
    connect(
        &m_sampleWorker, &WorkerClient::ended, this,
        [this, sample](const WorkerClient::End& end) {
            if (!end.ok) {
                Q_EMIT failed(end.message, end.advice);
                return;
            }
            const QString ready = sampleWorkspace(sample);
            if (ready.isEmpty())
                openDataset(sample);
            else
                openWorkspace(ready);
        },
        Qt::SingleShotConnection);
    m_sampleWorker.start({QStringLiteral("sample"), sample}, false);
}

void Session::adopt(runs::Workspace workspace) {
    if (m_trainWorker.isRunning() && m_workspace && m_workspace->folder != workspace.folder) {
        Q_EMIT failed(tr("A training is running in the workspace %1.").arg(qs(m_workspace->folder.filename())),
                      tr("Stop it or wait for its end, then open the other workspace."));
        return;
    }
    m_workspace = std::move(workspace);
    m_dataset.reset();
    m_refresh.cancel();
    m_refreshProblem.clear();
    m_deepScan.cancel();
    m_datasetWatcher.watch(nullptr);
    m_selection.clear();
    m_run.clear();
    m_selectionNames.clear();
    m_runNames.clear();

    const QString folder = qs(m_workspace->folder);
    QStringList recent = recentWorkspaces();
    recent.removeAll(folder);
    recent.prepend(folder);
    settings().setValue(QStringLiteral("recent"), QStringList(recent.mid(0, kRecentKept)));
    settings().setValue(QStringLiteral("recentData/") + QString::fromLatin1(QUrl::toPercentEncoding(folder)),
                        qs(m_workspace->dataRoot));

    watch();
    lookOnDisk(false, false);
    m_selection = m_selectionNames.isEmpty() ? QString() : m_selectionNames.last();
    m_run = m_runNames.isEmpty() ? QString() : m_runNames.first();
    Q_EMIT workspaceChanged();
    Q_EMIT currentSelectionChanged();
    Q_EMIT currentRunChanged();
    rescan();
}

void Session::rescan() {
    if (!m_workspace)
        return;
    m_refresh.cancel(); // this look is as good
    m_scanning = true;
    Q_EMIT scanProgress(0, 0);
    struct Told {
        std::mutex mutex;
        QElapsedTimer since;
    };
    auto told = std::make_shared<Told>();
    told->since.start();
    m_scan.start(
        [workspace = *m_workspace, deep = deepFile(), told,
         this](const JobRunner::Cancelled& cancelled) { // m_scan waits for this job before we go
            const ProgressCallback progress = [told, this](std::int64_t done, std::int64_t total) {
                const std::lock_guard lock(told->mutex);
                if (told->since.elapsed() < kProgressEveryMs)
                    return;
                told->since.restart();
                QMetaObject::invokeMethod(
                    this,
                    [this, done, total] {
                        if (m_scanning)
                            Q_EMIT scanProgress(done, total);
                    },
                    Qt::QueuedConnection);
            };
            return readData(workspace, deep, progress, cancelled);
        },
        [this](Result<data::Dataset> scanned) {
            m_scanning = false;
            m_refreshProblem.clear();
            if (scanned)
                m_dataset = std::make_shared<const data::Dataset>(std::move(*scanned));
            else
                fail(scanned.error());
            m_datasetWatcher.watch(m_dataset);
            Q_EMIT datasetChanged();
        });
}

std::filesystem::path Session::deepFile() const {
    return m_workspace ? m_workspace->cache() / "deep-findings.json" : std::filesystem::path();
}

void Session::refresh() {
    if (!m_workspace || m_scanning || !m_dataset)
        return;
    using Looked = Result<std::shared_ptr<const data::Dataset>>; // null: as before
    m_refresh.start(
        [workspace = *m_workspace, deep = deepFile(), before = m_dataset](const JobRunner::Cancelled& cancelled) -> Looked {
            auto scanned = readData(workspace, deep, {}, cancelled);
            if (!scanned)
                return failAs(scanned);
            if (sameData(*before, *scanned))
                return std::shared_ptr<const data::Dataset>();
            return std::make_shared<const data::Dataset>(std::move(*scanned));
        },
        [this](const Looked& looked) {
            if (!looked) {
                // The frames stay as they were seen last; the sentence comes once.
                if (const QString problem = errorText(looked.error()).sentence; problem != m_refreshProblem) {
                    m_refreshProblem = problem;
                    fail(looked.error());
                }
                return;
            }
            m_refreshProblem.clear();
            if (*looked == nullptr)
                return;
            m_dataset = *looked;
            m_datasetWatcher.watch(m_dataset);
            Q_EMIT datasetChanged();
        });
}

QStringList Session::recentWorkspaces() {
    return settings().value(QStringLiteral("recent")).toStringList();
}

void Session::forgetWorkspace(const QString& folder) {
    QStringList recent = recentWorkspaces();
    recent.removeAll(folder);
    settings().setValue(QStringLiteral("recent"), recent);
}

QString Session::workspaceTitle(const QString& folder) {
    QDir dir(folder);
    QString name = dir.dirName();
    if (name == QStringLiteral("workspace"))
        name = QFileInfo(dir.absolutePath()).dir().dirName();
    if (name.endsWith(QStringLiteral("-workspace")))
        name.chop(10);
    return name;
}

QString Session::className(int classId) const {
    if (m_workspace && classId >= 0 && std::size_t(classId) < m_workspace->names.size())
        return qs(m_workspace->names[std::size_t(classId)]);
    return tr("class %1").arg(classId);
}

void Session::setCurrentSelection(const QString& name) {
    if (name == m_selection)
        return;
    m_selection = name;
    Q_EMIT currentSelectionChanged();
}

QStringList Session::selectionNames() const {
    return m_selectionNames;
}

void Session::setCurrentRun(const QString& name) {
    if (name == m_run)
        return;
    m_run = name;
    Q_EMIT currentRunChanged();
}

QStringList Session::runNames() const {
    return m_runNames;
}

runs::RunPaths Session::runPaths(const QString& name) const {
    return {m_workspace ? m_workspace->runs() / toPath(name) : toPath(name)};
}

void Session::setConfidence(double value) {
    value = std::clamp(value, 0.0, 1.0);
    if (value == m_confidence)
        return;
    m_confidence = value;
    Q_EMIT thresholdsChanged();
}

void Session::setMatchIou(double value) {
    value = std::clamp(value, 0.0, 1.0);
    if (value == m_matchIou)
        return;
    m_matchIou = value;
    Q_EMIT thresholdsChanged();
}

void Session::setNmsIou(double value) {
    value = std::clamp(value, 0.0, 1.0);
    if (value == m_nmsIou)
        return;
    m_nmsIou = value;
    Q_EMIT thresholdsChanged();
}

void Session::setTrainingRun(const QString& name) {
    if (name == m_trainingRun)
        return;
    m_trainingRun = name;
    Q_EMIT trainingChanged();
}

void Session::noteRunsChanged() {
    lookOnDisk(true, false);
}

void Session::noteSelectionsChanged() {
    lookOnDisk(false, true);
}

void Session::showStatus(const QString& text) {
    Q_EMIT status(text);
}

void Session::watch() {
    if (const QStringList old = m_watcher.directories(); !old.isEmpty())
        m_watcher.removePaths(old);
    for (const std::filesystem::path& folder : {m_workspace->selections(), m_workspace->runs()}) {
        QDir().mkpath(qs(folder));
        m_watcher.addPath(qs(folder));
    }
}

void Session::lookOnDisk(bool tellRuns, bool tellSelections) {
    if (!m_workspace)
        return;
    const QStringList selections =
        namesBelow(m_workspace->selections(), QDir::Time | QDir::Reversed);     // the newest last
    const QStringList runFolders = namesBelow(m_workspace->runs(), QDir::Time); // the newest first
    tellSelections = tellSelections || selections != m_selectionNames;
    tellRuns = tellRuns || runFolders != m_runNames;
    m_selectionNames = selections;
    m_runNames = runFolders;
    if (tellSelections)
        Q_EMIT selectionsChanged();
    if (tellRuns)
        Q_EMIT runsChanged();
}

} // namespace intersect::ui
