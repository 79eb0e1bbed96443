// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/norm_silu.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <type_traits>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/nn/kernels/norm_silu_rows.h"

namespace intersect::nn {
namespace {

using rows::Rows;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// A channels-last value as rows, one a pixel.
template <class T>
Rows<T> rowsOf(const at::Tensor& x) {
    const auto channels = static_cast<std::size_t>(x.size(1));
    return {static_cast<T*>(x.data_ptr()), static_cast<std::size_t>(x.numel()) / channels, channels};
}

template <class T>
Rows<T> part(const Rows<T>& all, std::size_t first, std::size_t count) {
    return {all.values + first * all.channels, count, all.channels};
}

/// Rows a thread takes at a time; fixed, so that sums do not depend on the number of threads.
std::size_t shareOf(std::size_t channels) {
    constexpr std::size_t kValues = 1U << 16;
    return std::max<std::size_t>(1, kValues / channels);
}

/// Calls use(first row, rows, index of the share) for all shares, on LibTorch's threads.
template <class T, class Use>
void overShares(const Rows<T>& all, const Use& use) {
    const std::size_t share = shareOf(all.channels), shares = (all.count + share - 1) / share;
    at::parallel_for(0, static_cast<std::int64_t>(shares), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
            use(i * share, std::min(share, all.count - i * share), i);
    });
}

/// Two sums a channel over all shares, each share's own first: use(first row, rows, sums, other sums).
template <class T, class Use>
std::pair<std::vector<double>, std::vector<double>> summed(const Rows<T>& all, const Use& use) {
    const std::size_t share = shareOf(all.channels), shares = (all.count + share - 1) / share, channels = all.channels;
    std::vector<double> each(shares * 2 * channels);
    overShares(all, [&](std::size_t first, std::size_t count, std::size_t i) {
        double* own = each.data() + i * 2 * channels;
        use(first, count, own, own + channels);
    });
    std::pair<std::vector<double>, std::vector<double>> sums{std::vector<double>(channels), std::vector<double>(channels)};
    for (const double* own = each.data(); own != each.data() + each.size(); own += 2 * channels)
        for (std::size_t c = 0; c < channels; ++c) {
            sums.first[c] += own[c];
            sums.second[c] += own[channels + c];
        }
    return sums;
}

/// z = scale x + offset with these, given mean and 1 / sqrt(var + eps).
struct Line {
    std::vector<float> scale, offset;
    Line(const float* weight, const float* bias, const double* mean, const double* inverse, std::size_t channels) : scale(channels), offset(channels) {
        for (std::size_t c = 0; c < channels; ++c) {
            scale[c] = static_cast<float>(weight[c] * inverse[c]);
            offset[c] = static_cast<float>(bias[c] - mean[c] * weight[c] * inverse[c]);
        }
    }
};

float asFloat(float value) {
    return value;
}
float asFloat(rows::Bf16 value) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16);
}

class NormSilu : public torch::autograd::Function<NormSilu> {
public:
    static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, const at::Tensor& runningMean,
                              const at::Tensor& runningVar, double momentum, double eps) {
        const NormTensors norm{weight, bias, runningMean, runningVar};
        return x.scalar_type() == at::kFloat ? run<float>(context, x, norm, momentum, eps) : run<rows::Bf16>(context, x, norm, momentum, eps);
    }
    static variable_list backward(AutogradContext* context, const variable_list& gradients) {
        const variable_list saved = context->get_saved_variables();
        return saved[0].scalar_type() == at::kFloat ? back<float>(saved, gradients[0]) : back<rows::Bf16>(saved, gradients[0]);
    }

private:
    template <class T>
    static at::Tensor run(AutogradContext* context, const at::Tensor& x, const NormTensors& norm, double momentum, double eps) {
        const Rows<const T> in = rowsOf<const T>(x);
        const auto count = static_cast<double>(in.count);
        std::vector<float> shift(in.channels); // the first row: near the mean, so that squares do not cancel
        std::transform(in.values, in.values + in.channels, shift.begin(), [](T value) { return asFloat(value); });
        const auto [sums, squares] = summed(in, [&](std::size_t first, std::size_t rowCount, double* sum, double* square) {
            rows::statistics(part(in, first, rowCount), shift.data(), sum, square);
        });
        // What the way back needs: mean and 1 / sqrt(var + eps), in double.
        const at::Tensor kept = at::empty({2, x.size(1)}, at::kDouble);
        double* mean = kept.data_ptr<double>();
        double* inverse = mean + in.channels;
        float* movingMean = norm.runningMean.data_ptr<float>();
        float* movingVar = norm.runningVar.data_ptr<float>();
        const double unbiased = in.count > 1 ? count / (count - 1) : 1.0;
        for (std::size_t c = 0; c < in.channels; ++c) {
            const double shifted = sums[c] / count;
            const double variance = std::max(0.0, squares[c] / count - shifted * shifted);
            mean[c] = shifted + static_cast<double>(shift[c]);
            inverse[c] = 1.0 / std::sqrt(variance + eps);
            movingMean[c] = static_cast<float>((1 - momentum) * static_cast<double>(movingMean[c]) + momentum * mean[c]);
            movingVar[c] = static_cast<float>((1 - momentum) * static_cast<double>(movingVar[c]) + momentum * unbiased * variance);
        }
        const Line line(norm.weight.const_data_ptr<float>(), norm.bias.const_data_ptr<float>(), mean, inverse, in.channels);
        at::Tensor y = at::empty_like(x);
        const Rows<T> out = rowsOf<T>(y);
        overShares(in, [&](std::size_t first, std::size_t rowCount, std::size_t) {
            rows::forward<T>(part(in, first, rowCount), part(out, first, rowCount), line.scale.data(), line.offset.data());
        });
        context->save_for_backward({x, norm.weight, norm.bias, kept});
        return y;
    }

    template <class T>
    static variable_list back(const variable_list& saved, const at::Tensor& gradient) {
        const at::Tensor &x = saved[0], &weight = saved[1], &bias = saved[2];
        const at::Tensor g = gradient.to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
        const Rows<const T> in = rowsOf<const T>(x), gradY = rowsOf<const T>(g);
        const double* mean = saved[3].const_data_ptr<double>();
        const double* inverse = mean + in.channels;
        const Line line(weight.const_data_ptr<float>(), bias.const_data_ptr<float>(), mean, inverse, in.channels);
        const std::vector<float> centre(mean, mean + in.channels);
        const auto [sums, products] = summed(in, [&](std::size_t first, std::size_t rowCount, double* sum, double* product) {
            rows::backwardSums(part(in, first, rowCount), part(gradY, first, rowCount), line.scale.data(), line.offset.data(), centre.data(), sum, product);
        });
        at::Tensor gradWeight = at::empty_like(weight), gradBias = at::empty_like(bias), gradX = at::empty_like(x);
        std::vector<float> slope(in.channels), constant(in.channels);
        const auto count = static_cast<double>(in.count);
        for (std::size_t c = 0; c < in.channels; ++c) {
            const double perWeight = products[c] * inverse[c];
            gradWeight.data_ptr<float>()[c] = static_cast<float>(perWeight);
            gradBias.data_ptr<float>()[c] = static_cast<float>(sums[c]);
            // dx = scale (dz - mean of dz - normalised x * mean of dz * normalised x)
            const double scale = static_cast<double>(weight.const_data_ptr<float>()[c]) * inverse[c];
            const double pull = scale * inverse[c] * perWeight / count;
            slope[c] = static_cast<float>(-pull);
            constant[c] = static_cast<float>(pull * mean[c] - scale * sums[c] / count);
        }
        const Rows<T> out = rowsOf<T>(gradX);
        overShares(in, [&](std::size_t first, std::size_t rowCount, std::size_t) {
            rows::backwardInput(part(in, first, rowCount), part(gradY, first, rowCount), part(out, first, rowCount), line.scale.data(), line.offset.data(),
                                slope.data(), constant.data());
        });
        return {gradX, gradWeight, gradBias, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
    }
};

} // namespace

bool normSiluTakes(const at::Tensor& x) {
    return x.is_cpu() && x.dim() == 4 && x.numel() > 0 && x.is_contiguous(at::MemoryFormat::ChannelsLast) &&
           (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

at::Tensor normSilu(const at::Tensor& x, const NormTensors& norm, double momentum, double eps) {
    return NormSilu::apply(x, norm.weight, norm.bias, norm.runningMean, norm.runningVar, momentum, eps);
}

} // namespace intersect::nn
