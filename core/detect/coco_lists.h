// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/detect/detection.h"

namespace intersect::detect {

/// An entry of "images" of a COCO file.
struct CocoImage {
    std::int64_t id = 0;
    std::string file;         ///< file_name, or the bytes of file_name_bytes; may be empty
    std::optional<Size> size; ///< nothing where the file tells none, or no proper one
};

/// An entry of "categories".
struct CocoCategory {
    std::int64_t id = 0;
    std::string name;
};

/// An entry of "annotations", or of a plain list of results. Numbers are finite, sizes not negative.
struct CocoBox {
    std::int64_t imageId = 0, categoryId = 0;
    std::optional<std::int64_t> id;
    BoxXywh box;
    std::optional<double> score, area;
    bool crowd = false;
};

/// What is done with the entries, in the order of the file, which need not have "images" first. The text that is
/// returned says what is wrong with the entry ("has no score"); empty: nothing.
struct CocoVisitor {
    std::function<std::string(CocoImage&&)> image;
    std::function<std::string(CocoCategory&&)> category;
    std::function<std::string(const CocoBox&)> box;
    const char* boxWord = "annotation"; ///< in messages
};

/// Which lists there were.
struct CocoLists {
    bool plain = false; ///< the file is a list of results; then the others are false
    bool images = false, categories = false, boxes = false;
};

/// Reads a COCO file of any size in one pass; memory does not grow with it. Errors (BadInput) name path, line and
/// entry, counted from 1: text that is no JSON or breaks off, NaN and infinity, missing or impossible fields, and what
/// the visitor says. Any thread.
Result<CocoLists> readCocoLists(const std::filesystem::path& path, const CocoVisitor& visitor);

/// The error for an entry, found later: `key` as in the file ("" for a plain list), `number` from 1. Its line is looked
/// up in the file.
tl::unexpected<Error> cocoFault(const std::filesystem::path& path, const std::string& key, std::size_t number,
                                const char* word, const std::string& what);

} // namespace intersect::detect
