// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/data/finding.h"
#include "core/detect/detection.h"

namespace intersect::eval {

/// One true object, pixels of its image.
struct TruthBox {
    BoxXyxy box;
    int classId = 0;
    bool crowd = false; ///< COCO iscrowd: YOLO definitions leave it out
    double area = 0;    ///< COCO `area`; box area where the file has none
};

/// True objects of many images, flat, in the order of the images they belong to.
struct Truth {
    std::vector<std::uint32_t> begin; ///< images + 1 offsets
    std::vector<TruthBox> boxes;
    std::vector<detect::BoxXywh> exact; ///< of each box in double, where they come from a COCO file; else empty
    std::span<const TruthBox> of(std::size_t image) const {
        return {boxes.data() + begin[image], begin[image + 1] - begin[image]};
    }
    /// Box `i` of all in double: as its file says, else as it is.
    detect::BoxXywh exactOf(std::size_t i) const {
        if (exact.size() == boxes.size())
            return exact[i];
        const BoxXyxy& box = boxes[i].box;
        const double x = box.x1, y = box.y1;
        return {x, y, box.x2 - x, box.y2 - y};
    }
};

/// Reads the YOLO labels of the given images (in their order; image sizes from `images[i].size`, an error without one).
/// An image without a label file has no objects. Rows that cannot be read are left out; what is wrong with them is
/// added to `findings` if given. Any thread.
Result<Truth> truthOfImages(const std::vector<detect::ImageEntry>& images,
                            std::vector<data::Finding>* findings = nullptr);

/// Whether every object's class has a name; if not, names the label file and line of the first that has none. `truth`
/// is of these images.
Result<void> checkClassNames(const Truth& truth, const std::vector<detect::ImageEntry>& images,
                             const std::vector<std::string>& names);

} // namespace intersect::eval
