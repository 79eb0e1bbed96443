// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace intersect {

/// Sends log lines to stderr only (never stdout, which belongs to JSON and events); `quiet` leaves warnings and errors.
void setUpLog(bool quiet);

/// One line for the person at the terminal. Any thread.
void logInfo(std::string_view text);

/// One line that needs attention. Any thread.
void logWarning(std::string_view text);

} // namespace intersect
