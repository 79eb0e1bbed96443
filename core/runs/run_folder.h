// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json_text.h"
#include "core/base/result.h"

namespace intersect::runs {

/// Paths inside runs/<id>/ (design section 5).
struct RunPaths {
    std::filesystem::path folder;
    std::filesystem::path config() const { return folder / "config.yaml"; }
    std::filesystem::path events() const { return folder / "events.jsonl"; }
    std::filesystem::path results() const { return folder / "results.csv"; }
    std::filesystem::path histograms() const { return folder / "histograms.jsonl"; }
    std::filesystem::path workerLog() const { return folder / "worker.log"; }
    std::filesystem::path best() const { return folder / "weights" / "best.safetensors"; }
    std::filesystem::path last() const { return folder / "weights" / "last.safetensors"; }
    std::filesystem::path resume() const { return folder / "resume.safetensors"; }
    std::filesystem::path lists() const { return folder / "lists"; }
    std::filesystem::path detections(const std::string& split) const {
        return folder / ("detections-" + split + ".json");
    }
    std::filesystem::path candidates(const std::string& split) const {
        return folder / ("candidates-" + split + ".safetensors");
    }
};

/// Holds the flock on a run folder while a process writes to it; freed by its end, however it ends.
class RunLock {
public:
    static Result<RunLock> take(const std::filesystem::path& folder);
    RunLock(RunLock&& other) noexcept;
    RunLock& operator=(RunLock&& other) noexcept;
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;
    ~RunLock();

private:
    explicit RunLock(int file) : m_file(file) {}
    int m_file = -1;
};

/// Whether some process holds the lock now (the run is being written).
bool isRunLocked(const std::filesystem::path& folder);

/// One epoch as events.jsonl tells it.
struct EpochRecord {
    int epoch = 0;                             ///< from 1
    double box = 0, obj = 0, cls = 0;          ///< train losses, gains applied
    double valBox = 0, valObj = 0, valCls = 0; ///< val losses
    double map50 = 0, map5095 = 0, precision = 0, recall = 0;
    double lr = 0, seconds = 0;
};

/// What "best" means: 0.1 mAP@0.5 + 0.9 mAP@0.5:0.95 (YOLOv5); of equal epochs the later one is the best.
double fitness(double map50, double map5095);

enum class RunState { Empty, Running, Done, Stopped, Failed, Interrupted };

/// A run rebuilt from its folder alone.
struct RunSummary {
    std::string id; ///< folder name
    RunPaths paths;
    RunState state = RunState::Empty; ///< Interrupted: neither done nor locked (killed, power cut)
    int epochs = 0;                   ///< planned
    std::vector<EpochRecord> history;
    int bestEpoch = 0;
    double bestMap50 = 0;
    std::string error; ///< message of the error event, if any
    std::string advice;
    Json started; ///< the last `started` event: what the training said of its data and network; null before it
};

/// Rebuilds a run from config.yaml and events.jsonl.
Result<RunSummary> readRun(const std::filesystem::path& folder);
/// The same for the process that holds the run's lock: never Running.
Result<RunSummary> readLockedRun(const std::filesystem::path& folder);

} // namespace intersect::runs
