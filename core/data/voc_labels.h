// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/data/annotations.h"

namespace intersect::data {

/// Reads a Pascal VOC file: `annotation` with `filename`, `size` (width, height) and any number of `object` with `name` and `bndbox`. The edges are
/// taken as they stand, in pixels counted from 0, as labelling tools write them today; the original challenge of 2007-2012 counted from 1 and
/// included the last pixel, which shifts its boxes by up to one pixel. Objects marked difficult count like the others. `size` is used where the file
/// tells none. `path` stands in the findings. One image comes back, none where the text is not XML. Any thread.
Annotations parseVocLabels(std::string_view text, const std::filesystem::path& path, Size size = {});

/// The text of a VOC file of a picture: edges as decimals, so that reading it gives the same box. Names that XML cannot hold lose those characters.
std::string formatVocLabels(const AnnotatedImage& image, const std::vector<std::string>& names, const std::string& folder);

} // namespace intersect::data
