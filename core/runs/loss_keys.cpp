// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/loss_keys.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "core/base/numbers.h"

namespace intersect::runs {

namespace {

struct NumberKey {
    const char* name;
    double loss::LossSpec::*value;
};
constexpr NumberKey kNumbers[] = {{"gamma", &loss::LossSpec::gamma},
                                  {"beta", &loss::LossSpec::beta},
                                  {"term_weight", &loss::LossSpec::termWeight},
                                  {"ohem_ratio", &loss::LossSpec::ohemRatio}};
constexpr const char* kOthers[] = {"loss", "alpha", "pos_weight", "modulator", "normalise", "class_weights", "loss_terms", "prior"};

std::optional<double> numberIn(const YAML::Node& node) {
    const auto value = node.IsScalar() ? parseDouble(node.Scalar()) : std::nullopt;
    return value && std::isfinite(*value) ? value : std::nullopt;
}

/// A number for all, or a list with one a class.
bool readNumbers(const YAML::Node& node, std::optional<double>& one, std::vector<double>& list) {
    if (!node.IsSequence()) {
        const auto value = numberIn(node);
        one = value;
        list.clear();
        return value.has_value();
    }
    std::vector<double> read;
    for (const YAML::Node& item : node) {
        const auto value = numberIn(item);
        if (!value)
            return false;
        read.push_back(*value);
    }
    list = std::move(read);
    return !list.empty();
}

std::string numbersText(const std::vector<double>& list, const std::string& one) {
    if (list.empty())
        return one;
    std::string text;
    for (const double value : list)
        text += (text.empty() ? "[" : ", ") + formatShortest(value);
    return text + "]";
}

} // namespace

bool isLossKey(const std::string& key) {
    return std::any_of(std::begin(kNumbers), std::end(kNumbers), [&](const NumberKey& k) { return key == k.name; }) ||
           std::find(std::begin(kOthers), std::end(kOthers), key) != std::end(kOthers);
}

std::string readLossKey(const std::string& key, const YAML::Node& node, TrainConfig& config) {
    loss::LossSpec& spec = config.loss;
    const std::string word = node.IsScalar() ? node.Scalar() : std::string();
    for (const NumberKey& number : kNumbers) {
        if (key != number.name)
            continue;
        const auto value = numberIn(node);
        if (!value)
            return "a number";
        spec.*(number.value) = *value;
        return {};
    }
    if (key == "loss") {
        const auto kind = loss::lossKindFromName(word);
        if (!kind)
            return "bce, balanced, focal, class-balanced, qfocal or ohem";
        spec.kind = *kind;
    } else if (key == "modulator") {
        if (word != "standard" && word != "geometric")
            return "standard or geometric";
        spec.modulator = word == "standard" ? loss::Modulator::Standard : loss::Modulator::Geometric;
    } else if (key == "normalise") {
        const auto normalise = loss::normaliseFromName(word);
        if (!normalise)
            return "elements, positives or sum";
        spec.normalise = *normalise;
    } else if (key == "class_weights") {
        const auto rule = loss::classWeightRuleFromName(word);
        if (!rule)
            return "none, inverse, sum-to-one or class-balanced";
        config.classWeights = *rule;
    } else if (key == "loss_terms") {
        const auto terms = loss::lossTermsFromName(word);
        if (!terms)
            return "both, objectness or class";
        spec.terms = *terms;
    } else if (key == "prior") {
        config.prior = numberIn(node);
        if (!config.prior && word != "none")
            return "none or a probability";
    } else if (key == "alpha") {
        if (word == "none") {
            spec.alpha.reset();
            spec.classAlpha.clear();
        } else if (!readNumbers(node, spec.alpha, spec.classAlpha)) {
            return "none, a number, or a list with one number a class";
        }
    } else {
        std::optional<double> weight = spec.positiveWeight;
        if (!readNumbers(node, weight, spec.classPositiveWeight))
            return "a number, or a list with one number a class";
        spec.positiveWeight = weight.value_or(1);
    }
    return {};
}

std::string formatLossKeys(const TrainConfig& config) {
    const loss::LossSpec& spec = config.loss;
    std::string text;
    const auto line = [&text](const char* key, const std::string& value) {
        text += std::string(key) + ": " + value + "\n";
    };
    line("loss", loss::lossKindName(spec.kind));
    line("alpha", numbersText(spec.classAlpha, spec.alpha ? formatShortest(*spec.alpha) : "none"));
    line("modulator", spec.modulator == loss::Modulator::Standard ? "standard" : "geometric");
    line("pos_weight", numbersText(spec.classPositiveWeight, formatShortest(spec.positiveWeight)));
    for (const NumberKey& number : kNumbers)
        line(number.name, formatShortest(spec.*(number.value)));
    line("normalise", loss::normaliseName(spec.normalise));
    line("class_weights", loss::classWeightRuleName(config.classWeights));
    line("loss_terms", loss::lossTermsName(spec.terms));
    line("prior", config.prior ? formatShortest(*config.prior) : "none");
    return text;
}

} // namespace intersect::runs
