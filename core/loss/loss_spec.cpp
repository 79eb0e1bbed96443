// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/loss/loss_spec.h"

#include <array>
#include <cmath>
#include <utility>

#include "core/base/numbers.h"

namespace intersect::loss {
namespace {

constexpr std::array<std::pair<LossKind, const char*>, 6> kNames{{{LossKind::Bce, "bce"},
                                                                  {LossKind::Balanced, "balanced"},
                                                                  {LossKind::Focal, "focal"},
                                                                  {LossKind::ClassBalanced, "class-balanced"},
                                                                  {LossKind::QFocal, "qfocal"},
                                                                  {LossKind::Ohem, "ohem"}}};

constexpr std::array<std::pair<Normalise, const char*>, 3> kNormaliseNames{
    {{Normalise::Elements, "elements"}, {Normalise::Positives, "positives"}, {Normalise::Sum, "sum"}}};

constexpr std::array<std::pair<LossTerms, const char*>, 3> kTermsNames{
    {{LossTerms::Both, "both"}, {LossTerms::Objectness, "objectness"}, {LossTerms::Class, "class"}}};

std::string allNames() {
    std::string all;
    for (const std::string& name : lossNames())
        all += (all.empty() ? "" : ", ") + name;
    return all;
}

Result<void> checkAtLeastZero(const char* name, double value) {
    if (std::isfinite(value) && value >= 0)
        return {};
    return fail(ErrorCode::BadInput,
                std::string("The loss needs a ") + name + " of 0 or more, not " + formatShortest(value) + ".");
}

Result<void> checkFraction(const char* name, double value, const std::string& advice) {
    if (value >= 0 && value <= 1)
        return {};
    return fail(ErrorCode::BadInput,
                std::string("The loss needs ") + name + " in 0..1, not " + formatShortest(value) + ".", {}, 0, advice);
}

} // namespace

const char* lossKindName(LossKind kind) {
    for (const auto& [known, name] : kNames)
        if (known == kind)
            return name;
    return "";
}

Result<LossKind> lossKindFromName(const std::string& name) {
    for (const auto& [kind, known] : kNames)
        if (name == known)
            return kind;
    return fail(ErrorCode::BadInput, "There is no loss called \"" + name + "\".", {}, 0,
                "Choose one of " + allNames() + ".");
}

std::vector<std::string> lossNames() {
    std::vector<std::string> names;
    for (const auto& [kind, name] : kNames)
        names.emplace_back(name);
    return names;
}

const char* normaliseName(Normalise normalise) {
    for (const auto& [known, name] : kNormaliseNames)
        if (known == normalise)
            return name;
    return "";
}

Result<Normalise> normaliseFromName(const std::string& name) {
    for (const auto& [normalise, known] : kNormaliseNames)
        if (name == known)
            return normalise;
    return fail(ErrorCode::BadInput, "A loss cannot be divided by \"" + name + "\".", {}, 0,
                "Choose elements, positives or sum.");
}

const char* lossTermsName(LossTerms terms) {
    for (const auto& [known, name] : kTermsNames)
        if (known == terms)
            return name;
    return "";
}

Result<LossTerms> lossTermsFromName(const std::string& name) {
    for (const auto& [terms, known] : kTermsNames)
        if (name == known)
            return terms;
    return fail(ErrorCode::BadInput, "A loss cannot serve the terms \"" + name + "\".", {}, 0,
                "Choose both, objectness or class.");
}

LossSpec objectnessSpec(const LossSpec& spec) {
    return spec.terms == LossTerms::Class ? LossSpec{} : spec;
}

LossSpec classSpec(const LossSpec& spec) {
    return spec.terms == LossTerms::Objectness ? LossSpec{} : spec;
}

Result<void> checkLossSpec(const LossSpec& spec) {
    const std::string noAlpha = "Leave alpha out for no alpha factor.";
    if (const Result<void> good = checkAtLeastZero("gamma", spec.gamma); !good)
        return good;
    if (spec.alpha)
        if (const Result<void> good = checkFraction("an alpha", *spec.alpha, noAlpha); !good)
            return good;
    for (const double alpha : spec.classAlpha)
        if (const Result<void> good = checkFraction("an alpha", alpha, noAlpha); !good)
            return good;
    if (const Result<void> good =
            checkFraction("a beta", spec.beta, "0 makes all classes equal, values near 1 weigh by inverse frequency.");
        !good)
        return good;
    if (const Result<void> good = checkAtLeastZero("ratio of negatives to positives", spec.ohemRatio); !good)
        return good;
    if (const Result<void> good = checkAtLeastZero("positive weight", spec.positiveWeight); !good)
        return good;
    for (const double weight : spec.classPositiveWeight)
        if (const Result<void> good = checkAtLeastZero("positive weight", weight); !good)
            return good;
    return checkAtLeastZero("term weight", spec.termWeight);
}

} // namespace intersect::loss
