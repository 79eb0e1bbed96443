// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/result.h"
#include "core/weights/named_arrays.h"

// Internal to core/nn and core/train: it parses torch headers. Include it in .cpp files only.
namespace intersect::nn {

/// A YOLOv5 detector (releases 6 and 7, levels P3 to P5) as a list of layers with the public names of their tensors
/// (`model.0.conv.weight` … `model.24.m.2.bias`). Tensors are float32 on the CPU. One thread at a time.
class Network {
public:
    /// A network with random weights: `model` is yolov5n, yolov5s, yolov5m, yolov5l or yolov5x. The same seed gives the same weights.
    /// Convolutions start uniform in +-1/sqrt(fan-in), head biases for about 8 objects in a 640 px picture; batch norm as YOLOv5 leaves it
    /// (running variance 0.9, one batch seen). Source: YOLOv5 7.0 `initialize_biases`; torch's default initialisation.
    static Result<Network> build(const std::string& model, std::vector<std::string> classNames, std::uint64_t seed);
    /// The network of a checkpoint; size and class count from names and shapes, class names from the metadata (`names`, JSON).
    /// A network that is not a YOLOv5 of this kind is refused, naming what is foreign in it.
    static Result<Network> fromArrays(const weights::ArrayFile& file);

    Network(Network&&) noexcept;
    Network& operator=(Network&&) noexcept;
    ~Network();

    struct Transfer {
        int loaded = 0; ///< tensors taken over
        int total = 0;  ///< tensors this network has, counters included
    };
    /// Takes over every tensor of the same name and shape (343 of 349 when 80 classes become 4).
    Transfer loadMatching(const weights::ArrayFile& file);

    /// [b,3,h,w] RGB 0..1, h and w multiples of 32 -> per level (strides 8, 16, 32) [b,3,ny,nx,5+nc]: x y w h objectness classes, before the sigmoid.
    std::vector<at::Tensor> forward(const at::Tensor& images);
    /// Levels of `forward` -> [b, n, 5+nc]: boxes cx cy w h in input pixels, objectness and classes 0..1; rows by level, anchor, y, x.
    at::Tensor decode(const std::vector<at::Tensor>& raw) const;

    /// Training: batch statistics, running ones updated (momentum 0.03); else running statistics. eps 1e-3. A new network is not training.
    void setTraining(bool on);
    bool isTraining() const;

    /// The tensors themselves (not copies), in the order of YOLOv5's named_parameters(). None requires a gradient until the caller says so.
    std::vector<std::pair<std::string, at::Tensor>> parameters() const;
    /// running_mean, running_var, num_batches_tracked of every batch norm, and model.24.anchors.
    std::vector<std::pair<std::string, at::Tensor>> buffers() const;
    /// Parameters and buffers in the order of YOLOv5's state_dict().
    std::vector<std::pair<std::string, at::Tensor>> state() const;

    int moduleCount() const; ///< top-level modules: 25
    /// Type of top-level module i: Conv, C3, SPPF, Upsample, Concat, Detect.
    std::string moduleType(int i) const;
    std::string name() const; ///< "yolov5n"
    const std::vector<std::string>& classNames() const;
    std::vector<int> strides() const;    ///< 8, 16, 32
    at::Tensor anchorsInCells() const;   ///< [3 levels, 3, 2] width and height in cells of the level

    /// All tensors, floats as `floatType` (F16 or F32), with metadata network, names (JSON list), strides, anchors (pixels) plus the given.
    /// What it gives is enough for `fromArrays` and `Detector::load`.
    weights::ArrayFile toArrays(weights::DType floatType, std::map<std::string, std::string> metadata) const;

    Network clone() const; ///< deep copy
    /// Deep copy for running only: batch norm folded into the convolutions, channels-last weights; `bfloat16`: weights in bf16.
    Network folded(bool bfloat16 = false) const;

    struct Impl; ///< layers and tensors; seen only by network.cpp

private:
    explicit Network(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace intersect::nn
