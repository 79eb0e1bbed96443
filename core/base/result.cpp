// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

namespace intersect {

const char* errorCodeName(ErrorCode code) {
    switch (code) {
    case ErrorCode::Usage:
        return "usage";
    case ErrorCode::BadInput:
        return "bad_input";
    case ErrorCode::Failed:
        return "failed";
    case ErrorCode::Interrupted:
        return "interrupted";
    }
    return "failed";
}

int exitCodeOf(ErrorCode code) {
    switch (code) {
    case ErrorCode::Usage:
        return 2;
    case ErrorCode::BadInput:
        return 3;
    case ErrorCode::Failed:
        return 4;
    case ErrorCode::Interrupted:
        return 130;
    }
    return 4;
}

std::string describe(const Error& error) {
    std::string text;
    const std::string path = error.path.string();
    if (!path.empty() && error.message.find(path) == std::string::npos) {
        text += path;
        if (error.line > 0)
            text += ":" + std::to_string(error.line);
        text += ": ";
    } else if (error.line > 0) {
        text += "line " + std::to_string(error.line) + ": ";
    }
    text += error.message;
    if (!error.advice.empty())
        text += " " + error.advice;
    return text;
}

} // namespace intersect
