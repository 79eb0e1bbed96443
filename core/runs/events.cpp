// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/events.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/files.h"

namespace intersect::runs {
namespace fs = std::filesystem;

namespace {

/// Writes all bytes; false with errno set on failure.
bool writeAll(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(file, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
}

/// Cuts what follows the last line end: the line a crash tore.
bool cutTornLine(int file) {
    struct stat status {};
    if (::fstat(file, &status) != 0)
        return false;
    off_t end = status.st_size;
    while (end > 0) {
        char last = 0;
        if (::pread(file, &last, 1, end - 1) != 1)
            return false;
        if (last == '\n')
            break;
        --end;
    }
    return end == status.st_size || ::ftruncate(file, end) == 0;
}

} // namespace

EventLog::~EventLog() {
    if (m_file >= 0)
        ::close(m_file);
}

Result<void> EventLog::open(const fs::path& file, bool alsoStdout) {
    const std::lock_guard lock(m_mutex);
    m_alsoStdout = alsoStdout;
    m_path = file;
    if (m_file >= 0)
        ::close(m_file);
    m_file = ::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (m_file < 0 || !cutTornLine(m_file))
        return fail(ErrorCode::Failed, file.string() + " cannot be opened for events: " + std::strerror(errno) + ".",
                    file, 0, "Choose a folder you may write to.");
    return {};
}

Result<void> EventLog::write(const std::string& type, const Json& fields) {
    Json event;
    event["type"] = type;
    for (const auto& [key, value] : fields.items())
        event[key] = value;
    const std::string line = toText(event) + '\n';

    const std::lock_guard lock(m_mutex);
    int trouble = 0;
    if (m_file >= 0) {
        struct stat before {};
        const bool known = ::fstat(m_file, &before) == 0;
        if (!writeAll(m_file, line)) {
            trouble = errno;
            // Nothing torn stays behind: the next line would be glued to it. Where even that fails, readers skip the
            // line.
            if (known)
                static_cast<void>(::ftruncate(m_file, before.st_size) == 0);
        }
    }
    if (m_alsoStdout && !writeAll(STDOUT_FILENO, line))
        m_alsoStdout = false; // nobody listens any more; the file is the truth
    if (trouble != 0)
        return fail(
            ErrorCode::Failed, m_path.string() + " cannot be written: " + std::strerror(trouble) + ".", m_path, 0,
            trouble == ENOSPC || trouble == EDQUOT ? "Free some space on that disk and start the run again." : "");
    return {};
}

Result<std::vector<Json>> readEvents(const fs::path& file) {
    const auto text = readFile(file);
    if (!text)
        return failAs(text);
    std::vector<Json> events;
    std::size_t begin = 0;
    int lineNumber = 0;
    for (std::size_t end = text->find('\n'); end != std::string::npos; begin = end + 1, end = text->find('\n', begin)) {
        ++lineNumber;
        Json event = Json::parse(text->begin() + static_cast<std::ptrdiff_t>(begin),
                                 text->begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        if (!event.is_object() || !event.contains("type") || !event["type"].is_string())
            continue; // a line torn by a full disk or a power cut
        if (event["type"] == "hello" && event.contains("protocol") && event["protocol"] != kEventProtocol)
            return fail(ErrorCode::BadInput,
                        file.string() + " speaks event protocol " + toText(event["protocol"]) +
                            "; this program knows " + std::to_string(kEventProtocol) + ".",
                        file, lineNumber, "Open the run with the version of Intersect that made it.");
        events.push_back(std::move(event));
    }
    return events;
}

} // namespace intersect::runs
