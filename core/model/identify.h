// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/graph.h"
#include "core/weights/named_arrays.h"

namespace intersect::model {

/// Finds the network whose tensors a checkpoint holds: by the description inside it (metadata `yaml`), else by its name (metadata `network`), else among
/// the known models; then every tensor of that network must be there in its shape. What does not fit is refused naming module or layer. Values are not read.
Result<Graph> identify(const weights::ArrayFile& file);

/// The class names of a checkpoint (metadata `names`), or class0, class1 … where it has none that fit.
std::vector<std::string> classNamesOf(const weights::ArrayFile& file, int count);

/// What `inspect` prints.
struct LayerInfo {
    std::string name, type;
    std::int64_t parameters = 0;
    std::int64_t flops = 0; ///< at 640 x 640 pixels
    int stride = 0;         ///< input pixels a cell of its output
    std::vector<std::int64_t> shape; ///< output at 640 x 640: channels, rows, columns
};
struct NetworkInfo {
    std::string network;
    std::int64_t parameters = 0;
    std::int64_t flops = 0; ///< at 640 x 640 pixels, multiply-add = 2
    std::vector<std::string> classes;
    std::vector<int> strides;
    std::vector<std::vector<double>> anchors; ///< a level: w0,h0,w1,h1 … in input pixels
    std::string precision;                    ///< of the file's weights: fp16, fp32
    Form form;
    std::vector<LayerInfo> layers;
};

/// The table of a checkpoint's network. Any thread.
NetworkInfo describe(const Graph& graph, const weights::ArrayFile& file);

} // namespace intersect::model
