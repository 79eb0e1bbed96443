// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/data/annotations.h"

namespace intersect::data {

/// Reads a COCO file of objects: `images` (id, file_name, width, height), `annotations` (image_id, category_id, bbox: x, y, width, height in pixels)
/// and `categories` (id, name), in any order. Class ids are the categories' ranks in the order of their ids, so that COCO's own 1..90 become 0..79;
/// every image of the file comes back, also those without boxes. Crowd regions (`iscrowd`) are left out with a note, as they are no single objects.
/// `sizeOf` is asked for images without width and height. A file that is not such JSON gives no images and one finding. Any thread; a gigabyte
/// takes seconds and two gigabytes of memory.
Annotations parseCocoLabels(std::string text, const std::filesystem::path& path, const SizeLookup& sizeOf = {});

/// Reads such a file; more than 2 GiB are a finding.
Annotations readCocoLabels(const std::filesystem::path& path, const SizeLookup& sizeOf = {});

/// The text of a COCO file; category ids are the indices of the names, image and annotation ids count from 1. Every image needs a size. A file name
/// that is not UTF-8 is written with U+FFFD, and its bytes percent-encoded as `file_name_bytes`, which the reader prefers.
std::string formatCocoLabels(const std::vector<AnnotatedImage>& images, const std::vector<std::string>& names);

} // namespace intersect::data
