// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/annotations.h"

namespace intersect::data {

/// The forms in which labels lie on disk.
enum class LabelFormat { Yolo, Coco, Voc, CityCam };
/// "yolo", "coco", "voc" or "citycam"; another word is an error that names them.
Result<LabelFormat> labelFormatFromName(const std::string& name);
const char* labelFormatName(LabelFormat format);

/// One labelled picture of a tree.
struct PlacedLabels {
    std::filesystem::path picture; ///< absolute; empty: the annotation names one that is not there
    std::filesystem::path place;   ///< the picture relative to the tree's root, or where it would be
    Size size;                     ///< pixels, of the picture where it can be read, else as the annotation says; 0x0: not known
    std::vector<Label> labels;     ///< class ids count in LabelTree::names
};

/// Every labelled picture below a folder, whatever the format it came from.
struct LabelTree {
    std::filesystem::path root;     ///< absolute
    std::vector<std::string> names; ///< as the label files tell them; empty for YOLO, whose files tell none
    bool ordered = false;           ///< the order of the names is the source's own
    std::vector<PlacedLabels> pictures; ///< in the order of the places' bytes, each place once
    std::vector<Finding> findings;
    std::int64_t withoutLabels = 0; ///< pictures that no label file is for
};

/// Reads all labels of one format below `root` (COCO: a JSON file may be given instead). Faults of the files are findings; errors: no such folder, no
/// label file of that format in it, stopped. Any thread; parallel inside over the files.
Result<LabelTree> readLabelTree(const std::filesystem::path& root, LabelFormat format, const ProgressCallback& progress = {}, const StopCheck& stop = {});

} // namespace intersect::data
