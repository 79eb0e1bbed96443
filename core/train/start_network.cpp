// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/start_network.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/base/numbers.h"
#include "core/loss/named_forms.h"
#include "core/train/anchors.h"
#include "core/train/freezing.h"
#include "core/weights/checkpoint.h"

namespace intersect::train {

namespace {

StartNetwork withPrior(const runs::TrainConfig& config, StartNetwork start) {
    if (config.prior) {
        setObjectnessPrior(start.network, *config.prior);
        start.said += " The objectness bias of its head is set to " + formatFixed(loss::priorLogit(*config.prior), 6) + ", which is a prior of " +
                      formatShortest(*config.prior) + ".";
    }
    return start;
}

} // namespace

Result<StartNetwork> startNetwork(const runs::TrainConfig& config, const std::vector<std::string>& names) {
    if (config.weights.empty()) {
        auto network = nn::Network::build(config.model, names, config.seed);
        if (!network)
            return failAs(network);
        return withPrior(config, {std::move(*network), "Starts from random weights of " + config.model + "."});
    }
    const auto arrays = weights::readWeights(config.weights);
    if (!arrays)
        return failAs(arrays);
    const auto whole = nn::Network::fromArrays(*arrays);
    if (!whole)
        return failAs(whole);
    if (whole->graph().form.normFolded)
        return fail(ErrorCode::BadInput, config.weights.string() + " has its batch norm folded into the convolutions, so it can only run, not learn.",
                    config.weights, 0, "Give the checkpoint of the training (best.pt or last.pt).");
    auto network = nn::Network::build(whole->graph().cfg, names, config.seed, whole->graph().form);
    if (!network)
        return failAs(network);
    const nn::Network::Transfer transfer = network->loadMatching(*arrays);
    return withPrior(config, {std::move(*network), "Starts from " + config.weights.string() + " (" + whole->name() +
                                          "): " + std::to_string(transfer.loaded) + " of " +
                                          std::to_string(transfer.total) + " tensors taken over."});
}

void setObjectnessPrior(const nn::Network& network, double prior) {
    const at::NoGradGuard constant;
    const model::Graph& graph = network.graph();
    const auto logit = static_cast<float>(loss::priorLogit(prior));
    const std::int64_t outputs = 5 + graph.classes;
    for (const int level : graph.levels) {
        // The last convolution of the level, and what its module multiplies the output by.
        const std::string& unit = graph.ops[static_cast<std::size_t>(level) - 1].unit;
        at::Tensor bias, scale;
        for (const model::Op& op : graph.ops) {
            if (op.unit != unit)
                continue;
            if (op.kind == model::OpKind::Conv)
                bias = network.tensor(op.bias);
            else if (op.kind == model::OpKind::ChannelScale)
                scale = network.tensor(op.implicit).reshape({-1});
        }
        for (std::int64_t channel = 4; channel < bias.numel(); channel += outputs)
            bias[channel].fill_(scale.defined() ? logit / scale[channel].item<float>() : logit);
    }
}

void fitAnchors(const runs::TrainConfig& config, const TrainingData& data, StartNetwork& start) {
    constexpr int kGenerations = 1000;
    const at::NoGradGuard constant;
    const model::Graph& graph = start.network.graph();
    const at::Tensor& cells = start.network.anchorsInCells();
    std::vector<BoxSize> anchors;
    for (std::int64_t level = 0; level < cells.size(0); ++level)
        for (std::int64_t i = 0; i < cells.size(1); ++i) {
            const double stride = graph.strides[static_cast<std::size_t>(level)];
            anchors.push_back({cells[level][i][0].item<double>() * stride, cells[level][i][1].item<double>() * stride});
        }
    const std::vector<BoxSize> boxes = boxSizes(data.train, config.imgSize);
    AnchorFit fit = anchorFit(boxes, anchors, config.hyp.anchorT);
    start.said += " " + anchorSentence(fit, config.autoanchor);
    if (!config.autoanchor)
        return;
    std::vector<BoxSize> made = clusterAnchors(boxes, anchors.size(), config.seed);
    if (made.empty()) {
        start.said += " There are too few boxes to make anchors of; they stay.";
        return;
    }
    made = evolveAnchors(boxes, std::move(made), config.hyp.anchorT, kGenerations, config.seed);
    const AnchorFit now = anchorFit(boxes, made, config.hyp.anchorT);
    if (!(now.fitness > fit.fitness)) {
        start.said += " Anchors made of the boxes would not fit better; they stay.";
        return;
    }
    std::string text;
    for (std::size_t i = 0; i < made.size(); ++i) {
        // Small boxes belong to the finest level.
        const auto level = static_cast<std::int64_t>(i / static_cast<std::size_t>(graph.anchorsPerLevel));
        const auto place = static_cast<std::int64_t>(i % static_cast<std::size_t>(graph.anchorsPerLevel));
        for (std::size_t side = 0; side < 2; ++side)
            cells[level][place][static_cast<std::int64_t>(side)].fill_(made[i][side] / graph.strides[static_cast<std::size_t>(level)]);
        text += (i == 0 ? "" : " ") + formatFixed(made[i][0], 1) + "x" + formatFixed(made[i][1], 1);
    }
    for (std::size_t i = 0; i < graph.tensors.size(); ++i)
        if (graph.tensors[i].role == model::TensorRole::AnchorGrid) {
            const at::Tensor& grid = start.network.tensor(static_cast<int>(i));
            const at::Tensor strides = at::tensor(std::vector<double>(graph.strides.begin(), graph.strides.end()), at::kFloat).view({-1, 1, 1});
            grid.copy_((cells * strides).view(grid.sizes()));
        }
    start.said += " New ones are made of the boxes, in pixels: " + text + ". " + anchorSentence(now, true);
}

Result<void> checkAgainstNetwork(const runs::TrainConfig& config, const nn::Network& network) {
    if (const auto frozen = frozenOf(config, network.graph()); !frozen)
        return failAs(frozen);
    if (const int stride = network.graph().largestStride(); config.imgSize % stride != 0)
        return fail(ErrorCode::Usage, "--img-size " + std::to_string(config.imgSize) + " is no multiple of " + std::to_string(stride) + ", the largest stride of " +
                                          network.name() + ".", {}, 0, "Use " + std::to_string((config.imgSize / stride + 1) * stride) + ".");
    return {};
}

bool dealsByCost(const runs::TrainConfig& config, const nn::Network& network) {
    if (config.hyp.assign != "auto")
        return config.hyp.assign == "ota";
    const auto& ops = network.graph().ops;
    return network.name().rfind("yolov7", 0) == 0 || std::any_of(ops.begin(), ops.end(), [](const model::Op& op) { return op.implicit >= 0; });
}

std::string recipeSentence(const runs::TrainConfig& config, const nn::Network& network) {
    constexpr double kLargeForAdam = 0.002;
    std::string text = config.optimizer + ", learning rate from " + formatFixed(config.hyp.lr0, 5) + " to " + formatFixed(config.hyp.lr0 * config.hyp.lrf, 5) +
                       (config.cosLr ? " along a cosine" : " along a line") + (config.recipe == "yolov7" ? ", schedule of YOLOv7" : "") + "; objects get their cells " +
                       (dealsByCost(config, network) ? "by cost (YOLOv7's OTA)." : "by YOLOv5's rule.");
    if (config.optimizer != "SGD" && config.hyp.lr0 > kLargeForAdam)
        text += " That rate suits SGD; " + config.optimizer + " usually takes an lr0 of 0.001.";
    return text;
}

nn::Network channelsLast(nn::Network network) {
    for (const auto& [name, tensor] : network.parameters())
        if (tensor.dim() == 4)
            tensor.set_data(tensor.contiguous(at::MemoryFormat::ChannelsLast));
    return network;
}

} // namespace intersect::train
