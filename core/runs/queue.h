// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/runs/train_config.h"
#include "core/runs/workspace.h"

namespace intersect::runs {

/// A run that waits: a new training with its settings, or an earlier run that is to go on.
struct QueuedRun {
    std::string run;    ///< folder name below runs/
    TrainConfig config; ///< what to train; unused where an earlier run goes on
    bool goesOn = false; ///< `resume` instead of `train`
    int epochs = 0;      ///< of a run that goes on: extend to so many; 0: as its config.yaml says
};

/// The runs that wait in a workspace: queue.yaml, in the order they will start. Every change reads the file, changes it and writes it whole under
/// a lock, so that windows and commands may share one queue; a missing file is an empty queue. Any thread.
class RunQueue {
public:
    explicit RunQueue(const Workspace& workspace);
    std::filesystem::path file() const { return m_folder / "queue.yaml"; }

    Result<std::vector<QueuedRun>> read() const;
    /// Puts a run at the end; a name that waits already is refused.
    Result<void> append(const QueuedRun& run) const;
    /// Takes the first run out; nothing where none waits.
    Result<std::optional<QueuedRun>> takeFirst() const;
    /// Takes a run out by its name; a name that waits no more is no error.
    Result<void> remove(const std::string& run) const;
    /// Moves a run by so many places (negative: sooner), as far as there are places.
    Result<void> move(const std::string& run, int places) const;

private:
    template <class Change>
    Result<void> change(const Change& how) const;
    std::filesystem::path m_folder;
};

/// The text of queue.yaml and back; `file` names it in errors.
std::string formatQueue(const std::vector<QueuedRun>& runs);
Result<std::vector<QueuedRun>> parseQueue(const std::string& text, const std::filesystem::path& file);

} // namespace intersect::runs
