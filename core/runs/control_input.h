// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace intersect::runs {

/// Reads `stop`, `pause` and `resume`, one a line, from a file descriptor on a thread of its own; its end means stop
/// (design section 5). Other lines are ignored.
class ControlInput {
public:
    /// `file` stays the caller's; usually standard input.
    explicit ControlInput(int file);
    ~ControlInput();
    ControlInput(const ControlInput&) = delete;
    ControlInput& operator=(const ControlInput&) = delete;

    /// Whether to end; waits while paused, but looks at `alsoStop` (Ctrl+C) ten times a second. Any thread.
    template <class Check>
    bool stopAsked(const Check& alsoStop) {
        while (!waitWhilePaused())
            if (alsoStop())
                return true;
        return stopped() || alsoStop();
    }

private:
    void read();
    void take(const std::string& line);
    bool stopped();
    /// False: still paused after a tenth of a second.
    bool waitWhilePaused();

    int m_file;
    int m_wake[2] = {-1, -1}; ///< ends the thread
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_stop = false, m_paused = false;
    std::jthread m_thread;
};

} // namespace intersect::runs
