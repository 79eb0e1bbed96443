// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/yaml_text.h"

#include <algorithm>

#include "core/base/json_text.h"

namespace intersect::data {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::string_view kPercentTag = "!percent";

/// An absolute path of letters, digits and / _ . - means the same with and without quotes.
bool isPlain(std::string_view text) {
    const auto harmless = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '.' || c == '-';
    };
    return text.starts_with('/') && std::all_of(text.begin(), text.end(), harmless);
}

} // namespace

std::string yamlText(std::string_view text) {
    if (isPlain(text))
        return std::string(text);
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

std::string yamlPath(const std::filesystem::path& path) {
    const std::string& bytes = path.native();
    if (isPlain(bytes) || pathText(path) == bytes)
        return yamlText(bytes);
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7F && c != '%' && c != '"' && c != '\\')
            text += c;
        else
            text += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
    return std::string(kPercentTag) + " \"" + text + "\"";
}

std::filesystem::path pathOfYaml(const std::string& text, const std::string& tag) {
    if (tag != kPercentTag)
        return text;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool encoded = text[i] == '%' && i + 2 < text.size() && kHex.find(text[i + 1]) != kHex.npos && kHex.find(text[i + 2]) != kHex.npos;
        if (!encoded) {
            bytes += text[i];
            continue;
        }
        bytes += static_cast<char>(kHex.find(text[i + 1]) * 16 + kHex.find(text[i + 2]));
        i += 2;
    }
    return bytes;
}

} // namespace intersect::data
