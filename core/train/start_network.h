// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/nn/network.h"
#include "core/runs/train_config.h"
#include "core/train/training_data.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// The network a training starts from, and how much of it came from the weights.
struct StartNetwork {
    nn::Network network;
    std::string said;
};

/// The network of config.weights with these classes, every tensor that fits taken over; without weights a random one of
/// config.model. With config.prior the objectness bias is set, whether it was taken over or not. Weights with folded batch
/// norm are refused.
Result<StartNetwork> startNetwork(const runs::TrainConfig& config, const std::vector<std::string>& names);

/// Sets the objectness bias of every level and anchor so that a cell without evidence starts at the probability `prior`
/// (loss::priorLogit); where YOLOv7 scales the head's output afterwards, the scaled bias is that number. Class biases stay:
/// the class term meets only cells with an object, where no class is as rare as the background.
void setObjectnessPrior(const nn::Network& network, double prior);

/// Says how well the network's anchors fit the boxes of the train list; with config.autoanchor and more boxes than anchors first gives it
/// anchors made of them (clusterAnchors, evolveAnchors for 1000 generations), where those fit better.
void fitAnchors(const runs::TrainConfig& config, const TrainingData& data, StartNetwork& start);

/// Refuses what this network cannot be trained with: parts to freeze as frozenOf does, a size its strides do not divide.
Result<void> checkAgainstNetwork(const runs::TrainConfig& config, const nn::Network& network);

/// Whether objects are dealt by cost (YOLOv7's OTA): as config.hyp.assign says, with `auto` for YOLOv7's networks, which are those of
/// that name and those whose head has implicit layers.
bool dealsByCost(const runs::TrainConfig& config, const nn::Network& network);

/// A sentence on optimiser, schedule and assignment, for the log, with a hint where the rate is one for SGD and the optimiser is not.
std::string recipeSentence(const runs::TrainConfig& config, const nn::Network& network);

/// The same network with its convolution weights in channels-last order, which the CPU's convolutions like best.
nn::Network channelsLast(nn::Network network);

} // namespace intersect::train
