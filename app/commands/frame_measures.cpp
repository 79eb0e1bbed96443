// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/frame_measures.h"

#include <algorithm>
#include <numeric>

#include "core/data/near_duplicates.h"
#include "core/data/signatures.h"
#include "core/eval/matching.h"
#include "core/eval/truth.h"
#include "core/select/eligible_frames.h"
#include "core/select/frame_scores.h"

namespace intersect::app {
namespace {

constexpr double kMissConfidence = 0.25; // an object without a detection above this …
constexpr double kMissIou = 0.5;         // … that overlaps it by at least this is missed

std::vector<std::filesystem::path> pathsOf(const data::Dataset& dataset, const std::vector<std::uint32_t>& frames) {
    std::vector<std::filesystem::path> paths;
    for (const std::uint32_t frame : frames)
        paths.push_back(dataset.frames[frame].path);
    return paths;
}

Result<void> checkWeights(const std::string& what, const MeasureOptions& options, std::size_t most) {
    if (options.weights.empty())
        return fail(ErrorCode::Usage, what + " needs a network that looks at the frames.", {}, 0, "Name its weights: --weights FILE.");
    if (options.weights.size() > most)
        return fail(ErrorCode::Usage, what + " takes " + (most == 1 ? "one network" : "at most two networks") + ", but " + std::to_string(options.weights.size()) + " are named.", {}, 0,
                    "Leave some --weights out.");
    return {};
}

/// The detections on every frame of the list, in its order; empty for one that cannot be read.
Result<std::vector<std::vector<detect::Detection>>> detectionsOn(const std::vector<std::filesystem::path>& images, const std::filesystem::path& weights, const MeasureOptions& options,
                                                                 bool mirrored, float confidence, const Context& context) {
    auto detector = nn::Detector::load(weights, options.detector);
    if (!detector)
        return failAs(detector);
    nn::DetectRequest request;
    request.images = images;
    request.nms.confidence = confidence;
    request.mirrored = mirrored;
    request.leaveOutUnreadable = true;
    const auto found = detector->detect(request, context.progress(mirrored ? "Detecting on mirrored frames" : "Detecting"), [&context] { return context.stop.stopped(); });
    if (!found)
        return failAs(found);
    std::vector<std::vector<detect::Detection>> lists(images.size());
    std::size_t image = 0;
    for (std::size_t i = 0; i < images.size() && image < found->detections.images.size(); ++i) {
        if (found->detections.images[image].file != images[i])
            continue;
        const auto some = found->detections.of(image++);
        lists[i].assign(some.begin(), some.end());
    }
    return lists;
}

std::vector<select::ScoredBox> scoredBoxes(const std::vector<detect::Detection>& detections) {
    std::vector<select::ScoredBox> boxes;
    for (const detect::Detection& detection : detections)
        boxes.push_back({detection.box, detection.classId, detection.score});
    return boxes;
}

Result<select::FrameMeasures> featuresOf(const data::Dataset& dataset, const std::vector<std::uint32_t>& frames, const MeasureOptions& options, const Context& context) {
    auto detector = nn::Detector::load(options.weights.front(), options.detector);
    if (!detector)
        return failAs(detector);
    const auto table = detector->features(pathsOf(dataset, frames), context.progress("Comparing frames"), [&context] { return context.stop.stopped(); });
    if (!table)
        return failAs(table);
    if (table->width == 0)
        return fail(ErrorCode::BadInput, "None of the " + std::to_string(frames.size()) + " frames can be read.", {}, 0, "intersect-cli scan says what is wrong with them.");
    select::FrameMeasures measures;
    measures.featureWidth = table->width;
    measures.features.assign(dataset.frames.size() * table->width, 0.0F);
    for (std::size_t i = 0; i < frames.size(); ++i)
        std::copy_n(table->values.begin() + static_cast<std::ptrdiff_t>(i * table->width), table->width,
                    measures.features.begin() + static_cast<std::ptrdiff_t>(frames[i] * table->width));
    return measures;
}

/// Objects of each frame in `frames` that the network misses, by index in the data set.
Result<std::vector<double>> missedObjects(const data::Dataset& dataset, const std::vector<std::uint32_t>& frames, const MeasureOptions& options, const Context& context) {
    const auto found = detectionsOn(pathsOf(dataset, frames), options.weights.front(), options, false, static_cast<float>(kMissConfidence), context);
    if (!found)
        return failAs(found);
    std::vector<double> missed(dataset.frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const data::Frame& frame = dataset.frames[frames[i]];
        std::vector<eval::TruthBox> truth;
        for (const data::Label& label : dataset.labelsOf(frame))
            truth.push_back({toXyxy(label.box, frame.size), label.classId, false, 0});
        missed[frames[i]] = eval::matchFrame((*found)[i], truth, kMissConfidence, kMissIou).fn;
    }
    return missed;
}

/// The group of near-duplicates of every frame of the data set; a frame without one, or that cannot be read, is a group of its own.
Result<std::vector<std::uint32_t>> duplicateGroups(const data::Dataset& dataset, const std::vector<std::uint32_t>& frames, const MeasureOptions& options, const Context& context) {
    const auto stop = [&context] { return context.stop.stopped(); };
    data::SignatureRequest request;
    request.count = frames.size();
    request.path = [&](std::size_t i) -> const std::filesystem::path& { return dataset.frames[frames[i]].path; };
    request.cacheFolder = options.cacheFolder;
    request.threads = options.detector.threads;
    const auto signatures = data::readSignatures(request, context.progress("Looking for near-duplicates"), stop);
    if (!signatures)
        return failAs(signatures);
    const auto found = data::nearGroups(*signatures, {}, stop);
    if (!found)
        return failAs(found);
    std::vector<std::uint32_t> groups(dataset.frames.size());
    std::iota(groups.begin(), groups.end(), 0U);
    for (const data::DuplicateGroup& group : *found) {
        for (const data::GroupMember& member : group)
            groups[frames[member.index]] = frames[group.front().index];
    }
    return groups;
}

/// Features, uncertainty or disagreement of the frames, where the strategy asks for them.
Result<select::FrameMeasures> networkMeasures(const data::Dataset& dataset, const std::vector<std::uint32_t>& frames, select::Strategy strategy, const MeasureOptions& options,
                                              const Context& context) {
    if (strategy == select::Strategy::Diverse)
        return featuresOf(dataset, frames, options, context);
    const std::vector<std::filesystem::path> images = pathsOf(dataset, frames);
    const auto found = detectionsOn(images, options.weights.front(), options, false, options.confidence, context);
    if (!found)
        return failAs(found);
    select::FrameMeasures measures;
    measures.scores.assign(dataset.frames.size(), 0.0);
    if (strategy == select::Strategy::Uncertain) {
        for (std::size_t i = 0; i < frames.size(); ++i) {
            std::vector<float> confidences;
            for (const detect::Detection& detection : (*found)[i])
                confidences.push_back(detection.score);
            measures.scores[frames[i]] = select::uncertaintyOf(confidences);
        }
        return measures;
    }
    const auto other = detectionsOn(images, options.weights.back(), options, options.weights.size() == 1, options.confidence, context);
    if (!other)
        return failAs(other);
    for (std::size_t i = 0; i < frames.size(); ++i)
        measures.scores[frames[i]] = select::disagreementOf(scoredBoxes((*found)[i]), scoredBoxes((*other)[i]));
    return measures;
}

} // namespace

bool needsLabels(select::Strategy strategy, const MeasureOptions& options) {
    return strategy == select::Strategy::MostObjects || strategy == select::Strategy::MostClasses || options.by == "boxes" || options.by == "missed";
}

Result<select::FrameMeasures> measureFrames(const data::Dataset& dataset, const select::SelectionRequest& request, const MeasureOptions& options, const Context& context) {
    using select::Strategy;
    const bool looks = request.strategy == Strategy::Diverse || request.strategy == Strategy::Uncertain || request.strategy == Strategy::Disagreement;
    if (!looks && !options.excludeNearDuplicates)
        return select::FrameMeasures{};
    const auto frames = select::framesInReach(dataset, request);
    if (!frames)
        return failAs(frames);
    Result<select::FrameMeasures> measures;
    if (looks) {
        if (auto good = checkWeights(std::string("The strategy ") + select::strategyName(request.strategy), options, request.strategy == Strategy::Disagreement ? 2 : 1); !good)
            return failAs(good);
        measures = networkMeasures(dataset, *frames, request.strategy, options, context);
    }
    if (measures && options.excludeNearDuplicates) {
        auto groups = duplicateGroups(dataset, *frames, options, context);
        if (!groups)
            return failAs(groups);
        measures->groups = std::move(*groups);
    }
    return measures;
}

Result<select::Usefulness> measureCameras(const data::Dataset& dataset, const select::SelectionRequest& request, const MeasureOptions& options, const Context& context) {
    if (options.by == "results") {
        if (options.results.empty())
            return fail(ErrorCode::Usage, "--by results needs the table of the results.", {}, 0, "Add --results FILE.csv with one camera and one number a line.");
        return select::readCameraResults(options.results);
    }
    const auto cameras = select::camerasOf(dataset, request);
    if (!cameras)
        return failAs(cameras);
    if (options.by == "boxes")
        return select::sumByCamera(*cameras, [&](std::uint32_t frame) { return select::objectsIn(dataset.frames[frame]); });
    if (auto good = checkWeights("--by " + options.by, options, 1); !good)
        return failAs(good);
    const auto frames = select::framesInReach(dataset, request);
    if (!frames)
        return failAs(frames);
    if (options.by == "novelty") {
        const auto measures = featuresOf(dataset, *frames, options, context);
        if (!measures)
            return failAs(measures);
        return select::noveltyByCamera(*cameras, {measures->features, measures->featureWidth});
    }
    const auto missed = missedObjects(dataset, *frames, options, context);
    if (!missed)
        return failAs(missed);
    return select::sumByCamera(*cameras, [&](std::uint32_t frame) { return (*missed)[frame]; });
}

} // namespace intersect::app
