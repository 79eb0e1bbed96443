// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/runs/train_config.h"

namespace intersect::train {

/// Gains of the three loss parts after scaling: box 3/nl, cls nc/80 * 3/nl, obj (size/640)^2 * 3/nl. Source: YOLOv5 7.0
/// train.
struct LossGains {
    double box = 0, obj = 0, cls = 0;
};
LossGains lossGains(const runs::HyperParameters& hyp, int classes, int imgSize, int levels);

/// Batches whose gradients make one optimiser step after warm-up: round(nominal / batch), at least 1.
int fullAccumulate(int batch, int nominalBatch);

/// Weight decay scaled to the images one step really sees: decay * batch * accumulate / nominal.
double scaledWeightDecay(double decay, int batch, int nominalBatch);

/// Weight of the old value in the EMA's n-th update, n from 1: 0.9999 (1 - exp(-n / 2000)).
double emaDecay(std::int64_t update);

/// Whose schedule: they differ in the shortest warm-up and in the end of the straight line.
enum class Recipe { Yolov5, Yolov7 };

/// Learning rates, momentum and accumulation of every iteration of a training. Pure; any thread.
class Schedule {
public:
    struct Step {
        int accumulate = 1;        ///< the optimiser steps once that many batches have come since its last step
        double lrBias = 0, lr = 0; ///< of the biases; of weights and batch norm
        double momentum = 0;
    };
    Schedule(const runs::HyperParameters& hyp, int epochs, int batchesPerEpoch, int batch, int nominalBatch, bool cosine,
             Recipe recipe = Recipe::Yolov5);

    /// What iteration `iteration` (from 0, over all epochs) of epoch `epoch` (from 0) uses. Warm-up: max(3 epochs, 100; of
    /// YOLOv7 1000) iterations and the one after; rates and accumulate move linearly. After it the rate lags one epoch, as in
    /// YOLOv5: lr0 * factor(epoch - 1), but what the last warm-up iteration had for the rest of its epoch.
    Step at(std::int64_t iteration, int epoch) const;
    /// 1 at epoch 0 to lrf: linear or half a cosine wave, reached one epoch after the last; YOLOv7's line reaches it at the last.
    double factor(double epoch) const;
    std::int64_t warmupIterations() const { return m_warmup; }

private:
    runs::HyperParameters m_hyp;
    int m_epochs, m_batches, m_batch, m_nominal;
    bool m_cosine;
    Recipe m_recipe;
    std::int64_t m_warmup;
};

} // namespace intersect::train
