// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/anchors.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/numbers.h"
#include "core/base/random.h"

namespace intersect::train {

namespace {

constexpr double kGoodRecall = 0.98;
constexpr int kStarts = 20, kMostRounds = 200;

double fitOf(const BoxSize& box, const BoxSize& anchor) {
    const double w = box[0] / anchor[0], h = box[1] / anchor[1];
    return std::min(std::min(w, 1 / w), std::min(h, 1 / h));
}

double squaredDistance(const BoxSize& a, const BoxSize& b) {
    const double w = a[0] - b[0], h = a[1] - b[1];
    return w * w + h * h;
}

std::vector<BoxSize> byArea(std::vector<BoxSize> anchors) {
    std::stable_sort(anchors.begin(), anchors.end(), [](const BoxSize& a, const BoxSize& b) { return a[0] * a[1] < b[0] * b[1]; });
    return anchors;
}

/// Different points drawn at random; there are at least `count`.
std::vector<BoxSize> drawnCentres(const std::vector<BoxSize>& points, std::size_t count, RandomStream& random) {
    std::vector<BoxSize> centres;
    while (centres.size() < count)
        if (const BoxSize& drawn = points[random.below(points.size())]; std::find(centres.begin(), centres.end(), drawn) == centres.end())
            centres.push_back(drawn);
    return centres;
}

struct Clusters {
    std::vector<BoxSize> centres;
    double distance = std::numeric_limits<double>::infinity(); ///< sum of the distances to the nearest centre
};

/// Moves each centre to the mean of its points until the distances fall no more.
Clusters settled(const std::vector<BoxSize>& points, std::vector<BoxSize> centres) {
    Clusters best;
    for (int round = 0; round < kMostRounds; ++round) {
        std::vector<BoxSize> sums(centres.size(), BoxSize{0, 0});
        std::vector<double> counts(centres.size(), 0.0);
        double distance = 0;
        for (const BoxSize& point : points) {
            std::size_t nearest = 0;
            double least = std::numeric_limits<double>::infinity();
            for (std::size_t c = 0; c < centres.size(); ++c)
                if (const double squared = squaredDistance(point, centres[c]); squared < least) {
                    least = squared;
                    nearest = c;
                }
            distance += std::sqrt(least);
            sums[nearest][0] += point[0];
            sums[nearest][1] += point[1];
            counts[nearest] += 1;
        }
        if (!(distance < best.distance))
            break;
        best = {centres, distance};
        for (std::size_t c = 0; c < sums.size(); ++c)
            if (counts[c] > 0)
                centres[c] = {sums[c][0] / counts[c], sums[c][1] / counts[c]};
    }
    return best;
}

} // namespace

std::vector<BoxSize> boxSizes(const std::vector<Sample>& samples, int imgSize) {
    std::vector<BoxSize> boxes;
    for (const Sample& sample : samples) {
        const double scale = static_cast<double>(imgSize) / std::max(sample.size.width, sample.size.height);
        for (const data::Label& label : sample.labels)
            boxes.push_back({label.box.w * sample.size.width * scale, label.box.h * sample.size.height * scale});
    }
    return boxes;
}

AnchorFit anchorFit(std::span<const BoxSize> boxes, std::span<const BoxSize> anchors, double threshold) {
    AnchorFit fit;
    fit.boxes = boxes.size();
    if (boxes.empty() || anchors.empty())
        return fit;
    for (const BoxSize& box : boxes) {
        double best = 0;
        for (const BoxSize& anchor : anchors) {
            const double one = fitOf(box, anchor);
            best = std::max(best, one);
            fit.anchorsPerBox += one > 1 / threshold ? 1 : 0;
        }
        fit.meanBest += best;
        if (best > 1 / threshold) {
            ++fit.reached;
            fit.fitness += best;
        }
    }
    const auto count = static_cast<double>(boxes.size());
    fit.recall = static_cast<double>(fit.reached) / count;
    fit.anchorsPerBox /= count;
    fit.meanBest /= count;
    fit.fitness /= count;
    return fit;
}

std::vector<BoxSize> clusterAnchors(std::span<const BoxSize> boxes, std::size_t count, std::uint64_t seed) {
    std::vector<BoxSize> points;
    for (const BoxSize& box : boxes)
        if (box[0] >= 2 || box[1] >= 2)
            points.push_back(box);
    std::vector<BoxSize> different = points;
    std::sort(different.begin(), different.end());
    different.erase(std::unique(different.begin(), different.end()), different.end());
    if (different.size() < count || count == 0)
        return {};
    BoxSize deviation{0, 0};
    for (std::size_t side = 0; side < 2; ++side) {
        double mean = 0, squares = 0;
        for (const BoxSize& point : points)
            mean += point[side] / static_cast<double>(points.size());
        for (const BoxSize& point : points)
            squares += (point[side] - mean) * (point[side] - mean) / static_cast<double>(points.size());
        deviation[side] = squares > 0 ? std::sqrt(squares) : 1;
    }
    for (BoxSize& point : points)
        point = {point[0] / deviation[0], point[1] / deviation[1]};
    Clusters best;
    for (std::uint64_t start = 0; start < kStarts; ++start) {
        RandomStream random{seed, start};
        if (Clusters clusters = settled(points, drawnCentres(points, count, random)); clusters.distance < best.distance)
            best = std::move(clusters);
    }
    for (BoxSize& centre : best.centres)
        centre = {centre[0] * deviation[0], centre[1] * deviation[1]};
    return byArea(std::move(best.centres));
}

std::vector<BoxSize> evolveAnchors(std::span<const BoxSize> boxes, std::vector<BoxSize> anchors, double threshold, int generations, std::uint64_t seed) {
    constexpr double kChance = 0.9, kDeviation = 0.1, kLeast = 0.3, kMost = 3.0, kLeastSide = 2.0;
    RandomStream random{seed, 0xA2C};
    double fitness = anchorFit(boxes, anchors, threshold).fitness;
    for (int generation = 0; generation < generations; ++generation) {
        std::vector<BoxSize> changed = anchors;
        for (BoxSize& anchor : changed)
            for (double& side : anchor) {
                if (!random.chance(kChance))
                    continue;
                const double deviation = kDeviation * random.uniform();
                side = std::max(kLeastSide, side * std::clamp(1 + deviation * random.normal(), kLeast, kMost));
            }
        if (const double now = anchorFit(boxes, changed, threshold).fitness; now > fitness) {
            fitness = now;
            anchors = std::move(changed);
        }
    }
    return byArea(std::move(anchors));
}

std::string anchorSentence(const AnchorFit& fit, bool made) {
    std::string text = "Anchors: " + formatGrouped(static_cast<std::int64_t>(fit.reached)) + " of " + formatGrouped(static_cast<std::int64_t>(fit.boxes)) +
                       " boxes fit one (best possible recall " + formatFixed(fit.recall, 3) + "), " + formatFixed(fit.anchorsPerBox, 2) + " anchors a box.";
    if (fit.recall <= kGoodRecall && !made)
        text += " That is no more than 0.98: boxes that fit no anchor are not learned. --autoanchor makes anchors of these boxes; a larger --img-size "
                "or anchor_t helps too.";
    return text;
}

} // namespace intersect::train
