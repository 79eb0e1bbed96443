// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

// What no threshold changes: which object each detection would take. Moving the confidence or the match IoU only asks these pairs anew.
namespace intersect::eval {

/// A detection and the object of its class that it overlaps most (YOLOv5's pairing, see bestObjects).
struct PairedDetection {
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    float score = 0;
    float iou = 0;               ///< of the pair; 0 without one
    std::uint32_t object = kNone; ///< place in Truth::boxes
    std::uint32_t image = 0;
    std::uint32_t detection = 0; ///< place in DetectionSet::detections
};

/// One class over all images.
struct PairedClass {
    int classId = 0;
    std::int64_t labels = 0;                 ///< its objects, crowd regions left out
    std::vector<PairedDetection> detections; ///< descending score; ties in image order, then in their order
};

/// All classes with labels or detections, by id.
struct Pairing {
    std::vector<PairedClass> classes;
    std::size_t objects = 0;   ///< Truth::boxes.size()
    std::int64_t labels = 0, detections = 0;
};

/// Pairs detections and truth of the same images in the same order; at most `maxDetections` an image, the first ones (each image's
/// detections come in descending score). Uses `threads` threads; any thread; pure.
Pairing pairDetections(const detect::DetectionSet& detections, const Truth& truth, int maxDetections = 300, int threads = 1);

/// Whether each detection of a class is right at a match IoU (compared in float32): it reaches the IoU with its object, and no surer
/// detection took that object at this IoU. `taken` is room for the work, one entry an object, all 0 before and after.
std::vector<std::uint8_t> verdictsAt(const PairedClass& paired, double matchIou, std::vector<std::uint8_t>& taken);

} // namespace intersect::eval
