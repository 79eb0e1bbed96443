// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace intersect::tests {

/// A path below the shared folder of real frames, checkpoints and golden numbers (`INTERSECT_SHARED`, default beside the project).
inline std::filesystem::path shared(const std::string& below = {}) {
    const char* named = std::getenv("INTERSECT_SHARED");
    return std::filesystem::path(named != nullptr ? named : INTERSECT_DEFAULT_SHARED) / below;
}

} // namespace intersect::tests

/// Ends a test with a sentence where the golden numbers are not on this machine.
#define NEED_SHARED(below)                                                                                             \
    if (!std::filesystem::exists(intersect::tests::shared(below)))                                                     \
    QSKIP("The shared reference data is not here: set INTERSECT_SHARED to its folder.")
