// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace intersect {

/// Cores this process may use (cgroup and affinity respected), at least 1.
int availableCores();

/// Calls `body(i)` for i in 0..count-1 on `threads` threads (the caller's is one of them); returns when all are done.
/// `body` must not throw. Items are handed out one by one, so they may differ in length; order is not promised.
void parallelFor(std::size_t count, int threads, const std::function<void(std::size_t)>& body);

/// Lowers the priority of the calling thread, so that it only uses cores nobody else wants.
void lowerThreadPriority();

} // namespace intersect
