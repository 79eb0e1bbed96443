// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/yaml_text.h"

#include <algorithm>
#include <array>

namespace intersect::data {

std::string yamlText(std::string_view text) {
    const auto harmless = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '.' || c == '-';
    };
    if (text.starts_with('/') && std::all_of(text.begin(), text.end(), harmless))
        return std::string(text);
    constexpr std::array<char, 17> kHex = {"0123456789ABCDEF"};
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += "\\x";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

} // namespace intersect::data
