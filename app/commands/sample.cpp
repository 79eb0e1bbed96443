// SPDX-License-Identifier: GPL-3.0-or-later
#include <chrono>
#include <memory>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/data_yaml.h"
#include "core/data/sample_scenes.h"
#include "core/runs/workspace.h"

namespace intersect::app {
namespace {

struct Options {
    std::filesystem::path folder;
    data::SampleOptions sample;
};

Result<int> writeSample(const Options& options, Context& context) {
    if (auto allowed = mayWrite(options.folder, context); !allowed)
        return failAs(allowed);
    const auto begin = std::chrono::steady_clock::now();
    const std::filesystem::path folder = absolutePath(options.folder), root = folder / "data";
    std::error_code ignored;
    const bool isNew = !std::filesystem::exists(folder, ignored);
    // Only data that a sample's own workspace points at may be replaced: another folder named data is somebody's work.
    if (std::filesystem::exists(root, ignored) && !std::filesystem::is_empty(root, ignored)) {
        const auto before = runs::openWorkspace(folder / "workspace");
        if (!before || before->dataRoot != root)
            return fail(ErrorCode::BadInput, root.string() + " was not written by sample, so it is not replaced.", root, 0,
                        "Choose another folder.");
    }
    data::SampleOptions sample = options.sample;
    sample.replace = context.force;
    const auto counts = data::writeSampleScenes(root, sample, context.progress("Drawing frames"), [&] { return context.stop.stopped(); });
    if (!counts) {
        if (isNew)
            std::filesystem::remove(folder, ignored); // only if it is empty
        return failAs(counts);
    }
    const auto workspace = runs::createWorkspace(folder / "workspace", root, data::cocoNames());
    if (!workspace)
        return failAs(workspace);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (context.json) {
        printJson({{"root", pathText(root)},
                   {"workspace", pathText(workspace->folder)},
                   {"images", counts->images},
                   {"boxes", counts->boxes},
                   {"seconds", seconds}});
    } else {
        printLine(fmt::format("{} images with {} boxes in {} s", formatGrouped(counts->images), formatGrouped(counts->boxes), formatFixed(seconds, 1)));
        printLine("Data:      " + pathText(root));
        printLine("Workspace: " + pathText(workspace->folder));
    }
    return 0;
}

const Verb kSample{"sample", "Draw the sample data set (six cameras and test) and its workspace", [](CLI::App& app) -> Action {
                       auto options = std::make_shared<Options>();
                       app.add_option("DIR", options->folder, "Folder to make")->required();
                       app.add_option("--seed", options->sample.seed, "Another seed: other scenery and traffic")->capture_default_str();
                       app.add_option("--frames", options->sample.frames, "Frames of each camera in Q2, Q3 and test; half as many in Q1")
                           ->capture_default_str();
                       return [options](Context& context) { return writeSample(*options, context); };
                   }};

} // namespace
} // namespace intersect::app
