// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/eval/error_types.h"
#include "core/eval/frame_groups.h"

// What report's JSON and its table have in common.
namespace intersect::eval {

/// How a kind of groups is called: the JSON's list, one entry's key, the table's heading.
struct GroupWords {
    const char *list, *entry, *heading;
};
inline GroupWords wordsOf(GroupBy by) {
    switch (by) {
    case GroupBy::Pool: return {"pools", "pool", "Pool"};
    case GroupBy::Hour: return {"hours", "hour", "Hour of day"};
    case GroupBy::Camera: break;
    }
    return {"cameras", "camera", "Camera"};
}

/// The types in the order people read them: the JSON's key and the table's words.
struct ErrorWords {
    ErrorType type;
    const char *key, *text;
};
constexpr std::array<ErrorWords, kErrorTypes> kErrorWords{{{ErrorType::Classification, "classification", "wrong class"},
                                                           {ErrorType::Localisation, "localisation", "badly placed"},
                                                           {ErrorType::Both, "both", "class and place"},
                                                           {ErrorType::Duplicate, "duplicate", "found twice"},
                                                           {ErrorType::Background, "background", "nothing there"},
                                                           {ErrorType::Missed, "missed", "missed"}}};

} // namespace intersect::eval
