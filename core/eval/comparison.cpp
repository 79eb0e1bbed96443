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

std::vector<BoxChange> compareImage(std::span<const detect::Detection> a, const Judgement& judgeA, std::span<const detect::Detection> b,
                                    const Judgement& judgeB, std::span<const TruthBox> truth, std::uint32_t image) {
    std::vector<BoxChange> boxes;
    const Judged mine(a, truth, judgeA), theirs(b, truth, judgeB);
    for (std::size_t t = 0; t < truth.size(); ++t) {
        if (truth[t].crowd)
            continue;
        const std::int32_t inA = mine.finderOf[t], inB = theirs.finderOf[t];
        boxes.push_back({inA >= 0 ? (inB >= 0 ? Change::BothRight : Change::Broken) : (inB >= 0 ? Change::Fixed : Change::BothWrong), image,
                         static_cast<std::int32_t>(t), inA, inB});
    }
    const auto same = sameMistakes(a, mine.wrong, b, theirs.wrong);
    for (const auto& [i, k] : same)
        boxes.push_back({Change::BothWrong, image, -1, i, k});
    for (const std::int32_t i : mine.wrong)
        if (std::none_of(same.begin(), same.end(), [i](const auto& pair) { return pair.first == i; }))
            boxes.push_back({Change::Fixed, image, -1, i, -1});
    for (const std::int32_t k : theirs.wrong)
        if (std::none_of(same.begin(), same.end(), [k](const auto& pair) { return pair.second == k; }))
            boxes.push_back({Change::Broken, image, -1, -1, k});
    return boxes;
}

void countChange(FrameChange& frame, Change change) {
    switch (change) {
    case Change::Fixed: ++frame.fixed; break;
    case Change::Broken: ++frame.broken; break;
    case Change::BothWrong: ++frame.bothWrong; break;
    case Change::BothRight: ++frame.bothRight; break;
    }
}

Comparison compareDetections(const detect::DetectionSet& a, const Judgement& judgeA, const detect::DetectionSet& b, const Judgement& judgeB,
                             const Truth& truth) {
    Comparison comparison;
    comparison.frames.resize(a.images.size());
    for (std::size_t image = 0; image < a.images.size(); ++image)
        for (const BoxChange& box : compareImage(a.of(image), judgeA, b.of(image), judgeB, truth.of(image), static_cast<std::uint32_t>(image))) {
            comparison.boxes.push_back(box);
            countChange(comparison.frames[image], box.change);
        }
    return comparison;
}

} // namespace intersect::eval
