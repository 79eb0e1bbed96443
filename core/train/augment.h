// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "core/base/geometry.h"
#include "core/base/random.h"
#include "core/runs/train_config.h"
#include "core/train/colour.h"

// The augmentations of YOLOv5 7.0 (`utils/augmentations.py`, `utils/dataloaders.py`), each as a pure function of its
// numbers, so that what the random draws decide and what is done with them can be tested apart. Pictures are CV_8UC3
// BGR. Any thread.
namespace intersect::train {

/// Colour of everything that is no picture.
constexpr int kBorderGrey = 114;

/// A true object in pixels of the picture being made; double, since boxes go through several moves.
struct PixelBox {
    int classId = 0;
    double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
};

/// The numbers of one random perspective, as drawn.
struct WarpSpec {
    double perspectiveX = 0, perspectiveY = 0;
    double angleDegrees = 0, scale = 1;
    double shearXDegrees = 0, shearYDegrees = 0;
    double translateX = 0.5, translateY = 0.5; ///< fractions of the output
};
/// M = T S R P C: centre to the origin, perspective, rotation with scale, shear, translation. Input to output pixels.
cv::Matx33d warpMatrix(const WarpSpec& spec, Size input, Size output);
/// Draws the warped picture, border grey.
cv::Mat warpPicture(const cv::Mat& bgr, const cv::Matx33d& matrix, Size output);
/// The axis-parallel hull of the box's four moved corners, clipped to the output.
PixelBox warpBox(const PixelBox& box, const cv::Matx33d& matrix, Size output);
/// Whether a moved box is still worth learning: sides above 2 px, more than a tenth of its area left, no needle.
bool worthKeeping(const PixelBox& before, const PixelBox& after, double scale);

/// A picture with its objects, sized so that its long side is the network's.
struct LabelledPicture {
    cv::Mat bgr;
    std::vector<PixelBox> boxes;
};
/// The box, cut to a picture of that size.
PixelBox clipped(PixelBox box, Size size);
/// Draws a random perspective and moves the picture with its objects by it; what is hardly left of an object goes.
LabelledPicture randomPerspective(const LabelledPicture& from, Size output, const runs::HyperParameters& hyp, RandomStream& random);
/// One picture centred on `output`, then a random perspective.
LabelledPicture makeSingle(const LabelledPicture& picture, Size output, const runs::HyperParameters& hyp,
                           RandomStream& random);
/// Whether any augmentation has a chance: if not, a sample is the same picture in every epoch.
bool changesPictures(const runs::HyperParameters& hyp);
/// The last that happens to a picture, as drawn: colours and flips.
struct Finish {
    bool colours = false;
    HsvTables tables;
    bool upsideDown = false, mirrored = false;
};
Finish drawFinish(const runs::HyperParameters& hyp, RandomStream& random);
/// Writes the picture so, RGB interleaved, to `rgb` (rows * cols * 3 bytes), and flips its boxes.
void finishInto(LabelledPicture& picture, const Finish& finish, std::uint8_t* rgb);

} // namespace intersect::train
