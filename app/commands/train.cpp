// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/watch_training.h"
#include "core/base/files.h"
#include "core/base/log.h"
#include "core/base/numbers.h"
#include "core/loss/named_forms.h"
#include "core/runs/train_config.h"
#include "core/train/preview.h"
#include "core/train/trainer.h"

namespace intersect::app {
namespace {

/// What the command line says; what it leaves out comes from --config or the defaults.
struct Options {
    std::string data, config, hyp, weights, run, model, freeze, loss, precision, device, modulator;
    std::optional<int> epochs, batch, imgSize, threads, workers, patience, saveBatches, nbs, unfreezeAt;
    std::optional<std::uint64_t> seed;
    std::string gamma, alpha, posWeight, termWeight, beta, ohemRatio; // texts: numbers are read locale-free
    std::string normalise, classWeights, freezeBn, lossForm, lossTerms, prior, optimizer, recipe, assign;
    bool cosLr = false, linearLr = false, autoanchor = false, deterministic = false, events = false;
    bool rect = false, imageWeights = false;
    std::optional<int> previewBatches;
    std::string out;
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

/// A number for all classes, or one for each with commas between them.
Result<void> setNumbers(const std::string& text, const char* option, std::optional<double>& one,
                        std::vector<double>& list) {
    if (text.empty())
        return {};
    std::vector<double> values;
    for (const std::string_view part : splitAt(text, ',')) {
        double value = 0;
        const std::string word(trimmed(part));
        if (word.empty())
            return fail(ErrorCode::Usage, fmt::format("{} is \"{}\".", option, text), {}, 0,
                        "Give a number, or one for each class with commas.");
        if (const auto set = setNumber(word, option, value); !set)
            return set;
        values.push_back(value);
    }
    list.clear();
    if (values.size() == 1)
        one = values.front();
    else
        list = std::move(values);
    return {};
}

/// `from` of a name that is wrong usage here.
template <class T>
Result<void> setByName(const std::string& name, Result<T> (*from)(const std::string&), T& into) {
    if (name.empty())
        return {};
    const auto value = from(name);
    if (!value)
        return fail(ErrorCode::Usage, value.error().message, {}, 0, value.error().advice);
    into = *value;
    return {};
}

Result<void> setLoss(const Options& options, runs::TrainConfig& config) {
    loss::LossSpec& spec = config.loss;
    if (!options.lossForm.empty()) {
        auto form = loss::namedFormFrom(options.lossForm);
        if (!form)
            return failAs(form);
        spec = std::move(form->spec);
        config.classWeights = form->classWeights;
        config.prior = form->prior;
    }
    if (const auto set = setByName(options.lossTerms, loss::lossTermsFromName, spec.terms); !set)
        return set;
    if (options.prior == "none")
        config.prior.reset();
    else if (!options.prior.empty())
        if (const auto set = setNumber(options.prior, "--prior", config.prior.emplace()); !set)
            return set;
    if (const auto set = setByName(options.loss, loss::lossKindFromName, spec.kind); !set)
        return set;
    if (const auto set = setByName(options.normalise, loss::normaliseFromName, spec.normalise); !set)
        return set;
    if (const auto set = setByName(options.classWeights, loss::classWeightRuleFromName, config.classWeights); !set)
        return set;
    if (!options.modulator.empty())
        spec.modulator = options.modulator == "geometric" ? loss::Modulator::Geometric : loss::Modulator::Standard;
    if (options.alpha == "none") {
        spec.alpha.reset();
        spec.classAlpha.clear();
    } else if (const auto set = setNumbers(options.alpha, "--alpha", spec.alpha, spec.classAlpha); !set) {
        return set;
    }
    std::optional<double> posWeight = spec.positiveWeight;
    if (const auto set = setNumbers(options.posWeight, "--pos-weight", posWeight, spec.classPositiveWeight); !set)
        return set;
    spec.positiveWeight = *posWeight;
    const std::tuple<const std::string&, const char*, double&> numbers[] = {
        {options.gamma, "--gamma", spec.gamma},
        {options.termWeight, "--term-weight", spec.termWeight},
        {options.beta, "--beta", spec.beta},
        {options.ohemRatio, "--ohem-ratio", spec.ohemRatio}};
    for (const auto& [text, option, into] : numbers)
        if (const auto set = setNumber(text, option, into); !set)
            return set;
    return {};
}

/// `findings`: what the files of settings hold that is unknown or has no effect.
Result<runs::TrainConfig> configOf(const Options& options, std::vector<data::Finding>& findings) {
    runs::TrainConfig config;
    if (!options.config.empty()) {
        auto read = runs::readTrainConfig(options.config, findings);
        if (!read)
            return failAs(read);
        config = std::move(*read);
    }
    if (!options.recipe.empty())
        runs::applyRecipe(options.recipe, config);
    if (!options.hyp.empty())
        if (const auto read = runs::readHyp(options.hyp, config.hyp, config.loss, findings); !read)
            return failAs(read);
    for (const data::Finding& finding : findings)
        logWarning(fmt::format("{}:{}: {}{}{}", finding.path.string(), finding.line, finding.message, finding.advice.empty() ? "" : " ", finding.advice));

    if (!options.data.empty())
        config.data = absolutePath(options.data);
    if (config.data.empty())
        return fail(ErrorCode::Usage, "No data.yaml is named.", {}, 0,
                    "Write `train DATA.yaml …`, or give --config with a `data` key.");
    if (options.weights == "none")
        config.weights.clear();
    else if (!options.weights.empty())
        config.weights = absolutePath(options.weights);
    else if (options.config.empty() && !options.previewBatches)
        return fail(ErrorCode::Usage, "No start weights are named.", {}, 0,
                    "Give --weights FILE, or --weights none to start from random ones.");
    if (!options.model.empty())
        config.model = options.model;
    if (!options.assign.empty())
        config.hyp.assign = options.assign;
    if (!options.optimizer.empty())
        config.optimizer = options.optimizer;
    if (!options.precision.empty())
        config.precision = options.precision;
    if (!options.device.empty())
        config.device = options.device;
    if (!options.freeze.empty()) {
        if (const auto set = runs::parseFreeze(options.freeze, config); !set)
            return failAs(set);
    }
    if (!options.freezeBn.empty())
        config.freezeBn = options.freezeBn == "on";
    config.unfreezeAt = options.unfreezeAt.value_or(config.unfreezeAt);
    config.epochs = options.epochs.value_or(config.epochs);
    config.batch = options.batch.value_or(config.batch);
    config.imgSize = options.imgSize.value_or(config.imgSize);
    config.threads = options.threads.value_or(config.threads);
    config.workers = options.workers.value_or(config.workers);
    config.patience = options.patience.value_or(config.patience);
    config.saveBatches = options.saveBatches.value_or(config.saveBatches);
    config.nbs = options.nbs.value_or(config.nbs);
    config.seed = options.seed.value_or(config.seed);
    config.cosLr = (config.cosLr || options.cosLr) && !options.linearLr;
    config.rect = config.rect || options.rect;
    config.imageWeights = config.imageWeights || options.imageWeights;
    config.autoanchor = config.autoanchor || options.autoanchor;
    config.deterministic = config.deterministic || options.deterministic;
    if (const auto set = setLoss(options, config); !set)
        return failAs(set);
    return config;
}

/// Draws batches instead of training.
Result<int> preview(const runs::TrainConfig& config, const Options& options, const Context& context) {
    if (options.out.empty())
        return fail(ErrorCode::Usage, "--preview-batches needs a folder for the pictures.", {}, 0, "Give --out DIR.");
    if (const auto may = mayWrite(options.out, context); !may)
        return failAs(may);
    const auto written = train::previewBatches(config, *options.previewBatches, absolutePath(options.out), [&context] { return context.stop.stopped(); });
    if (!written)
        return failAs(written);
    Json pictures = Json::array();
    for (const auto& path : *written) {
        pictures.push_back(pathText(path));
        if (!context.json && !context.quiet)
            printLine(path.string());
    }
    if (context.json)
        printJson({{"pictures", pictures}});
    return 0;
}

Result<int> run(const Options& options, Context& context) {
    std::vector<data::Finding> findings;
    const auto config = configOf(options, findings);
    if (!config)
        return failAs(config);
    if (options.previewBatches)
        return preview(*config, options, context);
    if (options.run.empty())
        return fail(ErrorCode::Usage, "No folder for the training is named.", {}, 0, "Give --run DIR.");
    return watchTraining(options.run, options.events, context, [&](const train::TrainOptions& how, const StopCheck& stop) {
        train::TrainOptions told = how;
        told.findings = findings;
        return train::trainDetector(*config, options.run, told, stop);
    });
}

Action setUp(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("DATA.yaml", options->data, "Lists and class names (not needed where --config names them)");
    app.add_option("--run", options->run, "Folder for this training's config, lists, events, results and weights");
    app.add_option("--weights", options->weights, "Start weights: .pt or .safetensors; none: random start of --model");
    app.add_option("--model", options->model, "Network of a random start: yolov5n to x, yolov5n6 to x6, yolov7-tiny, yolov7, or a model file (.yaml)");
    app.add_option("--config", options->config, "A config.yaml of an earlier run; other options go over it");
    app.add_option("--hyp", options->hyp, "Hyper-parameters, a YAML file with YOLOv5's names");
    app.add_option("--epochs", options->epochs, "Passes over the train list (100)");
    app.add_option("--batch", options->batch, "Images a batch (16)");
    app.add_option("--img-size", options->imgSize, "Side of the network's input, a multiple of 32 (640)");
    app.add_option("--freeze", options->freeze, "First N modules, `backbone`, or numbers and names with commas: 0,3,model.4.m.0");
    app.add_option("--freeze-bn", options->freezeBn, "Statistics of frozen batch norms: on: they stay (default), off: they move, as in YOLOv5")
        ->check(CLI::IsMember({"on", "off"}));
    app.add_option("--unfreeze-at", options->unfreezeAt, "Epoch from which on nothing is frozen (never)");
    app.add_option("--loss", options->loss,
                   "Loss of objectness and classes: bce, balanced, focal, class-balanced, qfocal or ohem (bce)");
    app.add_option("--loss-form", options->lossForm,
                   "A known choice of loss, which other options go over: yolov5-focal, paper, class-term, cb-focal or report");
    app.add_option("--loss-terms", options->lossTerms, "Terms the loss serves: both, objectness or class; the other keeps BCE (both)");
    app.add_option("--prior", options->prior, "Objectness that every cell starts with, such as 0.01, by the head's bias (none)");
    app.add_option("--gamma", options->gamma, "Focusing exponent of focal, class-balanced and qfocal (1.5)");
    app.add_option("--alpha", options->alpha,
                   "Weight of positives in focal, class-balanced and qfocal, or one a class with commas (none)");
    app.add_option("--beta", options->beta, "Of class-balanced loss and class weights: near 1 inverse frequency (0.999)");
    app.add_option("--ohem-ratio", options->ohemRatio, "Negatives that ohem keeps for each positive (3)");
    app.add_option("--normalise", options->normalise,
                   "Divide the loss by elements (YOLO's mean), positives, or sum: by nothing (elements)");
    app.add_option("--class-weights", options->classWeights,
                   "Weights of the class loss by the train list: none, inverse, sum-to-one or class-balanced (none)");
    app.add_option("--pos-weight", options->posWeight, "Weight of the positive part, or one a class with commas (1)");
    app.add_option("--term-weight", options->termWeight, "Weight of the whole term (1)");
    app.add_option("--modulator", options->modulator, "Form of the focal factor")
        ->check(CLI::IsMember({"standard", "geometric"}));
    app.add_option("--seed", options->seed, "Seed of order, augmentation and random start (0)");
    app.add_option("--threads", options->threads, "Threads of the network (0: all cores)");
    app.add_option("--workers", options->workers, "Threads that make batches (1)");
    app.add_option("--patience", options->patience, "End after so many epochs without a better one (100; 0: never)");
    app.add_option("--save-batches", options->saveBatches, "Pictures of the first N batches into the run folder (0)");
    app.add_option("--preview-batches", options->previewBatches,
                   "Instead of training, draw the first N batches these options make into --out; needs neither --run nor --weights")
        ->check(CLI::PositiveNumber);
    app.add_option("--out", options->out, "Folder for the pictures of --preview-batches");
    app.add_option("--precision", options->precision, "auto, fp32 or bf16 (auto)");
    app.add_option("--device", options->device, "auto (a GPU if there is one), cpu, cuda, cuda:1 (auto)");
    app.add_option("--nbs", options->nbs, "Nominal batch: gradients of so many images make one step (64)");
    app.add_option("--recipe", options->recipe, "yolov5, or yolov7: warm-up of at least 1000 iterations, cosine, lrf 0.1, cls 0.3, obj 0.7, ota (yolov5)");
    app.add_option("--assign", options->assign, "How objects get cells: yolov5, ota (YOLOv7's), or auto: ota for YOLOv7 networks (auto)");
    app.add_option("--optimizer", options->optimizer, "SGD, Adam or AdamW (SGD); Adam wants a smaller lr0, such as 0.001");
    app.add_flag("--rect", options->rect, "Batches of pictures of like shape in the smallest rectangle, without mosaic: faster on 16:9");
    app.add_flag("--image-weights", options->imageWeights, "Draw pictures by how rare and how badly found their classes are, as YOLOv5");
    app.add_flag("--cos-lr", options->cosLr, "Learning rate along half a cosine wave");
    app.add_flag("--autoanchor", options->autoanchor, "Make anchors of the train list's boxes, where they fit better than the network's");
    app.add_flag("--linear-lr", options->linearLr, "Learning rate along a straight line, also with --recipe yolov7");
    app.add_flag("--deterministic", options->deterministic, "The same bits every time, also after `resume` (on the CPU; a little slower)");
    app.add_flag("--events", options->events,
                 "Events as JSON lines on standard output; stop, pause and resume are read from standard input");
    return [options](Context& context) { return run(*options, context); };
}

const Verb kTrain{"train", "Train a detector on the lists of a data.yaml", setUp};

} // namespace
} // namespace intersect::app
