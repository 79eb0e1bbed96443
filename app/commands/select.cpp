// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands/command.h"
#include "app/commands/data_place.h"
#include "app/commands/frame_measures.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/dataset.h"
#include "core/data/dataset_index.h"
#include "core/runs/workspace.h"
#include "core/select/presets.h"
#include "core/select/selection.h"

namespace intersect::app {
namespace {

struct Options {
    std::filesystem::path root, out, pins, bars;
    std::optional<std::string> strategy, preset;
    std::optional<std::int64_t> count;
    std::optional<std::uint32_t> seed;
    std::optional<double> ratio;
    std::vector<std::string> pools, cameras, ranking, counts;
    std::string diverseBy = select::diverseRuleName(select::DiverseRule::KCenter);
    bool perCamera = false;
    MeasureOptions measure;
};

/// Reads `a=44,b=39`.
Result<std::map<std::string, std::int64_t>> parseCounts(const std::vector<std::string>& parts) {
    std::map<std::string, std::int64_t> counts;
    for (const std::string& part : parts) {
        const std::size_t sign = part.rfind('=');
        const auto number = sign == std::string::npos ? std::nullopt : parseInt(std::string_view(part).substr(sign + 1));
        if (!number || sign == 0 || !counts.emplace(part.substr(0, sign), *number).second)
            return fail(ErrorCode::Usage, "--counts holds \"" + part + "\", which is not one camera with one number.", {}, 0, "Write --counts 170=27,173=40.");
    }
    return counts;
}

Json documentOf(const select::Selection& selection) {
    Json cameras = Json::array();
    for (const select::CameraQuota& quota : selection.cameras)
        cameras.push_back({{"camera", pathText(quota.camera)}, {"available", quota.available}, {"exact", numberOrNull(quota.exact)}, {"quota", quota.quota}, {"selected", quota.selected}});
    const auto listed = [](const std::vector<std::filesystem::path>& paths) {
        Json list = Json::array();
        for (const std::filesystem::path& path : paths)
            list.push_back(pathText(path));
        return list;
    };
    Json settings = Json::object();
    for (const auto& [name, value] : selection.settings)
        settings[name] = pathText(value);
    return {{"strategy", selection.strategy}, {"seed", selection.seed},   {"count", selection.count},          {"cameras", cameras},
            {"settings", settings},           {"notes", selection.notes}, {"pins", listed(selection.pins)}, {"images", listed(selection.images)}};
}

void print(const select::Selection& selection) {
    std::map<std::string, int> sameName;
    for (const select::CameraQuota& quota : selection.cameras)
        ++sameName[quota.name];
    for (const select::CameraQuota& quota : selection.cameras)
        printLine(fmt::format("Number of paths from folder {}: {}", sameName[quota.name] > 1 ? quota.camera : quota.name, quota.selected));
    printLine(fmt::format("Number of paths selected: {}", selection.images.size()));
    for (const std::string& note : selection.notes)
        printLine(note);
    printLine(fmt::format("Seed: {}", selection.seed));
}

/// What the options ask for, starting from the preset if one is named.
Result<select::SelectionRequest> requestOf(const Options& options) {
    select::SelectionRequest request;
    if (options.preset) {
        auto preset = select::presetFromName(*options.preset);
        if (!preset)
            return failAs(preset);
        request = std::move(preset->request);
    }
    if (options.strategy) {
        const auto strategy = select::strategyFromName(*options.strategy);
        if (!strategy)
            return failAs(strategy);
        request.strategy = *strategy;
    }
    const bool needsCount = request.strategy != select::Strategy::Counts && request.strategy != select::Strategy::All;
    if (needsCount && !options.count && !options.preset)
        return fail(ErrorCode::Usage, std::string("The strategy ") + select::strategyName(request.strategy) + " needs to know how many frames to choose.", {}, 0, "Add --count 200.");
    request.count = options.count.value_or(request.count);
    if (!options.preset || options.seed)
        request.seed = options.seed ? *options.seed : drawSeed();
    if (!options.pools.empty())
        request.pools = options.pools;
    request.cameras = options.cameras;
    if (!options.ranking.empty())
        request.ranking = options.ranking;
    request.ratio = options.ratio.value_or(request.ratio);
    if (options.diverseBy == select::diverseRuleName(select::DiverseRule::FacilityLocation))
        request.diverse = select::DiverseRule::FacilityLocation;
    request.perCamera = options.perCamera;
    if (!options.counts.empty()) {
        const auto counts = parseCounts(options.counts);
        if (!counts)
            return failAs(counts);
        request.counts = *counts;
    }
    for (const auto& [list, frames] : {std::pair(&options.pins, &request.pins), std::pair(&options.bars, &request.bars)}) {
        if (list->empty())
            continue;
        auto images = runs::imagesOfListOrSelection(*list);
        if (!images)
            return failAs(images);
        *frames = std::move(*images);
    }
    return request;
}

/// Turns a measured usefulness into the request's weights or, with a ratio, into its ranking.
Result<void> rankByUsefulness(const data::Dataset& dataset, const Options& options, const Context& context, select::SelectionRequest& request) {
    auto usefulness = measureCameras(dataset, request, options.measure, context);
    if (!usefulness)
        return failAs(usefulness);
    request.settings.emplace_back("by", options.measure.by);
    for (const auto& [camera, value] : *usefulness)
        request.settings.emplace_back("usefulness of " + camera, formatShortest(value));
    if (!options.ratio) {
        request.usefulness = std::move(*usefulness);
        return {};
    }
    std::vector<std::pair<std::string, double>> order(usefulness->begin(), usefulness->end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    request.ranking.clear();
    for (const auto& [camera, value] : order)
        request.ranking.push_back(camera);
    return {};
}

Result<int> run(const Options& options, Context& context) {
    auto request = requestOf(options);
    if (!request)
        return failAs(request);
    if (!options.measure.by.empty() && request->strategy != select::Strategy::Proportional)
        return fail(ErrorCode::Usage, "--by " + options.measure.by + " says how useful cameras are, which only the strategy proportional asks.", {}, 0, "Add --strategy proportional, or leave --by out.");
    if (!options.measure.by.empty() && !options.ranking.empty())
        return fail(ErrorCode::Usage, "--ranking and --by both say how useful the cameras are.", {}, 0, "Leave one of them out.");
    for (const std::filesystem::path& weights : options.measure.weights)
        request->settings.emplace_back("weights", absolutePath(weights).string());
    if (!options.out.empty()) {
        if (auto free = mayWrite(options.out, context); !free)
            return failAs(free);
    }
    const auto place = dataPlaceOf(options.root);
    if (!place)
        return failAs(place);
    data::ScanOptions scan;
    const auto stop = [&context] { return context.stop.stopped(); };
    scan.namesOnly = !needsLabels(request->strategy, options.measure);
    const auto dataset = scan.namesOnly ? data::scanDataset(place->root, scan, {}, stop) : data::openDataset(place->root, place->cache, scan, context.progress("Reading frames"), stop);
    if (!dataset)
        return failAs(dataset);
    if (!options.measure.by.empty()) {
        if (auto ranked = rankByUsefulness(*dataset, options, context, *request); !ranked)
            return failAs(ranked);
    }
    MeasureOptions measure = options.measure;
    measure.cacheFolder = place->cache;
    const auto measures = measureFrames(*dataset, *request, measure, context);
    if (!measures)
        return failAs(measures);
    const auto selection = select::selectFrames(*dataset, *request, *measures);
    if (!selection)
        return failAs(selection);
    if (!options.out.empty()) {
        if (auto written = writeFileAtomically(options.out, runs::formatSelection(*selection)); !written)
            return failAs(written);
    }
    if (context.json) {
        printJson(documentOf(*selection));
    } else {
        print(*selection);
        if (!options.out.empty())
            printLine("Selection: " + absolutePath(options.out).string());
    }
    return 0;
}

std::string listOf(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

const Verb kSelect{
    "select", "Choose frames under a budget", [](CLI::App& app) -> Action {
        auto options = std::make_shared<Options>();
        std::vector<std::string> strategies, presets;
        for (const select::Strategy strategy : select::strategies())
            strategies.emplace_back(select::strategyName(strategy));
        for (const select::Preset& preset : select::presets())
            presets.push_back(preset.name);
        app.add_option("ROOT", options->root, "Folder of the pools, or a workspace")->required();
        app.add_option("--pool", options->pools, "Choose from this pool (may be repeated; default: all)")->allow_extra_args(false);
        app.add_option("--camera", options->cameras, "Choose from this camera only (may be repeated)")->allow_extra_args(false);
        app.add_option("--count", options->count, "How many frames");
        app.add_option("--strategy", options->strategy, listOf(strategies) + " (default random)");
        app.add_option("--preset", options->preset, "Start from a choice with a name: " + listOf(presets));
        app.add_option("--ranking", options->ranking, "proportional: cameras, most useful first: a,b,c")->delimiter(',')->allow_extra_args(false);
        app.add_option("--ratio", options->ratio, "proportional: weight of a camera is ratio to the power of its rank (default 0.9; with --by: instead of what was measured)");
        app.add_option("--by", options->measure.by, "proportional: weight of a camera is its boxes, the objects that --weights misses, how little it looks like the others, or its value in --results")
            ->check(CLI::IsMember({"boxes", "missed", "novelty", "results"}));
        app.add_option("--results", options->measure.results, "Table for --by results: camera,value a line");
        app.add_option("--counts", options->counts, "counts: frames of each camera: a=44,b=39")->delimiter(',')->allow_extra_args(false);
        app.add_option("--diverse-by", options->diverseBy, "diverse: k-center (the outermost frames) or facility-location (typical ones)")
            ->check(CLI::IsMember({select::diverseRuleName(select::DiverseRule::KCenter), select::diverseRuleName(select::DiverseRule::FacilityLocation)}))
            ->capture_default_str();
        app.add_flag("--per-camera", options->perCamera, "most-objects to disagreement: the same number of every camera, then the best of each");
        app.add_flag("--exclude-near-duplicates", options->measure.excludeNearDuplicates, "Of frames that are nearly the same choose one at most");
        app.add_option("--pin", options->pins, "List of frames that are chosen in any case")->check(CLI::ExistingFile);
        app.add_option("--bar", options->bars, "List of frames that are never chosen")->check(CLI::ExistingFile);
        app.add_option("--weights", options->measure.weights, "Network for diverse, uncertain, disagreement (twice: of these two; once: of the frame and its mirror image), --by missed and novelty")
            ->allow_extra_args(false);
        app.add_option("--conf", options->measure.confidence, "uncertain, disagreement: look at detections above this score")->check(fraction())->capture_default_str();
        app.add_option("--img-size", options->measure.detector.imgSize, "Long side of the network's input, pixels")->capture_default_str();
        app.add_option("--batch", options->measure.detector.batch, "Pictures at a time")->capture_default_str();
        app.add_option("--precision", options->measure.detector.precision, "auto, fp32 or bf16")->capture_default_str();
        app.add_option("--device", options->measure.detector.device, "auto (a GPU if there is one), cpu, cuda, cuda:1")->capture_default_str();
        app.add_option("--threads", options->measure.detector.threads, "Threads; 0: all cores")->check(CLI::Range(0, 1024))->capture_default_str();
        app.add_option("--seed", options->seed, "Seed (without it one is drawn and printed)");
        app.add_option("--out", options->out, "Write the selection to this file");
        return [options](Context& context) { return run(*options, context); };
    }};

} // namespace
} // namespace intersect::app
