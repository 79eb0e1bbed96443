// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/model/graph.h"

namespace intersect::model {

/// Why a row cannot be lowered; caught in makeGraph.
struct LoweringFault {
    std::string what;
};

/// Adds values, tensors and operations of one module at a time to a graph. Tensors are declared in the order of the public state dict, operations
/// in the order they run: a block declares its convolutions first and applies them then.
class GraphBuilder {
public:
    explicit GraphBuilder(Graph& graph) : m_graph(graph) {}

    void beginModule(int index) { m_module = index; }

    /// A convolution with batch norm and activation whose tensors are declared, ready to be applied.
    struct Unit {
        Op op;
        int in = 0, out = 0;
    };
    /// Conv of YOLOv5 and YOLOv7: `<name>.conv.weight`, `<name>.bn.…`.
    Unit declareConv(const std::string& name, int in, int out, int kernel, int stride, int padding, int groups, Activation activation);
    int apply(const Unit& unit, int input);
    /// Declares and applies.
    int conv(const std::string& name, int input, int out, int kernel, int stride, int padding, int groups, Activation activation);

    /// RepConv of YOLOv7: a 3x3 convolution, a 1x1 one and, where in and out are alike, the input itself, each with batch norm, summed; or what they merge into.
    int repConv(const std::string& name, int input, int out, int stride, Activation activation);
    /// The convolution of one level of the head, with YOLOv7's implicit layers around it where the graph's form has them.
    void head(const std::string& name, const std::vector<int>& inputs, int anchorsPerLevel, bool anchorGrid);

    int maxPool(int input, int kernel, int stride, int padding);
    int upsample(int input);
    int concat(const std::vector<int>& inputs);
    int add(const std::vector<int>& inputs, const std::string& unit, Activation activation);

    int channels(int value) const { return m_graph.values[static_cast<std::size_t>(value)].channels; }
    int stride(int value) const { return m_graph.values[static_cast<std::size_t>(value)].stride; }

private:
    int value(int channels, int stride);
    int tensor(std::string name, std::vector<std::int64_t> shape, TensorRole role);
    int norm(const std::string& name, int channels);
    Op convOp(const std::string& unit, int kernel, int stride, int padding, int groups, Activation activation);
    int push(Op op, int channels, int stride);

    Graph& m_graph;
    int m_module = 0;
};

} // namespace intersect::model
