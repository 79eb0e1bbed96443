// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

namespace intersect {

/// Width and height in pixels.
struct Size {
    int width = 0;
    int height = 0;
    bool operator==(const Size&) const = default;
};

/// A box by its corners, in pixels of the image it belongs to; x to the right, y down; float32 as the references use.
struct BoxXyxy {
    float x1 = 0, y1 = 0, x2 = 0, y2 = 0;
    bool operator==(const BoxXyxy&) const = default;
    float width() const { return x2 - x1; }
    float height() const { return y2 - y1; }
    float area() const { return width() * height(); }
};

/// A box by centre and size as fractions of image width and height (0..1), as YOLO's label files hold it.
struct BoxCxcywhn {
    double cx = 0, cy = 0, w = 0, h = 0;
    bool operator==(const BoxCxcywhn&) const = default;
};

/// From fractions to pixel corners of an image of that size (each corner is computed in double, then rounded to float).
inline BoxXyxy toXyxy(const BoxCxcywhn& box, Size image) {
    return {static_cast<float>((box.cx - box.w / 2) * image.width), static_cast<float>((box.cy - box.h / 2) * image.height),
            static_cast<float>((box.cx + box.w / 2) * image.width), static_cast<float>((box.cy + box.h / 2) * image.height)};
}

/// From pixel corners to fractions of an image of that size (both sides > 0).
inline BoxCxcywhn toCxcywhn(const BoxXyxy& box, Size image) {
    return {(static_cast<double>(box.x1) + box.x2) / 2 / image.width, (static_cast<double>(box.y1) + box.y2) / 2 / image.height,
            (static_cast<double>(box.x2) - box.x1) / image.width, (static_cast<double>(box.y2) - box.y1) / image.height};
}

/// Intersection over union in 0..1; float32; `epsilon` is added to the union (YOLOv5 metrics: 1e-7, COCO: 0). 0 when nothing overlaps.
inline float iou(const BoxXyxy& a, const BoxXyxy& b, float epsilon = 0.0F) {
    const float w = std::min(a.x2, b.x2) - std::max(a.x1, b.x1);
    const float h = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
    if (w <= 0 || h <= 0)
        return 0.0F;
    const float intersection = w * h;
    return intersection / (a.area() + b.area() - intersection + epsilon);
}

} // namespace intersect
