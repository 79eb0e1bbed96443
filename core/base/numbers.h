// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace intersect {

/// Reads a whole decimal number, whatever the locale says; nullopt if anything is left over or it is no number.
/// "nan" and "inf" are numbers here (callers decide); leading '+' and blanks are not accepted.
std::optional<double> parseDouble(std::string_view text);

/// Reads a whole integer; nullopt if anything is left over or it does not fit.
std::optional<std::int64_t> parseInt(std::string_view text);

/// The shortest text that reads back to the same double ("0.1", "1e-05", "nan").
std::string formatShortest(double value);

/// Fixed decimals with a point, whatever the locale says: formatFixed(0.53, 3) is "0.530".
std::string formatFixed(double value, int decimals);

/// Thousands with commas: 1008000 is "1,008,000".
std::string formatGrouped(std::int64_t value);

/// Splits at runs of blanks and tabs; no empty parts.
std::vector<std::string_view> splitBlanks(std::string_view text);

/// Splits at every `separator`; parts may be empty; an empty text has no parts.
std::vector<std::string_view> splitAt(std::string_view text, char separator);

/// Without blanks, tabs, CR and LF at both ends.
std::string_view trimmed(std::string_view text);

} // namespace intersect
