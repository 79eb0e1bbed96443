// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/data_root.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/runs/class_names.h"
#include "core/runs/workspace.h"
#include "core/select/split.h"

namespace intersect::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<fs::path> lists;
    fs::path test, out, names;
    std::string rule = "random";
    std::optional<double> trainRatio, testSize;
    std::optional<std::uint32_t> seed;
    double leakWithin = 360;
    bool removeCaches = false;
};

/// The images of all lists, each once, in their order; `dropped` counts the repeats.
Result<std::vector<fs::path>> imagesOf(const std::vector<fs::path>& lists, std::int64_t& dropped) {
    std::vector<fs::path> images;
    std::unordered_set<std::string> seen;
    for (const fs::path& list : lists) {
        auto some = runs::imagesOfListOrSelection(list);
        if (!some)
            return some;
        for (fs::path& image : *some) {
            if (seen.insert(image.string()).second)
                images.push_back(std::move(image));
            else
                ++dropped;
        }
    }
    return images;
}

Json leakJson(const select::LeakMeter& leak) {
    return {{"val_frames", leak.valFrames},
            {"leak_within_s", leak.leakWithinSeconds},
            {"within", leak.within},
            {"median_gap_s", leak.medianGapSeconds ? Json(*leak.medianGapSeconds) : Json(nullptr)},
            {"median_gap_frames", leak.medianGapFrames ? Json(*leak.medianGapFrames) : Json(nullptr)}};
}

std::string leakLine(const select::LeakMeter& leak) {
    if (!leak.medianGapSeconds)
        return "Leak: the file names tell no times, so how near val lies to train is not known.";
    return fmt::format("Leak: {} of {} val frames lie within {} s of a train frame of the same camera; the median gap is {} s.", leak.within, leak.valFrames,
                       formatShortest(leak.leakWithinSeconds), formatShortest(*leak.medianGapSeconds));
}

Result<int> run(const Options& options, Context& context) {
    const auto rule = select::splitRuleFromName(options.rule);
    if (!rule)
        return failAs(rule);
    select::SplitRequest request;
    request.rule = *rule;
    request.trainRatio = options.trainRatio.value_or(request.trainRatio);
    request.testRatio = options.testSize;
    request.seed = options.seed ? *options.seed : drawSeed();
    std::int64_t dropped = 0;
    const auto images = imagesOf(options.lists, dropped);
    if (!images)
        return failAs(images);
    const auto split = select::splitIndices(images->size(), request);
    if (!split)
        return failAs(split);
    runs::SplitLists lists;
    for (const std::size_t i : split->train)
        lists.train.push_back((*images)[i]);
    for (const std::size_t i : split->val)
        lists.val.push_back((*images)[i]);
    if (!options.test.empty()) {
        auto test = runs::imagesOfListOrSelection(options.test);
        if (!test)
            return failAs(test);
        lists.test = std::move(*test);
    }
    std::vector<fs::path> all = *images;
    all.insert(all.end(), lists.test.begin(), lists.test.end());
    const auto names = runs::resolveClassNames(options.names, {options.out, absolutePath(options.lists.front()).parent_path()}, all);
    if (!names)
        return failAs(names);
    lists.names = names->names;
    if (auto written = runs::writeSplitLists(options.out, lists, context.force, options.removeCaches); !written)
        return failAs(written);

    const select::LeakMeter leak = select::measureLeak(lists.train, lists.val, options.leakWithin);
    const fs::path out = absolutePath(options.out);
    if (context.json) {
        printJson({{"rule", options.rule},
                   {"seed", request.seed},
                   {"train", lists.train.size()},
                   {"val", lists.val.size()},
                   {"test", lists.test.size()},
                   {"dropped", dropped},
                   {"leak", leakJson(leak)},
                   {"data", pathText(out / "data.yaml")},
                   {"names_from", names->from}});
        return 0;
    }
    if (dropped > 0)
        printLine(fmt::format("Paths that stood in the lists more than once, left out: {}", dropped));
    printLine(fmt::format("Number of paths written to train.txt: {}", lists.train.size()));
    printLine(fmt::format("Number of paths written to val.txt: {}", lists.val.size()));
    if (!lists.test.empty())
        printLine(fmt::format("Number of paths written to test.txt: {}", lists.test.size()));
    printLine(names->from);
    printLine(leakLine(leak));
    printLine(fmt::format("Rule: {}, seed: {}", options.rule, request.seed));
    printLine("Data: " + (out / "data.yaml").string());
    return 0;
}

const Verb kSplit{"split", "Deal a selection into train and val, and write the lists and data.yaml", [](CLI::App& app) -> Action {
                      auto options = std::make_shared<Options>();
                      app.add_option("LIST", options->lists, "Selection files or lists of image paths")->required();
                      CLI::Option* ratio = app.add_option("--train-ratio", options->trainRatio, "Share of train, between 0 and 1 (default 0.8)");
                      app.add_option("--test-size", options->testSize, "Share of val instead, rounded up as scikit-learn does")->excludes(ratio);
                      app.add_option("--rule", options->rule, "random (Python's shuffle) or sklearn (train_test_split, to the index)")->capture_default_str();
                      app.add_option("--seed", options->seed, "Seed (without it one is drawn and printed)");
                      app.add_option("--test", options->test, "Folder, list or selection of the test images");
                      app.add_option("--names", options->names, "Class names, one a line, or a data.yaml");
                      app.add_option("--leak-within", options->leakWithin, "A val frame this near to a train frame counts as leaking, seconds")
                          ->check(CLI::NonNegativeNumber)
                          ->capture_default_str();
                      app.add_flag("--remove-caches", options->removeCaches, "Remove train.cache and val.cache that YOLO left beside the lists");
                      app.add_option("--out", options->out, "Folder of train.txt, val.txt, test.txt and data.yaml")->required();
                      return [options](Context& context) { return run(*options, context); };
                  }};

} // namespace
} // namespace intersect::app
