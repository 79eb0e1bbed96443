// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/eval/evaluation.h"
#include "core/train/training_data.h"

// YOLOv5's use of class weights: pictures with rare and badly found classes are shown more often (--image-weights). Source: YOLOv5 7.0
// `labels_to_class_weights`, `labels_to_image_weights` (`utils/general.py`) and `train.py`. Any thread; pure.
namespace intersect::train {

/// 1/n_c, a class without objects counting as one, divided by the sum over all classes. `counts`: objects of each class.
std::vector<double> samplingClassWeights(std::span<const double> counts);

/// One weight a picture: the sum over its objects of w_c (1 - ap_c)^2. Only their ratios matter. `classAp`: one a class, 0..1.
std::vector<double> imageWeights(std::span<const Sample> samples, std::span<const double> classAp);

/// AP@0.5:0.95 of each of `classes` classes; those without objects in the evaluation take the mean.
std::vector<double> classApOf(const eval::Evaluation& evaluation, std::size_t classes);

} // namespace intersect::train
