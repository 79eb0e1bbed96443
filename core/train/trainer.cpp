// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include <algorithm>
#include <new>
#include <unistd.h>
#include <utility>
#include <vector>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <opencv2/core/utility.hpp>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/nn/device.h"
#include "core/train/class_counts.h"
#include "core/train/freezing.h"
#include "core/train/memory_need.h"
#include "core/train/run_files.h"
#include "core/train/run_recorder.h"
#include "core/train/start_network.h"
#include "core/train/step_timing.h"
#include "core/train/training_data.h"
#include "core/train/training_loop.h"
#include "core/train/training_state.h"

namespace intersect::train {
namespace fs = std::filesystem;

namespace {

/// What `body` gives; exceptions of LibTorch and the allocator become errors.
template <class Body>
auto guarded(const Body& body) -> decltype(body()) {
    try {
        return body();
    } catch (const c10::Error& error) {
        const std::string text = error.what_without_backtrace();
        return fail(ErrorCode::Failed, "LibTorch could not go on: " + text.substr(0, text.find('\n')) + ".", {}, 0,
                    "If memory ran out, take a smaller --batch or --img-size.");
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::Failed, "The memory ran out.", {}, 0, "Take a smaller --batch or --img-size.");
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, "The training could not go on: " + std::string(error.what()) + ".");
    }
}

/// Threads of the network and how it may compute; 0 threads: all cores.
void setUpTorch(int threads, bool deterministic) {
    cv::setNumThreads(1); // the loader has threads of its own
    at::set_num_threads(threads > 0 ? threads : availableCores());
    at::globalContext().setDeterministicAlgorithms(deterministic, false);
    at::globalContext().setDeterministicFillUninitializedMemory(false); // every tensor is written before it is read
    at::globalContext().setDeterministicMkldnn(deterministic);
}

/// One process's part of a training: from the beginning, or from a state.
struct Part {
    const runs::TrainConfig& config;
    const TrainingData& data;
    StartNetwork start;
    const TrainingState* state = nullptr;
    bool patienceHolds = true;
    std::vector<data::Finding> findings; ///< about config.yaml
};

/// The opening events.
Result<void> tellStart(const Part& part, runs::EventLog& events, RunRecorder& recorder) {
    const runs::TrainConfig& config = part.config;
    const TrainingData& data = part.data;
    Json fields{{"epochs", config.epochs},
                {"batch_size", config.batch},
                {"imgsz", config.imgSize},
                {"model", part.start.network.name()},
                {"weights", pathText(config.weights)},
                {"loss", loss::lossKindName(config.loss.kind)},
                {"optimizer", config.optimizer},
                {"train", data.train.size()},
                {"train_unlabelled", unlabelledCount(data.train)},
                {"val", data.val.size()},
                {"val_unlabelled", unlabelledCount(data.val)},
                {"test", data.test.size()},
                {"classes", data.yaml.names},
                {"threads", at::get_num_threads()},
                {"device", config.device}};
    if (part.state != nullptr)
        fields["finished_epochs"] = part.state->epoch;
    if (const auto told = events.write("started", fields); !told)
        return told;
    if (const auto said = recorder.log(part.start.said); !said)
        return said;
    if (const auto said = recorder.log(picturesSentence(data, config)); !said)
        return said;
    if (const auto said = recorder.log(recipeSentence(config, part.start.network)); !said)
        return said;
    for (const auto* findings : {&part.findings, &data.findings})
        for (const data::Finding& finding : *findings)
            if (const auto told = recorder.finding(finding); !told)
                return told;
    if (data.findings.empty())
        return {};
    return recorder.log(std::to_string(data.findings.size()) + " label rows are faulty, such as line " + std::to_string(data.findings.front().line) +
                        " of " + data.findings.front().path.string() + ": " + data.findings.front().message);
}

/// Everything after the run folder is locked and holds its config and lists (`inputs`: whether that went well).
Result<TrainSummary> trainInFolder(Part part, const Result<void>& inputs, const runs::RunPaths& paths, const TrainOptions& options, const StopCheck& stop) {
    runs::EventLog events;
    if (const auto opened = events.open(paths.events(), options.eventsToStdout); !opened)
        return failAs(inputs ? opened : inputs);
    auto summary = guarded([&]() -> Result<TrainSummary> {
        RunRecorder recorder(paths, events);
        if (const auto told = events.write("hello", {{"protocol", runs::kEventProtocol}, {"pid", ::getpid()}, {"version", options.version}}); !told)
            return failAs(inputs ? told : inputs);
        if (!inputs)
            return failAs(inputs);
        if (const auto continued = recorder.continueAfter(part.state != nullptr ? part.state->epoch : 0); !continued)
            return failAs(continued);
        if (const auto told = tellStart(part, events, recorder); !told)
            return failAs(told);
        return runEpochs({part.config, part.data, paths}, std::move(part.start.network), part.state, part.patienceHolds, recorder, options, stop);
    });
    if (summary)
        summary->faultyLabels = std::ranges::count(part.data.findings, data::Severity::Error, &data::Finding::severity);
    if (!summary && summary.error().code != ErrorCode::Interrupted) {
        const Error& error = summary.error();
        // Where the disk is full this line cannot be written either; the pipe still carries it.
        static_cast<void>(events.write("error", {{"code", errorCodeName(error.code)},
                                                 {"message", error.message},
                                                 {"subject", pathText(error.path)},
                                                 {"advice", error.advice}}));
    }
    return summary;
}

/// Whether the run is one that can go on, as told by what its folder holds.
Result<void> checkResumable(const runs::RunPaths& paths) {
    std::error_code ignored;
    if (fs::exists(paths.config(), ignored))
        return {};
    if (fs::exists(paths.events(), ignored) || fs::exists(paths.folder / ".lock", ignored))
        return fail(ErrorCode::BadInput, paths.folder.string() + " holds no config.yaml: that training ended before its settings were written.",
                    paths.folder, 0, "Start it again with `train --run` and --force.");
    return fail(ErrorCode::BadInput, paths.folder.string() + " is not a run folder: it has no config.yaml.", paths.folder, 0,
                "Name a folder that `train --run` made.");
}

/// A run that has nothing left to do.
TrainSummary summaryOf(const runs::RunSummary& run) {
    TrainSummary summary;
    summary.alreadyDone = true;
    summary.bestEpoch = run.bestEpoch;
    if (!run.history.empty())
        summary.epochs = run.history.back().epoch;
    for (const runs::EpochRecord& record : run.history)
        if (record.epoch == run.bestEpoch) {
            summary.map50 = record.map50;
            summary.map5095 = record.map5095;
        }
    return summary;
}

/// Where the training computes, which config.device names from now on.
Result<at::Device> chooseDevice(runs::TrainConfig& config) {
    const auto device = nn::deviceFrom(config.deterministic && config.device == "auto" ? "cpu" : config.device);
    if (device)
        config.device = device->str();
    return device;
}

/// Puts the network on its device and settles what it decides: which modules the backbone is, whether it can be trained so, what it computes in (which is said), and whether the memory
/// holds its batches, before anything is lost.
Result<void> settle(runs::TrainConfig& config, const TrainingData& data, at::Device device, StartNetwork& start) {
    const model::Graph& graph = start.network.graph();
    resolveBackbone(config, graph);
    if (const auto checked = checkAgainstNetwork(config, start.network); !checked)
        return checked;
    const auto precision = guarded([&]() -> Result<nn::Precision> {
        start.network.moveTo(device);
        return chooseTrainingPrecision(start.network, config);
    });
    if (!precision)
        return failAs(precision);
    config.precision = precision->bfloat16 ? "bf16" : "fp32";
    start.said += (device.is_cpu() ? " Computes in " : " Computes on " + config.device + " in ") + precision->why + ".";
    const auto frozen = frozenOf(config, graph);
    if (!frozen)
        return failAs(frozen);
    return checkMemory(config, graph, *frozen, std::min(config.batch, static_cast<int>(data.train.size())),
                       device.is_cpu() ? freeMemory() : nn::freeDeviceMemory(device));
}

} // namespace

Result<TrainSummary> trainDetector(const runs::TrainConfig& wished, const fs::path& folder, const TrainOptions& options,
                                   const StopCheck& stop) {
    runs::TrainConfig config = wished;
    const runs::RunPaths paths{absolutePath(folder)};
    setUpTorch(config.threads, config.deterministic);
    if (const auto checked = runs::checkTrainConfig(config); !checked)
        return failAs(checked);
    const auto device = chooseDevice(config);
    if (!device)
        return failAs(device);
    if (const auto allowed = mayTrainIn(paths.folder, options.force); !allowed)
        return failAs(allowed);
    const auto data = loadTrainingData(config.data, stop);
    if (!data)
        return failAs(data);
    if (const auto checked = checkLossClasses(config, data->yaml.names.size()); !checked)
        return failAs(checked);
    auto start = guarded([&] { return startNetwork(config, data->yaml.names); });
    if (!start)
        return failAs(start);
    fitAnchors(config, *data, *start);
    if (const auto settled = settle(config, *data, *device, *start); !settled)
        return failAs(settled);

    const auto lock = openRunFolder(paths);
    if (!lock)
        return failAs(lock);
    // Before the first event: a run with a history can be resumed.
    const auto inputs = writeRunInputs(paths, config, *data);
    return trainInFolder({config, *data, std::move(*start), nullptr, true, options.findings}, inputs, paths, options, stop);
}

Result<TrainSummary> resumeTraining(const fs::path& folder, std::optional<int> epochs, const TrainOptions& options, const StopCheck& stop) {
    const runs::RunPaths paths{absolutePath(folder)};
    if (const auto can = checkResumable(paths); !can)
        return failAs(can);
    const auto lock = reopenRunFolder(paths);
    if (!lock)
        return failAs(lock);
    const auto history = runs::readLockedRun(paths.folder);
    if (!history)
        return failAs(history);
    std::vector<data::Finding> findings;
    auto config = runs::readTrainConfig(paths.config(), findings);
    if (!config)
        return failAs(config);

    std::optional<TrainingState> state;
    std::error_code ignored;
    if (fs::exists(paths.resume(), ignored)) {
        auto read = readTrainingState(paths.resume());
        if (!read)
            return failAs(read);
        state = std::move(*read);
    }
    const int finished = state ? state->epoch : 0;
    const bool done = history->state == runs::RunState::Done;
    if (epochs && *epochs < finished)
        return fail(ErrorCode::Usage, "--epochs is " + std::to_string(*epochs) + ", but " + std::to_string(finished) + " epochs are finished.", {}, 0,
                    "Give a larger number.");
    if (done && (!epochs || *epochs <= finished))
        return summaryOf(*history);
    if (done && !state)
        return fail(ErrorCode::BadInput, paths.folder.string() + " is done and holds no resume.safetensors to go on from.", paths.folder, 0,
                    "Start a new training from its weights/last.safetensors.");
    const bool extended = epochs && *epochs != config->epochs;
    config->epochs = epochs.value_or(config->epochs);
    if (config->epochs < finished)
        return fail(ErrorCode::BadInput, paths.config().string() + " asks for " + std::to_string(config->epochs) + " epochs, but " +
                                             std::to_string(finished) + " are finished.", paths.config(), 0, "Give --epochs.");
    if (const auto checked = runs::checkTrainConfig(*config); !checked)
        return failAs(checked);
    const auto device = chooseDevice(*config);
    if (!device)
        return failAs(device);
    setUpTorch(config->deterministic && state ? state->threads : config->threads, config->deterministic);

    if (const auto mended = mendListPaths(paths); !mended)
        return failAs(mended);
    const fs::path lists = paths.lists() / "data.yaml";
    const auto data = loadTrainingData(fs::exists(lists, ignored) ? lists : config->data, stop);
    if (!data)
        return failAs(data);
    if (const auto checked = checkLossClasses(*config, data->yaml.names.size()); !checked)
        return failAs(checked);
    auto start = guarded([&]() -> Result<StartNetwork> {
        if (!state) {
            auto fresh = startNetwork(*config, data->yaml.names);
            if (fresh)
                fitAnchors(*config, *data, *fresh);
            return fresh;
        }
        auto network = nn::Network::fromArrays(state->network);
        if (!network)
            return failAs(network);
        return StartNetwork{std::move(*network), "Goes on after epoch " + std::to_string(finished) + " of " + std::to_string(config->epochs) + "."};
    });
    if (!start)
        return failAs(start);
    if (start->network.classNames() != data->yaml.names)
        return fail(ErrorCode::BadInput, paths.resume().string() + " was trained on other classes than " + data->yaml.path.string() + " names.",
                    data->yaml.path, 0, "Undo the change, or train anew from weights/last.safetensors.");
    if (const auto settled = settle(*config, *data, *device, *start); !settled)
        return failAs(settled);
    const auto inputs = extended ? writeRunConfig(paths, *config, *data) : Result<void>{};
    return trainInFolder({*config, *data, std::move(*start), state ? &*state : nullptr, !extended, std::move(findings)}, inputs, paths, options, stop);
}

} // namespace intersect::train
