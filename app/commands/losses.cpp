// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/numbers.h"
#include "core/loss/curves.h"

namespace intersect::app {
namespace {

struct Options {
    std::string kind, modulator = "standard";
    loss::LossSpec spec;
    double target = 1;
    std::vector<double> logits, probabilities;
};

/// What is wrong in a file is bad input; typed on the command line it is wrong usage.
tl::unexpected<Error> asUsage(Error error) {
    error.code = ErrorCode::Usage;
    return tl::unexpected<Error>(std::move(error));
}

Result<std::vector<double>> logitsOf(const Options& options) {
    if (!options.logits.empty() && !options.probabilities.empty())
        return fail(ErrorCode::Usage, "--logit and --p say the same thing twice.", {}, 0, "Give one of them.");
    std::vector<double> logits = options.logits;
    for (const double p : options.probabilities) {
        if (!(p > 0 && p < 1))
            return fail(ErrorCode::Usage, "A probability of " + formatShortest(p) + " has no finite logit.", {}, 0,
                        "Give --p between 0 and 1.");
        logits.push_back(loss::logitOf(p));
    }
    if (logits.empty())
        return fail(ErrorCode::Usage, "There is no point to compute the loss at.", {}, 0,
                    "Add --logit=-2,0,2 or --p 0.1,0.5.");
    for (const double logit : logits)
        if (!std::isfinite(logit))
            return fail(ErrorCode::Usage, "A logit of " + formatShortest(logit) + " is no finite number.");
    return logits;
}

Result<int> run(Options options, Context& context) {
    const auto kind = loss::lossKindFromName(options.kind);
    if (!kind)
        return asUsage(kind.error());
    options.spec.kind = *kind;
    if (const auto good = loss::checkLossSpec(options.spec); !good)
        return asUsage(good.error());
    if (options.modulator != "standard" && options.modulator != "geometric")
        return fail(ErrorCode::Usage, "There is no modulator called \"" + options.modulator + "\".", {}, 0,
                    "Choose standard or geometric.");
    options.spec.modulator = options.modulator == "geometric" ? loss::Modulator::Geometric : loss::Modulator::Standard;
    if (!(options.target >= 0 && options.target <= 1))
        return fail(ErrorCode::Usage, "A target of " + formatShortest(options.target) + " is not in 0..1.");
    const auto logits = logitsOf(options);
    if (!logits)
        return failAs(logits);

    Json document = Json::array();
    if (!context.json)
        printLine(fmt::format("{:>12}{:>12}{:>10}{:>14}{:>14}", "logit", "p", "target", "loss", "gradient"));
    for (const loss::LossPoint& point : loss::lossCurve(options.spec, options.target, *logits)) {
        if (context.json)
            document.push_back({{"logit", point.logit},
                                {"p", point.p},
                                {"target", point.target},
                                {"loss", point.loss},
                                {"gradient", point.gradient}});
        else
            printLine(fmt::format("{:>12}{:>12}{:>10}{:>14}{:>14}", formatFixed(point.logit, 4),
                                  formatFixed(point.p, 6), formatShortest(point.target), formatFixed(point.loss, 6),
                                  formatFixed(point.gradient, 6)));
    }
    if (context.json)
        printJson(document);
    return 0;
}

const Verb kLosses{
    "losses", "Print a loss and its gradient at chosen points", [](CLI::App& app) -> Action {
        auto options = std::make_shared<Options>();
        std::string names;
        for (const std::string& name : loss::lossNames())
            names += (names.empty() ? "" : ", ") + name;
        app.add_option("--loss", options->kind, names)->required();
        app.add_option("--gamma", options->spec.gamma, "Focusing of focal and qfocal")->capture_default_str();
        app.add_option("--alpha", options->spec.alpha,
                       "Weight of positives, 1 - alpha that of negatives (left out: none)");
        app.add_option("--modulator", options->modulator, "Of focal: standard or geometric")->capture_default_str();
        app.add_option("--pos-weight", options->spec.positiveWeight, "Weight of the positive part of BCE")
            ->capture_default_str();
        app.add_option("--term-weight", options->spec.termWeight, "Weight of the whole term")->capture_default_str();
        app.add_option("--target", options->target, "What the output should be, 0..1")->capture_default_str();
        app.add_option("--logit", options->logits, "Logits: --logit=-2,0,2")->delimiter(',')->allow_extra_args(false);
        app.add_option("--p", options->probabilities, "Probabilities instead: --p 0.1,0.5")
            ->delimiter(',')
            ->allow_extra_args(false);
        return [options](Context& context) { return run(*options, context); };
    }};

} // namespace
} // namespace intersect::app
