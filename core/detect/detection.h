// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/base/geometry.h"

namespace intersect::detect {

/// A box the network gives: before NMS a candidate, after it a detection. Box in pixels of the image.
struct Detection {
    BoxXyxy box;
    float score = 0; ///< 0..1
    int classId = 0; ///< index in the class names
};

/// A box in double, pixels of its image, as a file gives it.
struct BoxXywh {
    double x = 0, y = 0, w = 0, h = 0;
    double area() const { return w * h; }
};

/// A detection before it is rounded to float32, for the definitions that compute in double (COCO, VOC).
struct ExactDetection {
    BoxXywh box;
    double score = 0;
};

/// One picture that was looked at.
struct ImageEntry {
    int id = 0;                 ///< COCO image id, from 1
    std::filesystem::path file; ///< absolute where known
    Size size;
};

/// Detections of many images, flat: those of image i are detections[begin[i]] .. detections[begin[i+1]], scores descending.
struct DetectionSet {
    std::vector<std::string> names; ///< class names
    std::vector<ImageEntry> images;
    std::vector<std::uint32_t> begin; ///< images.size() + 1 offsets
    std::vector<Detection> detections;
    std::vector<ExactDetection> exact; ///< of each detection, where they come from a file; else empty

    std::span<const Detection> of(std::size_t image) const {
        return {detections.data() + begin[image], begin[image + 1] - begin[image]};
    }
    /// Detection `i` of all in double: as its file says, else as it is.
    ExactDetection exactOf(std::size_t i) const {
        if (exact.size() == detections.size())
            return exact[i];
        const BoxXyxy& box = detections[i].box;
        const double x = box.x1, y = box.y1;
        return {{x, y, box.x2 - x, box.y2 - y}, detections[i].score};
    }
};

} // namespace intersect::detect
