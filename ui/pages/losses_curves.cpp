// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_curves.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCoreApplication>

#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/dual.h"
#include "core/loss/losses.h"
#include "core/loss/named_forms.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {
namespace {

using loss::LossKind;

constexpr std::array<double, 5> kGammas{0, 0.5, 1, 2, 5};
constexpr double kUsualPositiveWeight = 10; ///< of its row while the chosen loss has none

QString tr(const char* text) {
    return QCoreApplication::translate("LossCurves", text);
}

QString number(double value) {
    return qs(formatShortest(std::round(value * 1e6) / 1e6));
}

QString gammaText(double gamma) {
    return QStringLiteral("γ ") + number(gamma);
}

loss::LossSpec specOf(LossKind kind, double gamma = 0) {
    loss::LossSpec spec;
    spec.kind = kind;
    spec.gamma = gamma;
    return spec;
}

/// The weights that the counts make of positives and negatives.
void weigh(ShownLoss& shown, const ExampleCounts& counts) {
    if (shown.spec.kind == LossKind::Balanced) {
        shown.positive = loss::balancedAlpha(counts.positives, counts.negatives);
        shown.negative = 1 - shown.positive;
    } else if (shown.spec.kind == LossKind::ClassBalanced) {
        const double both[] = {counts.positives, counts.negatives};
        const std::vector<double> weights = loss::classWeights(loss::ClassWeightRule::ClassBalanced, both, shown.spec.beta);
        shown.positive = weights[0];
        shown.negative = weights[1];
    }
}

/// Focal loss without gamma and alpha is cross-entropy.
loss::LossSpec plainest(loss::LossSpec spec) {
    if ((spec.kind == LossKind::Focal || spec.kind == LossKind::QFocal) && spec.gamma == 0 && !spec.alpha)
        spec.kind = LossKind::Bce;
    return spec;
}

bool isSame(const ShownLoss& a, const ShownLoss& b) {
    constexpr double kClose = 1e-9;
    return loss::describeLoss(plainest(a.spec)) == loss::describeLoss(plainest(b.spec)) && std::abs(a.positive - b.positive) < kClose &&
           std::abs(a.negative - b.negative) < kClose;
}

/// Every row of the list but the chosen loss.
std::vector<ShownLoss> fixedLosses(const LossChoice& choice, const ExampleCounts& counts) {
    const Theme& theme = Theme::instance();
    std::vector<ShownLoss> all;
    for (const double gamma : kGammas) {
        ShownLoss one;
        one.id = QStringLiteral("Gamma") + number(gamma);
        one.spec = specOf(gamma == 0 ? LossKind::Bce : LossKind::Focal, gamma);
        one.name = gamma == 0 ? tr("CE") : gammaText(gamma);
        one.colour = theme.gammaColour(gamma);
        all.push_back(one);
    }
    const auto add = [&](const char* id, loss::LossSpec spec, const QString& name, const QColor& colour, MarkerShape marker) {
        ShownLoss one;
        one.id = qs(id);
        one.spec = std::move(spec);
        one.name = name;
        one.colour = colour;
        one.marker = marker;
        weigh(one, counts);
        all.push_back(one);
    };
    const Palette& palette = theme.palette();
    add("Balanced", specOf(LossKind::Balanced), tr("balanced"), palette.runC, MarkerShape::Triangle);
    loss::LossSpec weighted = specOf(LossKind::Bce);
    weighted.positiveWeight = choice.spec.positiveWeight == 1 ? kUsualPositiveWeight : choice.spec.positiveWeight;
    add("PositiveWeight", weighted, tr("weight %1").arg(number(weighted.positiveWeight)), theme.verdictText(eval::Verdict::FN),
        MarkerShape::Square);
    loss::LossSpec byClass = specOf(LossKind::ClassBalanced);
    byClass.beta = choice.spec.beta;
    add("ClassBalanced", byClass, tr("class-bal."), palette.val, MarkerShape::Diamond);
    loss::LossSpec mined = specOf(LossKind::Ohem);
    mined.ohemRatio = choice.spec.ohemRatio;
    add("Ohem", mined, tr("OHEM"), palette.axis, MarkerShape::Disc);
    return all;
}

} // namespace

std::vector<CurveRow> curveRows() {
    std::vector<CurveRow> rows;
    static constexpr std::array<const char*, 5> kIds{"Gamma0", "Gamma0.5", "Gamma1", "Gamma2", "Gamma5"};
    for (std::size_t i = 0; i < kGammas.size(); ++i)
        rows.push_back({kIds[i], kGammas[i] == 0 ? tr("CE (γ 0)") : tr("Focal %1").arg(gammaText(kGammas[i])),
                        kGammas[i] == 0 ? tr("Cross-entropy, which is focal loss with γ 0")
                                        : tr("Focal loss with %1, without α").arg(gammaText(kGammas[i])),
                        true});
    rows.push_back({"Balanced", tr("Balanced CE"),
                    tr("Cross-entropy, positives times α, negatives times 1 - α; α from the counts at the right"), false});
    rows.push_back({"PositiveWeight", tr("Pos. weight"), tr("Cross-entropy whose positive part is multiplied"), false});
    rows.push_back(
        {"ClassBalanced", tr("Class-bal."), tr("Cross-entropy weighed by the effective number of positives and negatives"), false});
    rows.push_back({"Ohem", tr("OHEM"), tr("Cross-entropy of the positives and the hardest negatives only"), false});
    rows.push_back({"Chosen", tr("Chosen loss"), tr("The loss set below, as the thick line"), true});
    return rows;
}

ShownLoss chosenLoss(const LossChoice& choice, const ExampleCounts& counts) {
    ShownLoss chosen;
    chosen.id = QStringLiteral("Chosen");
    chosen.spec = choice.spec;
    chosen.name = lossInWords(choice.spec);
    chosen.colour = Theme::instance().palette().runB;
    chosen.chosen = true;
    weigh(chosen, counts);
    if (choice.spec.kind == LossKind::Balanced) {
        chosen.positive = choice.balance;
        chosen.negative = 1 - choice.balance;
        chosen.name = tr("balanced, α %1").arg(number(choice.balance));
    }
    return chosen;
}

std::vector<ShownLoss> shownLosses(const LossChoice& choice, const ExampleCounts& counts) {
    const ShownLoss chosen = chosenLoss(choice, counts);
    const bool showChosen = choice.shown.contains(chosen.id);
    bool found = !showChosen;
    std::vector<ShownLoss> shown;
    for (ShownLoss& one : fixedLosses(choice, counts)) {
        one.chosen = !found && isSame(one, chosen);
        found = found || one.chosen;
        if (one.chosen || choice.shown.contains(one.id))
            shown.push_back(std::move(one));
    }
    if (!found)
        shown.push_back(chosen);
    return shown;
}

QString lossInWords(const loss::LossSpec& spec) {
    QString text;
    switch (spec.kind) {
    case LossKind::Bce: text = tr("cross-entropy"); break;
    case LossKind::Balanced: text = tr("balanced cross-entropy"); break;
    case LossKind::Focal: text = tr("focal, %1").arg(gammaText(spec.gamma)); break;
    case LossKind::ClassBalanced:
        text = tr("class-balanced, β %1").arg(number(spec.beta)) +
               (spec.gamma == 0 ? QString() : QStringLiteral(", ") + gammaText(spec.gamma));
        break;
    case LossKind::QFocal: text = tr("quality focal, %1").arg(gammaText(spec.gamma)); break;
    case LossKind::Ohem: text = tr("OHEM, %1:1").arg(number(spec.ohemRatio)); break;
    }
    const bool readsAlpha = spec.kind == LossKind::Focal || spec.kind == LossKind::QFocal || spec.kind == LossKind::ClassBalanced;
    if (readsAlpha && spec.alpha)
        text += QStringLiteral(", α ") + number(*spec.alpha);
    if (spec.positiveWeight != 1)
        text += tr(", positive weight %1").arg(number(spec.positiveWeight));
    return text;
}

double exampleTarget(const LossChoice& choice) {
    const loss::SmoothTargets ends = loss::smoothTargets(choice.smoothing);
    const double target = choice.isNegative ? 0 : choice.target;
    return ends.negative + (ends.positive - ends.negative) * target;
}

std::vector<loss::LossPoint> curveAt(const ShownLoss& shown, const LossChoice& choice, std::span<const double> logits) {
    // An example is a positive or a negative whatever its target, so one weight stands for both parts.
    const double weight = choice.isNegative ? shown.negative : shown.positive;
    return loss::lossCurve(shown.spec, exampleTarget(choice), logits, weight, weight);
}

loss::LossPoint pointAt(const ShownLoss& shown, const LossChoice& choice, double pt) {
    const double logit = logitAt(pt, choice.isNegative);
    return curveAt(shown, choice, std::span(&logit, 1)).front();
}

double logitAt(double pt, bool isNegative) {
    return isNegative ? -loss::logitOf(pt) : loss::logitOf(pt);
}

double ptAt(double logit, bool isNegative) {
    return loss::sigmoid(isNegative ? -logit : logit);
}

QString ratioText(double ratio) {
    if (std::isnan(ratio))
        return QStringLiteral("–");
    if (std::isinf(ratio))
        return QStringLiteral("∞");
    if (ratio < 0)
        return QStringLiteral("−") + ratioText(-ratio);
    if (ratio < 10)
        return qs(formatFixed(ratio, ratio < 0.1 ? 3 : 2));
    if (ratio < 10000)
        return qs(formatGrouped(std::llround(ratio)));
    if (ratio < 1e7)
        return qs(formatGrouped(std::llround(ratio / 1000))) + QStringLiteral(" k");
    return QStringLiteral("> 10 M");
}

} // namespace intersect::ui
