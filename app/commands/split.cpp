// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/data_place.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/list_import.h"
#include "core/runs/class_names.h"
#include "core/runs/workspace.h"
#include "core/select/leak_meter.h"
#include "core/select/split.h"

namespace intersect::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<fs::path> lists;
    fs::path test, out, names, dataRoot;
    std::string rule = "random", unlabelled = "train";
    std::optional<double> trainRatio, testSize;
    std::optional<std::uint32_t> seed;
    double leakWithin = 360, gap = 0;
    bool removeCaches = false;
};

/// The images of one list or selection; with a data root, paths of another machine are matched below it.
Result<std::vector<fs::path>> imagesOfList(const fs::path& list, const fs::path& dataRoot, std::vector<std::string>& notes) {
    if (dataRoot.empty() || runs::isSelectionFile(list))
        return runs::imagesOfListOrSelection(list);
    auto imported = data::importImageList(list, dataRoot);
    if (!imported)
        return failAs(imported);
    notes.push_back(fmt::format("Of {} paths in {}, {} are there as written and {} were matched below {} by pool, camera and file.", imported->images.size(), list.string(), imported->asWritten,
                                imported->matched, dataRoot.string()));
    return std::move(imported->images);
}

/// The images of all lists in their order. Errors: an image that stands twice, in one list or in two.
Result<std::vector<fs::path>> imagesOf(const Options& options, std::vector<std::string>& notes) {
    std::vector<fs::path> images;
    std::unordered_map<std::string, std::size_t> first; // list in which an image stands
    std::size_t twice = 0;
    std::optional<Error> error;
    for (std::size_t i = 0; i < options.lists.size(); ++i) {
        auto some = imagesOfList(options.lists[i], options.dataRoot, notes);
        if (!some)
            return some;
        for (fs::path& image : *some) {
            const auto [place, isNew] = first.try_emplace(image.string(), i);
            if (isNew) {
                images.push_back(std::move(image));
                continue;
            }
            if (twice++ == 0)
                error = Error{ErrorCode::BadInput,
                              place->second == i ? image.string() + " stands twice in " + options.lists[i].string()
                                                 : image.string() + " stands in " + options.lists[place->second].string() + " and in " + options.lists[i].string(),
                              options.lists[i], 0, "Take it out of one place; select --bar LIST chooses frames that are in no other selection."};
        }
    }
    if (!error)
        return images;
    error->message += twice > 1 ? fmt::format(", and {} more stand twice.", twice - 1) : ".";
    return tl::unexpected<Error>(*error);
}

/// Counts of each list by camera, "Q2/398" -> train, val: what a joined choice is made of.
Json countsByCamera(const runs::SplitLists& lists) {
    std::map<std::string, std::array<std::int64_t, 3>> counts;
    const std::array<const std::vector<fs::path>*, 3> sides = {&lists.train, &lists.val, &lists.test};
    for (std::size_t side = 0; side < sides.size(); ++side) {
        for (const fs::path& image : *sides[side]) {
            const fs::path camera = image.parent_path();
            ++counts[(camera.parent_path().filename() / camera.filename()).string()][side];
        }
    }
    Json rows = Json::array();
    for (const auto& [camera, count] : counts)
        rows.push_back({{"camera", pathText(camera)}, {"train", count[0]}, {"val", count[1]}, {"test", count[2]}});
    return rows;
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
    request.unlabelled = options.unlabelled == "deal" ? select::Unlabelled::Deal : select::Unlabelled::Train;
    request.gapSeconds = options.gap;
    if (options.gap > 0 && request.rule != select::SplitRule::TimeBlock)
        return fail(ErrorCode::Usage, "--gap keeps time blocks apart; the rule is " + options.rule + ".", {}, 0, "Add --rule time-block, or leave --gap out.");
    std::vector<std::string> notes;
    const auto images = imagesOf(options, notes);
    if (!images)
        return failAs(images);
    const std::vector<select::SplitItem> items = select::splitItemsOf(*images, request.rule);
    const auto split = select::splitFrames(items, request);
    if (!split)
        return failAs(split);
    notes.insert(notes.end(), split->notes.begin(), split->notes.end());
    runs::SplitLists lists;
    lists.train = select::imagesAt(*images, split->train);
    lists.val = select::imagesAt(*images, split->val);
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
    Json others = Json::object();
    std::vector<std::string> otherLines;
    for (const select::SplitRule other : {select::SplitRule::Camera, select::SplitRule::TimeBlock}) {
        if (other == request.rule)
            continue;
        select::SplitRequest byOther = request;
        byOther.rule = other;
        const auto meter = select::leakWith(*images, items, byOther, options.leakWithin);
        others[select::splitRuleName(other)] = meter ? leakJson(*meter) : Json(nullptr);
        if (meter)
            otherLines.push_back(fmt::format("With the rule {}: {} of {} val frames would.", select::splitRuleName(other), meter->within, meter->valFrames));
    }
    const fs::path out = absolutePath(options.out);
    if (context.json) {
        printJson({{"rule", options.rule},
                   {"seed", request.seed},
                   {"train", lists.train.size()},
                   {"val", lists.val.size()},
                   {"test", lists.test.size()},
                   {"dropped", split->dropped.size()},
                   {"leak", leakJson(leak)},
                   {"leak_with", others},
                   {"cameras", countsByCamera(lists)},
                   {"notes", notes},
                   {"data", pathText(out / "data.yaml")},
                   {"names_from", names->from}});
        return 0;
    }
    printLine(fmt::format("Number of paths written to train.txt: {}", lists.train.size()));
    printLine(fmt::format("Number of paths written to val.txt: {}", lists.val.size()));
    if (!lists.test.empty())
        printLine(fmt::format("Number of paths written to test.txt: {}", lists.test.size()));
    printLine(names->from);
    for (const std::string& note : notes)
        printLine(note);
    printLine(leakLine(leak));
    for (const std::string& line : otherLines)
        printLine(line);
    printLine(fmt::format("Rule: {}, seed: {}", options.rule, request.seed));
    printLine("Data: " + (out / "data.yaml").string());
    return 0;
}

const Verb kSplit{"split", "Deal a selection into train and val, and write the lists and data.yaml", [](CLI::App& app) -> Action {
                      auto options = std::make_shared<Options>();
                      app.add_option("LIST", options->lists, "Selection files or lists of image paths")->required();
                      CLI::Option* ratio = app.add_option("--train-ratio", options->trainRatio, "Share of train, between 0 and 1 (default 0.8)");
                      app.add_option("--test-size", options->testSize, "Share of val instead, rounded up as scikit-learn does")->excludes(ratio);
                      app.add_option("--rule", options->rule, "random (Python's shuffle), sklearn (train_test_split, to the index), stratified (ratio per camera and class), camera or time-block")->capture_default_str();
                      app.add_option("--seed", options->seed, "Seed (without it one is drawn and printed)");
                      app.add_option("--test", options->test, "Folder, list or selection of the test images");
                      app.add_option("--unlabelled", options->unlabelled, "Where frames without labels go if there are labelled ones too: train only, or deal them like the rest")
                          ->check(CLI::IsMember({"train", "deal"}))
                          ->capture_default_str();
                      app.add_option("--gap", options->gap, "time-block: leave out train frames this near to a val frame of their camera, seconds")
                          ->check(CLI::NonNegativeNumber)
                          ->capture_default_str();
                      app.add_option("--data-root", options->dataRoot, "For lists made on another machine: paths that are not there are matched below this folder by pool, camera and file")
                          ->check(CLI::ExistingDirectory);
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
