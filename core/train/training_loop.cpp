// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_loop.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <optional>
#include <sys/resource.h>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include "core/base/numbers.h"
#include "core/nn/device.h"
#include "core/train/batch_loader.h"
#include "core/train/batch_picture.h"
#include "core/train/bfloat16_scope.h"
#include "core/train/class_counts.h"
#include "core/train/detection_loss.h"
#include "core/train/image_weights.h"
#include "core/train/loss_report.h"
#include "core/train/freezing.h"
#include "core/train/frozen_prefix.h"
#include "core/train/optimizer.h"
#include "core/train/pt_recorder.h"
#include "core/train/run_files.h"
#include "core/train/schedule.h"
#include "core/train/start_network.h"
#include "core/train/step_timing.h"
#include "core/train/validation.h"
#include "core/weights/safetensors.h"

namespace intersect::train {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLargestGradient = 10.0;
constexpr int kPtRecords = 100; ///< of a training, about
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

/// One training in its open run folder.
class Training {
public:
    Training(const TrainingInput& input, nn::Network network, int firstEpoch, RunRecorder& recorder, const TrainOptions& options, const StopCheck& stop)
        : m_config(input.config), m_data(input.data), m_paths(input.paths), m_recorder(recorder), m_options(options), m_stop(stop),
          m_batch(std::min(m_config.batch, static_cast<int>(m_data.train.size()))), m_network(channelsLast(std::move(network))),
          m_trainPictures(m_data.train, m_config.imgSize, true, kPictureBytes), m_valPictures(m_data.val, m_config.imgSize, false, kPictureBytes),
          m_loader(m_trainPictures, m_config, m_batch, firstEpoch, m_network.graph().largestStride()),
          m_schedule(m_config.hyp, m_config.epochs, m_loader.batchesPerEpoch(), m_batch, m_config.nbs, m_config.cosLr,
                     m_config.recipe == "yolov7" ? Recipe::Yolov7 : Recipe::Yolov5),
          m_optimizer(m_network.parameters(), scaledWeightDecay(m_config.hyp.weightDecay, m_batch, m_config.nbs),
                      optimizerKindFrom(m_config.optimizer), m_config.hyp.momentum),
          m_average(m_network), m_epoch(firstEpoch),
          m_firstEpoch(firstEpoch), m_classAp(m_data.yaml.names.size(), 0.0) {
        const runs::TrainConfig& config = m_config;
        m_loss.element = config.loss;
        m_loss.gains = lossGains(config.hyp, static_cast<int>(m_data.yaml.names.size()), config.imgSize, static_cast<int>(m_network.strides().size()));
        m_loss.objPositiveWeight = config.hyp.objPw;
        m_loss.clsPositiveWeight = config.hyp.clsPw;
        m_loss.labelSmoothing = config.hyp.labelSmoothing;
        m_loss.anchorT = static_cast<float>(config.hyp.anchorT);
        m_loss.anchorsInCells = m_network.anchorsInCells().cpu();
        m_loss.dealByCost = dealsByCost(config, m_network);
        m_loss.classCounts = classCounts(m_data);
        m_loss.classWeights = loss::classWeights(config.classWeights, m_loss.classCounts, config.loss.beta);
        if (const auto frozen = frozenOf(config, m_network.graph())) // checked before
            m_frozen = *frozen;
    }

    /// Goes on from a state; its network is the one this training was made with.
    Result<void> restore(const TrainingState& state, bool patienceHolds) {
        if (state.batchesPerEpoch != m_loader.batchesPerEpoch())
            return refuse(state, "it has " + std::to_string(state.batchesPerEpoch) + " batches an epoch, config.yaml and the lists now make " +
                                     std::to_string(m_loader.batchesPerEpoch()));
        if (!m_average.restore(state.average, state.averageUpdates))
            return refuse(state, "its average is of another network");
        if (!m_optimizer.restore({state.momentum.arrays, state.squares.arrays, state.steps.arrays}))
            return refuse(state, "its optimiser is another one, or of another network");
        if (m_config.imageWeights) {
            if (state.classAp.size() != m_classAp.size())
                return refuse(state, "it has no AP of each class to draw pictures by");
            m_classAp = state.classAp;
        }
        m_lastStep = state.lastStep;
        m_bestFitness = state.bestFitness;
        m_summary.epochs = state.epoch;
        m_summary.bestEpoch = state.bestEpoch;
        m_summary.map50 = state.bestMap50;
        m_summary.map5095 = state.bestMap5095;
        m_ended = patienceHolds && outOfPatience(state.epoch);
        return {};
    }

    Result<TrainSummary> run() {
        if (const auto told = freeze(); !told)
            return failAs(told);
        const std::int64_t iterations = static_cast<std::int64_t>(m_config.epochs) * m_loader.batchesPerEpoch();
        if (m_firstEpoch == 0 && m_schedule.warmupIterations() >= iterations)
            if (const auto said = m_recorder.log("Warm-up lasts " + std::to_string(m_schedule.warmupIterations()) + " iterations, but the whole training has only " +
                                                 std::to_string(iterations) + ": the learning rate never gets where it is meant to. Train more epochs" +
                                                 (m_config.recipe == "yolov7" ? ", or take --recipe yolov5, whose warm-up can be shorter." : "."));
                !said)
                return failAs(said);
        m_begin = Clock::now();
        for (; m_epoch < m_config.epochs && !m_ended; ++m_epoch) {
            const auto epochBegin = Clock::now();
            if (const auto trained = trainEpoch(); !trained)
                return failAs(trained);
            if (const auto validated = validateEpoch(epochBegin); !validated)
                return failAs(validated);
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
    bool outOfPatience(int epoch) const { return m_config.patience > 0 && epoch - m_summary.bestEpoch >= m_config.patience; }

    static Result<void> refuse(const TrainingState& state, const std::string& why) {
        return fail(ErrorCode::BadInput, state.network.path.string() + " does not fit this run: " + why + ".", state.network.path, 0,
                    "Undo the change, or train anew from weights/last.safetensors.");
    }

    bool frozenIn(int epoch) const { return m_frozen.any() && (m_config.unfreezeAt == 0 || epoch + 1 < m_config.unfreezeAt); }

    /// Makes ready what is frozen now, and tells it.
    Result<void> freeze() {
        const bool frozen = frozenIn(m_epoch);
        setLearning(m_network, frozen ? m_frozen.tensors : std::vector<bool>{});
        if (!frozen)
            return {};
        if (m_config.freezeBn) {
            m_network.setStillNorms(m_frozen.operations);
            if (m_frozen.hasPrefix())
                // In rectangles a picture's input depends on the pictures it meets, so what was kept of it may not fit.
                m_prefix.emplace(m_network, m_frozen.prefix, usesBfloat16(), !changesPictures(m_config.hyp) && !m_config.rect);
        }
        const double faster = speedupByFreezing(m_network, m_frozen, m_config);
        const std::string text = describe(m_frozen, m_config, m_network.graph());
        if (const auto told = m_recorder.event("frozen", {{"modules", m_config.freeze},
                                                          {"names", m_config.freezeNames},
                                                          {"weights", m_frozen.weights},
                                                          {"all_weights", m_frozen.allWeights},
                                                          {"times_as_fast", faster}});
            !told)
            return told;
        return m_recorder.log(text + " A training step is " + formatFixed(faster, 1) + " times as fast as with nothing frozen.");
    }

    Result<void> unfreeze() {
        setLearning(m_network, {});
        m_network.setStillNorms({});
        m_prefix.reset();
        return m_recorder.log("From epoch " + std::to_string(m_epoch + 1) + " on everything trains.");
    }

    bool usesBfloat16() const { return m_config.precision == "bf16"; }

    Result<void> trainEpoch() {
        if (m_epoch > 0 && frozenIn(m_epoch - 1) && !frozenIn(m_epoch))
            if (const auto told = unfreeze(); !told)
                return told;
        m_network.setTraining(true);
        m_means = {};
        m_optimizer.clearGradients(); // what was accumulated and not applied is lost, as in the recipe
        const int batches = m_loader.batchesPerEpoch();
        m_loader.beginEpoch(m_epoch, m_classAp);
        for (int i = 0; i < batches; ++i) {
            const auto begin = Clock::now();
            auto batch = m_loader.next();
            if (!batch)
                return failAs(batch);
            const std::int64_t iteration = static_cast<std::int64_t>(m_epoch) * batches + i;
            if (iteration < m_config.saveBatches)
                if (const auto saved = writeBatchPicture(
                        m_paths.folder / ("train_batch" + std::to_string(iteration) + ".jpg"), *batch, m_data.yaml.names);
                    !saved)
                    return saved;
            if (const auto stepped = trainBatch(*batch, iteration, i); !stepped)
                return stepped;
            m_images += batch->count;
            m_loader.giveBack(std::move(*batch));
            nn::finishWork(m_network.device());
            m_trainSeconds += secondsSince(begin);
            const double rate = static_cast<double>(m_images) / m_trainSeconds;
            if (const auto told = m_recorder.progress(m_epoch + 1, i + 1, batches, rate, eta(i + 1)); !told)
                return told;
            if (m_options.progress)
                m_options.progress(m_images + static_cast<std::int64_t>(m_firstEpoch) * static_cast<std::int64_t>(m_data.train.size()),
                                   static_cast<std::int64_t>(m_config.epochs) *
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
                                                {batch.count, batch.height, batch.width, 3}, at::kByte);
        const at::Tensor input = pixels.to(m_network.device()).permute({0, 3, 1, 2}).to(at::kFloat).div_(255);
        std::vector<at::Tensor> raw;
        {
            const Bfloat16Scope bfloat16(usesBfloat16(), m_network.device());
            raw = m_prefix ? m_network.forward(input, m_prefix->outputs(input, batch.samples, at::get_num_threads())) : m_network.forward(input);
        }
        const DetectionLossValue loss = detectionLoss(raw, batch.targets, m_loss, true);
        if (!std::isfinite(loss.total))
            return lossIsNoNumber(batch, inEpoch);
        if (iteration == 0)
            if (const std::string report = lossSizeReport(raw, batch.targets, m_loss, loss, m_config.hyp); !report.empty())
                if (const auto said = m_recorder.log(report); !said)
                    return said;
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

    /// Keeps the batch whose loss is no number; always an error.
    Result<void> lossIsNoNumber(const Batch& batch, int inEpoch) {
        const auto saved = writeFailedBatch(m_paths, batch, m_data.yaml.names);
        const std::string where = saved ? "That batch is saved as failed_batch.safetensors and .jpg."
                                        : "That batch could not be saved: " + saved.error().message;
        return fail(ErrorCode::Failed,
                    "The loss is no number any more in epoch " + std::to_string(m_epoch + 1) + ", batch " + std::to_string(inEpoch + 1) + ". " + where, {}, 0,
                    "Start again with a smaller lr0 or a larger batch; the last saved weights are from before.");
    }

    /// Validates, saves and tells; marks the training as ended where no epoch was better for `patience` epochs.
    Result<void> validateEpoch(Clock::time_point epochBegin) {
        const auto begin = Clock::now();
        DetectionLossSpec valLoss = m_loss;
        valLoss.dealByCost = false; // YOLOv7 too validates by the plain assignment
        // At most about a hundred records of a training: the first epoch, the last, and evenly between them.
        const int each = (m_config.epochs + kPtRecords - 1) / kPtRecords;
        const bool isRecorded = m_epoch == 0 || (m_epoch + 1) % each == 0 || m_epoch + 1 == m_config.epochs;
        const auto val =
            validate(m_average.network(), m_valPictures, m_config.imgSize, 2 * m_batch, valLoss, usesBfloat16(), m_stop,
                     isRecorded ? ElementObserver([this](const ElementsSeen& seen) { m_ptRecorder.add(seen); }) : ElementObserver());
        if (!val) {
            if (val.error().code == ErrorCode::Interrupted)
                return stopHere();
            return failAs(val);
        }
        m_validationSeconds = secondsSince(begin);
        m_classAp = classApOf(val->evaluation, m_data.yaml.names.size());

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
        if (const auto saved = saveWeights(best); !saved)
            return saved;
        record.seconds = secondsSince(epochBegin);
        // The state comes after the story: an epoch that counts as finished has been told.
        if (const auto told = m_recorder.epoch(report); !told)
            return told;
        if (isRecorded)
            if (const auto told = m_recorder.histogram(m_ptRecorder.finish(record.epoch)); !told)
                return told;
        if (const auto saved = writeTrainingState(m_paths.resume(), state()); !saved)
            return saved;
        if (const auto told = checkpointEvent(best); !told)
            return told;
        if (m_options.onEpoch)
            m_options.onEpoch(record, m_config.epochs, static_cast<double>(m_images) / m_trainSeconds);
        if (stopAsked() && record.epoch < m_config.epochs)
            return stopped();
        m_ended = outOfPatience(record.epoch);
        if (m_ended)
            return m_recorder.log("Ends early: no epoch was better than epoch " + std::to_string(m_summary.bestEpoch) + " for " +
                                  std::to_string(m_config.patience) + " epochs.");
        return {};
    }

    /// What a later process goes on from, after this epoch.
    TrainingState state() const {
        TrainingState state;
        state.epoch = m_epoch + 1;
        state.bestEpoch = m_summary.bestEpoch;
        state.bestFitness = m_bestFitness;
        state.bestMap50 = m_summary.map50;
        state.bestMap5095 = m_summary.map5095;
        state.lastStep = m_lastStep;
        state.averageUpdates = m_average.updates();
        state.batchesPerEpoch = m_loader.batchesPerEpoch();
        state.threads = at::get_num_threads();
        state.classAp = m_classAp;
        state.network = m_network.toArrays(weights::DType::F32, {{"program", "intersect " + m_options.version}});
        state.average = m_average.network().toArrays(weights::DType::F32, {});
        OptimizerState optimizer = m_optimizer.state();
        state.momentum.arrays = std::move(optimizer.momentum);
        state.squares.arrays = std::move(optimizer.squares);
        state.steps.arrays = std::move(optimizer.steps);
        return state;
    }

    /// Writes last (and best) weights.
    Result<void> saveWeights(bool best) {
        const std::map<std::string, std::string> metadata{{"epoch", std::to_string(m_epoch + 1)},
                                                          {"epochs", std::to_string(m_config.epochs)},
                                                          {"ema_updates", std::to_string(m_average.updates())},
                                                          {"imgsz", std::to_string(m_config.imgSize)},
                                                          {"program", "intersect " + m_options.version}};
        const weights::ArrayFile arrays = m_average.network().toArrays(weights::DType::F16, metadata);
        if (const auto written = weights::writeSafetensors(m_paths.last(), arrays); !written)
            return written;
        return best ? weights::writeSafetensors(m_paths.best(), arrays) : Result<void>{};
    }

    Result<void> checkpointEvent(bool best) {
        return m_recorder.event("checkpoint", {{"epoch", m_epoch + 1}, {"path", "weights/last.safetensors"}, {"best", best}});
    }

    /// Saves the weights of an unfinished epoch and ends; always an error: Interrupted, or what kept them from being saved.
    Result<void> stopHere() {
        if (const auto saved = saveWeights(false); !saved)
            return saved;
        if (const auto told = checkpointEvent(false); !told)
            return told;
        return stopped();
    }

    /// Always an error.
    Result<void> stopped() {
        if (const auto told = m_recorder.event("stopped", {{"epoch", m_epoch + 1}, {"seconds", secondsSince(m_begin)}});
            !told)
            return told;
        return fail(ErrorCode::Interrupted,
                    "Stopped in epoch " + std::to_string(m_epoch + 1) + " of " + std::to_string(m_config.epochs) + ".",
                    m_paths.folder, 0, "The weights so far are saved as weights/last.safetensors; `resume` goes on after the last finished epoch.");
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
    PtRecorder m_ptRecorder;
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
    Frozen m_frozen;
    std::optional<FrozenPrefix> m_prefix; ///< while something is frozen from the picture on

    int m_epoch; ///< from 0
    int m_firstEpoch;
    std::vector<double> m_classAp; ///< of the last validation, by class: what image weights draw by
    bool m_ended = false; ///< by patience
    Schedule::Step m_step;
    std::int64_t m_lastStep = -1;
    std::array<double, 3> m_means{};
    std::int64_t m_images = 0;
    double m_trainSeconds = 0, m_validationSeconds = 0;
    double m_bestFitness = 0;
    Clock::time_point m_begin;
    TrainSummary m_summary;
};

} // namespace

Result<TrainSummary> runEpochs(const TrainingInput& input, nn::Network network, const TrainingState* state, bool patienceHolds, RunRecorder& recorder,
                               const TrainOptions& options, const StopCheck& stop) {
    Training training(input, std::move(network), state != nullptr ? state->epoch : 0, recorder, options, stop);
    if (state != nullptr)
        if (const auto restored = training.restore(*state, patienceHolds); !restored)
            return failAs(restored);
    return training.run();
}

} // namespace intersect::train
