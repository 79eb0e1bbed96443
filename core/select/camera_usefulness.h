// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/select/feature_rows.h"

namespace intersect::select {

/// What the proportional strategy takes as a camera's weight, by the id of the camera ("Q2/398").
using Usefulness = std::map<std::string, double>;

/// The sum over each camera's frames of a number per frame, given by its index in the data set: boxes, missed objects …
Usefulness sumByCamera(const std::vector<const data::Camera*>& cameras, const std::function<double(std::uint32_t frame)>& value);

/// How little a camera's frames look like those of the other cameras: the mean over its frames of the distance (Euclid, of the features) to the
/// nearest frame of another camera. Of a camera at most 100 frames, evenly spread in path order, are looked at. A camera alone has 1. `features` has a row a
/// frame of the data set. Cost: (cameras * 100)^2 * width multiplications at most.
Usefulness noveltyByCamera(const std::vector<const data::Camera*>& cameras, const FeatureRows& features);

/// Reads a table of earlier results: `camera,value` a line, values of 0 or more; a first line of words is a header, and what stands after `#` is left out. A camera is
/// written by name or id. Errors name file and line: another number of columns, no number, a camera twice, an empty table.
Result<Usefulness> readCameraResults(const std::filesystem::path& csv);

} // namespace intersect::select
