// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/layers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/silu.h>

namespace intersect::nn {

at::Tensor ConvUnit::forward(const at::Tensor& x, bool training) const {
    if (bias.defined()) {
        at::Tensor y = at::conv2d(x, weight, bias, stride, padding);
        return at::silu_(y);
    }
    const at::Tensor y = at::conv2d(x, weight, {}, stride, padding);
    if (training)
        batchesTracked.add_(1);
    return at::silu(at::batch_norm(y, bnWeight, bnBias, runningMean, runningVar, training, kBatchNormMomentum, kBatchNormEps, false));
}

void ConvUnit::fold() {
    const at::Tensor scale = bnWeight * at::rsqrt(runningVar + kBatchNormEps);
    bias = bnBias - runningMean * scale;
    weight = weight * scale.reshape({-1, 1, 1, 1});
    bnWeight = bnBias = runningMean = runningVar = batchesTracked = at::Tensor();
}

const char* layerTypeName(LayerType type) {
    switch (type) {
    case LayerType::Conv: return "Conv";
    case LayerType::C3: return "C3";
    case LayerType::Sppf: return "SPPF";
    case LayerType::Upsample: return "Upsample";
    case LayerType::Concat: return "Concat";
    case LayerType::Detect: return "Detect";
    }
    return "";
}

at::Tensor forwardC3(const Layer& layer, const at::Tensor& x, bool training) {
    at::Tensor deep = layer.units[0].forward(x, training);
    for (std::size_t i = 3; i + 1 < layer.units.size(); i += 2) {
        const at::Tensor y = layer.units[i + 1].forward(layer.units[i].forward(deep, training), training);
        deep = layer.shortcut ? deep + y : y;
    }
    return layer.units[2].forward(at::cat({deep, layer.units[1].forward(x, training)}, 1), training);
}

at::Tensor forwardSppf(const Layer& layer, const at::Tensor& x, bool training) {
    const at::Tensor a = layer.units[0].forward(x, training);
    const at::Tensor b = at::max_pool2d(a, 5, 1, 2);
    const at::Tensor c = at::max_pool2d(b, 5, 1, 2);
    return layer.units[1].forward(at::cat({a, b, c, at::max_pool2d(c, 5, 1, 2)}, 1), training);
}

const std::vector<LayerRow>& yolov5Rows() {
    using enum LayerType;
    static const std::vector<LayerRow> kRows = {
        {{-1}, 1, Conv, 64, 6, 2, false},    // 0, stride 2
        {{-1}, 1, Conv, 128, 3, 2, false},   // 1, stride 4
        {{-1}, 3, C3, 128, 1, 1, true},      // 2
        {{-1}, 1, Conv, 256, 3, 2, false},   // 3, stride 8
        {{-1}, 6, C3, 256, 1, 1, true},      // 4
        {{-1}, 1, Conv, 512, 3, 2, false},   // 5, stride 16
        {{-1}, 9, C3, 512, 1, 1, true},      // 6
        {{-1}, 1, Conv, 1024, 3, 2, false},  // 7, stride 32
        {{-1}, 3, C3, 1024, 1, 1, true},     // 8
        {{-1}, 1, Sppf, 1024, 5, 1, false},  // 9, the backbone ends
        {{-1}, 1, Conv, 512, 1, 1, false},   // 10
        {{-1}, 1, Upsample, 0, 1, 1, false}, // 11
        {{-1, 6}, 1, Concat, 0, 1, 1, false},
        {{-1}, 3, C3, 512, 1, 1, false},     // 13
        {{-1}, 1, Conv, 256, 1, 1, false},   // 14
        {{-1}, 1, Upsample, 0, 1, 1, false}, // 15
        {{-1, 4}, 1, Concat, 0, 1, 1, false},
        {{-1}, 3, C3, 256, 1, 1, false},   // 17, level P3
        {{-1}, 1, Conv, 256, 3, 2, false}, // 18
        {{-1, 14}, 1, Concat, 0, 1, 1, false},
        {{-1}, 3, C3, 512, 1, 1, false},   // 20, level P4
        {{-1}, 1, Conv, 512, 3, 2, false}, // 21
        {{-1, 10}, 1, Concat, 0, 1, 1, false},
        {{-1}, 3, C3, 1024, 1, 1, false}, // 23, level P5
        {{17, 20, 23}, 1, Detect, 0, 1, 1, false},
    };
    return kRows;
}

const std::array<ModelSize, 5>& yolov5Sizes() {
    static const std::array<ModelSize, 5> kSizes = {
        {{"yolov5n", 1.0 / 3, 0.25}, {"yolov5s", 1.0 / 3, 0.50}, {"yolov5m", 2.0 / 3, 0.75}, {"yolov5l", 1.0, 1.0}, {"yolov5x", 4.0 / 3, 1.25}}};
    return kSizes;
}

} // namespace intersect::nn
