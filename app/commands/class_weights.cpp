// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/numbers.h"
#include "core/loss/class_weights.h"

namespace intersect::app {
namespace {

struct Options {
    std::vector<double> counts;
    std::string rule;
    double beta = 0.999;
};

Result<int> run(const Options& options, Context& context) {
    const auto rule = loss::classWeightRuleFromName(options.rule);
    if (!rule)
        return fail(ErrorCode::Usage, rule.error().message, {}, 0, rule.error().advice);
    for (const double count : options.counts)
        if (!std::isfinite(count) || count < 0)
            return fail(ErrorCode::Usage, "A class cannot have " + formatShortest(count) + " objects.", {}, 0,
                        "Give counts of 0 or more: --counts 7000,1500.");
    if (!(options.beta >= 0 && options.beta <= 1))
        return fail(ErrorCode::Usage, "A beta of " + formatShortest(options.beta) + " is not in 0..1.");
    const std::vector<double> weights = loss::classWeights(*rule, options.counts, options.beta);
    if (context.json) {
        printJson(Json(weights));
        return 0;
    }
    printLine(fmt::format("{:>8}{:>14}{:>16}", "class", "count", "weight"));
    for (std::size_t i = 0; i < weights.size(); ++i)
        printLine(fmt::format("{:>8}{:>14}{:>16}", i, formatShortest(options.counts[i]), formatFixed(weights[i], 6)));
    return 0;
}

const Verb kClassWeights{
    "class-weights", "Print the class weights that follow from counts", [](CLI::App& app) -> Action {
        auto options = std::make_shared<Options>();
        app.add_option("--counts", options->counts, "Objects of each class: --counts 7000,1500")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->required();
        app.add_option("--rule", options->rule, "none, inverse, sum-to-one or class-balanced")->required();
        app.add_option("--beta", options->beta, "Of class-balanced: 0 makes all equal, near 1 inverse frequency")
            ->capture_default_str();
        return [options](Context& context) { return run(*options, context); };
    }};

} // namespace
} // namespace intersect::app
