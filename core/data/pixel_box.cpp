// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/pixel_box.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"

namespace intersect::data {
namespace {

constexpr double kLargest = 1e7;    ///< pixels; no picture is larger
constexpr double kTolerance = 1e-6; ///< fraction of a side: labels of six decimals overshoot by half of that

bool within(double value) {
    return value >= 0 && value <= 1;
}

} // namespace

PixelBox toPixels(const BoxCxcywhn& box, Size image) {
    return {(box.cx - box.w / 2) * image.width, (box.cy - box.h / 2) * image.height, box.w * image.width, box.h * image.height};
}

tl::expected<FractionBox, Finding> toFractions(const PixelBox& box, Size image) {
    const auto fault = [](const char* code, std::string message, std::string advice) {
        return tl::unexpected<Finding>(Finding{code, Severity::Error, {}, 0, std::move(message), std::move(advice)});
    };
    const auto said = [&box] {
        return "x " + formatShortest(box.x) + ", y " + formatShortest(box.y) + ", width " + formatShortest(box.w) + ", height " + formatShortest(box.h);
    };
    for (const double value : {box.x, box.y, box.w, box.h}) {
        if (!std::isfinite(value) || std::abs(value) > kLargest)
            return fault("label-number", "The box has an impossible number: " + said() + ".", "Write pixels of the picture.");
    }
    if (box.w <= 0 || box.h <= 0)
        return fault("label-size", "The box has no area: " + said() + ".", "Remove the box, or draw it again.");
    const double width = image.width, height = image.height;
    FractionBox out{{(box.x + box.w / 2) / width, (box.y + box.h / 2) / height, box.w / width, box.h / height}, {}};
    const double x1 = box.x / width, y1 = box.y / height, x2 = (box.x + box.w) / width, y2 = (box.y + box.h) / height;
    if (std::min(x1, y1) >= -kTolerance && std::max(x2, y2) <= 1 + kTolerance) {
        for (double* value : {&out.box.cx, &out.box.cy, &out.box.w, &out.box.h})
            *value = std::clamp(*value, 0.0, 1.0);
        return out;
    }
    const std::string where = " of " + std::to_string(image.width) + " x " + std::to_string(image.height) + " pixels: " + said();
    const bool holds = within(out.box.cx) && within(out.box.cy) && within(out.box.w) && within(out.box.h);
    if (!holds) {
        const double left = std::clamp(x1, 0.0, 1.0), top = std::clamp(y1, 0.0, 1.0), right = std::clamp(x2, 0.0, 1.0), bottom = std::clamp(y2, 0.0, 1.0);
        if (right <= left || bottom <= top)
            return fault("label-range", "The box lies outside its picture" + where + ".", "Correct the box, or the size of the picture.");
        out.box = {(left + right) / 2, (top + bottom) / 2, right - left, bottom - top};
    }
    out.warning = Finding{"label-outside", Severity::Warning, {}, 0,
                          "The box reaches beyond its picture" + where + (holds ? "." : "; it was clipped."), "Correct the box where that is not meant."};
    return out;
}

double tidied(double value, int decimals) {
    const double scale = std::pow(10.0, decimals);
    const double rounded = std::round(value * scale) / scale;
    return std::isfinite(rounded) && (rounded != 0 || value == 0) ? rounded : value;
}

} // namespace intersect::data
