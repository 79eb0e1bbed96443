// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/data/near_duplicates.h"
#include "core/image/perceptual_hash.h"

namespace intersect::data {

/// What is wrong or suspect in a data set although every file of it can be read, besides what reading found (Dataset::findings):
/// `label-class-unknown` (error) for class ids from `options.classCount` on, `label-outside` (warning) for boxes that reach over the
/// picture's border by more than a hundredth of it, `label-overlap` (warning) for two boxes that are nearly the same, `image-size`
/// (warning) for frames of another size than nearly all of their camera's, `camera-sizes` (note) for a camera without one size,
/// `camera-few-frames` (note). In the order of path and line.
std::vector<Finding> healthFindings(const Dataset& dataset, const ScanOptions& options);

/// Reads every picture once for its signature, or takes it from `cacheFolder` (see readSignatures of a request); those that cannot be
/// decoded become findings `image-unreadable` unless the data set's findings hold them already. Error: only Interrupted. Any thread;
/// parallel inside.
Result<std::vector<image::PictureSignature>> readSignatures(const Dataset& dataset, const std::filesystem::path& cacheFolder, int threads,
                                                            std::vector<Finding>& findings, const ProgressCallback& progress = {},
                                                            const StopCheck& stop = {});

/// Frames that are identical (`frame-identical`, warning) or nearly so (`frame-near-duplicate`, warning), within and across cameras and
/// pools: one finding a frame, but for the first of each group, which the finding names. Error: only Interrupted. Any thread.
Result<std::vector<Finding>> duplicateFindings(const Dataset& dataset, std::span<const image::PictureSignature> signatures,
                                               const NearLimits& limits = {}, const StopCheck& stop = {});

/// Adds to the data set's findings what `options` ask for of the above and puts all in order. `cacheFolder` keeps signatures, if it is not
/// empty; `progress` counts the pictures. Error: only Interrupted.
Result<void> judge(Dataset& dataset, const ScanOptions& options, const std::filesystem::path& cacheFolder = {},
                   const ProgressCallback& progress = {}, const StopCheck& stop = {});

} // namespace intersect::data
