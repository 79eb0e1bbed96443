// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/loss_report.h"

#include <algorithm>

#include <ATen/ATen.h>

#include "core/loss/named_forms.h"

namespace intersect::train {

namespace {

/// Sum of the |derivatives| of the output's columns from `first` on.
double slopes(const std::vector<at::Tensor>& gradients, std::int64_t first, std::int64_t columns) {
    double sum = 0;
    for (const at::Tensor& level : gradients)
        sum += level.narrow(4, first, columns).abs().sum(at::kDouble).item<double>();
    return sum;
}

double quotient(double a, double b) {
    return b > 0 ? a / b : 1;
}

} // namespace

loss::LossSizes measuredSizes(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets, const DetectionLossSpec& spec,
                              const DetectionLossValue& value) {
    DetectionLossSpec plain = spec;
    plain.element = loss::LossSpec{};
    plain.classWeights.clear();
    const DetectionLossValue bce = detectionLoss(raw, targets, plain, true);
    const std::int64_t classes = raw.front().size(4) - 5;
    loss::LossSizes sizes;
    sizes.objectness = {quotient(value.obj, bce.obj), quotient(slopes(value.gradients, 4, 1), slopes(bce.gradients, 4, 1))};
    sizes.cls = {quotient(value.cls, bce.cls), quotient(slopes(value.gradients, 5, classes), slopes(bce.gradients, 5, classes))};
    return sizes;
}

std::string lossSizeReport(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets, const DetectionLossSpec& spec,
                           const DetectionLossValue& value, const runs::HyperParameters& hyp) {
    std::string text = "Trains with " + loss::describeLoss(spec.element);
    if (spec.element.terms == loss::LossTerms::Objectness)
        text += " on objectness, BCE on classes";
    if (spec.element.terms == loss::LossTerms::Class)
        text += " on classes, BCE on objectness";
    if (std::any_of(spec.classWeights.begin(), spec.classWeights.end(), [](double weight) { return weight != 1; }))
        text += ", classes weighted";
    text += ".";
    const loss::LossSizes sizes = measuredSizes(raw, targets, spec, value);
    const std::string objectness = loss::sizeSentence("objectness", sizes.objectness, "obj", hyp.obj, " on the first batch");
    const std::string cls = loss::sizeSentence("class", sizes.cls, "cls", hyp.cls, " on the first batch");
    if (objectness.empty() && cls.empty())
        return {};
    for (const std::string& sentence : {objectness, cls})
        text += sentence.empty() ? "" : " " + sentence;
    return text;
}

} // namespace intersect::train
