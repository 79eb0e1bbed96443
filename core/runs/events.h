// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/json_text.h"
#include "core/base/result.h"

namespace intersect::runs {

constexpr int kEventProtocol = 1;

/// Appends events to a run's events.jsonl, each written and flushed before it goes anywhere else (design section 5).
/// A torn last line left by a crash is cut off on opening. Any thread.
class EventLog {
public:
    EventLog() = default;
    EventLog(const EventLog&) = delete;
    EventLog& operator=(const EventLog&) = delete;
    ~EventLog();
    /// Opens (or creates) the file; `alsoStdout` sends every event to standard output too (`--events`).
    Result<void> open(const std::filesystem::path& file, bool alsoStdout);
    /// Writes one event; `type` becomes the first key. A full disk becomes an error (the caller ends the run).
    Result<void> write(const std::string& type, const Json& fields);

private:
    std::mutex m_mutex;
    std::filesystem::path m_path;
    int m_file = -1;
    bool m_alsoStdout = false;
};

/// All whole events of a file; a torn last line is left out. Unknown types are kept. An unknown protocol number in
/// `hello` is refused.
Result<std::vector<Json>> readEvents(const std::filesystem::path& file);

} // namespace intersect::runs
