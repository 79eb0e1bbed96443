// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/inspection.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "core/base/threads.h"
#include "core/data/taken_at.h"
#include "core/data/yolo_labels.h"
#include "core/detect/candidates_file.h"
#include "core/detect/detections_file.h"
#include "core/eval/live_numbers.h"

namespace intersect::ui {

namespace {

constexpr int kMaxDetections = 300; ///< an image, as `evaluate` keeps

} // namespace

bool Inspection::anyJudged() const {
    return std::any_of(frames.begin(), frames.end(), [](const Frame& frame) { return frame.judged; });
}

Result<std::shared_ptr<const Inspection>> loadInspection(const std::filesystem::path& detectionsFile,
                                                         const std::filesystem::path& dataRoot, Unlabelled unlabelled, const std::filesystem::path& candidatesFile,
                                                         double nmsIou) {
    auto detections = detect::readDetections(detectionsFile);
    if (!detections)
        return failAs(detections);
    auto inspection = std::make_shared<Inspection>();
    inspection->detections = std::move(*detections);
    if (auto candidates = detect::candidatesOf(inspection->detections, candidatesFile))
        inspection->candidates = std::make_shared<const detect::DetectionSet>(std::move(*candidates));
    for (detect::ImageEntry& image : inspection->detections.images)
        if (image.file.is_relative())
            image.file = (dataRoot / image.file).lexically_normal();
    auto truth = eval::truthOfImages(inspection->detections.images);
    if (!truth)
        return failAs(truth);
    inspection->truth = std::move(*truth);

    std::map<std::string, std::uint32_t> cameras;
    for (const detect::ImageEntry& image : inspection->detections.images)
        cameras.emplace(image.file.parent_path().filename().string(), 0);
    for (auto& [name, index] : cameras) {
        index = static_cast<std::uint32_t>(inspection->cameras.size());
        inspection->cameras.push_back(name);
    }
    // Labels of classes that the network does not know cannot judge it.
    const bool sameClasses =
        unlabelled == Unlabelled::HoldsNothing ||
        eval::checkClassNames(inspection->truth, inspection->detections.images, inspection->detections.names)
            .has_value();
    inspection->frames.reserve(inspection->detections.images.size());
    for (const detect::ImageEntry& image : inspection->detections.images) {
        std::error_code none;
        const bool judged = unlabelled == Unlabelled::HoldsNothing ||
                            (sameClasses && std::filesystem::exists(data::labelPathOf(image.file), none));
        inspection->frames.push_back({cameras[image.file.parent_path().filename().string()],
                                      data::takenAtOf(image.file.stem().string()), judged});
    }
    if (inspection->candidates)
        return atNmsIou(*inspection, nmsIou);
    return std::shared_ptr<const Inspection>(std::move(inspection));
}

std::shared_ptr<const Inspection> atNmsIou(const Inspection& inspection, double nmsIou) {
    auto moved = std::make_shared<Inspection>(inspection);
    moved->nmsIou = nmsIou;
    std::vector<detect::ImageEntry> images = std::move(moved->detections.images);
    moved->detections = eval::suppressedDetections(*inspection.candidates, nmsIou, kMaxDetections, availableCores());
    moved->detections.images = std::move(images); // with their whole paths
    return moved;
}

std::vector<InspectedBox> inspectFrame(const Inspection& inspection, std::size_t frame, double confidence, double matchIou) {
    const auto detections = inspection.detections.of(frame);
    if (!inspection.frames[frame].judged) {
        std::vector<InspectedBox> boxes;
        for (std::size_t i = 0; i < detections.size(); ++i)
            if (detections[i].score >= static_cast<float>(confidence)) {
                InspectedBox box{eval::Verdict::Ignored, detections[i].box, detections[i].classId, detections[i].score};
                box.detection = static_cast<int>(i);
                box.judged = false;
                boxes.push_back(box);
            }
        return boxes;
    }
    const auto truth = inspection.truth.of(frame);
    const eval::FrameMatches found = eval::matchFrame(detections, truth, confidence, matchIou);
    std::vector<InspectedBox> boxes;
    boxes.reserve(found.matches.size());
    for (const eval::Match& match : found.matches) {
        InspectedBox box;
        box.verdict = match.verdict;
        box.iou = match.iou;
        box.detection = match.detection;
        box.truth = match.truth;
        if (match.detection >= 0) {
            const detect::Detection& detection = detections[static_cast<std::size_t>(match.detection)];
            box.box = detection.box;
            box.classId = detection.classId;
            box.score = detection.score;
        } else {
            const eval::TruthBox& object = truth[static_cast<std::size_t>(match.truth)];
            box.box = object.box;
            box.classId = object.classId;
        }
        boxes.push_back(box);
    }
    return boxes;
}

VerdictCounts countsOf(const std::vector<InspectedBox>& boxes) {
    VerdictCounts counts;
    for (const InspectedBox& box : boxes) {
        if (!box.judged) {
            ++counts.found;
            continue;
        }
        counts.fn += box.verdict == eval::Verdict::FN ? 1 : 0;
        counts.fp += box.verdict == eval::Verdict::FP ? 1 : 0;
        counts.tp += box.verdict == eval::Verdict::TP ? 1 : 0;
        if (box.verdict == eval::Verdict::TP)
            counts.leastSure = std::min(counts.leastSure, box.score);
    }
    return counts;
}

std::vector<VerdictCounts> countAllFrames(const Inspection& inspection, double confidence, double matchIou, const std::function<bool()>& cancelled) {
    std::vector<VerdictCounts> counts(inspection.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (cancelled && cancelled())
            return {};
        if (!inspection.frames[i].judged) {
            counts[i] = countsOf(inspectFrame(inspection, i, confidence, matchIou));
            counts[i].judged = false;
            continue;
        }
        const auto detections = inspection.detections.of(i);
        const eval::FrameMatches found = eval::matchFrame(detections, inspection.truth.of(i), confidence, matchIou);
        counts[i] = {found.fn, found.fp, found.tp};
        for (const eval::Match& match : found.matches)
            if (match.verdict == eval::Verdict::TP)
                counts[i].leastSure =
                    std::min(counts[i].leastSure, detections[static_cast<std::size_t>(match.detection)].score);
    }
    return counts;
}

void addCounts(VerdictCounts& sum, const VerdictCounts& counts) {
    sum.fn += counts.fn;
    sum.fp += counts.fp;
    sum.tp += counts.tp;
    sum.found += counts.found;
    sum.judged = sum.judged || counts.judged;
}

std::vector<std::uint32_t> orderedFrames(const Inspection& inspection, const std::vector<VerdictCounts>& counts, FrameOrder order, int camera) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < inspection.size(); ++i)
        if (camera < 0 || inspection.frames[i].camera == static_cast<std::uint32_t>(camera))
            rows.push_back(i);
    constexpr std::int64_t kDay = 24 * 60 * 60;
    const auto key = [&](std::uint32_t i) {
        const VerdictCounts& c = counts[i];
        switch (order) {
        case FrameOrder::Missed:
        case FrameOrder::Errors: return std::tuple(-c.fn, -c.fp, std::int64_t(0));
        case FrameOrder::Invented: return std::tuple(-c.fp, -c.fn, std::int64_t(0));
        case FrameOrder::Found:
            return std::tuple(-c.tp - c.found, -c.fn, -c.fp);
        case FrameOrder::Hour:
            return std::tuple(inspection.frames[i].takenAt ? *inspection.frames[i].takenAt % kDay : kDay,
                              std::int64_t(0), std::int64_t(0));
        case FrameOrder::LeastSure:
            return std::tuple(static_cast<std::int64_t>(std::lround(static_cast<double>(c.leastSure) * 1e6)), -c.fn,
                              -c.fp);
        case FrameOrder::Camera: break;
        }
        return std::tuple(std::int64_t(inspection.frames[i].camera), std::int64_t(0), std::int64_t(0));
    };
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    return rows;
}

} // namespace intersect::ui
