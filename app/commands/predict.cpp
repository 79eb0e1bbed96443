// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <memory>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/data_yaml.h"
#include "core/detect/detections_file.h"
#include "core/nn/candidates_file.h"
#include "core/nn/detector.h"
#include "core/nn/save_predictions.h"
#include "core/runs/workspace.h"

namespace intersect::app {
namespace {

struct Options {
    std::filesystem::path source, weights, out, textFolder, imageFolder, candidates;
    std::string split = "test", format = "coco";
    nn::DetectorOptions detector;
    detect::NmsOptions nms;
    bool multiLabel = false, withScore = false;
};

void addOptions(CLI::App& cli, Options& o) {
    cli.add_option("SOURCE", o.source, "A picture, a folder, a list, a selection, or a data.yaml")->required();
    cli.add_option("--weights", o.weights, "A checkpoint (.pt) or safetensors file")->required();
    cli.add_option("--out", o.out, "The JSON file to write")->required();
    cli.add_option("--split", o.split, "Of a data.yaml: which list")->check(CLI::IsMember({"train", "val", "test"}))->capture_default_str();
    cli.add_option("--conf", o.nms.confidence, "Keep boxes with a higher score")->check(CLI::Range(0.0, 1.0))->capture_default_str();
    cli.add_option("--iou", o.nms.iou, "Drop boxes that overlap a better one of their class by more")->check(CLI::Range(0.0, 1.0))->capture_default_str();
    cli.add_option("--max-det", o.nms.maxDetections, "Most boxes a picture")->check(CLI::Range(1, 30000))->capture_default_str();
    cli.add_flag("--multi-label", o.multiLabel, "Every class above the confidence, not only a box's best one");
    cli.add_option("--img-size", o.detector.imgSize, "Long side of the network's input, pixels")->capture_default_str();
    cli.add_option("--batch", o.detector.batch, "Pictures at a time")->capture_default_str();
    cli.add_option("--precision", o.detector.precision, "auto, fp32 or bf16")->capture_default_str();
    cli.add_option("--device", o.detector.device, "cpu")->capture_default_str();
    cli.add_option("--threads", o.detector.threads, "Threads; 0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
    cli.add_option("--format", o.format, "coco: with the table of images; results: COCO's plain list")->check(CLI::IsMember({"coco", "results"}))->capture_default_str();
    cli.add_option("--save-txt", o.textFolder, "Folder for YOLO label files of what was found");
    cli.add_flag("--save-conf", o.withScore, "With --save-txt: the score behind each box");
    cli.add_option("--save-images", o.imageFolder, "Folder for pictures with the boxes drawn");
    cli.add_option("--candidates", o.candidates, "Safetensors file for all boxes before overlapping ones are dropped");
}

Result<std::vector<std::filesystem::path>> imagesOf(const Options& o) {
    const std::string extension = o.source.extension().string();
    if (extension != ".yaml" && extension != ".yml")
        return runs::imagesOfListOrSelection(o.source);
    const auto yaml = data::readDataYaml(o.source);
    if (yaml)
        return data::imagesOfSplit(*yaml, o.split);
    const auto selection = runs::imagesOfListOrSelection(o.source); // selections are .yaml files too
    if (selection)
        return selection;
    return failAs(yaml);
}

Result<void> mayWriteAll(const Options& o, const Context& context) {
    for (const std::filesystem::path* path : {&o.out, &o.textFolder, &o.imageFolder, &o.candidates})
        if (!path->empty())
            if (const auto may = mayWrite(*path, context); !may)
                return may;
    return {};
}

Result<void> writeAll(const Options& o, const nn::DetectResult& result, Context& context) {
    const detect::DetectionSet& set = result.detections;
    if (const auto written = writeFileAtomically(o.out, o.format == "results" ? detect::formatResultsList(set) : detect::formatDetections(set)); !written)
        return written;
    if (!o.candidates.empty())
        if (const auto written = nn::writeCandidates(o.candidates, result.candidates); !written)
            return written;
    if (!o.textFolder.empty())
        if (const auto written = nn::saveYoloDetections(set, o.textFolder, o.withScore); !written)
            return written;
    if (o.imageFolder.empty())
        return {};
    return nn::saveAnnotated(set, o.imageFolder, context.progress("Drawing"), [&] { return context.stop.stopped(); });
}

void report(const Options& o, const nn::DetectResult& result, const Context& context) {
    const detect::DetectionSet& set = result.detections;
    std::map<int, std::int64_t> counts;
    for (const detect::Detection& detection : set.detections)
        ++counts[detection.classId];
    if (context.json) {
        Json classes = Json::object();
        for (const auto& [id, count] : counts)
            classes[std::to_string(id)] = count;
        printJson({{"out", pathText(absolutePath(o.out))},
                   {"images", set.images.size()},
                   {"detections", set.detections.size()},
                   {"classes", classes},
                   {"seconds", numberOrNull(result.seconds)},
                   {"images_per_s", numberOrNull(result.imagesPerSecond)}});
        return;
    }
    if (context.quiet)
        return;
    std::string classes;
    for (const auto& [id, count] : counts)
        classes += fmt::format("{}{} {}", classes.empty() ? ": " : ", ", set.names[static_cast<std::size_t>(id)], formatGrouped(count));
    printLine(fmt::format("{} detections on {} frames{}", formatGrouped(static_cast<std::int64_t>(set.detections.size())),
                          formatGrouped(static_cast<std::int64_t>(set.images.size())), classes));
    printLine(fmt::format("{} frames a second; written to {}", formatFixed(result.imagesPerSecond, 1), o.out.string()));
    for (const std::filesystem::path* path : {&o.textFolder, &o.imageFolder, &o.candidates})
        if (!path->empty())
            printLine("Written to " + path->string());
}

Result<int> run(const Options& o, Context& context) {
    if (const auto may = mayWriteAll(o, context); !may)
        return failAs(may);
    nn::DetectRequest request;
    request.nms = o.nms;
    request.multiLabel = o.multiLabel;
    request.keepCandidates = !o.candidates.empty();
    auto images = imagesOf(o);
    if (!images)
        return failAs(images);
    request.images = std::move(*images);
    auto detector = nn::Detector::load(o.weights, o.detector);
    if (!detector)
        return failAs(detector);
    const auto result = detector->detect(request, context.progress("Detecting"), [&] { return context.stop.stopped(); });
    if (!result)
        return failAs(result);
    if (const auto written = writeAll(o, *result, context); !written)
        return failAs(written);
    report(o, *result, context);
    return 0;
}

const Verb kPredict{"predict", "Detect vehicles on pictures, a folder, a list or a data.yaml", [](CLI::App& cli) -> Action {
                        auto options = std::make_shared<Options>();
                        addOptions(cli, *options);
                        return [options](Context& context) { return run(*options, context); };
                    }};

} // namespace
} // namespace intersect::app
