// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/base/result.h"
#include "core/model/graph.h"
#include "core/weights/named_arrays.h"

// Internal to core/nn and core/train: it parses torch headers. Include it in .cpp files only.
namespace intersect::nn {

/// A detector: a graph of operations (core/model) and its tensors under their public names (`model.0.conv.weight` …), float32 on the CPU
/// until `moveTo` is called. Moving it moves the tensors; `clone` copies them. One thread at a time.
class Network {
public:
    /// A network with random weights of a description. The same seed gives the same weights. Convolutions start uniform in +-1/sqrt(fan-in), head
    /// biases for about 8 objects in a 640 px picture; batch norm as YOLOv5 leaves it (running variance 0.9, one batch seen); implicit layers normal
    /// around 0 and 1 with deviation 0.02. Source: YOLOv5 7.0 `initialize_biases`, YOLOv7 `ImplicitA`, `ImplicitM`; torch's default initialisation.
    static Result<Network> build(const model::ModelCfg& cfg, std::vector<std::string> classNames, std::uint64_t seed, model::Form form = {});
    /// The same by the name of a known model (yolov5n …) or the path of a model file (.yaml).
    static Result<Network> build(const std::string& model, std::vector<std::string> classNames, std::uint64_t seed);
    /// The network of a checkpoint: model::identify says which, and refuses what is foreign.
    static Result<Network> fromArrays(const weights::ArrayFile& file);

    struct Transfer {
        int loaded = 0; ///< tensors taken over
        int total = 0;  ///< tensors this network has, counters included
    };
    /// Takes over every tensor of the same name and shape (343 of 349 when 80 classes become 4).
    Transfer loadMatching(const weights::ArrayFile& file);

    /// [b,3,h,w] RGB 0..1, h and w multiples of the largest stride -> per level [b,anchors,ny,nx,5+nc]: x y w h objectness classes, before the sigmoid.
    std::vector<at::Tensor> forward(const at::Tensor& images);
    /// Top-level modules whose output is known already, so that `forward` need not compute them.
    struct Ready {
        std::vector<bool> modules;                    ///< by module: not computed
        std::vector<std::pair<int, at::Tensor>> outputs; ///< module and its output [b,c,h,w], of each one that others read
    };
    std::vector<at::Tensor> forward(const at::Tensor& images, const Ready& ready);
    /// Levels of `forward` -> [b, n, 5+nc]: boxes cx cy w h in input pixels, objectness and classes 0..1; rows by level, anchor, y, x.
    at::Tensor decode(const std::vector<at::Tensor>& raw) const;

    /// Training: batch statistics, running ones updated (momentum 0.03); else running statistics. eps 1e-3. A new network is not training.
    void setTraining(bool on) { m_training = on; }
    bool isTraining() const { return m_training; }
    /// Operations (by index) whose batch norms use and keep their running statistics in training too; empty: none.
    void setStillNorms(std::vector<bool> operations) { m_stillNorms = std::move(operations); }

    /// The tensors themselves (not copies), in the order of the public named_parameters(). None requires a gradient until the caller says so.
    std::vector<std::pair<std::string, at::Tensor>> parameters() const;
    /// running_mean, running_var, num_batches_tracked of every batch norm, and the anchors.
    std::vector<std::pair<std::string, at::Tensor>> buffers() const;
    /// Parameters and buffers in the order of the public state_dict().
    std::vector<std::pair<std::string, at::Tensor>> state() const;

    const model::Graph& graph() const { return m_graph; }
    /// Values by graph().levels [b,anchors*(5+nc),ny,nx] as forward gives them, without a copy.
    std::vector<at::Tensor> levelsOf(const std::vector<at::Tensor>& values) const;
    /// The tensor of graph().tensors[index].
    const at::Tensor& tensor(int index) const { return m_tensors[static_cast<std::size_t>(index)]; }
    int moduleCount() const { return static_cast<int>(m_graph.modules.size()); } ///< top-level modules: 25
    const std::string& name() const { return m_graph.name(); }                   ///< "yolov5n"
    const std::vector<std::string>& classNames() const { return m_classes; }
    const std::vector<int>& strides() const { return m_graph.strides; }
    const at::Tensor& anchorsInCells() const { return tensor(m_graph.anchors); } ///< [levels, anchors, 2] width and height in cells of the level

    /// All tensors, floats as `floatType` (F16 or F32), with metadata network, names (JSON list), strides, anchors (pixels), of a network that is none of
    /// the known ones its description (yaml), plus the given. What it gives is enough for `fromArrays` and `Detector::load`.
    weights::ArrayFile toArrays(weights::DType floatType, std::map<std::string, std::string> metadata) const;

    Network clone() const; ///< deep copy, on the same device
    /// Puts all tensors on that device; those that are there already stay the same tensors.
    void moveTo(at::Device device);
    at::Device device() const { return anchorsInCells().device(); }
    /// Deep copy for running only, in the form model::kFolded: batch norm and implicit layers folded into the convolutions, RepConv merged into one,
    /// channels-last weights, on the same device; its anchors are on the CPU, where they are read.
    Network folded() const;

private:
    Network(model::Graph graph, std::vector<std::string> classes);

    model::Graph m_graph;
    std::vector<at::Tensor> m_tensors; ///< one for each of m_graph.tensors
    std::vector<std::string> m_classes;
    bool m_training = false;
    std::vector<bool> m_stillNorms;
};

} // namespace intersect::nn
