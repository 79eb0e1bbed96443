// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/progress.h"
#include "core/base/result.h"

namespace intersect::data {

struct SampleOptions {
    std::uint64_t seed = 1; ///< another seed: other scenery and traffic
    int frames = 200;       ///< of each camera in Q2, Q3 and test; half as many in Q1
    int threads = 0;        ///< 0: all cores
    bool replace = false;   ///< put the new frames in the place of a folder that is there
};

struct SampleCounts {
    std::int64_t images = 0, boxes = 0; ///< boxes as written: Q3 has none
};

/// Draws the sample data set into `root`: pools Q1, Q2, Q3 and test of drawn webcam frames with exact YOLO labels (Q3 without), six
/// cameras, 352x240 JPEG, named as CityCam names its frames. The same options give the same bytes. It is made in a folder beside `root`
/// and renamed at the end, so that a stop, a full disk or a crash leaves nothing half-made. Errors: `root` is there and `replace` is not
/// set, frames below 1 or above 100,000, the disk. Any thread; parallel inside; about 3 ms of one core a frame.
Result<SampleCounts> writeSampleScenes(const std::filesystem::path& root, const SampleOptions& options, const ProgressCallback& progress = {},
                                       const StopCheck& stop = {});

} // namespace intersect::data
