// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unistd.h>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/predict_outputs.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/data_yaml.h"
#include "core/detect/detections_file.h"
#include "core/image/decode.h"
#include "core/nn/detector.h"
#include "core/nn/save_predictions.h"
#include "core/nn/video_detection.h"
#include "core/runs/workspace.h"

namespace intersect::app {
namespace {

constexpr double kUsualRate = 5; ///< pictures a second of a video made of pictures

struct Options {
    std::filesystem::path source, weights, detections, frames;
    std::string split = "test";
    PredictPaths paths;
    nn::DetectorOptions detector;
    detect::NmsOptions nms;
    bool multiLabel = false;
    std::int64_t every = 1, most = 0;
    double rate = 0; ///< 0: the video's own, else kUsualRate
};

/// What came of it, and what there is to say beside it.
struct Outcome {
    nn::DetectResult result;
    struct Remark {
        const char *code, *severity;
        Error error;
    };
    std::vector<Remark> remarks;    ///< but those on pictures that cannot be read
    double framesPerSecond = 0;     ///< of the frames used of a video
    std::string codec;              ///< of the video written
};

void addOptions(CLI::App& cli, Options& o) {
    cli.add_option("SOURCE", o.source, "A picture, a folder, a list, a selection, a data.yaml, or a video");
    cli.add_option("--weights", o.weights, "A checkpoint (.pt) or safetensors file");
    cli.add_option("--out", o.paths.out, "The JSON file to write");
    cli.add_option("--detections", o.detections,
                   "In place of SOURCE and --weights: what was found before (a file as --out writes it), to save it in other forms");
    cli.add_option("--split", o.split, "Of a data.yaml: which list")->check(CLI::IsMember({"train", "val", "test"}))->capture_default_str();
    cli.add_option("--conf", o.nms.confidence, "Keep boxes with a higher score")
        ->check(fraction())
        ->capture_default_str();
    cli.add_option("--iou", o.nms.iou, "Drop boxes that overlap a better one of their class by more")
        ->check(fraction())
        ->capture_default_str();
    cli.add_option("--max-det", o.nms.maxDetections, "Most boxes a picture")->check(CLI::Range(1, 30000))->capture_default_str();
    cli.add_flag("--multi-label", o.multiLabel, "Every class above the confidence, not only a box's best one");
    cli.add_option("--img-size", o.detector.imgSize, "Long side of the network's input, pixels")->capture_default_str();
    cli.add_option("--batch", o.detector.batch, "Pictures at a time")->capture_default_str();
    cli.add_option("--precision", o.detector.precision, "auto (the faster one, measured once), fp32 or bf16")->capture_default_str();
    cli.add_option("--device", o.detector.device, "auto (a GPU if there is one), cpu, cuda, cuda:1")->capture_default_str();
    cli.add_option("--threads", o.detector.threads, "Threads; 0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
    cli.add_option("--format", o.paths.format, "coco: with the table of images; results: COCO's plain list")
        ->check(CLI::IsMember({"coco", "results"}))
        ->capture_default_str();
    cli.add_option("--every", o.every, "Of a video: look at each so-many-th frame")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}))
        ->capture_default_str();
    cli.add_option("--max-frames", o.most, "Of a video: look at no more frames than this; 0: all")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{100'000'000}))
        ->capture_default_str();
    cli.add_option("--save-frames", o.frames, "Of a video: folder for the frames looked at, as JPEG, which the results then name");
    cli.add_option("--save-txt", o.paths.textFolder, "Folder for YOLO label files of what was found");
    cli.add_flag("--save-conf", o.paths.withScore, "With --save-txt: the score behind each box");
    cli.add_option("--save-images", o.paths.imageFolder, "Folder for pictures with the boxes drawn");
    cli.add_option("--save-video", o.paths.video, "Video of the pictures with the boxes drawn: .mp4, .mov or .avi");
    cli.add_option("--fps", o.rate, "With --save-video: pictures a second (default: the source's, 5 for pictures)")
        ->check(CLI::Range(0.1, 240.0));
    cli.add_option("--candidates", o.paths.candidates, "Safetensors file for all boxes before overlapping ones are dropped");
}

Result<std::vector<std::filesystem::path>> imagesOf(const Options& o) {
    const std::string extension = o.source.extension().string();
    const bool dataYaml = (extension == ".yaml" || extension == ".yml") &&
                          !runs::isSelectionFile(o.source); // selections are .yaml files too
    if (!dataYaml)
        return runs::imagesOfListOrSelection(o.source);
    const auto yaml = data::readDataYaml(o.source);
    if (!yaml)
        return failAs(yaml);
    return data::imagesOfSplit(*yaml, o.split);
}

/// The folder below which results keep the structure of the pictures; empty: that which they share.
std::filesystem::path rootOf(const Options& o) {
    std::error_code ignored;
    return std::filesystem::is_directory(o.source, ignored) ? absolutePath(o.source) : std::filesystem::path();
}

/// Refuses to draw over the pictures themselves, with --force too.
Result<void> sparesSources(const Options& o, const std::vector<std::filesystem::path>& images) {
    if (o.paths.imageFolder.empty())
        return {};
    std::set<std::filesystem::path> folders;
    for (const std::filesystem::path& image : images)
        folders.insert(image.parent_path());
    std::error_code ignored;
    for (const std::filesystem::path& folder : folders)
        if (std::filesystem::equivalent(folder, o.paths.imageFolder, ignored) ||
            (!rootOf(o).empty() && std::filesystem::equivalent(rootOf(o), o.paths.imageFolder, ignored)))
            return fail(ErrorCode::BadInput,
                        o.paths.imageFolder.string() + " holds the pictures themselves; drawing there would replace them.",
                        o.paths.imageFolder, 0, "Choose another folder for --save-images.");
    return {};
}

/// Whether the call fits together: a source with weights, or detections; and what only a video has.
Result<void> checkUse(const Options& o, bool video) {
    const auto wrong = [](const std::string& sentence, const std::string& advice) {
        return fail(ErrorCode::Usage, sentence, {}, 0, advice);
    };
    if (o.detections.empty() && (o.source.empty() || o.weights.empty() || o.paths.out.empty()))
        return wrong("SOURCE, --weights and --out are required.", "Or give --detections and what to save.");
    if (!o.detections.empty()) {
        if (!o.source.empty() || !o.weights.empty() || !o.paths.candidates.empty())
            return wrong("--detections takes the place of SOURCE, --weights and --candidates.", "Leave them out.");
        if (o.paths.out.empty() && o.paths.textFolder.empty() && o.paths.imageFolder.empty() && o.paths.video.empty())
            return wrong("There is nothing to write.", "Add --save-txt, --save-images, --save-video or --out.");
    }
    if (!video && (o.every != 1 || o.most != 0 || !o.frames.empty()))
        return wrong("--every, --max-frames and --save-frames are for a video.", "Leave them out, or name a video.");
    return {};
}

double rateOf(const Options& o, double ofSource) {
    return o.rate > 0 ? o.rate : ofSource > 0 ? std::clamp(ofSource, 0.1, 240.0) : kUsualRate;
}

nn::DetectRequest requestOf(const Options& o) {
    nn::DetectRequest request;
    request.nms = o.nms;
    request.multiLabel = o.multiLabel;
    request.keepCandidates = !o.paths.candidates.empty();
    return request;
}

/// Draws and writes what was found on pictures; stopped meanwhile, nothing is left.
Result<void> writeAll(const Options& o, Outcome& outcome, Context& context) {
    const detect::DetectionSet& set = outcome.result.detections;
    auto outputs = PredictOutputs::open(o.paths, rateOf(o, 0));
    if (!outputs)
        return failAs(outputs);
    const auto stop = [&] { return context.stop.stopped(); };
    if (const auto added = outputs->add(set, nn::outputStems(set.images, rootOf(o)), context.progress("Drawing"), stop); !added)
        return added;
    if (stop())
        return fail(ErrorCode::Interrupted, "Detection was stopped; nothing was written.");
    outcome.codec = outputs->codec();
    return outputs->commit(set, outcome.result.candidates);
}

Result<Outcome> detectOnPictures(const Options& o, Context& context) {
    auto images = imagesOf(o);
    if (!images)
        return failAs(images);
    if (const auto spares = sparesSources(o, *images); !spares)
        return failAs(spares);
    nn::DetectRequest request = requestOf(o);
    request.images = std::move(*images);
    request.leaveOutUnreadable = true;
    auto detector = nn::Detector::load(o.weights, o.detector);
    if (!detector)
        return failAs(detector);
    auto result = detector->detect(request, context.progress("Detecting"), [&] { return context.stop.stopped(); });
    if (!result)
        return failAs(result);
    if (const std::size_t count = result->unreadable.size(); count > 0 && count == request.images.size()) {
        Error first = result->unreadable.front();
        if (count > 1)
            first.message = fmt::format("None of the {} pictures can be read; the first: {}",
                                        formatGrouped(static_cast<std::int64_t>(count)), first.message);
        return tl::unexpected<Error>(std::move(first));
    }
    Outcome outcome;
    outcome.result = std::move(*result);
    if (const auto written = writeAll(o, outcome, context); !written)
        return failAs(written);
    return outcome;
}

/// The remark that a video goes on behind what was looked at.
Error framesLeft(const nn::VideoRequest& request, std::size_t used) {
    return {ErrorCode::BadInput,
            fmt::format("{} goes on: only the first {} frames{} were looked at.", request.video.string(),
                        formatGrouped(static_cast<std::int64_t>(used)),
                        request.every > 1 ? fmt::format(", one of {},", request.every) : std::string()),
            request.video, 0, "Raise --max-frames, or --every to go further with as many."};
}

/// Frames go to the network, into the outputs and away again, some dozens at a time.
Result<Outcome> detectOnFrames(const Options& o, Context& context) {
    std::error_code ignored;
    if (!o.paths.video.empty() && std::filesystem::equivalent(o.source, o.paths.video, ignored))
        return fail(ErrorCode::BadInput, o.paths.video.string() + " is the video itself.", o.paths.video, 0,
                    "Choose another name for --save-video.");
    if (!o.frames.empty())
        if (const auto may = mayWrite(o.frames, context); !may)
            return failAs(may);
    nn::VideoRequest request;
    request.video = absolutePath(o.source);
    request.every = o.every;
    request.most = o.most;
    request.keepFrames = !o.frames.empty();
    request.detect = requestOf(o);
    double sourceRate = 0;
    if (const auto reader = nn::VideoReader::open(request.video))
        sourceRate = reader->framesPerSecond() / static_cast<double>(o.every);
    else
        return failAs(reader);
    auto detector = nn::Detector::load(o.weights, o.detector);
    if (!detector)
        return failAs(detector);
    const std::filesystem::path kept = absolutePath(o.frames);
    auto frames = StagedFolder::in(
        request.keepFrames ? kept : std::filesystem::temp_directory_path() / fmt::format("intersect-frames-{}", ::getpid()));
    if (!frames)
        return failAs(frames);
    request.frames = frames->path();
    auto outputs = PredictOutputs::open(o.paths, rateOf(o, sourceRate));
    if (!outputs)
        return failAs(outputs);
    const auto stop = [&] { return context.stop.stopped(); };
    auto found = nn::detectOnVideo(*detector, request, [&](const detect::DetectionSet& set) {
        return outputs->add(set, nn::outputStems(set.images, request.frames), {}, stop);
    }, context.progress("Detecting"), stop);
    if (!found)
        return failAs(found);
    if (request.keepFrames) {
        for (detect::DetectionSet* set : {&found->result.detections, &found->result.candidates})
            for (detect::ImageEntry& image : set->images)
                image.file = kept / image.file.filename();
        if (const auto done = frames->commit(); !done)
            return failAs(done);
    }
    Outcome outcome;
    outcome.codec = outputs->codec();
    if (const auto done = outputs->commit(found->result.detections, found->result.candidates); !done)
        return failAs(done);
    outcome.framesPerSecond = found->framesPerSecond;
    if (found->cutOff)
        outcome.remarks.push_back({"video-cut-off", "error", std::move(*found->cutOff)});
    if (found->more)
        outcome.remarks.push_back({"video-max-frames", "note", framesLeft(request, found->result.detections.images.size())});
    outcome.result = std::move(found->result);
    return outcome;
}

/// What was found before, at a confidence that may be higher now.
Result<Outcome> savedAgain(const Options& o, Context& context) {
    auto before = detect::readDetections(o.detections);
    if (!before)
        return failAs(before);
    Outcome outcome;
    detect::DetectionSet& set = outcome.result.detections;
    set.names = std::move(before->names);
    set.begin.push_back(0);
    std::vector<std::filesystem::path> files;
    for (std::size_t i = 0; i < before->images.size(); ++i) {
        for (const detect::Detection& detection : before->of(i))
            if (detection.score >= static_cast<float>(o.nms.confidence))
                set.detections.push_back(detection);
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
        before->images[i].file = absolutePath(before->images[i].file);
        files.push_back(before->images[i].file);
    }
    set.images = std::move(before->images);
    if (!files.empty() && files.front().filename().string().find('#') != std::string::npos && !std::filesystem::exists(files.front()) &&
        (!o.paths.imageFolder.empty() || !o.paths.video.empty()))
        return fail(ErrorCode::BadInput, files.front().string() + " is a frame of a video that was not kept as a picture.", o.detections, 0,
                    "Detect on the video again, with --save-frames or with --save-video at once.");
    if (const auto spares = sparesSources(o, files); !spares)
        return failAs(spares);
    if (const auto written = writeAll(o, outcome, context); !written)
        return failAs(written);
    return outcome;
}

Json findingJson(const char* code, const char* severity, const Error& error) {
    return {{"code", code},          {"severity", severity},        {"path", pathText(error.path)}, {"line", nullptr},
            {"message", error.message}, {"advice", error.advice}};
}

/// Which pictures were left out, and why; at most so many lines.
void reportUnreadable(const std::vector<Error>& unreadable) {
    constexpr std::size_t kMost = 20;
    for (std::size_t i = 0; i < std::min(unreadable.size(), kMost); ++i)
        printLine("error: " + describe(unreadable[i]));
    if (unreadable.size() > kMost)
        printLine(fmt::format("… and {} more; --json lists them all.",
                              formatGrouped(static_cast<std::int64_t>(unreadable.size() - kMost))));
    if (!unreadable.empty())
        printLine(unreadable.size() == 1 ? std::string("1 frame cannot be read and is left out of the results.")
                                         : fmt::format("{} frames cannot be read and are left out of the results.",
                                                       formatGrouped(static_cast<std::int64_t>(unreadable.size()))));
}

void report(const Options& o, const Outcome& outcome, const Context& context) {
    const nn::DetectResult& result = outcome.result;
    const detect::DetectionSet& set = result.detections;
    std::map<int, std::int64_t> counts;
    for (const detect::Detection& detection : set.detections)
        ++counts[detection.classId];
    if (context.json) {
        Json classes = Json::object(), findings = Json::array();
        for (const auto& [id, count] : counts)
            classes[std::to_string(id)] = count;
        for (const Error& unreadable : result.unreadable)
            findings.push_back(findingJson("image-unreadable", "error", unreadable));
        for (const Outcome::Remark& remark : outcome.remarks)
            findings.push_back(findingJson(remark.code, remark.severity, remark.error));
        Json document = {{"out", o.paths.out.empty() ? Json(nullptr) : Json(pathText(absolutePath(o.paths.out)))},
                         {"images", set.images.size()},
                         {"detections", set.detections.size()},
                         {"classes", classes},
                         {"findings", findings}};
        if (o.detections.empty()) {
            document["seconds"] = numberOrNull(result.seconds);
            document["images_per_s"] = numberOrNull(result.imagesPerSecond);
            document["precision"] = result.precision;
        }
        if (outcome.framesPerSecond > 0)
            document["frames_per_s"] = numberOrNull(outcome.framesPerSecond);
        if (!outcome.codec.empty())
            document["codec"] = outcome.codec;
        printJson(document);
        return;
    }
    if (context.quiet)
        return;
    std::string classes;
    for (const auto& [id, count] : counts)
        classes += fmt::format("{}{} {}", classes.empty() ? ": " : ", ", set.names[static_cast<std::size_t>(id)], formatGrouped(count));
    printLine(fmt::format("{} detections on {} frames{}", formatGrouped(static_cast<std::int64_t>(set.detections.size())),
                          formatGrouped(static_cast<std::int64_t>(set.images.size())), classes));
    if (o.detections.empty())
        printLine(fmt::format("{} frames a second in {}", formatFixed(result.imagesPerSecond, 1), result.precision));
    for (const std::filesystem::path* path : {&o.paths.out, &o.frames, &o.paths.textFolder, &o.paths.imageFolder, &o.paths.candidates})
        if (!path->empty())
            printLine("Written to " + path->string());
    if (!o.paths.video.empty())
        printLine(fmt::format("Written to {} ({}, {} pictures a second)", o.paths.video.string(), outcome.codec,
                              formatShortest(rateOf(o, outcome.framesPerSecond))));
    reportUnreadable(result.unreadable);
    for (const Outcome::Remark& remark : outcome.remarks)
        printLine(fmt::format("{}: {}", remark.severity, describe(remark.error)));
}

Result<int> run(const Options& o, Context& context) {
    const bool video = o.detections.empty() && image::isVideoName(o.source.native());
    if (const auto fits = checkUse(o, video); !fits)
        return failAs(fits);
    if (const auto may = mayWriteAll(o.paths, context); !may)
        return failAs(may);
    const auto outcome = !o.detections.empty() ? savedAgain(o, context) : video ? detectOnFrames(o, context) : detectOnPictures(o, context);
    if (!outcome)
        return failAs(outcome);
    report(o, *outcome, context);
    const bool flawed = std::ranges::any_of(
        outcome->remarks, [](const Outcome::Remark& remark) { return std::string_view(remark.severity) == "error"; });
    return flawed || !outcome->result.unreadable.empty() ? 1 : 0;
}

const Verb kPredict{"predict", "Detect vehicles on pictures, a folder, a list, a data.yaml or a video", [](CLI::App& cli) -> Action {
                        auto options = std::make_shared<Options>();
                        addOptions(cli, *options);
                        return [options](Context& context) { return run(*options, context); };
                    }};

} // namespace
} // namespace intersect::app
