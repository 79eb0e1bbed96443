// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/evaluate_against.h"

#include <cmath>

#include <fmt/format.h>

#include "core/base/numbers.h"
#include "core/detect/detections_file.h"
#include "core/eval/alignment.h"
#include "core/eval/bootstrap.h"
#include "core/eval/comparison.h"
#include "core/eval/evaluation.h"
#include "core/runs/run_folder.h"

namespace intersect::app {
namespace {

struct Counts {
    std::int64_t fixed = 0, broken = 0, bothWrong = 0, bothRight = 0;
    void add(eval::Change change) {
        switch (change) {
        case eval::Change::Fixed: ++fixed; break;
        case eval::Change::Broken: ++broken; break;
        case eval::Change::BothWrong: ++bothWrong; break;
        case eval::Change::BothRight: ++bothRight; break;
        }
    }
};

} // namespace

Result<Against> compareAgainst(const detect::DetectionSet& detections, const eval::Truth& truth, const AgainstRequest& request) {
    const std::filesystem::path file = runs::RunPaths{request.run}.detections(request.split);
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return fail(ErrorCode::BadInput, request.run.string() + " has no detections on " + request.split + ".", file, 0,
                    "Run intersect-cli evaluate " + request.run.string() + " --split " + request.split + " first.");
    auto found = detect::readDetections(file);
    if (!found)
        return failAs(found);
    const auto other = eval::alignDetections(std::move(*found), detections.images, file);
    if (!other)
        return failAs(other);
    for (const eval::TruthBox& box : truth.boxes) {
        const auto id = static_cast<std::size_t>(box.classId);
        if (id >= other->names.size() || (id < detections.names.size() && other->names[id] != detections.names[id]))
            return fail(ErrorCode::BadInput, file.string() + " was made for other classes.", file, 0, "Evaluate that run again on this data.");
    }
    const eval::Pairing before = eval::pairDetections(*other, truth, request.maxDetections, request.threads), now = eval::pairDetections(detections, truth, request.maxDetections, request.threads);
    const auto images = static_cast<std::int64_t>(detections.images.size());
    const double mapBefore = eval::evaluateYolov5(before, images, {}).map50, difference = eval::evaluateYolov5(now, images, {}).map50 - mapBefore;
    const eval::Interval interval = eval::bootstrapDifference(before, now, truth, detections.images.size(), {request.confidence, 0.5, request.resamples, request.seed, request.threads});
    Counts objects, wrong;
    for (const eval::BoxChange& box : eval::compareDetections(*other, {request.confidence, 0.5}, detections, {request.confidence, 0.5}, truth).boxes)
        (box.truth >= 0 ? objects : wrong).add(box.change);

    Against against;
    against.json = {{"run", pathText(request.run)},
                    {"confidence", request.confidence},
                    {"map50", mapBefore},
                    {"map50_difference", difference},
                    {"interval", Json::array({numberOrNull(interval.low), numberOrNull(interval.high)})},
                    {"objects", {{"fixed", objects.fixed}, {"broken", objects.broken}, {"both_wrong", objects.bothWrong}, {"both_right", objects.bothRight}}},
                    {"false_detections", {{"gone", wrong.fixed}, {"new", wrong.broken}, {"both", wrong.bothWrong}}}};
    const bool beyond = std::isfinite(interval.low) && (interval.low > 0 || interval.high < 0);
    against.table = fmt::format("\nAgainst {}: mAP50 {} now, {} before, difference {:+.4f}, on redrawn frames {:+.4f} to {:+.4f} (95 %): {}.\n"
                                "At confidence {}: objects found that were missed {}, lost {}, missed by both {}, found by both {}; false detections gone {}, new {}, in both {}.\n"
                                "This says what other frames would do to these two runs; another seed of the training moves them too.\n",
                                request.run.filename().string(), formatFixed(mapBefore + difference, 4), formatFixed(mapBefore, 4), difference, interval.low, interval.high,
                                beyond ? "more than the choice of frames explains" : "no more than the choice of frames explains", formatFixed(request.confidence, 3), formatGrouped(objects.fixed),
                                formatGrouped(objects.broken), formatGrouped(objects.bothWrong), formatGrouped(objects.bothRight), formatGrouped(wrong.fixed), formatGrouped(wrong.broken), formatGrouped(wrong.bothWrong));
    return against;
}

} // namespace intersect::app
