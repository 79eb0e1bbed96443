// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <sys/resource.h>
#include <unistd.h>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <opencv2/core/utility.hpp>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/nn/network.h"
#include "core/train/batch_loader.h"
#include "core/train/detection_loss.h"
#include "core/train/optimizer.h"
#include "core/train/run_files.h"
#include "core/train/run_recorder.h"
#include "core/train/schedule.h"
#include "core/train/training_data.h"
#include "core/train/validation.h"
#include "core/weights/checkpoint.h"
#include "core/weights/safetensors.h"

namespace intersect::train {
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLargestGradient = 10.0;
/// Decoded pictures kept in memory, training and validation each.
constexpr std::size_t kPictureBytes = std::size_t(1) << 30;

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double peakMemoryMb() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// The network a training starts from, and how much of it came from the weights.
struct Start {
    nn::Network network;
    std::string said;
};

Result<Start> startNetwork(const runs::TrainConfig& config, const std::vector<std::string>& names) {
    if (config.weights.empty()) {
        auto network = nn::Network::build(config.model, names, config.seed);
        if (!network)
            return failAs(network);
        return Start{std::move(*network), "Starts from random weights of " + config.model + "."};
    }
    const auto arrays = weights::readWeights(config.weights);
    if (!arrays)
        return failAs(arrays);
    const auto whole = nn::Network::fromArrays(*arrays);
    if (!whole)
        return failAs(whole);
    if (whole->graph().form.normFolded)
        return fail(ErrorCode::BadInput, config.weights.string() + " has its batch norm folded into the convolutions, so it can only run, not learn.",
                    config.weights, 0, "Give the checkpoint of the training (best.pt or last.pt).");
    auto network = nn::Network::build(whole->graph().cfg, names, config.seed, whole->graph().form);
    if (!network)
        return failAs(network);
    const nn::Network::Transfer transfer = network->loadMatching(*arrays);
    return Start{std::move(*network), "Starts from " + config.weights.string() + " (" + whole->name() +
                                          "): " + std::to_string(transfer.loaded) + " of " +
                                          std::to_string(transfer.total) + " tensors taken over."};
}

Result<void> checkAgainstNetwork(const runs::TrainConfig& config, const nn::Network& network) {
    for (const int module : config.freeze)
        if (module >= network.moduleCount())
            return fail(ErrorCode::Usage, "--freeze names module " + std::to_string(module) + ", but " +
                                              network.name() + " has only " + std::to_string(network.moduleCount()) +
                                              " (0 to " + std::to_string(network.moduleCount() - 1) + ").");
    if (const int stride = network.graph().largestStride(); config.imgSize % stride != 0)
        return fail(ErrorCode::Usage, "--img-size " + std::to_string(config.imgSize) + " is no multiple of " + std::to_string(stride) + ", the largest stride of " +
                                          network.name() + ".", {}, 0, "Use " + std::to_string((config.imgSize / stride + 1) * stride) + ".");
    if (static_cast<int>(config.freeze.size()) >= network.moduleCount())
        return fail(ErrorCode::Usage, "--freeze leaves nothing to train.", {}, 0, "Freeze fewer modules.");
    return {};
}

/// bf16 for the operations that gain by it, while it lives; weights, batch statistics and the loss stay float32.
class Bfloat16Scope {
public:
    explicit Bfloat16Scope(bool on) : m_on(on) {
        if (!m_on)
            return;
        at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
        at::autocast::set_autocast_enabled(at::kCPU, true);
    }
    Bfloat16Scope(const Bfloat16Scope&) = delete;
    Bfloat16Scope& operator=(const Bfloat16Scope&) = delete;
    ~Bfloat16Scope() {
        if (!m_on)
            return;
        at::autocast::clear_cache();
        at::autocast::set_autocast_enabled(at::kCPU, false);
    }

private:
    bool m_on;
};

/// The same network with its convolution weights in channels-last order, which the CPU's convolutions like best.
nn::Network channelsLast(nn::Network network) {
    for (const auto& [name, tensor] : network.parameters())
        if (tensor.dim() == 4)
            tensor.set_data(tensor.contiguous(at::MemoryFormat::ChannelsLast));
    return network;
}

/// One training in its open run folder.
class Training {
public:
    Training(const runs::TrainConfig& config, const TrainingData& data, nn::Network network,
             const runs::RunPaths& paths, RunRecorder& recorder, const TrainOptions& options, const StopCheck& stop)
        : m_config(config), m_data(data), m_paths(paths), m_recorder(recorder), m_options(options), m_stop(stop),
          m_batch(std::min(config.batch, static_cast<int>(data.train.size()))),
          m_network(channelsLast(std::move(network))), m_trainPictures(data.train, config.imgSize, true, kPictureBytes),
          m_valPictures(data.val, config.imgSize, false, kPictureBytes), m_loader(m_trainPictures, config, m_batch),
          m_schedule(config.hyp, config.epochs, m_loader.batchesPerEpoch(), m_batch, config.nbs, config.cosLr),
          m_optimizer(m_network.parameters(), scaledWeightDecay(config.hyp.weightDecay, m_batch, config.nbs)),
          m_average(m_network) {
        m_frozen = freezeModules(m_network.parameters(), config.freeze);
        m_loss.element = config.loss;
        m_loss.gains = lossGains(config.hyp, static_cast<int>(data.yaml.names.size()), config.imgSize, static_cast<int>(m_network.strides().size()));
        m_loss.objPositiveWeight = config.hyp.objPw;
        m_loss.clsPositiveWeight = config.hyp.clsPw;
        m_loss.labelSmoothing = config.hyp.labelSmoothing;
        m_loss.anchorT = static_cast<float>(config.hyp.anchorT);
        m_loss.anchorsInCells = m_network.anchorsInCells();
    }

    Result<TrainSummary> run() {
        if (m_frozen > 0)
            if (const auto said = m_recorder.log(std::to_string(m_frozen) + " tensors are frozen."); !said)
                return failAs(said);
        m_begin = Clock::now();
        for (m_epoch = 0; m_epoch < m_config.epochs; ++m_epoch) {
            const auto epochBegin = Clock::now();
            if (const auto trained = trainEpoch(); !trained)
                return failAs(trained);
            const auto validated = validateEpoch(epochBegin);
            if (!validated)
                return failAs(validated);
            if (!*validated)
                break;
        }
        m_summary.seconds = secondsSince(m_begin);
        m_summary.imagesPerSecond = m_trainSeconds > 0 ? static_cast<double>(m_images) / m_trainSeconds : 0;
        m_summary.peakMemoryMb = peakMemoryMb();
        const auto done = m_recorder.event("done", {{"epochs", m_summary.epochs},
                                                    {"best_epoch", m_summary.bestEpoch},
                                                    {"map50", m_summary.map50},
                                                    {"map50_95", m_summary.map5095},
                                                    {"images_per_s", m_summary.imagesPerSecond},
                                                    {"seconds", m_summary.seconds},
                                                    {"peak_memory_mb", m_summary.peakMemoryMb}});
        if (!done)
            return failAs(done);
        return m_summary;
    }

private:
    bool stopAsked() const { return m_stop && m_stop(); }

    Result<void> trainEpoch() {
        m_network.setTraining(true);
        m_means = {};
        m_optimizer.clearGradients(); // what was accumulated and not applied is lost, as in the recipe
        const int batches = m_loader.batchesPerEpoch();
        for (int i = 0; i < batches; ++i) {
            const auto begin = Clock::now();
            auto batch = m_loader.next();
            if (!batch)
                return failAs(batch);
            const std::int64_t iteration = static_cast<std::int64_t>(m_epoch) * batches + i;
            if (iteration < m_config.saveBatches)
                if (const auto saved = writeBatchPicture(
                        m_paths.folder / ("train_batch" + std::to_string(iteration) + ".jpg"), *batch);
                    !saved)
                    return saved;
            if (const auto stepped = trainBatch(*batch, iteration, i); !stepped)
                return stepped;
            m_images += batch->count;
            m_trainSeconds += secondsSince(begin);
            const double rate = static_cast<double>(m_images) / m_trainSeconds;
            if (const auto told = m_recorder.progress(m_epoch + 1, i + 1, batches, rate, eta(i + 1)); !told)
                return told;
            if (m_options.progress)
                m_options.progress(m_images, static_cast<std::int64_t>(m_config.epochs) *
                                                 static_cast<std::int64_t>(m_data.train.size()));
            if (stopAsked())
                return stopHere();
        }
        return {};
    }

    Result<void> trainBatch(const Batch& batch, std::int64_t iteration, int inEpoch) {
        m_step = m_schedule.at(iteration, m_epoch);
        // The memory stays the batch's until the float copy below is made.
        const at::Tensor pixels = at::from_blob(const_cast<std::uint8_t*>(batch.pixels.data()),
                                                {batch.count, batch.side, batch.side, 3}, at::kByte);
        const at::Tensor input = pixels.permute({0, 3, 1, 2}).to(at::kFloat).div_(255);
        std::vector<at::Tensor> raw;
        {
            const Bfloat16Scope bfloat16(m_config.precision == "bf16");
            raw = m_network.forward(input);
        }
        const DetectionLossValue loss = detectionLoss(raw, batch.targets, m_loss, true);
        if (!std::isfinite(loss.total))
            return fail(ErrorCode::Failed,
                        "The loss is no number any more in epoch " + std::to_string(m_epoch + 1) + ", batch " +
                            std::to_string(inEpoch + 1) + ".",
                        {}, 0,
                        "Start again with a smaller lr0 or a larger batch; the last saved weights are from before.");
        torch::autograd::backward(raw, loss.gradients);
        if (iteration - m_lastStep >= m_step.accumulate) {
            m_optimizer.clipGradients(kLargestGradient);
            m_optimizer.step(m_step.lrBias, m_step.lr, m_step.momentum);
            m_optimizer.clearGradients();
            m_average.update(m_network);
            m_lastStep = iteration;
        }
        const double values[] = {loss.box, loss.obj, loss.cls};
        for (std::size_t part = 0; part < 3; ++part)
            m_means[part] = (m_means[part] * inEpoch + values[part]) / (inEpoch + 1);
        return {};
    }

    /// Validates, saves and tells; false: no epoch was better for `patience` epochs.
    Result<bool> validateEpoch(Clock::time_point epochBegin) {
        const auto begin = Clock::now();
        const auto val = validate(m_average.network(), m_valPictures, m_config.imgSize, 2 * m_batch, m_loss, m_stop);
        if (!val) {
            if (val.error().code == ErrorCode::Interrupted)
                return failAs(stopHere());
            return failAs(val);
        }
        m_validationSeconds = secondsSince(begin);

        EpochReport report;
        report.of = m_config.epochs;
        report.lr = {m_step.lrBias, m_step.lr, m_step.lr};
        runs::EpochRecord& record = report.record;
        record.epoch = m_epoch + 1;
        record.box = m_means[0];
        record.obj = m_means[1];
        record.cls = m_means[2];
        record.valBox = val->box;
        record.valObj = val->obj;
        record.valCls = val->cls;
        record.map50 = val->evaluation.map50;
        record.map5095 = val->evaluation.map5095;
        record.precision = val->evaluation.precision;
        record.recall = val->evaluation.recall;
        record.lr = m_step.lr;
        for (const eval::ClassResult& result : val->evaluation.classes)
            report.classAp50.emplace_back(result.classId, result.ap50());

        const double fitness = runs::fitness(record.map50, record.map5095);
        const bool best = fitness >= m_bestFitness;
        if (best) {
            m_bestFitness = fitness;
            m_summary.bestEpoch = record.epoch;
            m_summary.map50 = record.map50;
            m_summary.map5095 = record.map5095;
        }
        m_summary.epochs = record.epoch;
        if (const auto saved = save(best); !saved)
            return failAs(saved);
        record.seconds = secondsSince(epochBegin);
        if (const auto told = m_recorder.epoch(report); !told)
            return failAs(told);
        if (m_options.onEpoch)
            m_options.onEpoch(record, m_config.epochs, static_cast<double>(m_images) / m_trainSeconds);
        if (stopAsked() && record.epoch < m_config.epochs)
            return failAs(stopHere());
        if (m_config.patience > 0 && record.epoch - m_summary.bestEpoch >= m_config.patience) {
            const auto said =
                m_recorder.log("Ends early: no epoch was better than epoch " + std::to_string(m_summary.bestEpoch) +
                               " for " + std::to_string(m_config.patience) + " epochs.");
            if (!said)
                return failAs(said);
            return false;
        }
        return true;
    }

    /// Writes last (and best) weights, then the checkpoint event.
    Result<void> save(bool best) {
        const std::map<std::string, std::string> metadata{{"epoch", std::to_string(m_epoch + 1)},
                                                          {"epochs", std::to_string(m_config.epochs)},
                                                          {"ema_updates", std::to_string(m_average.updates())},
                                                          {"imgsz", std::to_string(m_config.imgSize)},
                                                          {"program", "intersect " + m_options.version}};
        const weights::ArrayFile arrays = m_average.network().toArrays(weights::DType::F16, metadata);
        if (const auto written = weights::writeSafetensors(m_paths.last(), arrays); !written)
            return written;
        if (best)
            if (const auto written = weights::writeSafetensors(m_paths.best(), arrays); !written)
                return written;
        return m_recorder.event("checkpoint",
                                {{"epoch", m_epoch + 1}, {"path", "weights/last.safetensors"}, {"best", best}});
    }

    /// Saves and ends; always an error: Interrupted, or what kept the weights from being saved.
    Result<void> stopHere() {
        if (const auto saved = save(false); !saved)
            return saved;
        if (const auto told = m_recorder.event("stopped", {{"epoch", m_epoch + 1}, {"seconds", secondsSince(m_begin)}});
            !told)
            return told;
        return fail(ErrorCode::Interrupted,
                    "Stopped in epoch " + std::to_string(m_epoch + 1) + " of " + std::to_string(m_config.epochs) + ".",
                    m_paths.folder, 0, "The weights so far are saved as weights/last.safetensors.");
    }

    double eta(int batchesDone) const {
        const auto left = static_cast<double>(static_cast<std::int64_t>(m_config.epochs - m_epoch) *
                                                  static_cast<std::int64_t>(m_data.train.size()) -
                                              static_cast<std::int64_t>(batchesDone) * m_batch);
        return std::max(0.0, left) * m_trainSeconds / static_cast<double>(m_images) +
               m_validationSeconds * (m_config.epochs - m_epoch);
    }

    const runs::TrainConfig& m_config;
    const TrainingData& m_data;
    const runs::RunPaths& m_paths;
    RunRecorder& m_recorder;
    const TrainOptions& m_options;
    const StopCheck& m_stop;
    int m_batch;
    nn::Network m_network;
    PictureStore m_trainPictures, m_valPictures;
    BatchLoader m_loader;
    Schedule m_schedule;
    Optimizer m_optimizer;
    MovingAverage m_average;
    DetectionLossSpec m_loss;
    int m_frozen = 0;

    int m_epoch = 0;
    Schedule::Step m_step;
    std::int64_t m_lastStep = -1;
    std::array<double, 3> m_means{};
    std::int64_t m_images = 0;
    double m_trainSeconds = 0, m_validationSeconds = 0;
    double m_bestFitness = 0;
    Clock::time_point m_begin;
    TrainSummary m_summary;
};

/// Everything after the run folder is locked and its event log open.
Result<TrainSummary> trainInFolder(const runs::TrainConfig& config, const TrainingData& data, Start start,
                                   const runs::RunPaths& paths, runs::EventLog& events, const TrainOptions& options,
                                   const StopCheck& stop) {
    RunRecorder recorder(paths, events);
    if (const auto told = events.write(
            "hello", {{"protocol", runs::kEventProtocol}, {"pid", ::getpid()}, {"version", options.version}});
        !told)
        return failAs(told);
    if (const auto written = writeRunInputs(paths, config, data); !written)
        return failAs(written);
    const auto started = events.write("started", {{"epochs", config.epochs},
                                                  {"batch_size", config.batch},
                                                  {"imgsz", config.imgSize},
                                                  {"model", start.network.name()},
                                                  {"weights", pathText(config.weights)},
                                                  {"loss", loss::lossKindName(config.loss.kind)},
                                                  {"train", data.train.size()},
                                                  {"val", data.val.size()},
                                                  {"test", data.test.size()},
                                                  {"classes", data.yaml.names},
                                                  {"threads", at::get_num_threads()}});
    if (!started)
        return failAs(started);
    if (const auto said = recorder.log(start.said); !said)
        return failAs(said);
    for (const data::Finding& finding : data.findings)
        if (const auto told = recorder.finding(finding); !told)
            return failAs(told);
    if (!data.findings.empty())
        if (const auto said =
                recorder.log(std::to_string(data.findings.size()) + " label rows are faulty, such as line " +
                             std::to_string(data.findings.front().line) + " of " + data.findings.front().path.string() +
                             ": " + data.findings.front().message);
            !said)
            return failAs(said);
    return Training(config, data, std::move(start.network), paths, recorder, options, stop).run();
}

} // namespace

Result<TrainSummary> trainDetector(const runs::TrainConfig& config, const fs::path& folder, const TrainOptions& options,
                                   const StopCheck& stop) {
    const runs::RunPaths paths{absolutePath(folder)};
    const auto guarded = [](const auto& body) -> decltype(body()) {
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
    };
    cv::setNumThreads(1); // the loader has threads of its own
    at::set_num_threads(config.threads > 0 ? config.threads : availableCores());

    if (const auto checked = runs::checkTrainConfig(config); !checked)
        return failAs(checked);
    if (const auto allowed = mayTrainIn(paths.folder, options.force); !allowed)
        return failAs(allowed);
    const auto data = loadTrainingData(config.data, stop);
    if (!data)
        return failAs(data);
    auto start = guarded([&] { return startNetwork(config, data->yaml.names); });
    if (!start)
        return failAs(start);
    if (const auto checked = checkAgainstNetwork(config, start->network); !checked)
        return failAs(checked);

    const auto lock = openRunFolder(paths);
    if (!lock)
        return failAs(lock);
    runs::EventLog events;
    if (const auto opened = events.open(paths.events(), options.eventsToStdout); !opened)
        return failAs(opened);
    const auto summary =
        guarded([&] { return trainInFolder(config, *data, std::move(*start), paths, events, options, stop); });
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

} // namespace intersect::train
