// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/loss/loss_spec.h"
#include "tests/support/shared_data.h"

namespace intersect::tests {

/// A row of a golden grid of reference/losses.
struct GridRow {
    std::string name;
    double logit = 0, target = 0, value = 0, slope = 0;
};

/// All rows of a grid; empty if the file cannot be read.
inline std::vector<GridRow> lossGrid(const std::string& file) {
    std::vector<GridRow> rows;
    const auto text = readFile(shared("reference/losses/" + file));
    if (!text)
        return rows;
    bool first = true;
    for (const std::string_view raw : splitAt(*text, '\n')) {
        const std::string_view line = trimmed(raw);
        if (!first && !line.empty()) {
            const auto cells = splitAt(line, ',');
            rows.push_back({std::string(cells.at(0)), parseDouble(cells.at(1)).value(), parseDouble(cells.at(2)).value(),
                            parseDouble(cells.at(3)).value(), parseDouble(cells.at(4)).value()});
        }
        first = false;
    }
    return rows;
}

/// The spec of a golden row's name such as y5_focal_g1.5_a0.25_pw2; nullopt for forms that are not ours (exp_focal).
inline std::optional<loss::LossSpec> specOfGridName(const std::string& name) {
    using loss::LossKind;
    loss::LossSpec spec;
    if (name.rfind("bce", 0) == 0)
        spec.kind = LossKind::Bce;
    else if (name.rfind("y5_qfocal", 0) == 0)
        spec.kind = LossKind::QFocal;
    else if (name.rfind("tv_focal", 0) == 0 || name.rfind("y5_focal", 0) == 0 || name.rfind("geo_focal", 0) == 0)
        spec.kind = LossKind::Focal;
    else
        return std::nullopt;
    if (name.rfind("geo", 0) == 0)
        spec.modulator = loss::Modulator::Geometric;
    const auto number = [&name](const char* key) -> std::optional<double> {
        std::smatch found;
        if (!std::regex_search(name, found, std::regex(std::string("_") + key + "([0-9.]+)")))
            return std::nullopt;
        return parseDouble(found[1].str());
    };
    spec.gamma = number("g").value_or(0);
    spec.alpha = number("a");
    spec.positiveWeight = number("pw").value_or(1);
    spec.termWeight = number("tw").value_or(1);
    return spec;
}

/// A loss so far out that its value and slope are those of its limits.
struct FarLoss {
    std::string name;
    loss::LossSpec spec;
    double logit = 0, target = 0, value = 0, slope = 0;
};

/// Every kind that changes the shape of BCE, every gamma, targets 0, 0.3 and 1 at logits of +-100 and +-1000. There sigmoid is 0 or 1, so
/// with s the side's part (1 - t where x > 0, t where x < 0) BCE is s |x|, the modulator of focal and qfocal is s^gamma, the geometric one
/// e^(-gamma (1 - s) |x|).
inline std::vector<FarLoss> farLosses() {
    std::vector<FarLoss> all;
    for (const loss::LossKind kind : {loss::LossKind::Bce, loss::LossKind::Focal, loss::LossKind::QFocal, loss::LossKind::ClassBalanced})
        for (const loss::Modulator modulator : {loss::Modulator::Standard, loss::Modulator::Geometric})
            for (const double gamma : {0.0, 0.5, 1.0, 1.5, 2.0, 5.0})
                for (const std::optional<double> alpha : {std::optional<double>(), std::optional(0.25)})
                    for (const double target : {0.0, 0.3, 1.0})
                        for (const double logit : {-1000.0, -100.0, 100.0, 1000.0}) {
                            FarLoss far;
                            far.spec.kind = kind;
                            far.spec.modulator = modulator;
                            far.spec.gamma = gamma;
                            far.spec.alpha = alpha;
                            far.logit = logit;
                            far.target = target;
                            const double distance = std::fabs(logit), sign = logit > 0 ? 1 : -1, side = logit > 0 ? 1 - target : target;
                            double factor = kind != loss::LossKind::Bce && alpha ? *alpha * target + (1 - *alpha) * (1 - target) : 1;
                            double steeper = 1; // what the slope has beside the value's factor
                            if (kind == loss::LossKind::Bce || gamma == 0) {
                                factor *= side;
                            } else if (kind != loss::LossKind::QFocal && modulator == loss::Modulator::Geometric) {
                                factor *= side * std::exp(-gamma * (1 - side) * distance);
                                steeper = 1 - gamma * (1 - side) * distance;
                            } else {
                                factor *= std::pow(side, 1 + gamma);
                            }
                            far.value = factor * distance;
                            far.slope = factor * sign * steeper;
                            far.name = std::string(loss::lossKindName(kind)) +
                                       (modulator == loss::Modulator::Geometric ? " geometric" : "") + " gamma " + formatShortest(gamma) +
                                       (alpha ? " alpha" : "") + " t " + formatShortest(target) + " x " + formatShortest(logit);
                            all.push_back(far);
                        }
    return all;
}

} // namespace intersect::tests
