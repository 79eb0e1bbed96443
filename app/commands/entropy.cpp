// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <memory>
#include <numbers>
#include <vector>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/numbers.h"
#include "core/loss/information.h"

namespace intersect::app {
namespace {

struct Options {
    std::vector<double> p, q;
};

Result<void> check(const Options& options) {
    for (const auto& [values, name] : {std::pair{&options.p, "--p"}, std::pair{&options.q, "--q"}}) {
        if (values == &options.q && values->empty())
            continue;
        if (const auto good = loss::checkDistribution(*values, name); !good)
            return fail(ErrorCode::Usage, good.error().message, {}, 0, good.error().advice);
    }
    if (!options.q.empty() && options.q.size() != options.p.size())
        return fail(ErrorCode::Usage, fmt::format("--p has {} values and --q {}.", options.p.size(), options.q.size()),
                    {}, 0, "Both must speak of the same outcomes.");
    return {};
}

Result<int> run(const Options& options, Context& context) {
    if (const auto good = check(options); !good)
        return failAs(good);
    const auto& [p, q] = options;
    std::vector<std::pair<const char*, double>> rows{{"entropy_p", loss::entropy(p)}};
    if (!q.empty()) {
        rows.emplace_back("entropy_q", loss::entropy(q));
        rows.emplace_back("cross_entropy", loss::crossEntropy(p, q));
        rows.emplace_back("kl", loss::kullbackLeibler(p, q));
        rows.emplace_back("kl_reverse", loss::kullbackLeibler(q, p));
        rows.emplace_back("js", loss::jensenShannon(p, q));
    }
    if (context.json) {
        Json document = Json::object();
        for (const char* name : {"entropy_p", "entropy_q", "cross_entropy", "kl", "kl_reverse", "js"})
            document[name] = nullptr;
        for (const auto& [name, nats] : rows)
            document[name] = numberOrNull(nats);
        printJson(document);
        return 0;
    }
    const auto text = [](double value) { return std::isfinite(value) ? formatFixed(value, 6) : std::string("infinite"); };
    printLine(fmt::format("{:<16}{:>12}{:>12}", "", "nats", "bits"));
    for (const auto& [name, nats] : rows)
        printLine(fmt::format("{:<16}{:>12}{:>12}", name, text(nats), text(nats / std::numbers::ln2)));
    return 0;
}

const Verb kEntropy{
    "entropy", "Print entropy, cross entropy and divergences of distributions", [](CLI::App& app) -> Action {
        auto options = std::make_shared<Options>();
        app.add_option("--p", options->p, "Probabilities: --p 0.5,0.5")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->required();
        app.add_option("--q", options->q, "Probabilities to compare with")->delimiter(',')->allow_extra_args(false);
        return [options](Context& context) { return run(*options, context); };
    }};

} // namespace
} // namespace intersect::app
