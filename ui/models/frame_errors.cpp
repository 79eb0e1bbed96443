// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/frame_errors.h"

#include <algorithm>

namespace intersect::ui {
namespace {

/// Whether the detection of an error is sure enough; a missed object has none.
bool counts(const eval::FoundError& error, const Inspection& inspection, double confidence) {
    return error.detection < 0 ||
           inspection.detections.of(error.image)[static_cast<std::size_t>(error.detection)].score >=
               static_cast<float>(confidence);
}

std::size_t placeOf(eval::ErrorType type) {
    return static_cast<std::size_t>(type);
}

} // namespace

std::shared_ptr<const FrameErrors> findFrameErrors(const Inspection& inspection) {
    auto found = std::make_shared<FrameErrors>();
    found->report = eval::findErrors(inspection.detections, inspection.truth);
    const auto& errors = found->report.errors;
    found->begin.reserve(inspection.size() + 1);
    std::int64_t detections = 0;
    for (std::size_t frame = 0, at = 0; frame < inspection.size(); ++frame) {
        found->begin.push_back(static_cast<std::uint32_t>(at));
        while (at < errors.size() && errors[at].image == frame)
            ++at;
        detections += static_cast<std::int64_t>(std::min(inspection.detections.of(frame).size(), eval::kErrorDetections));
    }
    found->begin.push_back(static_cast<std::uint32_t>(errors.size()));
    const auto missed = found->report.of(eval::ErrorType::Missed).count;
    found->wrong = static_cast<std::int64_t>(errors.size()) - missed;
    const auto objects = std::count_if(inspection.truth.boxes.begin(), inspection.truth.boxes.end(),
                                       [](const eval::TruthBox& box) { return !box.crowd; });
    found->missing = objects - (detections - found->wrong); // each right detection has an object of its own
    return found;
}

ErrorCounts errorCountsAt(const FrameErrors& errors, const Inspection& inspection, std::size_t frame,
                          double confidence) {
    ErrorCounts sum{};
    for (const eval::FoundError& error : errors.of(frame))
        sum[placeOf(error.type)] += counts(error, inspection, confidence) ? 1 : 0;
    return sum;
}

std::optional<eval::ErrorType> errorOf(const FrameErrors& errors, const Inspection& inspection, std::size_t frame,
                                       const InspectedBox& box, double confidence) {
    for (const eval::FoundError& error : errors.of(frame)) {
        const bool itself = box.detection >= 0 ? error.detection == box.detection
                                               : error.truth == box.truth && counts(error, inspection, confidence);
        if (itself)
            return error.type;
    }
    return std::nullopt;
}

std::vector<BoxXyxy> boxesWithError(const FrameErrors& errors, const Inspection& inspection, std::size_t frame,
                                    eval::ErrorType type, double confidence) {
    std::vector<BoxXyxy> boxes;
    for (const eval::FoundError& error : errors.of(frame))
        if (error.type == type && counts(error, inspection, confidence))
            boxes.push_back(error.detection >= 0
                                ? inspection.detections.of(frame)[static_cast<std::size_t>(error.detection)].box
                                : inspection.truth.of(frame)[static_cast<std::size_t>(error.truth)].box);
    return boxes;
}

void keepFramesWithError(std::vector<std::uint32_t>& rows, const FrameErrors& errors, const Inspection& inspection,
                         eval::ErrorType type, double confidence) {
    std::erase_if(rows, [&](std::uint32_t frame) {
        return errorCountsAt(errors, inspection, frame, confidence)[placeOf(type)] == 0;
    });
}

void sortByErrors(std::vector<std::uint32_t>& rows, const FrameErrors& errors, const Inspection& inspection,
                  std::optional<eval::ErrorType> type, double confidence) {
    std::vector<std::int64_t> most(inspection.size(), 0);
    for (const std::uint32_t frame : rows) {
        const ErrorCounts found = errorCountsAt(errors, inspection, frame, confidence);
        most[frame] = type ? found[placeOf(*type)] : *std::ranges::max_element(found);
    }
    std::ranges::stable_sort(rows, [&](std::uint32_t a, std::uint32_t b) { return most[a] > most[b]; });
}

// --- words
// ------------------------------------------------------------------------------------------------------------

QString ErrorWords::name(eval::ErrorType type) {
    switch (type) {
    case eval::ErrorType::Classification:
        return tr("Class");
    case eval::ErrorType::Localisation:
        return tr("Localisation");
    case eval::ErrorType::Both:
        return tr("Both");
    case eval::ErrorType::Duplicate:
        return tr("Duplicate");
    case eval::ErrorType::Background:
        return tr("Background");
    case eval::ErrorType::Missed:
        break;
    }
    return tr("Missed");
}

QString ErrorWords::hint(eval::ErrorType type) {
    switch (type) {
    case eval::ErrorType::Classification:
        return tr("right place, wrong class");
    case eval::ErrorType::Localisation:
        return tr("right class, badly placed");
    case eval::ErrorType::Both:
        return tr("wrong class, badly placed");
    case eval::ErrorType::Duplicate:
        return tr("true box found twice");
    case eval::ErrorType::Background:
        return tr("nothing true there");
    case eval::ErrorType::Missed:
        break;
    }
    return tr("no detection on a true box");
}

QString ErrorWords::rule(eval::ErrorType type) {
    switch (type) {
    case eval::ErrorType::Localisation:
        return tr("Asked first of a wrong detection: of the true boxes of its class, the one it overlaps most is only "
                  "near it (IoU 0.1 to 0.5).");
    case eval::ErrorType::Classification:
        return tr("Asked second: it is in place (IoU 0.5 or more), but on a true box of another class.");
    case eval::ErrorType::Duplicate:
        return tr(
            "Asked third: it is in place and of the right class, but a surer detection has that true box already.");
    case eval::ErrorType::Background:
        return tr("Asked fourth: it is near nothing (IoU of 0.1 or less with every true box). In a frame without true "
                  "boxes every detection is of this type.");
    case eval::ErrorType::Both:
        return tr(
            "What is left after the other four rules: it is near a true box, but neither in place nor of its class.");
    case eval::ErrorType::Missed:
        break;
    }
    return tr("Asked last, of the true boxes: no detection is right about it, and none would be with a better class or "
              "a better place.");
}

} // namespace intersect::ui
