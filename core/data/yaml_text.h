// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace intersect::data {

/// A text as a YAML scalar that every reader takes for that very text: a plain absolute path stays plain, all else is quoted.
std::string yamlText(std::string_view text);

/// A path as a YAML scalar: as yamlText where it is UTF-8; else its bytes in percent-encoding with the tag `!percent`, which only we read.
std::string yamlPath(const std::filesystem::path& path);

/// The path of a scalar that yamlPath wrote, from its text and tag.
std::filesystem::path pathOfYaml(const std::string& text, const std::string& tag);

} // namespace intersect::data
