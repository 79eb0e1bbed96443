// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/comparison.h"

#include <algorithm>

#include "core/eval/matching.h"

namespace intersect::eval {
namespace {

constexpr float kSameMistake = 0.5F; ///< overlap from which two false detections are one

/// The verdicts of one image, looked up from either side.
struct Judged {
    std::vector<std::int32_t> finderOf; ///< of each truth; -1: not found
    std::vector<std::int32_t> wrong;    ///< false detections by descending score
    Judged(std::span<const detect::Detection> found, std::span<const TruthBox> truth, const Judgement& judge) : finderOf(truth.size(), -1) {
        for (const Match& match : matchFrame(found, truth, judge.confidence, judge.matchIou).matches) {
            if (match.verdict == Verdict::TP)
                finderOf[static_cast<std::size_t>(match.truth)] = match.detection;
            else if (match.verdict == Verdict::FP)
                wrong.push_back(match.detection);
        }
    }
};

void count(Change change, FrameChange& frame) {
    switch (change) {
    case Change::Fixed: ++frame.fixed; break;
    case Change::Broken: ++frame.broken; break;
    case Change::BothWrong: ++frame.bothWrong; break;
    case Change::BothRight: ++frame.bothRight; break;
    }
}

/// Pairs the false detections of one image, best overlaps first.
std::vector<std::pair<std::int32_t, std::int32_t>> sameMistakes(std::span<const detect::Detection> a, const std::vector<std::int32_t>& wrongA,
                                                                std::span<const detect::Detection> b, const std::vector<std::int32_t>& wrongB) {
    struct Pair {
        float iou;
        std::int32_t a, b;
    };
    std::vector<Pair> pairs;
    for (const std::int32_t i : wrongA)
        for (const std::int32_t k : wrongB) {
            const detect::Detection &one = a[static_cast<std::size_t>(i)], &other = b[static_cast<std::size_t>(k)];
            if (one.classId != other.classId)
                continue;
            if (const float overlap = iou(one.box, other.box, kIouEpsilon); overlap >= kSameMistake)
                pairs.push_back({overlap, i, k});
        }
    std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& x, const Pair& y) { return x.iou > y.iou; });
    std::vector<char> usedA(a.size(), 0), usedB(b.size(), 0);
    std::vector<std::pair<std::int32_t, std::int32_t>> same;
    for (const Pair& pair : pairs) {
        char &mine = usedA[static_cast<std::size_t>(pair.a)], &theirs = usedB[static_cast<std::size_t>(pair.b)];
        if (mine != 0 || theirs != 0)
            continue;
        mine = theirs = 1;
        same.emplace_back(pair.a, pair.b);
    }
    return same;
}

} // namespace

Comparison compareDetections(const detect::DetectionSet& a, const Judgement& judgeA, const detect::DetectionSet& b, const Judgement& judgeB,
                             const Truth& truth) {
    Comparison comparison;
    comparison.frames.resize(a.images.size());
    for (std::size_t image = 0; image < a.images.size(); ++image) {
        const auto objects = truth.of(image);
        const Judged mine(a.of(image), objects, judgeA), theirs(b.of(image), objects, judgeB);
        const auto add = [&](Change change, std::int32_t object, std::int32_t detectionA, std::int32_t detectionB) {
            comparison.boxes.push_back({change, static_cast<std::uint32_t>(image), object, detectionA, detectionB});
            count(change, comparison.frames[image]);
        };
        for (std::size_t t = 0; t < objects.size(); ++t) {
            if (objects[t].crowd)
                continue;
            const std::int32_t inA = mine.finderOf[t], inB = theirs.finderOf[t];
            add(inA >= 0 ? (inB >= 0 ? Change::BothRight : Change::Broken) : (inB >= 0 ? Change::Fixed : Change::BothWrong), static_cast<std::int32_t>(t), inA, inB);
        }
        const auto same = sameMistakes(a.of(image), mine.wrong, b.of(image), theirs.wrong);
        for (const auto& [i, k] : same)
            add(Change::BothWrong, -1, i, k);
        for (const std::int32_t i : mine.wrong)
            if (std::none_of(same.begin(), same.end(), [i](const auto& pair) { return pair.first == i; }))
                add(Change::Fixed, -1, i, -1);
        for (const std::int32_t k : theirs.wrong)
            if (std::none_of(same.begin(), same.end(), [k](const auto& pair) { return pair.second == k; }))
                add(Change::Broken, -1, -1, k);
    }
    return comparison;
}

} // namespace intersect::eval
