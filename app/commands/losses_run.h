// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "core/loss/losses.h"

namespace intersect::app {

/// What is asked of a run's own predictions.
struct RunQuestion {
    std::filesystem::path run;
    std::optional<int> epoch; ///< none: the last
    std::string term = "objectness";
    std::optional<int> classId; ///< none: all
    bool byEpoch = false;       ///< one row an epoch instead of one a bar
};

/// Prints where a run's predictions lie: for each of 20 bars of p_t {"from","to","positives","negatives","bce","loss","trained"}, the last
/// three being shares of the whole loss: of cross-entropy, of `spec` (with `pair`) and of the loss that the run was trained with. With
/// several gammas one block each, with "gamma".
Result<int> printRunBars(const RunQuestion& question, const std::vector<loss::LossSpec>& specs, const loss::PairWeights<double>& pair,
                         bool csv, const Context& context);

/// Prints how a run moved: for each epoch {"epoch","lr","positives","positives_easier","positives_harder","negatives",…,"ap50_<class>"…}.
Result<int> printRunEpochs(const RunQuestion& question, bool csv, const Context& context);

} // namespace intersect::app
