// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/control_input.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "core/base/numbers.h"

namespace intersect::runs {

ControlInput::ControlInput(int file) : m_file(file) {
    if (::pipe2(m_wake, O_CLOEXEC) == 0)
        m_thread = std::jthread([this] { read(); });
}

ControlInput::~ControlInput() {
    if (m_wake[1] >= 0)
        ::close(m_wake[1]); // the thread sees the end of this pipe
    if (m_thread.joinable())
        m_thread.join();
    if (m_wake[0] >= 0)
        ::close(m_wake[0]);
}

void ControlInput::read() {
    std::string rest;
    for (;;) {
        pollfd files[2] = {{m_file, POLLIN, 0}, {m_wake[0], POLLIN, 0}};
        if (::poll(files, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        if (files[1].revents != 0)
            return;
        char buffer[256];
        const ssize_t got = ::read(m_file, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        rest.append(buffer, static_cast<std::size_t>(got));
        for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
            take(std::string(trimmed(rest.substr(0, end))));
            rest.erase(0, end + 1);
        }
        if (rest.size() > 4096)
            rest.clear(); // no word is that long
    }
    take("stop");
}

void ControlInput::take(const std::string& line) {
    {
        const std::lock_guard lock(m_mutex);
        if (line == "stop")
            m_stop = true;
        else if (line == "pause")
            m_paused = true;
        else if (line == "resume")
            m_paused = false;
    }
    m_changed.notify_all();
}

bool ControlInput::stopped() {
    const std::lock_guard lock(m_mutex);
    return m_stop;
}

bool ControlInput::waitWhilePaused() {
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, std::chrono::milliseconds(100), [this] { return m_stop || !m_paused; });
}

} // namespace intersect::runs
