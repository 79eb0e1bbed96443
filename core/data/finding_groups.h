// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/finding.h"

namespace intersect::data {

/// All findings of one code.
struct FindingGroup {
    std::string code;
    Severity severity = Severity::Note;  ///< the worst of them
    std::vector<std::uint32_t> findings; ///< indices, in the order given
    std::uint32_t files = 0;             ///< different paths among them
};

/// Findings by code, whatever codes there are: errors before warnings before notes, then the most frequent first, then by code. Any thread; pure.
std::vector<FindingGroup> groupFindings(std::span<const Finding> findings);

} // namespace intersect::data
