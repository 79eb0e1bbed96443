// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace intersect::train {

namespace {

/// Linear from `from` at 0 to `to` at `length`; exactly `to` from there on.
double ramp(double at, double length, double from, double to) {
    return at >= length ? to : (to - from) / length * at + from;
}

} // namespace

LossGains lossGains(const runs::HyperParameters& hyp, int classes, int imgSize, int levels) {
    const double perLevel = 3.0 / levels;
    const double area = imgSize / 640.0 * (imgSize / 640.0);
    return {hyp.box * perLevel, hyp.obj * area * perLevel, hyp.cls * classes / 80.0 * perLevel};
}

int fullAccumulate(int batch, int nominalBatch) {
    return std::max(1, static_cast<int>(std::nearbyint(static_cast<double>(nominalBatch) / batch)));
}

double scaledWeightDecay(double decay, int batch, int nominalBatch) {
    return decay * batch * fullAccumulate(batch, nominalBatch) / nominalBatch;
}

double emaDecay(std::int64_t update) {
    return 0.9999 * (1.0 - std::exp(-static_cast<double>(update) / 2000.0));
}

Schedule::Schedule(const runs::HyperParameters& hyp, int epochs, int batchesPerEpoch, int batch, int nominalBatch, bool cosine, Recipe recipe)
    : m_hyp(hyp), m_epochs(epochs), m_batches(batchesPerEpoch), m_batch(batch), m_nominal(nominalBatch), m_cosine(cosine),
      m_recipe(recipe), m_warmup(std::max<std::int64_t>(std::llrint(hyp.warmupEpochs * batchesPerEpoch), recipe == Recipe::Yolov7 ? 1000 : 100)) {}

double Schedule::factor(double epoch) const {
    if (m_cosine)
        return (1.0 - std::cos(epoch * std::numbers::pi / m_epochs)) / 2.0 * (m_hyp.lrf - 1.0) + 1.0;
    const int last = m_recipe == Recipe::Yolov7 ? std::max(1, m_epochs - 1) : m_epochs;
    return (1.0 - epoch / last) * (1.0 - m_hyp.lrf) + m_hyp.lrf;
}

Schedule::Step Schedule::at(std::int64_t iteration, int epoch) const {
    Step step;
    if (iteration <= m_warmup) {
        const auto position = static_cast<double>(iteration);
        const auto length = static_cast<double>(m_warmup);
        const double target = m_hyp.lr0 * factor(epoch);
        // nearbyint rounds halves to even, as the recipe does: 2.5 batches are 2
        step.accumulate = std::max(1, static_cast<int>(std::nearbyint(
                                          ramp(position, length, 1.0, static_cast<double>(m_nominal) / m_batch))));
        step.lrBias = ramp(position, length, m_hyp.warmupBiasLr, target);
        step.lr = ramp(position, length, 0.0, target);
        step.momentum = ramp(position, length, m_hyp.warmupMomentum, m_hyp.momentum);
        return step;
    }
    const bool warmedUpInThisEpoch = m_warmup >= static_cast<std::int64_t>(epoch) * m_batches;
    step.accumulate = fullAccumulate(m_batch, m_nominal);
    step.lr = m_hyp.lr0 * factor(warmedUpInThisEpoch ? epoch : epoch - 1);
    step.lrBias = step.lr;
    step.momentum = m_hyp.momentum;
    return step;
}

} // namespace intersect::train
