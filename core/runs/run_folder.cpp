// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/run_folder.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

#include "core/base/file_lock.h"
#include "core/runs/events.h"
#include "core/runs/train_config.h"

namespace intersect::runs {
namespace fs = std::filesystem;

namespace {

fs::path lockFile(const fs::path& folder) {
    return folder / ".lock";
}

double number(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : 0.0;
}

double number(const Json& json, const char* outer, const char* key) {
    const auto found = json.find(outer);
    return found != json.end() && found->is_object() ? number(*found, key) : 0.0;
}

/// A count from 0 on; what no int can hold is 0.
int countOf(const Json& json, const char* key) {
    const double value = number(json, key);
    return value >= 0 && value <= 1e9 ? static_cast<int>(value) : 0;
}

std::string word(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

EpochRecord epochOf(const Json& event) {
    EpochRecord record;
    record.epoch = countOf(event, "epoch");
    record.box = number(event, "loss", "box");
    record.obj = number(event, "loss", "obj");
    record.cls = number(event, "loss", "cls");
    record.valBox = number(event, "val_loss", "box");
    record.valObj = number(event, "val_loss", "obj");
    record.valCls = number(event, "val_loss", "cls");
    record.map50 = number(event, "map50");
    record.map5095 = number(event, "map50_95");
    record.precision = number(event, "precision");
    record.recall = number(event, "recall");
    record.lr = number(event, "lr");
    record.seconds = number(event, "seconds");
    return record;
}

void take(RunSummary& run, const Json& event) {
    const std::string type = event["type"].get<std::string>();
    if (type == "hello") {
        run.state = RunState::Interrupted; // until an end is seen
        run.error.clear();
        run.advice.clear();
    } else if (type == "started") {
        run.started = event;
        if (const int epochs = countOf(event, "epochs"); epochs > 0)
            run.epochs = epochs;
    } else if (type == "epoch") {
        const EpochRecord record = epochOf(event);
        while (!run.history.empty() && run.history.back().epoch >= record.epoch)
            run.history.pop_back(); // resumed from before: the epoch was done again
        run.history.push_back(record);
        if (const int of = countOf(event, "of"); of > 0)
            run.epochs = of;
    } else if (type == "done") {
        run.state = RunState::Done;
    } else if (type == "stopped") {
        run.state = RunState::Stopped;
    } else if (type == "error") {
        run.state = RunState::Failed;
        run.error = word(event, "message");
        run.advice = word(event, "advice");
    }
}

} // namespace

Result<RunLock> RunLock::take(const fs::path& folder) {
    // Somebody who only asks whether the run is locked holds it for an instant: wait a little longer than that.
    auto lock = FileLock::take(lockFile(folder), std::chrono::milliseconds(200));
    if (lock)
        return RunLock(lock->release());
    if (lock.error() == EWOULDBLOCK)
        return fail(ErrorCode::BadInput, "Another process is writing to the run folder " + folder.string() + ".",
                    folder, 0, "Wait for that training to end, stop it, or choose another --run folder.");
    return fail(ErrorCode::Failed,
                "The run folder " + folder.string() + " cannot be locked: " + std::strerror(lock.error()) + ".", folder, 0,
                "Choose a folder you may write to.");
}

RunLock::RunLock(RunLock&& other) noexcept : m_file(std::exchange(other.m_file, -1)) {}

RunLock& RunLock::operator=(RunLock&& other) noexcept {
    std::swap(m_file, other.m_file);
    return *this;
}

RunLock::~RunLock() {
    if (m_file >= 0)
        ::close(m_file);
}

bool isRunLocked(const fs::path& folder) {
    const int file = ::open(lockFile(folder).c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    const bool locked = ::flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(file);
    return locked;
}

double fitness(double map50, double map5095) {
    return 0.1 * map50 + 0.9 * map5095;
}

Result<RunSummary> readLockedRun(const fs::path& folder) {
    RunSummary run;
    run.id = folder.filename().string();
    run.paths.folder = folder;
    std::error_code ignored;
    const bool hasConfig = fs::exists(run.paths.config(), ignored);
    const bool hasEvents = fs::exists(run.paths.events(), ignored);
    if (!hasConfig && !hasEvents)
        return fail(ErrorCode::BadInput,
                    folder.string() + " is not a run folder: it has neither config.yaml nor events.jsonl.", folder, 0,
                    "Name a folder that `train --run` made.");
    if (hasConfig) {
        std::vector<data::Finding> findings;
        if (const auto config = readTrainConfig(run.paths.config(), findings))
            run.epochs = config->epochs;
    }
    if (hasEvents) {
        const auto events = readEvents(run.paths.events());
        if (!events)
            return failAs(events);
        for (const Json& event : *events)
            take(run, event);
        if (!events->empty() && run.state == RunState::Empty)
            run.state = RunState::Interrupted;
    }
    double best = -1;
    for (const EpochRecord& record : run.history) {
        if (const double value = fitness(record.map50, record.map5095); value >= best) {
            best = value;
            run.bestEpoch = record.epoch;
            run.bestMap50 = record.map50;
        }
    }
    return run;
}

Result<RunSummary> readRun(const fs::path& folder) {
    auto run = readLockedRun(folder);
    if (run && isRunLocked(folder))
        run->state = RunState::Running;
    return run;
}

} // namespace intersect::runs
