// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <optional>
#include <unistd.h>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/numbers.h"
#include "core/runs/control_input.h"
#include "core/runs/train_config.h"
#include "core/train/trainer.h"

namespace intersect::app {
namespace {

/// What the command line says; what it leaves out comes from --config or the defaults.
struct Options {
    std::string data, config, hyp, weights, run, model, freeze, loss, precision, modulator;
    std::optional<int> epochs, batch, imgSize, threads, workers, patience, saveBatches, nbs;
    std::optional<std::uint64_t> seed;
    std::string gamma, alpha, posWeight, termWeight; // texts: numbers are read locale-free
    bool cosLr = false, events = false;
};

Result<void> setNumber(const std::string& text, const char* option, double& into) {
    if (text.empty())
        return {};
    const auto value = parseDouble(text);
    if (!value)
        return fail(ErrorCode::Usage, fmt::format("{} is \"{}\".", option, text), {}, 0, "Give a number such as 1.5.");
    into = *value;
    return {};
}

Result<void> setLoss(const Options& options, loss::LossSpec& spec) {
    if (!options.loss.empty()) {
        const auto kind = loss::lossKindFromName(options.loss);
        if (!kind)
            return fail(ErrorCode::Usage, kind.error().message, {}, 0, kind.error().advice);
        spec.kind = *kind;
    }
    if (!options.modulator.empty())
        spec.modulator = options.modulator == "geometric" ? loss::Modulator::Geometric : loss::Modulator::Standard;
    if (!options.alpha.empty()) {
        double alpha = 0;
        if (const auto set = setNumber(options.alpha, "--alpha", alpha); !set)
            return set;
        spec.alpha = alpha;
    }
    if (const auto set = setNumber(options.gamma, "--gamma", spec.gamma); !set)
        return set;
    if (const auto set = setNumber(options.posWeight, "--pos-weight", spec.positiveWeight); !set)
        return set;
    return setNumber(options.termWeight, "--term-weight", spec.termWeight);
}

Result<runs::TrainConfig> configOf(const Options& options) {
    runs::TrainConfig config;
    std::vector<data::Finding> findings;
    if (!options.config.empty()) {
        auto read = runs::readTrainConfig(options.config, findings);
        if (!read)
            return failAs(read);
        config = std::move(*read);
    }
    if (!options.hyp.empty())
        if (const auto read = runs::readHyp(options.hyp, config.hyp, config.loss, findings); !read)
            return failAs(read);
    for (const data::Finding& finding : findings)
        logWarning(fmt::format("{}:{}: {} {}", finding.path.string(), finding.line, finding.message, finding.advice));

    if (!options.data.empty())
        config.data = absolutePath(options.data);
    if (config.data.empty())
        return fail(ErrorCode::Usage, "No data.yaml is named.", {}, 0,
                    "Write `train DATA.yaml …`, or give --config with a `data` key.");
    if (options.weights == "none")
        config.weights.clear();
    else if (!options.weights.empty())
        config.weights = absolutePath(options.weights);
    else if (options.config.empty())
        return fail(ErrorCode::Usage, "No start weights are named.", {}, 0,
                    "Give --weights FILE, or --weights none to start from random ones.");
    if (!options.model.empty())
        config.model = options.model;
    if (!options.precision.empty())
        config.precision = options.precision;
    if (!options.freeze.empty()) {
        auto freeze = runs::parseFreeze(options.freeze);
        if (!freeze)
            return failAs(freeze);
        config.freeze = std::move(*freeze);
    }
    config.epochs = options.epochs.value_or(config.epochs);
    config.batch = options.batch.value_or(config.batch);
    config.imgSize = options.imgSize.value_or(config.imgSize);
    config.threads = options.threads.value_or(config.threads);
    config.workers = options.workers.value_or(config.workers);
    config.patience = options.patience.value_or(config.patience);
    config.saveBatches = options.saveBatches.value_or(config.saveBatches);
    config.nbs = options.nbs.value_or(config.nbs);
    config.seed = options.seed.value_or(config.seed);
    config.cosLr = config.cosLr || options.cosLr;
    if (const auto set = setLoss(options, config.loss); !set)
        return failAs(set);
    return config;
}

std::string epochLine(const runs::EpochRecord& epoch, int of, double imagesPerSecond) {
    const auto three = [](double value) { return formatFixed(value, 3); };
    const auto four = [](double value) { return formatFixed(value, 4); };
    return fmt::format("epoch {}/{}  box {}  obj {}  cls {}  P {}  R {}  mAP50 {}  mAP50-95 {}  {} images/s",
                       epoch.epoch, of, four(epoch.box), four(epoch.obj), four(epoch.cls), three(epoch.precision),
                       three(epoch.recall), three(epoch.map50), three(epoch.map5095), formatFixed(imagesPerSecond, 1));
}

Result<int> run(const Options& options, Context& context) {
    if (options.events && context.json)
        return fail(ErrorCode::Usage, "--events and --json both want standard output.", {}, 0, "Give one of them.");
    const auto config = configOf(options);
    if (!config)
        return failAs(config);
    train::TrainOptions how;
    how.eventsToStdout = options.events;
    how.force = context.force;
    how.version = INTERSECT_VERSION;
    if (!options.events) {
        how.progress = context.progress("Training images");
        if (!context.json && !context.quiet)
            how.onEpoch = [](const runs::EpochRecord& epoch, int of, double rate) {
                printLine(epochLine(epoch, of, rate));
            };
    }
    const auto interrupted = [&context] { return context.stop.stopped(); };
    std::optional<runs::ControlInput> control; // without --events standard input is never read
    if (options.events)
        control.emplace(STDIN_FILENO);
    const auto summary = train::trainDetector(
        *config, options.run, how, [&] { return control ? control->stopAsked(interrupted) : interrupted(); });
    if (!summary)
        return failAs(summary);
    if (context.json)
        printJson({{"run", pathText(absolutePath(options.run))},
                   {"epochs", summary->epochs},
                   {"best_epoch", summary->bestEpoch},
                   {"images_per_s", numberOrNull(summary->imagesPerSecond)},
                   {"seconds", summary->seconds},
                   {"peak_memory_mb", summary->peakMemoryMb},
                   {"definition", "yolov5"},
                   {"map50", numberOrNull(summary->map50)},
                   {"map50_95", numberOrNull(summary->map5095)}});
    else if (!options.events)
        printLine(fmt::format("Best epoch {}: mAP50 {}, mAP50-95 {} on val. Weights: {}", summary->bestEpoch,
                              formatFixed(summary->map50, 3), formatFixed(summary->map5095, 3),
                              runs::RunPaths{absolutePath(options.run)}.best().string()));
    return 0;
}

Action setUp(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("DATA.yaml", options->data, "Lists and class names (not needed where --config names them)");
    app.add_option("--run", options->run, "Folder for this training's config, lists, events, results and weights")
        ->required();
    app.add_option("--weights", options->weights, "Start weights: .pt or .safetensors; none: random start of --model");
    app.add_option("--model", options->model, "Network of a random start: yolov5n to x, yolov5n6 to x6, yolov7-tiny, yolov7, or a model file (.yaml)");
    app.add_option("--config", options->config, "A config.yaml of an earlier run; other options go over it");
    app.add_option("--hyp", options->hyp, "Hyper-parameters, a YAML file with YOLOv5's names");
    app.add_option("--epochs", options->epochs, "Passes over the train list (100)");
    app.add_option("--batch", options->batch, "Images a batch (16)");
    app.add_option("--img-size", options->imgSize, "Side of the network's input, a multiple of 32 (640)");
    app.add_option("--freeze", options->freeze, "First N modules, `backbone` (10), or module numbers with commas");
    app.add_option("--loss", options->loss, "Loss of objectness and classes: bce, focal or qfocal (bce)");
    app.add_option("--gamma", options->gamma, "Focusing exponent of focal and qfocal (1.5)");
    app.add_option("--alpha", options->alpha, "Weight of positives in focal and qfocal (none)");
    app.add_option("--pos-weight", options->posWeight, "Weight of the positive part (1)");
    app.add_option("--term-weight", options->termWeight, "Weight of the whole term (1)");
    app.add_option("--modulator", options->modulator, "Form of the focal factor")
        ->check(CLI::IsMember({"standard", "geometric"}));
    app.add_option("--seed", options->seed, "Seed of order, augmentation and random start (0)");
    app.add_option("--threads", options->threads, "Threads of the network (0: all cores)");
    app.add_option("--workers", options->workers, "Threads that make batches (1)");
    app.add_option("--patience", options->patience, "End after so many epochs without a better one (100; 0: never)");
    app.add_option("--save-batches", options->saveBatches, "Pictures of the first N batches into the run folder (0)");
    app.add_option("--precision", options->precision, "auto, fp32 or bf16 (auto)");
    app.add_option("--nbs", options->nbs, "Nominal batch: gradients of so many images make one step (64)");
    app.add_flag("--cos-lr", options->cosLr, "Learning rate along half a cosine wave");
    app.add_flag("--events", options->events,
                 "Events as JSON lines on standard output; stop, pause and resume are read from standard input");
    return [options](Context& context) { return run(*options, context); };
}

const Verb kTrain{"train", "Train a detector on the lists of a data.yaml", setUp};

} // namespace
} // namespace intersect::app
