// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/raw_levels.h"

#include "core/nn/candidates.h"

namespace intersect::nn {

std::vector<at::Tensor> rawLevels(const std::vector<at::Tensor>& raw) {
    std::vector<at::Tensor> levels;
    for (const at::Tensor& level : raw)
        levels.push_back(level.permute({0, 2, 3, 1, 4}).to(at::kFloat).contiguous());
    return levels;
}

std::vector<detect::Detection> candidatesOf(const Network& network, const std::vector<at::Tensor>& levels, std::size_t picture, float confidence,
                                            bool multiLabel) {
    const model::Graph& graph = network.graph();
    std::vector<detect::Detection> found;
    std::vector<float> anchors(static_cast<std::size_t>(2 * graph.anchorsPerLevel));
    const float* cells = network.anchorsInCells().const_data_ptr<float>();
    for (std::size_t level = 0; level < levels.size(); ++level) {
        for (float& side : anchors)
            side = *cells++ * static_cast<float>(graph.strides[level]);
        const at::Tensor& values = levels[level];
        const std::int64_t perPicture = values.numel() / values.size(0);
        const LevelView view{values.const_data_ptr<float>() + static_cast<std::int64_t>(picture) * perPicture,
                             static_cast<int>(values.size(1)),
                             static_cast<int>(values.size(2)),
                             graph.anchorsPerLevel,
                             graph.classes,
                             graph.strides[level],
                             anchors.data()};
        appendCandidates(view, confidence, multiLabel && graph.classes > 1, found);
    }
    return found;
}

} // namespace intersect::nn
