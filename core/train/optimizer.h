// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/network.h"
#include "core/weights/named_arrays.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Marks what learns: parameters that are frozen (by the graph's tensors; empty: none) get no gradient, all others do.
void setLearning(const nn::Network& network, const std::vector<bool>& frozen);

enum class OptimizerKind { Sgd, Adam, AdamW };

/// Of "SGD", "Adam" or "AdamW" (runs::checkTrainConfig lets no other name through).
OptimizerKind optimizerKindFrom(const std::string& name);

/// What the steps so far left behind, by the parameter's name.
struct OptimizerState {
    std::vector<weights::NamedArray> momentum; ///< float32: SGD's momentum, Adam's mean of the gradients
    std::vector<weights::NamedArray> squares;  ///< Adam only, float32: mean of their squares
    std::vector<weights::NamedArray> steps;    ///< Adam only, int64 [1]: how often the parameter has been moved
};

/// SGD with Nesterov momentum, Adam or AdamW in three groups: 0 biases, 1 weights (with decay), 2 batch-norm weights and
/// implicit values.
/// Source: YOLOv5 7.0 `smart_optimizer`, YOLOv7 `train`; torch.optim. One thread at a time.
class Optimizer {
public:
    /// Takes the tensors themselves (dense float32, of one device), frozen ones too (they are skipped while they have no gradient). `beta1`
    /// is Adam's; it stays the same in warm-up, as in YOLOv5.
    Optimizer(const NamedTensors& parameters, double weightDecay, OptimizerKind kind = OptimizerKind::Sgd, double beta1 = 0.937);
    /// Scales all gradients so that their common L2 norm is at most `largest` (factor largest / (norm + 1e-6)); the
    /// norm before.
    double clipGradients(double largest);
    /// One step with these rates; gradients stay. Adam and AdamW do not read `momentum`.
    void step(double lrBias, double lr, double momentum);
    /// Forgets all gradients.
    void clearGradients();
    /// The group of a parameter by its name: 0, 1 or 2.
    const std::array<std::vector<std::string>, 3>& groups() const { return m_names; }

    /// The state of every parameter that has one.
    OptimizerState state() const;
    /// Takes such a state over exactly; false: a part is of no parameter here, of another shape or of another kind of optimiser, and
    /// nothing is changed.
    bool restore(const OptimizerState& state);

private:
    struct Entry {
        std::string name;
        at::Tensor parameter, momentum, square;
        std::int64_t steps = 0;
        int group = 0;
    };
    bool isAdam() const { return m_kind != OptimizerKind::Sgd; }

    std::vector<Entry> m_entries;
    std::array<std::vector<std::string>, 3> m_names;
    double m_weightDecay;
    OptimizerKind m_kind;
    double m_beta1;
};

/// Exponential moving average of a network's floating tensors; counters keep their first value. Source: YOLOv5 7.0
/// `ModelEMA`.
class MovingAverage {
public:
    explicit MovingAverage(const nn::Network& network);
    /// Takes in the network's present state; its decay grows with the number of updates.
    void update(const nn::Network& network);
    /// Goes on with an average of that many updates; false: a tensor is missing or of another shape.
    bool restore(const weights::ArrayFile& average, std::int64_t updates);
    const nn::Network& network() const { return m_average; }
    std::int64_t updates() const { return m_updates; }

private:
    nn::Network m_average;
    std::int64_t m_updates = 0;
};

} // namespace intersect::train
