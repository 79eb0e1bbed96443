// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/data/dataset.h"

namespace intersect::tests {

/// Boxes as people draw them and as machines do: whole pixels, fractions, slivers, the whole picture, some that reach a little beyond it.
inline std::vector<data::Label> randomLabels(std::uint64_t seed, Size image, int count, int classes) {
    RandomStream random({seed});
    std::vector<data::Label> labels;
    for (int i = 0; i < count; ++i) {
        data::Label label;
        label.classId = static_cast<int>(random.below(static_cast<std::uint64_t>(classes)));
        label.box = {random.uniform(), random.uniform(), random.uniform(1e-4, 1), random.uniform(1e-4, 1)};
        if (random.chance(0.3) && image.width * image.height > 10'000) { // on whole pixels; a small picture has too few for each box to be another
            const auto snap = [&](double value, int side) { return std::round(value * side) / side; };
            label.box = {snap(label.box.cx, image.width), snap(label.box.cy, image.height), std::max(1.0, std::round(label.box.w * image.width)) / image.width,
                         std::max(1.0, std::round(label.box.h * image.height)) / image.height};
        }
        labels.push_back(label);
    }
    labels.push_back({0, {0.5, 0.5, 1, 1}, 0});
    labels.push_back({0, {0.512345, 0.498765, 0.101234, 0.203456}, 0});
    return labels;
}

/// The largest difference of two boxes in one of their four numbers.
inline double boxDistance(const BoxCxcywhn& a, const BoxCxcywhn& b) {
    return std::max({std::abs(a.cx - b.cx), std::abs(a.cy - b.cy), std::abs(a.w - b.w), std::abs(a.h - b.h)});
}

/// "code:line code:line", for comparing.
inline std::string findingCodes(const std::vector<data::Finding>& findings) {
    std::string text;
    for (const data::Finding& finding : findings)
        text += (text.empty() ? "" : " ") + finding.code + ":" + std::to_string(finding.line);
    return text;
}

} // namespace intersect::tests
