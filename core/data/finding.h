// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace intersect::data {

enum class Severity { Error, Warning, Note };

/// Something wrong or suspect in the data, with path, line, severity and what to do.
struct Finding {
    std::string code;           ///< stable word: "label-columns", "label-range", "image-unreadable" …
    Severity severity = Severity::Warning;
    std::filesystem::path path; ///< the file it is about
    int line = 0;               ///< counted from 1; 0: the whole file
    std::string message;        ///< one sentence
    std::string advice;         ///< the next step; may be empty
};

/// "error", "warning" or "note".
const char* severityName(Severity severity);

} // namespace intersect::data
