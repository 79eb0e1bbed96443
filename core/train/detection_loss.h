// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/loss/losses.h"
#include "core/train/schedule.h"
#include "core/train/targets.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// What the loss is made of besides the network's output.
struct DetectionLossSpec {
    loss::LossSpec element; ///< for objectness and classes, or as its `terms` says
    LossGains gains;
    double objPositiveWeight = 1, clsPositiveWeight = 1; ///< obj_pw, cls_pw; multiplied with the element loss's own
    double labelSmoothing = 0;
    /// Objects of each class in the train list, for balanced and class-balanced; empty: the class term goes unweighted.
    std::vector<double> classCounts;
    std::vector<double> classWeights; ///< multiply the columns of the class term; empty: 1 each
    float anchorT = 4;
    bool dealByCost = false; ///< assignTargets' cells are candidates that assignByCost deals out (YOLOv7's OTA)
    at::Tensor anchorsInCells; ///< [levels, anchors, 2], best on the CPU, where they are read in every batch
};

/// The three parts, gains applied, as YOLOv5 prints them, and what training needs.
struct DetectionLossValue {
    double box = 0, obj = 0, cls = 0;
    /// (box + obj + cls) times the images of the batch: what is minimised.
    double total = 0;
    /// Of `total` with respect to each level of the output; empty unless asked for.
    std::vector<at::Tensor> gradients;
};

/// What the loss was made of in one level of one batch, without gradients; `cells` are [b,anchors,ny,nx].
struct ElementsSeen {
    at::Tensor objectness;     ///< logits, cells
    at::Tensor owners;         ///< int32, cells, on the CPU: class of the object a cell has, -1 for none
    at::Tensor objectnessTarget; ///< cells
    at::Tensor objectnessLoss; ///< what each cell adds to DetectionLossValue::obj
    double objectnessWeight = 0; ///< of a cell in the mean over all cells of a level, times the balance of the level
    at::Tensor classes;        ///< logits [n, classes] of the assigned rows; undefined without a class term
    at::Tensor trueClasses;    ///< int64 [n]
    at::Tensor classLoss;      ///< what each entry adds to DetectionLossValue::cls
    loss::SmoothTargets classTargets;
    double classWeight = 0; ///< of an entry in the mean over all entries
};
using ElementObserver = std::function<void(const ElementsSeen&)>;

/// Objects are given to cells by assignTargets, with `dealByCost` by assignByCost. Box: mean of 1 - CIoU a level. Objectness: element loss against the (detached) CIoU of the cell's box, weighted 4,
/// 1, 0.4 by level (4, 1, 0.25, 0.06 with four levels); for balanced and class-balanced the positives are the assigned
/// cells of all levels of the batch, the negatives all other cells. Class: element loss over all classes of the assigned
/// rows, only with more than one class; balanced takes balancedAlphas and class-balanced the class weights of
/// `classCounts`, by column, `classWeights` and the lists of the spec too. Each level is reduced by reduceElements. `raw`:
/// per level [b,anchors,ny,nx,5+nc] before the sigmoid, on any device. The gradient is taken with respect to the gathered values only and
/// then put in place, which saves two dense passes over the output. `observer` is shown each level. Source: YOLOv5 7.0 `ComputeLoss`, `bbox_iou`; CIoU:
/// Zheng et al. 2020. One thread at a time.
DetectionLossValue detectionLoss(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets,
                                 const DetectionLossSpec& spec, bool withGradients, const ElementObserver& observer = {});

} // namespace intersect::train
