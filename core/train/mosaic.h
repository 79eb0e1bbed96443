// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <vector>

#include "core/base/geometry.h"
#include "core/base/random.h"
#include "core/runs/train_config.h"
#include "core/train/augment.h"

// What is made of several pictures: mosaics of four and nine, pasted objects, mixtures. As YOLOv5 7.0 (`utils/dataloaders.py`,
// `utils/augmentations.py`). Any thread.
namespace intersect::train {

/// Where a picture goes in a mosaic: `crop` of the picture to `place` of the canvas, both empty where nothing of it is seen; a point p of it
/// lies at p + (padX, padY).
struct MosaicTile {
    cv::Rect place, crop;
    int padX = 0, padY = 0;
};

/// Top left, top right, bottom left, bottom right around `centre` of a canvas of 2 imgSize squared.
std::array<MosaicTile, 4> mosaicLayout(const std::array<Size, 4>& pictures, cv::Point centre, int imgSize);

/// The first picture in the middle of a field of 3 imgSize squared, the others around it from the top one clockwise, later ones over earlier
/// ones; of that field the canvas of 2 imgSize squared with its corner at `window` (0..imgSize each) is seen.
std::array<MosaicTile, 9> mosaicLayoutOfNine(const std::array<Size, 9>& pictures, cv::Point window, int imgSize);

/// Four or nine pictures around a random place, objects pasted by `copy_paste`, then a random perspective back to imgSize squared.
LabelledPicture makeMosaic(std::span<const LabelledPicture> pictures, int imgSize, const runs::HyperParameters& hyp, RandomStream& random);

/// Pastes a share of the objects, drawn without repetition, at their place in the mirrored picture, where they cover less than 30 % of every
/// other object. Labels have boxes only, so the whole box is pasted with what it shows around the object; YOLOv5 pastes along its outline.
void pasteMirrored(LabelledPicture& picture, double share, RandomStream& random);

/// A draw from Beta(b, b) for a whole b >= 1: the middle one of 2b - 1 uniform draws.
double drawBeta(int b, RandomStream& random);

/// `share` of the first picture and 1 - share of the second (same size), with the objects of both; into the first. Levels are cut to integers.
void mixInto(LabelledPicture& first, const LabelledPicture& second, double share);

} // namespace intersect::train
