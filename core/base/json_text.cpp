// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_text.h"

#include <algorithm>
#include <cmath>

namespace intersect {

std::string toText(const Json& json, int indent) {
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Result<Json> parseJson(std::string_view text, const std::filesystem::path& path) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& error) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
        const int line = 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
        return fail(ErrorCode::BadInput, path.string() + " is not valid JSON (line " + std::to_string(line) + ").", path, line,
                    "Write the file again with the program it came from.");
    }
}

std::string pathText(const std::filesystem::path& path) {
    const Json quoted = path.string();
    const std::string text = toText(quoted);
    return Json::parse(text).get<std::string>();
}

Json numberOrNull(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}

} // namespace intersect
