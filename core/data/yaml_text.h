// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace intersect::data {

/// A text as a YAML scalar that every reader takes for that very text: a plain absolute path stays plain, all else is quoted.
std::string yamlText(std::string_view text);

} // namespace intersect::data
