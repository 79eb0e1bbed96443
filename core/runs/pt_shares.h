// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/loss/imbalance.h"
#include "core/loss/losses.h"
#include "core/runs/pt_histograms.h"

namespace intersect::runs {

enum class PtTerm { Objectness, Class };

/// Some of the predictions of a record. One class: of objectness the cells that have an object of it, and all that have none; of the class
/// term the column of that class.
struct PtChoice {
    PtTerm term = PtTerm::Objectness;
    std::optional<int> classId; ///< none: all classes
    bool positives = true, negatives = true;
    bool operator==(const PtChoice&) const = default;
};

/// The bins that a choice means, of one record that outlives them.
struct PtBinsOf {
    std::vector<const PtHistogram*> positives, negatives;
};
PtBinsOf binsOf(const PtRecord& record, const PtChoice& choice);

/// The same as groups of examples, both sides of the chosen term and class, whichever are shown.
loss::Examples examplesOf(const PtRecord& record, const PtChoice& choice);

/// Something for each bar of p_t.
using PtCounts = std::array<std::int64_t, kPtBars>;
using PtShares = std::array<double, kPtBars>;

/// How many predictions lie in each bar.
struct PtBars {
    PtCounts positives{}, negatives{};
    std::int64_t total() const;
};
PtBars countBars(const PtRecord& record, const PtChoice& choice);

/// What part of the loss that the run printed comes from each bar; all 0 where there is no loss.
PtShares recordedShares(const PtRecord& record, const PtChoice& choice);

/// What part of another loss would come from each bar, as a mean over the elements with the run's balance of levels. `spec` must pass
/// checkLossSpec, `pair` are the weights of balanced and class-balanced. OHEM keeps the hardest of all negatives of the term together,
/// while a training chooses by batch and level. Exactness: the loss is taken at the mean logit and target of each bin; with gamma 0..5 a
/// share differs from that of the single values by less than 0.003 of the whole (tests/core/runs/tst_pt_shares.cpp), and where targets are
/// hard no bin's loss by more than a factor of cosh((1 + gamma) / 16): 0.2 % for gamma 0, 7 % for gamma 5. Microseconds. Any thread; pure.
PtShares lossShares(const PtRecord& record, const PtChoice& choice, const loss::LossSpec& spec,
                    const loss::PairWeights<double>& pair = {1, 1});

} // namespace intersect::runs
