// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/curves.h"
#include "core/loss/hard_examples.h"

namespace intersect::app {
namespace {

struct Options {
    std::string kind, modulator = "standard";
    loss::LossSpec spec;
    std::vector<double> targets{1};
    std::vector<double> logits, probabilities;
    std::vector<double> counts;           ///< balanced: positives, negatives; class-balanced: one a class
    std::optional<double> classCount;     ///< of the class, for its raw weight
    std::optional<std::size_t> classIndex;
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

/// The weights of positives and negatives that the counts lead to.
Result<std::pair<double, double>> weightsOf(const Options& options) {
    const auto usage = [](const std::string& message, const std::string& advice) {
        return fail(ErrorCode::Usage, message, {}, 0, advice);
    };
    std::vector<double> all = options.counts;
    if (options.classCount)
        all.push_back(*options.classCount);
    for (const double count : all)
        if (!std::isfinite(count) || count < 0)
            return usage("A count cannot be " + formatShortest(count) + ".", "Give counts of 0 or more.");
    if (options.spec.kind == loss::LossKind::Balanced) {
        if (options.counts.size() != 2)
            return usage("The loss balanced needs two counts.", "Add --counts 10,10000 (positives, negatives).");
        const double alpha = loss::balancedAlpha(options.counts[0], options.counts[1]);
        return std::pair{alpha, 1 - alpha};
    }
    if (options.spec.kind != loss::LossKind::ClassBalanced) {
        if (!all.empty())
            return usage("Counts mean nothing to the loss " + options.kind + ".",
                         "Leave --counts and --class-count out, or choose balanced or class-balanced.");
        return std::pair{1.0, 1.0};
    }
    double weight = 0;
    if (options.classCount && options.counts.empty()) {
        if (*options.classCount <= 0)
            return usage("A class without objects has no effective number.", "Give --class-count 1 or more.");
        weight = 1 / loss::effectiveNumber(*options.classCount, options.spec.beta);
    } else if (!options.classCount && !options.counts.empty() && options.classIndex) {
        if (*options.classIndex >= options.counts.size())
            return usage("--class is " + std::to_string(*options.classIndex) + ", but there are " +
                             std::to_string(options.counts.size()) + " counts.",
                         "Classes are counted from 0.");
        weight = loss::classWeights(loss::ClassWeightRule::ClassBalanced, options.counts,
                                    options.spec.beta)[*options.classIndex];
    } else {
        return usage("The loss class-balanced needs the counts it is to balance.",
                     "Add --class-count 500 for the raw weight, or --counts 5000,500 --class 1 for the scaled one.");
    }
    return std::pair{weight, weight};
}

Result<std::vector<loss::LossPoint>> pointsOf(const Options& options, const std::vector<double>& logits) {
    if (options.targets.size() != 1 && options.targets.size() != logits.size())
        return fail(ErrorCode::Usage, fmt::format("There are {} targets for {} points.", options.targets.size(), logits.size()), {},
                    0, "Give --target once, or once for each point.");
    const auto weights = weightsOf(options);
    if (!weights)
        return failAs(weights);
    std::vector<loss::LossPoint> points;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double target = options.targets[options.targets.size() == 1 ? 0 : i];
        if (!(target >= 0 && target <= 1))
            return fail(ErrorCode::Usage, "A target of " + formatShortest(target) + " is not in 0..1.");
        points.push_back(
            loss::lossCurve(options.spec, target, {&logits[i], 1}, weights->first, weights->second).front());
    }
    return points;
}

/// Which of the points ohem keeps; every target above 0 is a positive.
std::vector<bool> keptOf(const std::vector<loss::LossPoint>& points, double ratio) {
    std::vector<double> losses;
    std::vector<std::uint8_t> positive;
    for (const loss::LossPoint& point : points) {
        losses.push_back(point.loss);
        positive.push_back(point.target > 0 ? 1 : 0);
    }
    std::vector<bool> kept(points.size(), false);
    for (const std::int64_t i : loss::hardExamples(losses, positive, ratio))
        kept[static_cast<std::size_t>(i)] = true;
    return kept;
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
    const auto logits = logitsOf(options);
    if (!logits)
        return failAs(logits);
    const auto points = pointsOf(options, *logits);
    if (!points)
        return failAs(points);
    const bool mining = options.spec.kind == loss::LossKind::Ohem;
    const std::vector<bool> kept = keptOf(*points, options.spec.ohemRatio);

    Json document = Json::array();
    if (!context.json)
        printLine(fmt::format("{:>12}{:>12}{:>10}{:>14}{:>14}{}", "logit", "p", "target", "loss", "gradient",
                              mining ? "  kept" : ""));
    for (std::size_t i = 0; i < points->size(); ++i) {
        const loss::LossPoint& point = (*points)[i];
        if (context.json) {
            document.push_back({{"logit", point.logit},
                                {"p", point.p},
                                {"target", point.target},
                                {"loss", point.loss},
                                {"gradient", point.gradient}});
            if (mining)
                document.back()["kept"] = static_cast<bool>(kept[i]);
        } else {
            printLine(fmt::format("{:>12}{:>12}{:>10}{:>14}{:>14}{}", formatFixed(point.logit, 4),
                                  formatFixed(point.p, 6), formatShortest(point.target), formatFixed(point.loss, 6),
                                  formatFixed(point.gradient, 6), mining ? (kept[i] ? "   yes" : "    no") : ""));
        }
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
        app.add_option("--gamma", options->spec.gamma, "Focusing of focal, class-balanced and qfocal")->capture_default_str();
        app.add_option("--alpha", options->spec.alpha,
                       "Weight of positives, 1 - alpha that of negatives (left out: none)");
        app.add_option("--modulator", options->modulator, "Of focal and class-balanced: standard or geometric")->capture_default_str();
        app.add_option("--pos-weight", options->spec.positiveWeight, "Weight of the positive part of BCE")
            ->capture_default_str();
        app.add_option("--term-weight", options->spec.termWeight, "Weight of the whole term")->capture_default_str();
        app.add_option("--beta", options->spec.beta, "Of class-balanced")->capture_default_str();
        app.add_option("--counts", options->counts, "balanced: positives,negatives; class-balanced: one count a class")
            ->delimiter(',')
            ->allow_extra_args(false);
        app.add_option("--class", options->classIndex, "Of class-balanced with --counts: the class, from 0");
        app.add_option("--class-count", options->classCount, "Of class-balanced: objects of the class, for its raw weight");
        app.add_option("--ohem-ratio", options->spec.ohemRatio, "Of ohem: negatives kept for each positive")
            ->capture_default_str();
        app.add_option("--target", options->targets, "What the output should be, 0..1; one, or one a point")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->capture_default_str();
        app.add_option("--logit", options->logits, "Logits: --logit=-2,0,2")->delimiter(',')->allow_extra_args(false);
        app.add_option("--p", options->probabilities, "Probabilities instead: --p 0.1,0.5")
            ->delimiter(',')
            ->allow_extra_args(false);
        return [options](Context& context) { return run(*options, context); };
    }};

} // namespace
} // namespace intersect::app
