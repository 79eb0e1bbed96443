// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/taken_at.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "core/base/numbers.h"

namespace intersect::data {
namespace {

/// A number of exactly `digits` decimal digits (any count from 1 to 9 if 0).
std::optional<std::int64_t> digitsOf(std::string_view text, std::size_t digits) {
    if (text.empty() || text.size() > 9 || (digits > 0 && text.size() != digits) ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return parseInt(text);
}

/// Seconds since 1970 at the begin of a day, if there is such a day.
std::optional<std::int64_t> dayBegin(std::int64_t year, std::int64_t month, std::int64_t day) {
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year < 1970)
        return std::nullopt;
    return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400};
}

/// 2021_03_20_071836
std::optional<std::int64_t> stampOf(std::string_view part) {
    if (part.size() != 17)
        return std::nullopt;
    const std::vector<std::string_view> fields = splitAt(part, '_');
    if (fields.size() != 4)
        return std::nullopt;
    const auto year = digitsOf(fields[0], 4);
    const auto month = digitsOf(fields[1], 2);
    const auto day = digitsOf(fields[2], 2);
    const auto time = digitsOf(fields[3], 6);
    if (!year || !month || !day || !time)
        return std::nullopt;
    const std::int64_t hours = *time / 10000;
    const std::int64_t minutes = *time / 100 % 100;
    const std::int64_t seconds = *time % 100;
    const auto begin = dayBegin(*year, *month, *day);
    if (!begin || hours > 23 || minutes > 59 || seconds > 60)
        return std::nullopt;
    return *begin + hours * 3600 + minutes * 60 + seconds;
}

} // namespace

std::optional<std::int64_t> takenAtOf(std::string_view fileStem) {
    const std::vector<std::string_view> parts = splitAt(fileStem, '-');
    for (const std::string_view part : parts) {
        if (const auto stamp = stampOf(part))
            return stamp;
    }
    if (parts.size() < 4) // the camera may hold a '-' itself; date, hour and frame number are the last three
        return std::nullopt;
    const auto date = digitsOf(parts[parts.size() - 3], 8);
    const auto hour = digitsOf(parts[parts.size() - 2], 2);
    const auto number = digitsOf(parts[parts.size() - 1], 0);
    if (!date || !hour || !number || *hour > 23)
        return std::nullopt;
    const auto begin = dayBegin(*date / 10000, *date / 100 % 100, *date % 100);
    if (!begin)
        return std::nullopt;
    return *begin + *hour * 3600 + *number;
}

} // namespace intersect::data
