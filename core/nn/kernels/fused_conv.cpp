// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/fused_conv.h"

#include <array>
#include <exception>
#include <optional>
#include <string_view>

#include <ATen/core/List.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/conv2d.h>

#include "core/nn/activation.h"

namespace intersect::nn {
namespace {

using Scalars = c10::List<std::optional<at::Scalar>>;
// The two operators that LibTorch's own compiler generates calls of. They have no C++ functions, only entries in the
// operator table.
using RunSignature = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef,
                                at::IntArrayRef, at::IntArrayRef, std::int64_t, std::string_view, Scalars,
                                std::optional<std::string_view>);
using PackSignature = at::Tensor(const at::Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, std::int64_t,
                                 at::OptionalIntArrayRef);

struct Operators {
    c10::TypedOperatorHandle<RunSignature> run;
    c10::TypedOperatorHandle<PackSignature> pack;
};

/// Empty where this LibTorch has none, or has others under these names.
const std::optional<Operators>& operators() {
    static const std::optional<Operators> kOperators = []() -> std::optional<Operators> {
        const auto run = c10::Dispatcher::singleton().findSchema({"mkldnn::_convolution_pointwise", ""});
        const auto pack = c10::Dispatcher::singleton().findSchema({"mkldnn::_reorder_convolution_weight", ""});
        if (!run || !pack)
            return std::nullopt;
        try {
            return Operators{run->typed<RunSignature>(), pack->typed<PackSignature>()};
        } catch (const std::exception&) {
            return std::nullopt;
        }
    }();
    return kOperators;
}

/// oneDNN's names.
std::string_view nameOf(model::ActivationKind kind) {
    switch (kind) {
    case model::ActivationKind::None:
        return "none";
    case model::ActivationKind::SiLU:
        return "swish";
    case model::ActivationKind::ReLU:
        return "relu";
    case model::ActivationKind::LeakyReLU:
        return "leaky_relu";
    }
    return "none";
}

constexpr std::array<std::int64_t, 2> kNoDilation = {1, 1};

} // namespace

FusedConv::FusedConv(at::Tensor weight, at::Tensor bias, const model::Op& op)
    : m_weight(std::move(weight)), m_bias(std::move(bias)), m_activation(op.activation), m_kernel(op.kernel),
      m_stride(op.stride), m_padding(op.padding), m_groups(op.groups) {}

bool FusedConv::available() {
    return operators().has_value();
}

void FusedConv::prepare(at::IntArrayRef inputSize) {
    if (!available() || !m_weight.is_cpu())
        return;
    const std::array<std::int64_t, 2> padding = {m_padding, m_padding}, stride = {m_stride, m_stride};
    try {
        m_packed = operators()->pack.call(m_weight, padding, stride, kNoDilation, m_groups, inputSize);
    } catch (const std::exception&) {
        m_packed = at::Tensor(); // a CPU without bf16, for one
    }
}

at::Tensor FusedConv::operator()(const at::Tensor& x) const {
    const std::array<std::int64_t, 2> padding = {m_padding, m_padding}, stride = {m_stride, m_stride};
    if (!m_packed.defined())
        return activatedInPlace(at::conv2d(x, m_weight, m_bias.to(m_weight.scalar_type()), stride, padding, kNoDilation, m_groups), m_activation);
    Scalars scalars;
    if (m_activation.kind == model::ActivationKind::LeakyReLU)
        scalars.push_back(at::Scalar(m_activation.slope));
    return operators()->run.call(x, m_packed, m_bias, padding, stride, kNoDilation, m_groups, nameOf(m_activation.kind),
                                 scalars, "");
}

} // namespace intersect::nn
