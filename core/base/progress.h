// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

namespace intersect {

/// Told how far a long job is: done of total (0: not known yet). Called from the job's own thread, often; must be quick.
using ProgressCallback = std::function<void(std::int64_t done, std::int64_t total)>;

/// Asked by a long job whether it should end early; true: stop. Called from any thread of the job.
using StopCheck = std::function<bool()>;

/// Set from a signal handler or another thread; a StopCheck that reads it is `[&]{ return flag.stopped(); }`.
class StopFlag {
public:
    void stop() { m_stopped.store(true, std::memory_order_relaxed); }
    bool stopped() const { return m_stopped.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> m_stopped{false};
};

} // namespace intersect
