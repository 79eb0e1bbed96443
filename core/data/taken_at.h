// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace intersect::data {

/// When a frame was taken, from its file name: `2703-2021_03_20_071836` gives that second; `410-20160429-07-000218` (date, hour, frame number)
/// gives date and hour plus one second a frame number (CityCam's webcams send about one frame a second). Seconds since 1970 in local time; nullopt if the name tells nothing.
std::optional<std::int64_t> takenAtOf(std::string_view fileStem);

} // namespace intersect::data
