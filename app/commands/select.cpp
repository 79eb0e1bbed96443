// SPDX-License-Identifier: GPL-3.0-or-later
#include <map>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/data_root.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/dataset.h"
#include "core/runs/workspace.h"
#include "core/select/selection.h"

namespace intersect::app {
namespace {

struct Options {
    std::filesystem::path root, out;
    std::string strategy = "random";
    std::optional<std::int64_t> count;
    std::optional<std::uint32_t> seed;
    std::vector<std::string> counts;
    select::SelectionRequest request;
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
    Json images = Json::array();
    for (const std::filesystem::path& image : selection.images)
        images.push_back(pathText(image));
    return {{"strategy", selection.strategy}, {"seed", selection.seed}, {"count", selection.count}, {"cameras", cameras}, {"notes", selection.notes}, {"images", images}};
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

Result<int> run(Options options, Context& context) {
    select::SelectionRequest& request = options.request;
    const auto strategy = select::strategyFromName(options.strategy);
    if (!strategy)
        return failAs(strategy);
    request.strategy = *strategy;
    const bool needsCount = request.strategy != select::Strategy::Counts && request.strategy != select::Strategy::All;
    if (needsCount && !options.count)
        return fail(ErrorCode::Usage, "The strategy " + options.strategy + " needs to know how many frames to choose.", {}, 0, "Add --count 200.");
    request.count = options.count.value_or(0);
    request.seed = options.seed ? *options.seed : drawSeed();
    const auto counts = parseCounts(options.counts);
    if (!counts)
        return failAs(counts);
    request.counts = *counts;
    if (!options.out.empty()) {
        if (auto free = mayWrite(options.out, context); !free)
            return failAs(free);
    }
    const auto root = dataRootOf(options.root);
    if (!root)
        return failAs(root);
    data::ScanOptions names;
    names.namesOnly = true;
    const auto dataset = data::scanDataset(*root, names, {}, [&context] { return context.stop.stopped(); });
    if (!dataset)
        return failAs(dataset);
    const auto selection = select::selectFrames(*dataset, request);
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

const Verb kSelect{"select", "Choose frames under a budget", [](CLI::App& app) -> Action {
                       auto options = std::make_shared<Options>();
                       select::SelectionRequest& request = options->request;
                       app.add_option("ROOT", options->root, "Folder of the pools, or a workspace")->required();
                       app.add_option("--pool", request.pools, "Choose from this pool (may be repeated; default: all)")->allow_extra_args(false);
                       app.add_option("--camera", request.cameras, "Choose from this camera only (may be repeated)")->allow_extra_args(false);
                       app.add_option("--count", options->count, "How many frames");
                       app.add_option("--strategy", options->strategy, "random, equal, proportional, counts or all")->capture_default_str();
                       app.add_option("--ranking", request.ranking, "proportional: cameras, most useful first: a,b,c")->delimiter(',')->allow_extra_args(false);
                       app.add_option("--ratio", request.ratio, "proportional: weight of a camera is ratio to the power of its rank")->capture_default_str();
                       app.add_option("--counts", options->counts, "counts: frames of each camera: a=44,b=39")->delimiter(',')->allow_extra_args(false);
                       app.add_option("--seed", options->seed, "Seed (without it one is drawn and printed)");
                       app.add_option("--out", options->out, "Write the selection to this file");
                       return [options](Context& context) { return run(*options, context); };
                   }};

} // namespace
} // namespace intersect::app
