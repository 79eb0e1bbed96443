// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::runs {

/// Class names and where they come from.
struct ClassNames {
    std::vector<std::string> names;
    std::string from; ///< one sentence for people
    bool guessed = false; ///< nobody named the classes: COCO's names stand in
};

/// Class names for a set of images: `namesFile` if given, else those of a workspace at or above one of `places`, else of a data.yaml
/// or *.names above the images, else COCO's 80. Errors: a label whose class has no name (with its file and line). Reads every label.
Result<ClassNames> resolveClassNames(const std::filesystem::path& namesFile, const std::vector<std::filesystem::path>& places,
                                     const std::vector<std::filesystem::path>& images);

} // namespace intersect::runs
