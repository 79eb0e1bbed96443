// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/named_forms.h"

#include <array>
#include <cmath>

#include "core/base/numbers.h"

namespace intersect::loss {
namespace {

LossSpec focal(double gamma, std::optional<double> alpha) {
    LossSpec spec;
    spec.kind = LossKind::Focal;
    spec.gamma = gamma;
    spec.alpha = alpha;
    return spec;
}

LossSpec paper() {
    LossSpec spec = focal(2, 0.25);
    spec.normalise = Normalise::Positives;
    return spec;
}

LossSpec classTerm() {
    LossSpec spec = focal(2, std::nullopt);
    spec.modulator = Modulator::Geometric;
    spec.terms = LossTerms::Class;
    return spec;
}

LossSpec classBalancedFocal() {
    LossSpec spec = focal(0.5, std::nullopt);
    spec.kind = LossKind::ClassBalanced;
    return spec;
}

const std::array<NamedForm, 5>& forms() {
    static const std::array<NamedForm, 5> kForms{{
        {"yolov5-focal", "YOLOv5 focal",
         "What fl_gamma 1.5 means in YOLOv5: focal loss with alpha 0.25 on objectness and classes, still divided by all "
         "elements, so that both terms become much smaller.",
         focal(1.5, 0.25), ClassWeightRule::None, std::nullopt},
        {"paper", "Paper",
         "Focal loss as its paper trains with it: gamma 2, alpha 0.25, divided by the number of positives, and every cell "
         "starts at an objectness of 0.01.",
         paper(), ClassWeightRule::None, 0.01},
        {"class-term", "Class term",
         "Focal loss with gamma 2 and the geometric modulator on the class term only, without alpha, as a mean; objectness "
         "keeps BCE.",
         classTerm(), ClassWeightRule::None, std::nullopt},
        {"cb-focal", "CB-focal",
         "Class-balanced focal loss with its paper's numbers for large sets, beta 0.999 and gamma 0.5: rare classes, and "
         "cells with an object, count more.",
         classBalancedFocal(), ClassWeightRule::None, std::nullopt},
        {"report", "Report's class weights",
         "BCE whose class term weighs each class by one over its number of boxes, the weights divided by their sum, so that "
         "the term becomes smaller by about the number of classes.",
         LossSpec{}, ClassWeightRule::SumToOne, std::nullopt},
    }};
    return kForms;
}

bool readsGamma(LossKind kind) {
    return kind == LossKind::Focal || kind == LossKind::ClassBalanced || kind == LossKind::QFocal;
}

/// The same choice with every number that its loss does not read at its default.
LossSpec withoutIdleNumbers(LossSpec spec) {
    const LossSpec plain;
    if (!readsGamma(spec.kind)) {
        spec.gamma = plain.gamma;
        spec.alpha.reset();
        spec.classAlpha.clear();
    }
    if (spec.kind != LossKind::Focal && spec.kind != LossKind::ClassBalanced)
        spec.modulator = plain.modulator;
    if (spec.kind != LossKind::ClassBalanced)
        spec.beta = plain.beta;
    if (spec.kind != LossKind::Ohem)
        spec.ohemRatio = plain.ohemRatio;
    return spec;
}

bool sameChoice(const LossSpec& a, const LossSpec& b) {
    const LossSpec x = withoutIdleNumbers(a), y = withoutIdleNumbers(b);
    return x.kind == y.kind && x.gamma == y.gamma && x.alpha == y.alpha && x.modulator == y.modulator &&
           x.positiveWeight == y.positiveWeight && x.termWeight == y.termWeight && x.beta == y.beta &&
           x.ohemRatio == y.ohemRatio && x.normalise == y.normalise && x.classAlpha == y.classAlpha &&
           x.classPositiveWeight == y.classPositiveWeight && x.terms == y.terms;
}

} // namespace

std::span<const NamedForm> namedForms() {
    return forms();
}

Result<NamedForm> namedFormFrom(const std::string& idOrName) {
    std::string ids;
    for (const NamedForm& form : forms()) {
        if (idOrName == form.id || idOrName == form.name)
            return form;
        ids += (ids.empty() ? "" : ", ") + std::string(form.id);
    }
    return fail(ErrorCode::Usage, "There is no form of the loss called \"" + idOrName + "\".", {}, 0, "Choose one of " + ids + ".");
}

const NamedForm* namedFormOf(const LossSpec& spec, ClassWeightRule classWeights, const std::optional<double>& prior) {
    for (const NamedForm& form : forms())
        if (form.classWeights == classWeights && form.prior == prior && sameChoice(form.spec, spec))
            return &form;
    return nullptr;
}

double priorLogit(double p) {
    return -std::log((1 - p) / p);
}

std::string describeLoss(const LossSpec& spec) {
    std::string numbers;
    const auto add = [&numbers](const std::string& text) { numbers += (numbers.empty() ? "" : ", ") + text; };
    if (readsGamma(spec.kind)) {
        add("gamma " + formatShortest(spec.gamma));
        if (!spec.classAlpha.empty())
            add("an alpha for each class");
        else if (spec.alpha)
            add("alpha " + formatShortest(*spec.alpha));
        if (spec.kind != LossKind::QFocal && spec.modulator == Modulator::Geometric)
            add("geometric");
    }
    if (spec.kind == LossKind::ClassBalanced)
        add("beta " + formatShortest(spec.beta));
    if (spec.kind == LossKind::Ohem)
        add("ratio " + formatShortest(spec.ohemRatio));
    if (!spec.classPositiveWeight.empty())
        add("a positive weight for each class");
    else if (spec.positiveWeight != 1)
        add("positive weight " + formatShortest(spec.positiveWeight));
    if (spec.termWeight != 1)
        add("term weight " + formatShortest(spec.termWeight));
    if (spec.normalise == Normalise::Positives)
        add("divided by positives");
    if (spec.normalise == Normalise::Sum)
        add("summed");
    const std::string name = spec.kind == LossKind::Bce ? "BCE" : lossKindName(spec.kind);
    return numbers.empty() ? name : name + " (" + numbers + ")";
}

} // namespace intersect::loss
