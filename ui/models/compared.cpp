// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compared.h"

#include <algorithm>
#include <tuple>
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

float scoreOf(const ComparedPair& pair, const eval::BoxChange& change) {
    float score = 0;
    if (change.detectionA >= 0)
        score = pair.a.found->detections.of(change.image)[static_cast<std::size_t>(change.detectionA)].score;
    if (change.detectionB >= 0)
        score = std::max(score, pair.b.found->detections.of(change.image)[static_cast<std::size_t>(change.detectionB)].score);
    return score;
}

BoxXyxy boxOf(const ComparedPair& pair, const eval::BoxChange& change) {
    if (change.truth >= 0)
        return pair.a.found->truth.of(change.image)[static_cast<std::size_t>(change.truth)].box;
    return change.detectionA >= 0 ? pair.a.found->detections.of(change.image)[static_cast<std::size_t>(change.detectionA)].box
                                  : pair.b.found->detections.of(change.image)[static_cast<std::size_t>(change.detectionB)].box;
}

int classOf(const ComparedPair& pair, const eval::BoxChange& change) {
    if (change.truth >= 0)
        return pair.a.found->truth.of(change.image)[static_cast<std::size_t>(change.truth)].classId;
    return change.detectionA >= 0 ? pair.a.found->detections.of(change.image)[static_cast<std::size_t>(change.detectionA)].classId
                                  : pair.b.found->detections.of(change.image)[static_cast<std::size_t>(change.detectionB)].classId;
}

ComparedFrame compareFrame(const ComparedPair& pair, std::size_t frame) {
    const auto truth = pair.a.found->truth.of(frame);
    ComparedFrame compared;
    compared.a = inspectFrame(*pair.a.found, frame, pair.a.judge.confidence, pair.a.judge.matchIou);
    compared.b = inspectFrame(*pair.b.found, frame, pair.b.judge.confidence, pair.b.judge.matchIou);
    const auto placeOf = [](const std::vector<InspectedBox>& boxes, std::int32_t detection, std::int32_t object) {
        const auto found = std::ranges::find_if(boxes, [&](const InspectedBox& box) {
            return detection >= 0 ? box.detection == detection : object >= 0 && box.detection < 0 && box.truth == object;
        });
        return found != boxes.end() ? static_cast<int>(found - boxes.begin()) : -1;
    };
    for (const eval::BoxChange& change :
         eval::compareImage(pair.a.found->detections.of(frame), pair.a.judge, pair.b.found->detections.of(frame), pair.b.judge, truth, static_cast<std::uint32_t>(frame)))
        compared.boxes.push_back({change, boxOf(pair, change), classOf(pair, change), placeOf(compared.a, change.detectionA, change.truth),
                                  placeOf(compared.b, change.detectionB, change.truth)});
    std::ranges::stable_sort(compared.boxes, {}, [](const ComparedBox& box) {
        const bool object = box.isObject();
        switch (box.from.change) {
        case eval::Change::Broken: return object ? 0 : 3;
        case eval::Change::Fixed: return object ? 1 : 2;
        case eval::Change::BothWrong: return object ? 4 : 5;
        case eval::Change::BothRight: break;
        }
        return 6;
    });
    return compared;
}

std::shared_ptr<const ComparedFrames> compareFrames(const ComparedPair& pair, const std::function<bool()>& cancelled) {
    auto compared = std::make_shared<ComparedFrames>();
    compared->frames.resize(pair.a.found->size());
    for (std::size_t frame = 0; frame < compared->frames.size(); ++frame) {
        if (cancelled && cancelled())
            return nullptr;
        if (!pair.knows(frame))
            continue;
        for (const eval::BoxChange& change : eval::compareImage(pair.a.found->detections.of(frame), pair.a.judge, pair.b.found->detections.of(frame), pair.b.judge,
                                                                pair.a.found->truth.of(frame), static_cast<std::uint32_t>(frame))) {
            eval::countChange(compared->frames[frame], change.change);
            if (change.change != eval::Change::BothRight)
                compared->boxes.push_back(change);
        }
    }
    struct Key {
        int kind;
        float score, area;
        std::uint32_t place;
    };
    std::vector<Key> keys;
    keys.reserve(compared->boxes.size());
    for (std::uint32_t i = 0; i < compared->boxes.size(); ++i) {
        const eval::BoxChange& change = compared->boxes[i];
        const BoxXyxy box = boxOf(pair, change);
        const int kind = change.change == eval::Change::Broken ? 0 : change.change == eval::Change::Fixed ? 1 : 2;
        keys.push_back({kind, -scoreOf(pair, change), -(box.x2 - box.x1) * (box.y2 - box.y1), i});
    }
    std::ranges::sort(keys, {}, [](const Key& key) { return std::tuple(key.kind, key.score, key.area, key.place); });
    std::vector<eval::BoxChange> ordered;
    ordered.reserve(keys.size());
    for (const Key& key : keys)
        ordered.push_back(compared->boxes[key.place]);
    compared->boxes = std::move(ordered);
    return compared;
}

ChangeSums sumsOf(const ComparedPair& pair, const ComparedFrames& compared, std::span<const std::uint32_t> frames) {
    ChangeSums sums;
    std::vector<char> wanted(compared.frames.size(), 0);
    for (const std::uint32_t frame : frames)
        if (frame < wanted.size() && pair.knows(frame)) {
            wanted[frame] = 1;
            ++sums.frames;
            sums.objects.bothRight += compared.frames[frame].bothRight; // false detections are never right
        }
    for (const eval::BoxChange& box : compared.boxes) {
        if (wanted[box.image] == 0)
            continue;
        ChangeCounts& counts = box.truth >= 0 ? sums.objects : sums.inventions;
        ++(box.change == eval::Change::Fixed ? counts.fixed : box.change == eval::Change::Broken ? counts.broken : counts.bothWrong);
    }
    return sums;
}

void orderByChange(std::vector<std::uint32_t>& rows, const ComparedFrames& compared, ChangeOrder order) {
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t row) {
        const eval::FrameChange& frame = compared.frames[row];
        const std::int32_t first = order == ChangeOrder::Broken ? frame.broken : order == ChangeOrder::Fixed ? frame.fixed : frame.bothWrong;
        return std::tuple(-first, -frame.broken, -frame.fixed, -frame.bothWrong);
    });
}

ErrorCounts errorCounts(const FrameErrors& errors, const ComparedSide& side, const std::vector<char>& missing) {
    ErrorCounts sum{};
    for (std::size_t frame = 0; frame < missing.size(); ++frame)
        if (missing[frame] == 0) {
            const ErrorCounts counts = errorCountsAt(errors, *side.found, frame, side.judge.confidence);
            for (std::size_t type = 0; type < counts.size(); ++type)
                sum[type] += counts[type];
        }
    return sum;
}

} // namespace intersect::ui
