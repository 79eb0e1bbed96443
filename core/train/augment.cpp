// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/augment.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "core/image/letterbox.h"
#include "core/train/straight_warp.h"

namespace intersect::train {

namespace {

const cv::Scalar kBorder(kBorderGrey, kBorderGrey, kBorderGrey);

WarpSpec drawWarp(const runs::HyperParameters& hyp, RandomStream& random) {
    WarpSpec spec;
    spec.perspectiveX = random.uniform(-hyp.perspective, hyp.perspective);
    spec.perspectiveY = random.uniform(-hyp.perspective, hyp.perspective);
    spec.angleDegrees = random.uniform(-hyp.degrees, hyp.degrees);
    spec.scale = random.uniform(1 - hyp.scale, 1 + hyp.scale);
    spec.shearXDegrees = random.uniform(-hyp.shear, hyp.shear);
    spec.shearYDegrees = random.uniform(-hyp.shear, hyp.shear);
    spec.translateX = random.uniform(0.5 - hyp.translate, 0.5 + hyp.translate);
    spec.translateY = random.uniform(0.5 - hyp.translate, 0.5 + hyp.translate);
    return spec;
}

} // namespace

PixelBox clipped(PixelBox box, Size size) {
    box.x1 = std::clamp(box.x1, 0.0, static_cast<double>(size.width));
    box.x2 = std::clamp(box.x2, 0.0, static_cast<double>(size.width));
    box.y1 = std::clamp(box.y1, 0.0, static_cast<double>(size.height));
    box.y2 = std::clamp(box.y2, 0.0, static_cast<double>(size.height));
    return box;
}

cv::Matx33d warpMatrix(const WarpSpec& spec, Size input, Size output) {
    const double radians = std::numbers::pi / 180;
    const cv::Matx33d centre(1, 0, -input.width / 2.0, 0, 1, -input.height / 2.0, 0, 0, 1);
    const cv::Matx33d perspective(1, 0, 0, 0, 1, 0, spec.perspectiveX, spec.perspectiveY, 1);
    const double along = spec.scale * std::cos(spec.angleDegrees * radians);
    const double across = spec.scale * std::sin(spec.angleDegrees * radians);
    const cv::Matx33d rotation(along, across, 0, -across, along, 0, 0, 0, 1);
    const cv::Matx33d shear(1, std::tan(spec.shearXDegrees * radians), 0, std::tan(spec.shearYDegrees * radians), 1, 0,
                            0, 0, 1);
    const cv::Matx33d translation(1, 0, spec.translateX * output.width, 0, 1, spec.translateY * output.height, 0, 0, 1);
    return translation * shear * rotation * perspective * centre;
}

cv::Mat warpPicture(const cv::Mat& bgr, const cv::Matx33d& matrix, Size output) {
    cv::Mat out;
    const cv::Size size(output.width, output.height);
    if (matrix(2, 0) != 0 || matrix(2, 1) != 0) {
        cv::warpPerspective(bgr, out, matrix, size, cv::INTER_LINEAR, cv::BORDER_CONSTANT, kBorder);
    } else if (matrix(0, 1) == 0 && matrix(1, 0) == 0 && matrix(0, 0) > 0 && matrix(1, 1) > 0) {
        out.create(size, CV_8UC3);
        warpStraight({bgr.data, bgr.cols, bgr.rows, bgr.step}, matrix(0, 0), matrix(0, 2), matrix(1, 1), matrix(1, 2), kBorderGrey, size.width, size.height, out.data);
    } else {
        cv::warpAffine(bgr, out, matrix.get_minor<2, 3>(0, 0), size, cv::INTER_LINEAR, cv::BORDER_CONSTANT, kBorder);
    }
    return out;
}

PixelBox warpBox(const PixelBox& box, const cv::Matx33d& matrix, Size output) {
    const std::array<cv::Point2d, 4> corners{
        cv::Point2d{box.x1, box.y1}, {box.x2, box.y2}, {box.x1, box.y2}, {box.x2, box.y1}};
    PixelBox moved{box.classId, 1e300, 1e300, -1e300, -1e300};
    for (const cv::Point2d& corner : corners) {
        const cv::Vec3d at = matrix * cv::Vec3d(corner.x, corner.y, 1);
        moved.x1 = std::min(moved.x1, at[0] / at[2]);
        moved.x2 = std::max(moved.x2, at[0] / at[2]);
        moved.y1 = std::min(moved.y1, at[1] / at[2]);
        moved.y2 = std::max(moved.y2, at[1] / at[2]);
    }
    return clipped(moved, output);
}

bool worthKeeping(const PixelBox& before, const PixelBox& after, double scale) {
    constexpr double kTiny = 1e-16;
    const double w = after.x2 - after.x1;
    const double h = after.y2 - after.y1;
    const double areaBefore = (before.x2 - before.x1) * scale * (before.y2 - before.y1) * scale;
    const double ratio = std::max(w / (h + kTiny), h / (w + kTiny));
    return w > 2 && h > 2 && w * h / (areaBefore + kTiny) > 0.1 && ratio < 100;
}

LabelledPicture randomPerspective(const LabelledPicture& from, Size output, const runs::HyperParameters& hyp, RandomStream& random) {
    const WarpSpec spec = drawWarp(hyp, random);
    const cv::Matx33d matrix = warpMatrix(spec, {from.bgr.cols, from.bgr.rows}, output);
    LabelledPicture to;
    to.bgr = warpPicture(from.bgr, matrix, output);
    for (const PixelBox& box : from.boxes)
        if (const PixelBox moved = warpBox(box, matrix, output); worthKeeping(box, moved, spec.scale))
            to.boxes.push_back(moved);
    return to;
}

LabelledPicture makeSingle(const LabelledPicture& picture, Size output, const runs::HyperParameters& hyp,
                           RandomStream& random) {
    const auto transform = image::letterboxTransform({picture.bgr.cols, picture.bgr.rows}, output);
    LabelledPicture boxed;
    boxed.bgr = image::letterbox(picture.bgr, transform);
    for (PixelBox box : picture.boxes) {
        box.x1 = box.x1 * transform.ratioX + transform.padX;
        box.x2 = box.x2 * transform.ratioX + transform.padX;
        box.y1 = box.y1 * transform.ratioY + transform.padY;
        box.y2 = box.y2 * transform.ratioY + transform.padY;
        boxed.boxes.push_back(box);
    }
    return randomPerspective(boxed, output, hyp, random);
}

bool changesPictures(const runs::HyperParameters& hyp) {
    for (const double amount : {hyp.hsvH, hyp.hsvS, hyp.hsvV, hyp.degrees, hyp.translate, hyp.scale, hyp.shear, hyp.perspective, hyp.flipud, hyp.fliplr, hyp.mosaic})
        if (amount > 0)
            return true;
    return false;
}

Finish drawFinish(const runs::HyperParameters& hyp, RandomStream& random) {
    const double hue = 1 + random.uniform(-1, 1) * hyp.hsvH;
    const double saturation = 1 + random.uniform(-1, 1) * hyp.hsvS;
    const double value = 1 + random.uniform(-1, 1) * hyp.hsvV;
    Finish finish;
    finish.colours = hyp.hsvH > 0 || hyp.hsvS > 0 || hyp.hsvV > 0;
    finish.tables = hsvTables(hue, saturation, value);
    finish.upsideDown = random.chance(hyp.flipud);
    finish.mirrored = random.chance(hyp.fliplr);
    return finish;
}

void finishInto(LabelledPicture& picture, const Finish& finish, std::uint8_t* rgb) {
    const cv::Mat& bgr = picture.bgr;
    const auto columns = static_cast<std::size_t>(bgr.cols);
    for (int y = 0; y < bgr.rows; ++y) {
        const std::uint8_t* from = bgr.ptr<std::uint8_t>(finish.upsideDown ? bgr.rows - 1 - y : y);
        std::uint8_t* to = rgb + static_cast<std::size_t>(y) * columns * 3;
        if (finish.colours)
            changeColours(from, columns, finish.tables, finish.mirrored, to);
        else
            swapToRgb(from, columns, finish.mirrored, to);
    }
    for (PixelBox& box : picture.boxes) {
        if (finish.upsideDown)
            box = {box.classId, box.x1, bgr.rows - box.y2, box.x2, bgr.rows - box.y1};
        if (finish.mirrored)
            box = {box.classId, bgr.cols - box.x2, box.y1, bgr.cols - box.x1, box.y2};
    }
}

} // namespace intersect::train
