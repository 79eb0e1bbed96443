// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/queue.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "core/base/file_lock.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/yaml_text.h"

namespace intersect::runs {
namespace fs = std::filesystem;
using data::yamlText;

namespace {

constexpr std::uintmax_t kMaxQueueBytes = 16ULL << 20;
constexpr std::chrono::milliseconds kLockPatience(2000);

/// The lock of a queue while it is read, changed and written.
Result<FileLock> lockQueue(const fs::path& folder) {
    const fs::path path = folder / ".queue.lock";
    auto lock = FileLock::take(path, kLockPatience);
    if (lock)
        return std::move(*lock);
    if (lock.error() == EWOULDBLOCK)
        return fail(ErrorCode::Failed, "Another process holds the queue of " + folder.string() + ".", path, 0, "Try again; if it lasts, end that process.");
    return fail(ErrorCode::Failed, "The queue of " + folder.string() + " cannot be locked: " + std::strerror(lock.error()) + ".", path, 0,
                "Give yourself the right to write to that folder.");
}

auto placeOf(std::vector<QueuedRun>& runs, const std::string& run) {
    return std::find_if(runs.begin(), runs.end(), [&](const QueuedRun& entry) { return entry.run == run; });
}

Result<QueuedRun> entryOf(const YAML::Node& node, const fs::path& file) {
    const int line = std::max(0, node.Mark().line + 1);
    const auto wrong = [&](const std::string& what) {
        return fail(ErrorCode::BadInput, file.string() + ":" + std::to_string(line) + ": a waiting run " + what + ".", file, line, "Correct or delete that entry.");
    };
    QueuedRun entry;
    if (!node.IsMap() || !node["run"] || !node["run"].IsScalar() || node["run"].Scalar().empty())
        return wrong("has no name");
    entry.run = node["run"].Scalar();
    if (entry.run.find('/') != std::string::npos || entry.run.starts_with('.'))
        return wrong("is called \"" + entry.run + "\", which is no folder name");
    if (const YAML::Node resume = node["resume"]; resume && resume.IsScalar())
        entry.goesOn = resume.Scalar() == "true";
    if (const YAML::Node epochs = node["epochs"]; epochs) {
        const auto count = epochs.IsScalar() ? parseInt(epochs.Scalar()) : std::nullopt;
        if (!count || *count < 0 || *count > 1'000'000)
            return wrong("has epochs that are no count");
        entry.epochs = static_cast<int>(*count);
    }
    if (entry.goesOn)
        return entry;
    if (!node["config"] || !node["config"].IsScalar())
        return wrong("has no config");
    std::vector<data::Finding> findings;
    auto config = parseTrainConfig(node["config"].Scalar(), file, findings);
    if (!config)
        return failAs(config);
    entry.config = std::move(*config);
    return entry;
}

} // namespace

std::string formatQueue(const std::vector<QueuedRun>& runs) {
    std::string text = "# Runs that wait, in the order they will start.\nversion: 1\nruns:\n";
    if (runs.empty())
        return text.substr(0, text.size() - 1) + " []\n";
    for (const QueuedRun& entry : runs) {
        text += "  - run: " + yamlText(entry.run) + "\n";
        if (entry.goesOn)
            text += "    resume: true\n";
        if (entry.epochs > 0)
            text += "    epochs: " + std::to_string(entry.epochs) + "\n";
        if (entry.goesOn)
            continue;
        text += "    config: |\n";
        const std::string config = formatTrainConfig(entry.config);
        for (const std::string_view line : splitAt(config, '\n'))
            text += line.empty() ? std::string() : "      " + std::string(line) + "\n";
    }
    return text;
}

Result<std::vector<QueuedRun>> parseQueue(const std::string& text, const fs::path& file) {
    std::vector<QueuedRun> runs;
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsMap())
            return fail(ErrorCode::BadInput, file.string() + " is no queue of runs.", file, 0, "Delete it; the runs themselves are kept elsewhere.");
        const YAML::Node list = root["runs"];
        for (std::size_t i = 0; list && list.IsSequence() && i < list.size(); ++i) {
            auto entry = entryOf(list[i], file);
            if (!entry)
                return failAs(entry);
            runs.push_back(std::move(*entry));
        }
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::BadInput, file.string() + ":" + std::to_string(error.mark.line + 1) + ": not valid YAML: " + error.msg + ".", file, error.mark.line + 1,
                    "Correct that line, or delete the file.");
    }
    return runs;
}

RunQueue::RunQueue(const Workspace& workspace) : m_folder(workspace.folder) {}

Result<std::vector<QueuedRun>> RunQueue::read() const {
    std::error_code ignored;
    if (!fs::exists(file(), ignored))
        return std::vector<QueuedRun>();
    const auto text = readFile(file(), kMaxQueueBytes);
    return text ? parseQueue(*text, file()) : failAs(text);
}

/// `how` changes the list and says whether there is anything to write.
template <class Change>
Result<void> RunQueue::change(const Change& how) const {
    const auto lock = lockQueue(m_folder);
    if (!lock)
        return failAs(lock);
    auto runs = read();
    if (!runs)
        return failAs(runs);
    const Result<bool> changed = how(*runs);
    if (!changed)
        return failAs(changed);
    return *changed ? writeFileAtomically(file(), formatQueue(*runs)) : Result<void>();
}

Result<void> RunQueue::append(const QueuedRun& run) const {
    return change([&](std::vector<QueuedRun>& runs) -> Result<bool> {
        if (placeOf(runs, run.run) != runs.end())
            return fail(ErrorCode::BadInput, "A run called " + run.run + " waits already.", file(), 0, "Give it another name, or remove the waiting one.");
        runs.push_back(run);
        return true;
    });
}

Result<std::optional<QueuedRun>> RunQueue::takeFirst() const {
    std::optional<QueuedRun> first;
    const auto changed = change([&](std::vector<QueuedRun>& runs) -> Result<bool> {
        if (runs.empty())
            return false;
        first = std::move(runs.front());
        runs.erase(runs.begin());
        return true;
    });
    if (!changed)
        return failAs(changed);
    return first;
}

Result<void> RunQueue::remove(const std::string& run) const {
    return change([&](std::vector<QueuedRun>& runs) -> Result<bool> {
        const auto found = placeOf(runs, run);
        if (found == runs.end())
            return false;
        runs.erase(found);
        return true;
    });
}

Result<void> RunQueue::move(const std::string& run, int places) const {
    return change([&](std::vector<QueuedRun>& runs) -> Result<bool> {
        const auto found = placeOf(runs, run);
        if (found == runs.end())
            return false;
        const auto from = found - runs.begin();
        const auto to = std::clamp<std::ptrdiff_t>(from + places, 0, static_cast<std::ptrdiff_t>(runs.size()) - 1);
        if (to < from)
            std::rotate(runs.begin() + to, runs.begin() + from, runs.begin() + from + 1);
        else
            std::rotate(runs.begin() + from, runs.begin() + from + 1, runs.begin() + to + 1);
        return from != to;
    });
}

} // namespace intersect::runs
