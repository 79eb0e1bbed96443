// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include <opencv2/core/mat.hpp>

#include "core/base/result.h"
#include "core/train/batch_loader.h"

namespace intersect::train {

/// Up to 16 pictures of a batch with their boxes in the colours of their classes, as the network gets them: CV_8UC3 BGR. `names`: of the
/// classes, or none. A batch has at least one picture. Any thread.
cv::Mat drawBatch(const Batch& batch, std::span<const std::string> names);

/// Writes that as a JPEG.
Result<void> writeBatchPicture(const std::filesystem::path& path, const Batch& batch, std::span<const std::string> names);

} // namespace intersect::train
