// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/nn/kernels/fused_conv.h"
#include "core/nn/network.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// A network made ready for running only: what Network::forward computes in evaluation, faster. Everything is folded,
/// activations are part of their convolutions, and the pictures of a batch are dealt to the threads, so that threads do
/// not wait for each other after every operation (on a busy machine that waiting is what costs most). Not for several
/// threads at once.
class FastForward {
public:
    /// On a GPU pictures of a batch stay together, and the levels come back to the CPU's memory.
    explicit FastForward(const Network& network, bool bfloat16 = false, at::Device device = at::kCPU);

    /// Called with the levels of some pictures of the batch, as Network::forward gives them, and the number of the
    /// first of these pictures.
    using Use = std::function<void(std::size_t first, const std::vector<at::Tensor>& levels)>;
    /// Runs a batch [b,3,h,w], RGB 0..1, float, channels-last, h and w multiples of the largest stride, and hands every
    /// picture to `use` once. `use` is called from up to `threads` threads at a time, in no order. What it or LibTorch
    /// throws is thrown on when all threads have ended.
    void run(const at::Tensor& images, int threads, const Use& use);
    /// The whole batch at once: per level [b,anchors,ny,nx,5+nc], in the network's precision.
    std::vector<at::Tensor> forward(const at::Tensor& images, int threads);
    /// The outputs [b,c,h,w] of these top-level modules, channels-last, in the network's precision; computes only what they need.
    std::vector<at::Tensor> outputsOf(const std::vector<int>& modules, const at::Tensor& images, int threads);

    const Network& network() const { return m_network; } ///< folded

private:
    void prepare(std::int64_t pictures, std::int64_t height, std::int64_t width);
    /// What is wanted of a run: values, and which operations they need (empty: all).
    struct Wanted {
        std::vector<int> values;
        std::vector<bool> operations;
    };
    Wanted wanted(const std::vector<int>& modules) const;
    void deal(const at::Tensor& images, int threads, const Wanted& wanted, const Use& use);
    std::vector<at::Tensor> runTogether(const at::Tensor& images, const Wanted& wanted) const;
    std::vector<at::Tensor> gathered(const at::Tensor& images, int threads, const Wanted& wanted, const std::function<at::Tensor(const at::Tensor&)>& each);

    Network m_network;
    std::vector<FusedConv> m_convs; ///< in the order of the graph's convolutions
    std::vector<int> m_convOfOp;    ///< index in m_convs, -1: another operation
    at::ScalarType m_type;
    at::Device m_device;
    std::array<std::int64_t, 2> m_preparedFor = {}; ///< height and width
};

} // namespace intersect::nn
