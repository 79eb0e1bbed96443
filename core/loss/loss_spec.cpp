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

bool isKnown(LossKind kind) {
    return kind == LossKind::Bce || kind == LossKind::Focal || kind == LossKind::QFocal;
}

std::string usableNames() {
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
                "Choose one of " + usableNames() + ".");
}

std::vector<std::string> lossNames() {
    std::vector<std::string> names;
    for (const auto& [kind, name] : kNames)
        if (isKnown(kind))
            names.emplace_back(name);
    return names;
}

Result<void> checkLossSpec(const LossSpec& spec) {
    if (!isKnown(spec.kind))
        return fail(ErrorCode::BadInput,
                    std::string("The loss \"") + lossKindName(spec.kind) + "\" cannot be used in this version.", {}, 0,
                    "Choose one of " + usableNames() + ".");
    if (const Result<void> good = checkAtLeastZero("gamma", spec.gamma); !good)
        return good;
    if (spec.alpha && !(*spec.alpha >= 0 && *spec.alpha <= 1))
        return fail(ErrorCode::BadInput, "The loss needs an alpha in 0..1, not " + formatShortest(*spec.alpha) + ".",
                    {}, 0, "Leave alpha out for no alpha factor.");
    if (const Result<void> good = checkAtLeastZero("positive weight", spec.positiveWeight); !good)
        return good;
    return checkAtLeastZero("term weight", spec.termWeight);
}

} // namespace intersect::loss
