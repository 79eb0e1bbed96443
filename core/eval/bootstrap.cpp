// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/bootstrap.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "core/base/threads.h"
#include "core/eval/precision_curve.h"

namespace intersect::eval {
namespace {

/// One class of a group, ready to be weighed: who is right, and the objects each frame has of it.
struct Weighed {
    const PairedClass* paired = nullptr;
    std::vector<std::uint8_t> rightAt50, right;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> labels; ///< image, objects
    std::size_t above = 0;                                       ///< detections at the confidence or above
};

Interval percentiles(std::vector<double> values) {
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty())
        return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
    std::sort(values.begin(), values.end());
    const auto quantile = [&values](double part) {
        const double place = part * static_cast<double>(values.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const std::size_t above = std::min(below + 1, values.size() - 1);
        return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
    };
    return {quantile(0.025), quantile(0.975)};
}

/// What one draw of frames gives.
struct Draw {
    double map50 = std::numeric_limits<double>::quiet_NaN(), precision = map50, recall = map50;
};

/// The figures of a group with `weight[image]` times each frame.
Draw figuresOf(const std::vector<Weighed>& classes, const std::vector<std::uint32_t>& weight) {
    Draw draw;
    double apSum = 0;
    std::int64_t withLabels = 0, tp = 0, found = 0, labels = 0;
    std::vector<double> recall, precision;
    for (const Weighed& one : classes) {
        std::int64_t mine = 0;
        for (const auto& [image, objects] : one.labels)
            mine += static_cast<std::int64_t>(weight[image]) * objects;
        const auto& detections = one.paired->detections;
        for (std::size_t i = 0; i < one.above; ++i) {
            const std::int64_t times = weight[detections[i].image];
            found += times;
            tp += one.right[i] != 0 ? times : 0;
        }
        labels += mine;
        if (mine == 0)
            continue;
        ++withLabels;
        recall.clear();
        precision.clear();
        double right = 0, all = 0;
        const auto objects = static_cast<double>(mine);
        for (std::size_t i = 0; i < detections.size(); ++i) {
            const double times = weight[detections[i].image];
            if (times == 0)
                continue;
            all += times;
            right += one.rightAt50[i] != 0 ? times : 0;
            recall.push_back(right / (objects + kTiny));
            precision.push_back(right / all);
        }
        if (!recall.empty())
            apSum += areaBy101Points(recall, precision, LastPoint::AtRecallOne);
    }
    if (withLabels > 0)
        draw.map50 = apSum / static_cast<double>(withLabels);
    if (found > 0)
        draw.precision = static_cast<double>(tp) / static_cast<double>(found);
    if (labels > 0)
        draw.recall = static_cast<double>(tp) / static_cast<double>(labels);
    return draw;
}

std::vector<Weighed> weighedOf(const Pairing& pairing, const Truth& truth, const std::vector<std::uint32_t>& images, const BootstrapRequest& request) {
    std::vector<Weighed> classes;
    std::vector<std::uint8_t> taken(pairing.objects, 0);
    const auto least = static_cast<float>(request.confidence);
    for (const PairedClass& paired : pairing.classes) {
        Weighed mine;
        mine.paired = &paired;
        mine.rightAt50 = verdictsAt(paired, 0.5, taken);
        mine.right = verdictsAt(paired, request.matchIou, taken);
        while (mine.above < paired.detections.size() && paired.detections[mine.above].score >= least)
            ++mine.above;
        for (const std::uint32_t image : images) {
            std::uint32_t objects = 0;
            for (const TruthBox& box : truth.of(image))
                objects += !box.crowd && box.classId == paired.classId ? 1 : 0;
            if (objects > 0)
                mine.labels.emplace_back(image, objects);
        }
        classes.push_back(std::move(mine));
    }
    return classes;
}

/// How often each of all images is drawn, from `images` with replacement, as many as these are; the same for the same seed, group and round.
std::vector<std::uint32_t> drawn(const std::vector<std::uint32_t>& images, std::size_t all, std::uint64_t seed, std::size_t group, std::size_t round) {
    std::seed_seq seeds{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32), static_cast<std::uint32_t>(group), static_cast<std::uint32_t>(round)};
    std::mt19937 random(seeds);
    std::vector<std::uint32_t> weight(all, 0);
    const auto count = static_cast<std::uint64_t>(images.size());
    for (std::uint64_t i = 0; i < count; ++i) // scaled, not modulo: no frame is preferred by more than 2^-32 of the frames
        ++weight[images[static_cast<std::size_t>(random() * count >> 32)]];
    return weight;
}

} // namespace

Interval bootstrapDifference(const Pairing& a, const Pairing& b, const Truth& truth, std::size_t images, const BootstrapRequest& request) {
    std::vector<std::uint32_t> all(images);
    std::iota(all.begin(), all.end(), 0U);
    const std::vector<Weighed> mine = weighedOf(a, truth, all, request), theirs = weighedOf(b, truth, all, request);
    std::vector<double> differences(static_cast<std::size_t>(std::max(request.resamples, 1)));
    parallelFor(differences.size(), request.threads, [&](std::size_t r) {
        const std::vector<std::uint32_t> weight = drawn(all, images, request.seed, 0, r);
        differences[r] = figuresOf(theirs, weight).map50 - figuresOf(mine, weight).map50;
    });
    return percentiles(std::move(differences));
}

std::vector<BootstrapIntervals> bootstrapIntervals(const Pairing& pairing, const Truth& truth, const FrameGroups& groups,
                                                   const BootstrapRequest& request, const std::function<bool()>& cancelled) {
    const std::vector<Pairing> parts = pairingsOf(pairing, truth, groups);
    std::vector<std::vector<std::uint32_t>> images(parts.size());
    for (std::size_t i = 0; i < groups.groupOf.size(); ++i)
        images[groups.groupOf[i]].push_back(static_cast<std::uint32_t>(i));
    std::vector<BootstrapIntervals> intervals(parts.size());
    const auto resamples = static_cast<std::size_t>(std::max(request.resamples, 1));
    std::atomic<bool> stopped{false};
    for (std::size_t g = 0; g < parts.size() && !stopped; ++g) {
        const std::vector<Weighed> classes = weighedOf(parts[g], truth, images[g], request);
        std::vector<Draw> draws(resamples);
        parallelFor(resamples, request.threads, [&](std::size_t r) {
            if (stopped || (cancelled && cancelled())) {
                stopped = true;
                return;
            }
            draws[r] = figuresOf(classes, drawn(images[g], groups.groupOf.size(), request.seed, g, r));
        });
        const auto column = [&draws](double Draw::*figure) {
            std::vector<double> values;
            for (const Draw& draw : draws)
                values.push_back(draw.*figure);
            return percentiles(std::move(values));
        };
        intervals[g] = {column(&Draw::map50), column(&Draw::precision), column(&Draw::recall)};
    }
    if (stopped)
        return {};
    return intervals;
}

} // namespace intersect::eval
