// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "core/base/result.h"

namespace intersect {

/// JSON in the order its keys were written.
using Json = nlohmann::ordered_json;

/// One line of JSON (indent < 0) or indented text; bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string toText(const Json& json, int indent = -1);

/// Reads a JSON document; a syntax error becomes a sentence with path and line.
Result<Json> parseJson(std::string_view text, const std::filesystem::path& path);

/// A path as a JSON string: as it is when it is UTF-8, with U+FFFD in place of other bytes otherwise.
std::string pathText(const std::filesystem::path& path);

/// A number for JSON: null when it is not finite.
Json numberOrNull(double value);

} // namespace intersect
