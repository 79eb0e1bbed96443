// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "core/base/result.h"
#include "core/eval/comparison.h"
#include "ui/models/inspection.h"

// Two inspections of the same frames beside each other: A and B, which may be two networks or one at two thresholds.
namespace intersect::ui {

/// What another run found on the frames of an inspection, in their order. Made once, then only read.
struct OtherFound {
    std::shared_ptr<const Inspection> inspection; ///< truth, frames and cameras are those of the first
    std::vector<char> missing;                    ///< by frame: 1 where the other knows nothing of it
    std::int64_t missingFrames = 0;               ///< frames of the first that the other does not have
    std::int64_t extraFrames = 0;                 ///< frames of the other that the first does not have
};

/// The first beside itself.
OtherFound sameFound(std::shared_ptr<const Inspection> first);

/// Reads a detections file for the frames of `first`; relative file names stand below `dataRoot`. With candidates of the same images their
/// boxes take the place of the detections, suppressed at `nmsIou`. Errors: as readDetections, no frame in common, other classes. Any thread.
Result<OtherFound> loadOther(const Inspection& first, const std::filesystem::path& detectionsFile, const std::filesystem::path& dataRoot,
                             const std::filesystem::path& candidatesFile = {}, double nmsIou = 0);

} // namespace intersect::ui
