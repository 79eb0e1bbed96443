// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/element_reduction.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include <ATen/ATen.h>

#include "core/loss/hard_examples.h"

namespace intersect::train {

namespace {

/// The flat losses that mining keeps.
at::Tensor hardest(const at::Tensor& losses, const at::Tensor& membership, double ratio) {
    const at::Tensor values = losses.detach().cpu().contiguous();
    const at::Tensor positive = membership.gt(0.5).cpu().contiguous();
    const auto count = static_cast<std::size_t>(values.numel());
    const std::span<const float> numbers(values.data_ptr<float>(), count);
    const std::span<const std::uint8_t> flags(reinterpret_cast<const std::uint8_t*>(positive.data_ptr<bool>()), count);
    const std::vector<std::int64_t> kept = loss::hardExamples(numbers, flags, ratio);
    return losses.reshape({-1}).index_select(0, at::tensor(kept, at::kLong).to(losses.device()));
}

} // namespace

at::Tensor reduceElements(const loss::LossSpec& spec, const at::Tensor& losses, const at::Tensor& membership,
                          std::int64_t positives) {
    const at::Tensor counted =
        spec.kind == loss::LossKind::Ohem ? hardest(losses, membership, spec.ohemRatio) : losses;
    switch (spec.normalise) {
    case loss::Normalise::Elements:
        return counted.mean();
    case loss::Normalise::Positives:
        return counted.sum() / static_cast<double>(std::max<std::int64_t>(1, positives));
    case loss::Normalise::Sum:
        break;
    }
    return counted.sum();
}

} // namespace intersect::train
