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

/// What the sum over the elements is divided by: their number (YOLO's mean), the number of positives (the focal loss's
/// paper; no positive counts as one), or nothing.
enum class Normalise { Elements, Positives, Sum };

/// "elements", "positives", "sum".
const char* normaliseName(Normalise normalise);
Result<Normalise> normaliseFromName(const std::string& name);

/// Which terms of the training loss a choice serves; the other one keeps plain BCE.
enum class LossTerms { Both, Objectness, Class };

/// "both", "objectness", "class".
const char* lossTermsName(LossTerms terms);
Result<LossTerms> lossTermsFromName(const std::string& name);

/// A loss and its numbers; one instance serves curve, explainer and trainer.
struct LossSpec {
    LossKind kind = LossKind::Bce;
    double gamma = 1.5;          ///< focal, qfocal, class-balanced
    std::optional<double> alpha; ///< none: no alpha factor
    Modulator modulator = Modulator::Standard;
    double positiveWeight = 1; ///< on the positive part of BCE only (torch pos_weight)
    double termWeight = 1;     ///< on the whole term
    double beta = 0.999;       ///< class-balanced weights, 0..1
    double ohemRatio = 3;      ///< ohem: negatives kept for each positive
    Normalise normalise = Normalise::Elements;
    /// One number a class, for the class term only, where they stand instead of `alpha` and `positiveWeight`; empty:
    /// the one number above serves objectness and classes.
    std::vector<double> classAlpha, classPositiveWeight;
    LossTerms terms = LossTerms::Both;
};

/// What one term trains with: `spec`, or plain BCE where `spec` serves only the other term.
LossSpec objectnessSpec(const LossSpec& spec);
LossSpec classSpec(const LossSpec& spec);

/// The names of all losses.
std::vector<std::string> lossNames();

/// Whether the numbers make sense (gamma, ratio and weights finite and >= 0, alpha and beta in 0..1); a sentence if not.
Result<void> checkLossSpec(const LossSpec& spec);

} // namespace intersect::loss
