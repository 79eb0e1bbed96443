// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "app/commands/losses_run.h"
#include "app/commands/result_table.h"
#include "core/base/numbers.h"
#include "core/loss/class_weights.h"
#include "core/loss/curves.h"
#include "core/loss/hard_examples.h"
#include "core/loss/imbalance.h"
#include "core/loss/losses.h"

namespace intersect::app {
namespace {

struct Options {
    std::string kind, modulator = "standard";
    loss::LossSpec spec;
    std::vector<double> gammas{1.5};
    std::vector<double> targets{1};
    double labelSmoothing = 0;
    std::vector<double> logits, probabilities, signedLogits, truthProbabilities; ///< one of them is given
    std::vector<double> imbalance; ///< positives, their mean cross-entropy, negatives, theirs; empty: not asked for
    bool ratio = false, csv = false;
    RunQuestion run;
    std::vector<double> counts;           ///< balanced: positives, negatives; class-balanced: one a class
    std::optional<double> classCount;     ///< of the class, for its raw weight
    std::optional<std::size_t> classIndex;
};

/// What is wrong in a file is bad input; typed on the command line it is wrong usage.
tl::unexpected<Error> asUsage(Error error) {
    error.code = ErrorCode::Usage;
    return tl::unexpected<Error>(std::move(error));
}

/// One number for each of `points` points.
Result<std::vector<double>> targetsOf(const Options& options, std::size_t points) {
    if (options.targets.size() != 1 && options.targets.size() != points)
        return fail(ErrorCode::Usage, fmt::format("There are {} targets for {} points.", options.targets.size(), points), {}, 0,
                    "Give --target once, or once for each point.");
    const loss::SmoothTargets smooth = loss::smoothTargets(options.labelSmoothing);
    std::vector<double> targets;
    for (std::size_t i = 0; i < points; ++i) {
        const double target = options.targets[options.targets.size() == 1 ? 0 : i];
        if (!(target >= 0 && target <= 1))
            return fail(ErrorCode::Usage, "A target of " + formatShortest(target) + " is not in 0..1.");
        targets.push_back(options.labelSmoothing == 0 ? target : smooth.negative + target * (smooth.positive - smooth.negative));
    }
    return targets;
}

/// The logits of the points; those of the truth are turned round where the target is below one half.
Result<std::vector<double>> logitsOf(const std::vector<double>& targets, const std::vector<double>& given, bool asProbabilities,
                                     bool ofTruth) {
    std::vector<double> logits;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (asProbabilities && !(given[i] > 0 && given[i] < 1))
            return fail(ErrorCode::Usage, "A probability of " + formatShortest(given[i]) + " has no finite logit.", {}, 0,
                        std::string("Give ") + (ofTruth ? "--pt" : "--p") + " between 0 and 1.");
        const double logit = asProbabilities ? loss::logitOf(given[i]) : given[i];
        if (!std::isfinite(logit))
            return fail(ErrorCode::Usage, "A logit of " + formatShortest(logit) + " is no finite number.");
        logits.push_back(ofTruth && targets[i] < 0.5 ? -logit : logit);
    }
    return logits;
}

/// Where the loss is asked for: logits and targets of one length.
struct Points {
    std::vector<double> logits, targets;
};

Result<Points> pointsOf(const Options& options) {
    const std::vector<double>* given[] = {&options.logits, &options.probabilities, &options.signedLogits, &options.truthProbabilities};
    const auto isGiven = [](const std::vector<double>* values) { return !values->empty(); };
    const auto chosen = std::find_if(std::begin(given), std::end(given), isGiven);
    if (chosen == std::end(given))
        return fail(ErrorCode::Usage, "There is no point to compute the loss at.", {}, 0, "Add --logit=-2,0,2 or --p 0.1,0.5.");
    if (std::count_if(std::begin(given), std::end(given), isGiven) > 1)
        return fail(ErrorCode::Usage, "--logit, --p, --signed-logit and --pt say the same thing twice.", {}, 0, "Give one of them.");
    const auto kind = chosen - std::begin(given);
    auto targets = targetsOf(options, (*chosen)->size());
    if (!targets)
        return failAs(targets);
    auto logits = logitsOf(*targets, **chosen, kind % 2 == 1, kind >= 2);
    if (!logits)
        return failAs(logits);
    return Points{std::move(*logits), std::move(*targets)};
}

/// The weights of positives and negatives that the counts lead to.
Result<loss::PairWeights<double>> weightsOf(const Options& options) {
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
        return loss::PairWeights<double>{alpha, 1 - alpha};
    }
    if (options.spec.kind != loss::LossKind::ClassBalanced) {
        if (!all.empty())
            return usage("Counts mean nothing to the loss " + options.kind + ".",
                         "Leave --counts and --class-count out, or choose balanced or class-balanced.");
        return loss::PairWeights<double>{1, 1};
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
    return loss::PairWeights<double>{weight, weight};
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

/// The rows of one loss at all points.
std::vector<Json> rowsOf(const Options& options, const loss::LossSpec& spec, const loss::PairWeights<double>& pair, const Points& at) {
    std::vector<loss::LossPoint> points;
    for (std::size_t i = 0; i < at.logits.size(); ++i)
        points.push_back(loss::lossCurve(spec, at.targets[i], {&at.logits[i], 1}, pair.positive, pair.negative).front());
    const bool mining = spec.kind == loss::LossKind::Ohem;
    const std::vector<bool> kept = mining ? keptOf(points, spec.ohemRatio) : std::vector<bool>();
    std::vector<Json> rows;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const loss::LossPoint& point = points[i];
        Json row{{"logit", point.logit}, {"p", point.p}, {"target", point.target}, {"loss", point.loss}, {"gradient", point.gradient}};
        if (options.gammas.size() > 1)
            row["gamma"] = spec.gamma;
        if (options.ratio)
            row["ratio"] = numberOrNull(point.loss / points.back().loss);
        if (mining)
            row["kept"] = static_cast<bool>(kept[i]);
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<int> printPoints(const Options& options, const std::vector<loss::LossSpec>& specs, const loss::PairWeights<double>& pair,
                        const Context& context) {
    const auto points = pointsOf(options);
    if (!points)
        return failAs(points);
    std::vector<Json> rows;
    for (const loss::LossSpec& spec : specs)
        for (Json& row : rowsOf(options, spec, pair, *points))
            rows.push_back(std::move(row));
    std::vector<ResultColumn> columns{{"logit", 12, 4}, {"p", 12, 6}, {"target", 10, -1}, {"loss", 14, 6}, {"gradient", 14, 6}};
    if (specs.size() > 1)
        columns.insert(columns.begin(), {"gamma", 7, -1});
    if (options.ratio)
        columns.push_back({"ratio", 14, 4});
    if (options.spec.kind == loss::LossKind::Ohem)
        columns.push_back({"kept", 6});
    printTable(context, options.csv, columns, rows);
    return 0;
}

/// What each loss makes of few hard positives and many easy negatives, under each divisor.
Result<int> printImbalance(const Options& options, const std::vector<loss::LossSpec>& specs, const Context& context) {
    if (options.imbalance.size() != 4)
        return fail(ErrorCode::Usage, "--imbalance needs four numbers.", {}, 0,
                    "Add --imbalance 10,3,10000,0.1: positives, their mean cross-entropy, negatives, theirs.");
    for (const double value : options.imbalance)
        if (!std::isfinite(value) || value < 0)
            return fail(ErrorCode::Usage, "--imbalance cannot hold " + formatShortest(value) + ".", {}, 0, "Give numbers of 0 or more.");
    const loss::Examples examples =
        loss::examplesOfMeans(options.imbalance[0], options.imbalance[1], options.imbalance[2], options.imbalance[3]);
    std::vector<Json> rows;
    for (loss::LossSpec spec : specs)
        for (const loss::Normalise normalise : {loss::Normalise::Sum, loss::Normalise::Elements, loss::Normalise::Positives}) {
            spec.normalise = normalise;
            const loss::SideSums sums = loss::sideSums(spec, examples);
            rows.push_back({{"normalise", loss::normaliseName(normalise)},
                            {"positives", sums.positives},
                            {"negatives", sums.negatives},
                            {"positive_share", sums.positiveShare()},
                            {"kept_negatives", sums.keptNegatives},
                            {"divisor", sums.divisor}});
            if (specs.size() > 1)
                rows.back()["gamma"] = spec.gamma;
        }
    std::vector<ResultColumn> columns{{"normalise", 12},          {"positives"},      {"negatives"}, {"positive_share", 16},
                                      {"kept_negatives", 16, -1}, {"divisor", 12, -1}};
    if (specs.size() > 1)
        columns.insert(columns.begin(), {"gamma", 7, -1});
    printTable(context, options.csv, columns, rows);
    return 0;
}

Result<int> run(Options options, Context& context) {
    const auto kind = loss::lossKindFromName(options.kind);
    if (!kind)
        return asUsage(kind.error());
    options.spec.kind = *kind;
    if (options.modulator != "standard" && options.modulator != "geometric")
        return fail(ErrorCode::Usage, "There is no modulator called \"" + options.modulator + "\".", {}, 0,
                    "Choose standard or geometric.");
    options.spec.modulator = options.modulator == "geometric" ? loss::Modulator::Geometric : loss::Modulator::Standard;
    std::vector<loss::LossSpec> specs;
    for (const double gamma : options.gammas) {
        options.spec.gamma = gamma;
        if (const auto good = loss::checkLossSpec(options.spec); !good)
            return asUsage(good.error());
        specs.push_back(options.spec);
    }
    if (!options.imbalance.empty())
        return printImbalance(options, specs, context); // its own numbers are the counts
    const auto pair = weightsOf(options);
    if (!pair)
        return failAs(pair);
    if (options.run.run.empty() && (options.run.byEpoch || options.run.epoch))
        return fail(ErrorCode::Usage, "--epoch and --by-epoch ask something of a run, but there is none.", {}, 0, "Add --run RUN.");
    if (options.run.run.empty())
        return printPoints(options, specs, *pair, context);
    if (options.spec.kind != loss::LossKind::ClassBalanced)
        options.run.classId = options.classIndex ? std::optional(static_cast<int>(*options.classIndex)) : std::nullopt;
    return options.run.byEpoch ? printRunEpochs(options.run, options.csv, context)
                               : printRunBars(options.run, specs, *pair, options.csv, context);
}

const Verb kLosses{
    "losses", "Print a loss and its gradient at chosen points, or where a run's predictions lie and what they make of it",
    [](CLI::App& app) -> Action {
        auto options = std::make_shared<Options>();
        std::string names;
        for (const std::string& name : loss::lossNames())
            names += (names.empty() ? "" : ", ") + name;
        app.add_option("--loss", options->kind, names)->required();
        app.add_option("--gamma", options->gammas,
                       "Focusing of focal, class-balanced and qfocal; several print one after the other: 0,0.5,1,2,5")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->capture_default_str();
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
        app.add_option("--class", options->classIndex,
                       "Of class-balanced with --counts: the class, from 0; with --run: only predictions of this class");
        app.add_option("--class-count", options->classCount, "Of class-balanced: objects of the class, for its raw weight");
        app.add_option("--ohem-ratio", options->spec.ohemRatio, "Of ohem: negatives kept for each positive")
            ->capture_default_str();
        app.add_option("--target", options->targets, "What the output should be, 0..1; one, or one a point")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->capture_default_str();
        app.add_option("--label-smoothing", options->labelSmoothing, "Moves targets by half of it towards one another, 0..1")
            ->check(fraction())
            ->capture_default_str();
        const auto points = [&app](const char* name, std::vector<double>& values, const char* help) {
            app.add_option(name, values, help)->delimiter(',')->allow_extra_args(false);
        };
        points("--logit", options->logits, "Logits x, the network's output: --logit=-2,0,2");
        points("--p", options->probabilities, "Probabilities p instead: --p 0.1,0.5");
        points("--signed-logit", options->signedLogits, "Logits of the truth instead: x for a target of one half or more, else -x");
        points("--pt", options->truthProbabilities, "Probabilities of the truth instead: p for a target of one half or more, else 1 - p");
        app.add_option("--imbalance", options->imbalance,
                       "Instead of points: positives, their mean cross-entropy, negatives, theirs (10,3,10000,0.1); prints what the loss "
                       "makes of both sides")
            ->delimiter(',')
            ->allow_extra_args(false);
        app.add_flag("--ratio", options->ratio, "Adds how many times the loss of the last point each one's is");
        app.add_option("--run", options->run.run,
                       "A run folder, instead of points: how many of its predictions on val lie in each bar of p of the truth, and the "
                       "bar's share of BCE, of this loss and of the one it was trained with");
        app.add_option("--epoch", options->run.epoch, "With --run: after this epoch (left out: the last)");
        app.add_option("--term", options->run.term, "With --run: objectness or class")->capture_default_str();
        app.add_flag("--by-epoch", options->run.byEpoch,
                     "With --run: for each record the cells that crossed p 0.5 since the one before, and AP by class");
        app.add_flag("--csv", options->csv, "Comma-separated values with all digits");
        return [options](Context& context) { return run(*options, context); };
    }};

} // namespace
} // namespace intersect::app
