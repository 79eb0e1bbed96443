// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// Why a detection is wrong, or an object not found (TIDE, Bolya et al. 2020, arXiv 2008.08115).
enum class ErrorType {
    Classification, ///< in place (IoU >= 0.5 with an object), but of another class
    Localisation,   ///< of the right class, but only near (IoU 0.1 to 0.5)
    Both,           ///< neither in place nor of the right class
    Duplicate,      ///< in place and of the right class, but a surer detection has the object already
    Background,     ///< near nothing (IoU <= 0.1 with every object)
    Missed          ///< an object that no detection found, nor would have with a better class or box
};
constexpr std::size_t kErrorTypes = 6;

/// Detections of an image that are looked at, all classes together: the surest ones.
constexpr std::size_t kErrorDetections = 100;

/// One of them.
struct FoundError {
    ErrorType type = ErrorType::Background;
    std::uint32_t image = 0;
    std::int32_t detection = -1; ///< index in the image's detections; -1 for Missed
    std::int32_t truth = -1;     ///< index in the image's truths: what it should have been; -1 for Both and Background
};

/// How many there are, and what the mAP@0.5 would gain without them.
struct ErrorShare {
    std::int64_t count = 0;
    double dap = 0; ///< 0..1, never below 0; those of several types do not add up
};

struct ErrorReport {
    double ap50 = 0; ///< TIDE's: classes that were only detected count with 0, 100 detections an image, recall levels i/100
    std::array<ErrorShare, kErrorTypes> types{};
    double falsePositives = 0; ///< gain if every wrong detection were less sure than every right one
    double falseNegatives = 0; ///< gain if no object were missing
    std::vector<FoundError> errors; ///< by image, wrong detections by descending score, then missed objects
    const ErrorShare& of(ErrorType type) const { return types[static_cast<std::size_t>(type)]; }
};

/// Finds the errors as TIDE does (tidecv 1.0.1: positive from IoU 0.5, background up to 0.1, at most 100 detections an image over all classes;
/// each detection takes the best object of its class that is still free). What lies in a crowd region of its class
/// is no mistake for the AP, but is listed and counted by its type all the same, as tidecv does. Rules are asked
/// in the order: no object in the image, Localisation, Classification, Duplicate, Background, Both. The same images in the same order,
/// detections of an image in descending score. Any thread; pure.
ErrorReport findErrors(const detect::DetectionSet& detections, const Truth& truth);

} // namespace intersect::eval
