// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compared.h"

#include <algorithm>
#include <utility>

#include "core/detect/candidates_file.h"
#include "core/detect/detections_file.h"
#include "core/eval/alignment.h"

namespace intersect::ui {
namespace {

/// Whether the classes that objects or detections have mean the same in both.
Result<void> checkSameClasses(const Inspection& first, const std::vector<std::string>& names, const std::filesystem::path& file) {
    for (const eval::TruthBox& box : first.truth.boxes) {
        const auto id = static_cast<std::size_t>(box.classId);
        if (id >= names.size() || (id < first.detections.names.size() && names[id] != first.detections.names[id]))
            return fail(ErrorCode::BadInput, "The detections in " + file.string() + " were made for other classes.", file, 0,
                        "Evaluate those weights on this data set, or choose another run.");
    }
    return {};
}

} // namespace

OtherFound sameFound(std::shared_ptr<const Inspection> first) {
    OtherFound other;
    other.missing.resize(first->size(), 0);
    other.inspection = std::move(first);
    return other;
}

Result<OtherFound> loadOther(const Inspection& first, const std::filesystem::path& detectionsFile, const std::filesystem::path& dataRoot,
                             const std::filesystem::path& candidatesFile, double nmsIou) {
    auto detections = detect::readDetections(detectionsFile);
    if (!detections)
        return failAs(detections);
    if (const auto same = checkSameClasses(first, detections->names, detectionsFile); !same)
        return failAs(same);
    auto candidates = detect::candidatesOf(*detections, candidatesFile);
    for (detect::ImageEntry& image : detections->images)
        if (image.file.is_relative())
            image.file = (dataRoot / image.file).lexically_normal();
    const auto places = eval::placesOf(first.detections.images, detections->images, detectionsFile);
    if (!places)
        return failAs(places);

    OtherFound other;
    other.missing.reserve(places->size());
    for (const std::int64_t place : *places) {
        other.missing.push_back(place < 0 ? 1 : 0);
        other.missingFrames += place < 0 ? 1 : 0;
    }
    const auto common = static_cast<std::int64_t>(places->size()) - other.missingFrames;
    if (common == 0)
        return fail(ErrorCode::BadInput, detectionsFile.string() + " has none of these frames.", detectionsFile, 0,
                    "Choose detections of the same list of frames.");
    other.extraFrames = static_cast<std::int64_t>(detections->images.size()) - common;
    auto inspection = std::make_shared<Inspection>();
    inspection->detections = eval::detectionsAt(*detections, first.detections.images, *places);
    inspection->truth = first.truth;
    inspection->frames = first.frames;
    inspection->cameras = first.cameras;
    if (candidates) {
        inspection->candidates = std::make_shared<const detect::DetectionSet>(eval::detectionsAt(*candidates, first.detections.images, *places));
        other.inspection = atNmsIou(*inspection, nmsIou);
    } else {
        other.inspection = std::move(inspection);
    }
    return other;
}

} // namespace intersect::ui
