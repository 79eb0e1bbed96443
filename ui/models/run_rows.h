// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include <QStringList>

#include "core/base/json_text.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"
#include "ui/models/cell_table.h"

namespace intersect::ui {

/// A run of the workspace with the settings it was told.
struct RunRow {
    runs::RunSummary summary;
    std::optional<runs::TrainConfig> config;
    QString problem; ///< why the folder cannot be read; empty when all is well
    qint64 trainFrames = 0; ///< lines of its train list
    std::uintmax_t eventBytes = 0; ///< size of events.jsonl when it was read
};

/// Reads the runs of these folders; ended runs of `before` whose events have not grown since are taken over as they are. Any thread.
std::vector<RunRow> readRunRows(const std::vector<std::filesystem::path>& folders, const std::vector<RunRow>& before = {});

/// "Running", "Done" …
QString runStateWord(runs::RunState state);
Tone runStateTone(runs::RunState state);

/// The row of the runs table: run, loss, frozen, state, result.
std::vector<Cell> runCells(const RunRow& row);

/// The line of the log for an event; empty where an event says nothing for people.
QString eventLine(const Json& event);

/// The log of a run from disk: its events as lines, then what only worker.log has; the last `most` lines. Any thread.
QStringList readRunLog(const runs::RunPaths& paths, int most);

/// "6 min 26 s".
QString durationText(double seconds);

} // namespace intersect::ui
