// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/class_numbers.h"
#include "core/data/label_tree.h"

namespace intersect::data {

/// Changes the class ids of a tree from those of its own names to the numbers of `classes`. Boxes of classes that the table leaves out go, with a note a
/// class; boxes of classes that nobody names go too, with a finding of severity error a class that tells how many and the first file.
void renumberLabels(LabelTree& tree, const NumberedClasses& classes);

/// What becomes of the pictures: a symbolic link (where the file system has none a hard link) or a copy beside the labels, or nothing.
enum class PictureCopies { Link, Copy, None };

struct LabelWriting {
    LabelFormat to = LabelFormat::Yolo; ///< not CityCam
    std::filesystem::path out;
    PictureCopies pictures = PictureCopies::Link;
    std::string record; ///< text of conversion.yaml: where the labels came from and by which table
};

struct WrittenLabels {
    std::int64_t images = 0, boxes = 0, pictures = 0; ///< `pictures`: linked or copied
    std::vector<std::int64_t> boxesOf;                ///< by class id
};

/// Writes a tree's labels into a folder, laid out as the source is: YOLO texts and VOC files beside the pictures (YOLO below a folder `images`: in the
/// mirrored folder `labels`, where YOLOv5 looks), COCO as one `_annotations.coco.json` at the top. `classes.names` and `conversion.yaml` stand beside.
/// All or nothing; files of the same name are replaced, the source is not touched. Labels that the format cannot hold are left out, with a
/// finding in `findings`. Errors: a folder that cannot be written to, stopped.
Result<WrittenLabels> writeLabelTree(const LabelTree& tree, const std::vector<std::string>& names, const LabelWriting& writing, std::vector<Finding>& findings,
                                     const ProgressCallback& progress = {}, const StopCheck& stop = {});

} // namespace intersect::data
