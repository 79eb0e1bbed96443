// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/model_cfg.h"

// A network as one flat list of simple operations on values: whoever runs, trains, counts or exports it walks that list.
namespace intersect::model {

enum class TensorRole { Weight, Bias, NormWeight, NormBias, RunningMean, RunningVar, BatchesTracked, Implicit, Anchors, AnchorGrid };

/// One tensor of the network under its public state-dict name.
struct TensorSpec {
    std::string name; ///< "model.2.cv1.conv.weight"
    std::vector<std::int64_t> shape;
    TensorRole role = TensorRole::Weight;
    int module = 0; ///< top-level module it belongs to

    std::int64_t elements() const;
    bool isParameter() const; ///< learned: weights, biases, implicit values
};

enum class ActivationKind { None, SiLU, LeakyReLU, ReLU };
struct Activation {
    ActivationKind kind = ActivationKind::None;
    double slope = 0; ///< LeakyReLU: factor of negative values
};

enum class OpKind {
    Conv,          ///< convolution (dilation 1), then batch norm if `norm`, then activation
    BatchNorm,     ///< batch norm alone
    ChannelAdd,    ///< adds an implicit value [1,c,1,1]
    ChannelScale,  ///< multiplies by an implicit value [1,c,1,1]
    MaxPool,       ///< padding counts as minus infinity
    Upsample,      ///< nearest, by 2
    Concat,        ///< along channels
    Add            ///< of two or three values, then activation
};

/// One operation. Indices of tensors are into Graph::tensors, -1 where there is none.
struct Op {
    OpKind kind = OpKind::Conv;
    std::vector<int> inputs; ///< values
    int output = 0;          ///< value
    int module = 0;          ///< top-level module
    std::string unit;        ///< name of the block it is part of: "model.2.cv1"; operations that fold into one convolution share it
    int kernel = 1, stride = 1, padding = 0, groups = 1; ///< Conv, MaxPool
    int weight = -1, bias = -1;                          ///< Conv
    int norm = -1; ///< Conv, BatchNorm: first of weight, bias, running_mean, running_var, num_batches_tracked, in this order
    int implicit = -1;
    Activation activation;
};

/// What flows between operations. Value 0 is the picture: 3 channels, stride 1.
struct Value {
    int channels = 3;
    int stride = 1;   ///< input pixels a cell
    int lastUse = -1; ///< the operation after which it is needed no more; levels of the head: one past the last operation
};

/// A top-level module, `model.<i>`.
struct ModuleSpec {
    std::string type;      ///< Conv, C3, SPPF, Upsample, Concat, Detect …
    std::vector<int> from; ///< modules it reads; -1: the picture
    int output = 0;        ///< its value (Detect: of its first level)
};

/// Which of its public forms a network is in.
struct Form {
    bool normFolded = false;    ///< batch norm folded into the convolutions: conv.weight and conv.bias, as YOLOv5's fuse() leaves it
    bool repConvMerged = false; ///< RepConv as one convolution (rbr_reparam), as YOLOv7 deploys it
    bool implicit = true;       ///< the head has implicit layers (ia, im) where its description says IDetect
    bool operator==(const Form&) const = default;
};
/// The form that runs fastest: everything folded.
constexpr Form kFolded{true, true, false};

struct Graph {
    ModelCfg cfg; ///< what it was made from
    int classes = 0;
    Form form;
    std::vector<TensorSpec> tensors; ///< in the order of the public state_dict(); parameters among them in that of named_parameters()
    std::vector<Value> values;
    std::vector<Op> ops;             ///< each after those it reads
    std::vector<ModuleSpec> modules;
    int backbone = 0; ///< top-level modules that `--freeze backbone` means

    // The head: one value of anchorsPerLevel * (5 + classes) channels a level, before the sigmoid.
    std::vector<int> levels;
    std::vector<int> strides; ///< input pixels a cell, by level
    int anchorsPerLevel = 0;
    std::vector<std::vector<double>> anchorsPx; ///< as described; a checkpoint's own are in its tensors
    int anchors = -1; ///< tensor [levels, anchorsPerLevel, 2], in cells

    const std::string& name() const { return cfg.name; }
    std::int64_t parameters() const;             ///< learned values
    std::int64_t parametersOf(int module) const; ///< of one top-level module
    /// Multiply-adds of a convolution counted as two, for one picture of `width` x `height` pixels; other operations are not counted.
    std::int64_t flops(int width, int height) const;
    std::int64_t flopsOf(int module, int width, int height) const;
    int largestStride() const;
};

/// Lowers a description for that many classes: rows to modules, modules to operations. Module types: Conv, C3, Bottleneck, SPP, SPPF, SPPCSPC, RepConv,
/// MP, SP, nn.MaxPool2d, nn.Upsample, Concat, Detect, IDetect. A row it cannot lower is an error naming file, row and cause. Any thread; under 1 ms.
/// Source: the public descriptions of YOLOv5 6.0-7.0 and YOLOv7 (channels rounded up to multiples of 8, repeats to at least 1).
Result<Graph> makeGraph(const ModelCfg& cfg, int classes, Form form = {});

} // namespace intersect::model
