// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/finding.h"
#include "core/runs/events.h"
#include "core/runs/pt_histograms.h"
#include "core/runs/run_folder.h"

namespace intersect::train {

/// One epoch as the trainer knows it.
struct EpochReport {
    runs::EpochRecord record;
    int of = 0;
    std::array<double, 3> lr{};                    ///< biases, weights, batch norm at the epoch's end
    std::vector<std::pair<int, double>> classAp50; ///< class id, AP@0.5
};

/// Tells the run's story in its three places: events.jsonl (and the pipe), results.csv, worker.log. One thread.
class RunRecorder {
public:
    RunRecorder(const runs::RunPaths& paths, runs::EventLog& events) : m_paths(paths), m_events(events) {}
    /// Keeps the first `epochs` rows of an older results.csv and the records of these epochs in histograms.jsonl, and goes on after them.
    Result<void> continueAfter(int epochs);
    /// A line for worker.log, the event log and the terminal.
    Result<void> log(const std::string& text);
    /// A line for worker.log, and an event.
    Result<void> finding(const data::Finding& finding);
    Result<void> event(const std::string& type, const Json& fields) { return m_events.write(type, fields); }
    /// At most five a second; the last batch of an epoch always.
    Result<void> progress(int epoch, int batch, int of, double imagesPerSecond, double etaSeconds);
    /// The event, and results.csv anew with YOLOv5's columns (epochs from 0).
    Result<void> epoch(const EpochReport& report);
    /// A line for histograms.jsonl, flushed.
    Result<void> histogram(const runs::PtRecord& record);

private:
    const runs::RunPaths m_paths;
    runs::EventLog& m_events;
    std::string m_csv;
    std::chrono::steady_clock::time_point m_lastProgress{};
};

} // namespace intersect::train
