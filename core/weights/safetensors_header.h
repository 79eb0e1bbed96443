// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/weights/named_arrays.h"

namespace intersect::weights {

/// One array as the header of a safetensors file describes it: its values are the bytes [begin, end) after the header.
struct HeaderEntry {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0;
};

/// The header of a safetensors file; entries in the order of their values.
struct SafetensorsHeader {
    std::vector<HeaderEntry> entries;
    std::map<std::string, std::string> metadata;
    std::string fault; ///< why it is refused, as the end of a sentence; empty if it is fine
};

/// Reads a header's JSON while it is parsed, without a tree of it, so that what it takes is bounded by what it says. Shapes, types and
/// places are checked against `dataBytes`, the length of the file after the header; two arrays of one name or on the same bytes are
/// refused.
SafetensorsHeader readHeader(std::string_view json, std::uint64_t dataBytes);

/// "F32" and the like, as the format names a type.
const char* safetensorsName(DType type);

} // namespace intersect::weights
