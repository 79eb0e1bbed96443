// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

// The parts YOLOv5 is made of, as plain structs of tensors. Internal to core/nn: parses torch headers.
namespace intersect::nn {

constexpr double kBatchNormEps = 1e-3;
constexpr double kBatchNormMomentum = 0.03;

/// Convolution, batch norm, SiLU; folded: convolution with bias, SiLU.
struct ConvUnit {
    std::string name; ///< "model.2.cv1"
    int stride = 1, padding = 0;
    at::Tensor weight; ///< [out, in, k, k]
    at::Tensor bnWeight, bnBias, runningMean, runningVar, batchesTracked;
    at::Tensor bias; ///< only when folded; then the five above are empty

    at::Tensor forward(const at::Tensor& x, bool training) const;
    /// Takes batch norm into the convolution: w * g / sqrt(var + eps), b = beta - mean * g / sqrt(var + eps).
    void fold();
};

enum class LayerType { Conv, C3, Sppf, Upsample, Concat, Detect };
const char* layerTypeName(LayerType type);

/// One top-level module.
struct Layer {
    LayerType type = LayerType::Conv;
    std::vector<int> from; ///< indices of the layers it reads; -1: the one before
    bool shortcut = false; ///< C3: bottlenecks add their input
    std::vector<ConvUnit> units; ///< Conv: itself; C3: cv1, cv2, cv3, then cv1, cv2 of each bottleneck; SPPF: cv1, cv2
};

at::Tensor forwardC3(const Layer& layer, const at::Tensor& x, bool training);
at::Tensor forwardSppf(const Layer& layer, const at::Tensor& x, bool training);

/// One row of the layer table: what it reads, how often it repeats at depth 1, its type and its output channels at width 1.
struct LayerRow {
    std::vector<int> from;
    int repeats;
    LayerType type;
    int channels; ///< 0 where it follows from the input
    int kernel, stride;
    bool shortcut;
};

/// Sizes of the family: multiples of depth and width.
struct ModelSize {
    const char* name;
    double depth, width;
};

const std::vector<LayerRow>& yolov5Rows(); ///< release 6 and 7, P5
const std::array<ModelSize, 5>& yolov5Sizes();

/// Anchors in input pixels, level by level: w0,h0,w1,h1,w2,h2. Source: YOLOv5's COCO anchors.
constexpr std::array<std::array<float, 6>, 3> kAnchorsPx = {{{10, 13, 16, 30, 33, 23}, {30, 61, 62, 45, 59, 119}, {116, 90, 156, 198, 373, 326}}};
constexpr std::array<int, 3> kStrides = {8, 16, 32};

} // namespace intersect::nn
