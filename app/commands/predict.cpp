// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/staged_folder.h"
#include "core/data/data_yaml.h"
#include "core/detect/detections_file.h"
#include "core/detect/candidates_file.h"
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
    cli.add_option("--format", o.format, "coco: with the table of images; results: COCO's plain list")->check(CLI::IsMember({"coco", "results"}))->capture_default_str();
    cli.add_option("--save-txt", o.textFolder, "Folder for YOLO label files of what was found");
    cli.add_flag("--save-conf", o.withScore, "With --save-txt: the score behind each box");
    cli.add_option("--save-images", o.imageFolder, "Folder for pictures with the boxes drawn");
    cli.add_option("--candidates", o.candidates, "Safetensors file for all boxes before overlapping ones are dropped");
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

/// Everything that can be refused before any work: outputs that are there already, or that would take each other's
/// place.
Result<void> mayWriteAll(const Options& o, const Context& context) {
    std::error_code ignored;
    for (const std::filesystem::path* path : {&o.out, &o.candidates})
        if (!path->empty() && std::filesystem::is_directory(*path, ignored))
            return fail(ErrorCode::BadInput, path->string() + " is a folder, not a file to write.", *path, 0,
                        "Add a file name behind it.");
    if (!o.candidates.empty() && absolutePath(o.candidates) == absolutePath(o.out))
        return fail(ErrorCode::Usage, "--out and --candidates name the same file.", o.out, 0, "Give them two names.");
    for (const std::filesystem::path* path : {&o.textFolder, &o.imageFolder})
        if (!path->empty() && std::filesystem::exists(*path, ignored) && !std::filesystem::is_directory(*path, ignored))
            return fail(ErrorCode::BadInput, path->string() + " is a file, not a folder.", *path, 0, "Name a folder.");
    for (const std::filesystem::path* path : {&o.out, &o.textFolder, &o.imageFolder, &o.candidates})
        if (!path->empty())
            if (const auto may = mayWrite(*path, context); !may)
                return may;
    return {};
}

/// The folder below which results keep the structure of the pictures; empty: that which they share.
std::filesystem::path rootOf(const Options& o) {
    std::error_code ignored;
    return std::filesystem::is_directory(o.source, ignored) ? absolutePath(o.source) : std::filesystem::path();
}

/// Refuses to draw over the pictures themselves, with --force too.
Result<void> sparesSources(const Options& o, const std::vector<std::filesystem::path>& images) {
    if (o.imageFolder.empty())
        return {};
    std::set<std::filesystem::path> folders;
    for (const std::filesystem::path& image : images)
        folders.insert(image.parent_path());
    std::error_code ignored;
    for (const std::filesystem::path& folder : folders)
        if (std::filesystem::equivalent(folder, o.imageFolder, ignored) ||
            (!rootOf(o).empty() && std::filesystem::equivalent(rootOf(o), o.imageFolder, ignored)))
            return fail(ErrorCode::BadInput,
                        o.imageFolder.string() + " holds the pictures themselves; drawing there would replace them.",
                        o.imageFolder, 0, "Choose another folder for --save-images.");
    return {};
}

/// Writes folders and files; the JSON file comes last, so that where it is, everything is. Stopped while drawing,
/// nothing is left.
Result<void> writeAll(const Options& o, const nn::DetectResult& result, Context& context) {
    const detect::DetectionSet& set = result.detections;
    const std::vector<std::filesystem::path> stems = nn::outputStems(set.images, rootOf(o));
    std::optional<StagedFolder> text, drawn; // where they end without commit(), the later one goes first
    const auto stage = [](const std::filesystem::path& folder, std::optional<StagedFolder>& into) -> Result<void> {
        auto staged = StagedFolder::in(folder);
        if (!staged)
            return failAs(staged);
        into.emplace(std::move(*staged));
        return {};
    };
    if (!o.textFolder.empty()) {
        if (const auto staged = stage(o.textFolder, text); !staged)
            return staged;
        if (const auto written = nn::saveYoloDetections(set, stems, text->path(), o.withScore); !written)
            return written;
    }
    if (!o.imageFolder.empty()) {
        if (const auto staged = stage(o.imageFolder, drawn); !staged)
            return staged;
        if (const auto written = nn::saveAnnotated(set, stems, drawn->path(), context.progress("Drawing"),
                                                   [&] { return context.stop.stopped(); });
            !written)
            return written;
    }
    if (context.stop.stopped())
        return fail(ErrorCode::Interrupted, "Detection was stopped; nothing was written.");
    for (std::optional<StagedFolder>* folder : {&text, &drawn})
        if (*folder)
            if (const auto done = (*folder)->commit(); !done)
                return done;
    if (!o.candidates.empty())
        if (const auto written = detect::writeCandidates(o.candidates, result.candidates); !written)
            return written;
    return writeFileAtomically(o.out,
                               o.format == "results" ? detect::formatResultsList(set) : detect::formatDetections(set));
}

Json findingJson(const Error& unreadable) {
    return {{"code", "image-unreadable"},        {"severity", "error"},
            {"path", pathText(unreadable.path)}, {"line", nullptr},
            {"message", unreadable.message},     {"advice", unreadable.advice}};
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

void report(const Options& o, const nn::DetectResult& result, const Context& context) {
    const detect::DetectionSet& set = result.detections;
    std::map<int, std::int64_t> counts;
    for (const detect::Detection& detection : set.detections)
        ++counts[detection.classId];
    if (context.json) {
        Json classes = Json::object(), findings = Json::array();
        for (const auto& [id, count] : counts)
            classes[std::to_string(id)] = count;
        for (const Error& unreadable : result.unreadable)
            findings.push_back(findingJson(unreadable));
        printJson({{"out", pathText(absolutePath(o.out))},
                   {"images", set.images.size()},
                   {"detections", set.detections.size()},
                   {"classes", classes},
                   {"seconds", numberOrNull(result.seconds)},
                   {"images_per_s", numberOrNull(result.imagesPerSecond)},
                   {"precision", result.precision},
                   {"findings", findings}});
        return;
    }
    if (context.quiet)
        return;
    std::string classes;
    for (const auto& [id, count] : counts)
        classes += fmt::format("{}{} {}", classes.empty() ? ": " : ", ", set.names[static_cast<std::size_t>(id)], formatGrouped(count));
    printLine(fmt::format("{} detections on {} frames{}", formatGrouped(static_cast<std::int64_t>(set.detections.size())),
                          formatGrouped(static_cast<std::int64_t>(set.images.size())), classes));
    printLine(fmt::format("{} frames a second in {}", formatFixed(result.imagesPerSecond, 1), result.precision));
    printLine("Written to " + o.out.string());
    for (const std::filesystem::path* path : {&o.textFolder, &o.imageFolder, &o.candidates})
        if (!path->empty())
            printLine("Written to " + path->string());
    reportUnreadable(result.unreadable);
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
    if (const auto spares = sparesSources(o, *images); !spares)
        return failAs(spares);
    request.images = std::move(*images);
    request.leaveOutUnreadable = true;
    auto detector = nn::Detector::load(o.weights, o.detector);
    if (!detector)
        return failAs(detector);
    const auto result = detector->detect(request, context.progress("Detecting"), [&] { return context.stop.stopped(); });
    if (!result)
        return failAs(result);
    if (const std::size_t count = result->unreadable.size(); count > 0 && count == request.images.size()) {
        Error first = result->unreadable.front();
        if (count > 1)
            first.message = fmt::format("None of the {} pictures can be read; the first: {}",
                                        formatGrouped(static_cast<std::int64_t>(count)), first.message);
        return tl::unexpected<Error>(std::move(first));
    }
    if (const auto written = writeAll(o, *result, context); !written)
        return failAs(written);
    report(o, *result, context);
    return result->unreadable.empty() ? 0 : 1;
}

const Verb kPredict{"predict", "Detect vehicles on pictures, a folder, a list or a data.yaml", [](CLI::App& cli) -> Action {
                        auto options = std::make_shared<Options>();
                        addOptions(cli, *options);
                        return [options](Context& context) { return run(*options, context); };
                    }};

} // namespace
} // namespace intersect::app
