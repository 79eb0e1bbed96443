// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::loss {

enum class LossKind { Bce, Balanced, Focal, ClassBalanced, QFocal, Ohem };

/// "bce", "balanced", "focal", "class-balanced", "qfocal", "ohem".
const char* lossKindName(LossKind kind);
Result<LossKind> lossKindFromName(const std::string& name);

enum class Modulator { Standard, Geometric };

/// A loss and its numbers; one instance serves curve, explainer and trainer.
struct LossSpec {
    LossKind kind = LossKind::Bce;
    double gamma = 1.5;          ///< focal, qfocal
    std::optional<double> alpha; ///< none: no alpha factor
    Modulator modulator = Modulator::Standard;
    double positiveWeight = 1; ///< on the positive part of BCE only (torch pos_weight)
    double termWeight = 1;     ///< on the whole term
};

/// The names of the losses that can be used now.
std::vector<std::string> lossNames();

/// Whether the numbers make sense (gamma and weights finite and >= 0, alpha in 0..1) and the kind can be used; a
/// sentence if not.
Result<void> checkLossSpec(const LossSpec& spec);

} // namespace intersect::loss
