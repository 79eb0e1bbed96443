// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/candidates.h"

#include <cmath>
#include <cstddef>
#include <limits>

namespace intersect::nn {
namespace {

float sigmoid(float x) {
    return 1.0F / (1.0F + std::exp(-x));
}

/// A logit surely below the one where the sigmoid passes `probability`, so that most cells are dropped without an exponential.
float logitBelow(float probability) {
    if (probability <= 0)
        return -std::numeric_limits<float>::infinity();
    const double p = probability;
    return p >= 1 ? std::numeric_limits<float>::infinity() : static_cast<float>(std::log(p / (1 - p)) - 1e-3);
}

} // namespace

void appendCandidates(const LevelView& level, float confidence, bool multiLabel, std::vector<detect::Detection>& out) {
    const auto length = static_cast<std::ptrdiff_t>(5 + level.classes);
    const float least = logitBelow(confidence);
    const auto stride = static_cast<float>(level.stride);
    for (int anchor = 0; anchor < level.anchors; ++anchor)
        for (int y = 0; y < level.ny; ++y) {
            const float* row = level.values + (static_cast<std::ptrdiff_t>(y) * level.nx * level.anchors + anchor) * length;
            for (int x = 0; x < level.nx; ++x, row += level.anchors * length) {
                if (!(row[4] > least))
                    continue;
                const float objectness = sigmoid(row[4]);
                if (!(objectness > confidence))
                    continue;
                const float cx = (sigmoid(row[0]) * 2 + (static_cast<float>(x) - 0.5F)) * stride;
                const float cy = (sigmoid(row[1]) * 2 + (static_cast<float>(y) - 0.5F)) * stride;
                const float w2 = sigmoid(row[2]) * 2, h2 = sigmoid(row[3]) * 2;
                const float w = w2 * w2 * level.anchorsPx[2 * anchor], h = h2 * h2 * level.anchorsPx[2 * anchor + 1];
                const BoxXyxy box{cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2};
                // The class needs at least confidence / objectness, which is at least confidence.
                const float leastClass = logitBelow(confidence / objectness);
                if (multiLabel) {
                    for (int c = 0; c < level.classes; ++c) {
                        if (!(row[5 + c] > leastClass))
                            continue;
                        const float score = sigmoid(row[5 + c]) * objectness;
                        if (score > confidence)
                            out.push_back({box, score, c});
                    }
                } else {
                    int best = 0;
                    for (int c = 1; c < level.classes; ++c)
                        if (row[5 + c] > row[5 + best])
                            best = c;
                    const float score = sigmoid(row[5 + best]) * objectness;
                    if (score > confidence)
                        out.push_back({box, score, best});
                }
            }
        }
}

} // namespace intersect::nn
