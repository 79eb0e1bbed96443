// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/watch_training.h"

#include <optional>
#include <string>
#include <unistd.h>

#include <fmt/format.h>

#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/numbers.h"
#include "core/runs/control_input.h"
#include "core/runs/run_folder.h"

namespace intersect::app {
namespace {

std::string epochLine(const runs::EpochRecord& epoch, int of, double imagesPerSecond) {
    const auto three = [](double value) { return formatFixed(value, 3); };
    const auto four = [](double value) { return formatFixed(value, 4); };
    return fmt::format("epoch {}/{}  box {}  obj {}  cls {}  P {}  R {}  mAP50 {}  mAP50-95 {}  {} images/s",
                       epoch.epoch, of, four(epoch.box), four(epoch.obj), four(epoch.cls), three(epoch.precision),
                       three(epoch.recall), three(epoch.map50), three(epoch.map5095), formatFixed(imagesPerSecond, 1));
}

} // namespace

Result<int> watchTraining(const std::filesystem::path& run, bool events, Context& context, const TrainingCall& call) {
    if (events && context.json)
        return fail(ErrorCode::Usage, "--events and --json both want standard output.", {}, 0, "Give one of them.");
    train::TrainOptions how;
    how.eventsToStdout = events;
    how.force = context.force;
    how.version = INTERSECT_VERSION;
    if (!events) {
        how.progress = context.progress("Training images");
        if (!context.json && !context.quiet)
            how.onEpoch = [](const runs::EpochRecord& epoch, int of, double rate) {
                printLine(epochLine(epoch, of, rate));
            };
    }
    const auto interrupted = [&context] { return context.stop.stopped(); };
    std::optional<runs::ControlInput> control; // without --events standard input is never read
    if (events)
        control.emplace(STDIN_FILENO);
    const auto summary = call(how, [&] { return control ? control->stopAsked(interrupted) : interrupted(); });
    if (!summary)
        return failAs(summary);
    if (summary->alreadyDone)
        logInfo(fmt::format("{} is done after {} epochs: there is nothing to go on with. `resume --epochs N` extends it.", absolutePath(run).string(), summary->epochs));
    if (context.json)
        printJson({{"run", pathText(absolutePath(run))},
                   {"epochs", summary->epochs},
                   {"best_epoch", summary->bestEpoch},
                   {"images_per_s", numberOrNull(summary->imagesPerSecond)},
                   {"seconds", summary->seconds},
                   {"peak_memory_mb", summary->peakMemoryMb},
                   {"definition", "yolov5"},
                   {"map50", numberOrNull(summary->map50)},
                   {"map50_95", numberOrNull(summary->map5095)}});
    else if (!events)
        printLine(fmt::format("Best epoch {}: mAP50 {}, mAP50-95 {} on val. Weights: {}", summary->bestEpoch,
                              formatFixed(summary->map50, 3), formatFixed(summary->map5095, 3),
                              runs::RunPaths{absolutePath(run)}.best().string()));
    return summary->faultyLabels > 0 ? 1 : 0;
}

} // namespace intersect::app
