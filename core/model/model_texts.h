// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace intersect::model {

/// The files of resources/models by stem, built into the program.
extern const std::vector<std::pair<std::string_view, std::string_view>> kTexts;

} // namespace intersect::model
