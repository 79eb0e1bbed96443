// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/eval/definitions.h"
#include "core/eval/overlap.h"
#include "core/eval/precision_curve.h"

namespace intersect::eval {
namespace {

constexpr std::size_t kThresholds = 10, kAreas = 4, kMaxDetections = 100;
constexpr std::array<std::size_t, 3> kRanks{1, 10, 100};

/// Objects and detections count in an area range if lowest <= area <= highest; pixels squared.
struct AreaRange {
    double lowest, highest;
    bool holds(double area) const { return area >= lowest && area <= highest; }
};
constexpr std::array<AreaRange, kAreas> kRanges{
    {{0, 1e10}, {0, 32.0 * 32}, {32.0 * 32, 96.0 * 96}, {96.0 * 96, 1e10}}}; // all, small, medium, large

/// numpy's linspace(0.5, 0.95, 10), capped as pycocotools does.
double cocoThreshold(std::size_t k) {
    return std::min(static_cast<double>(k) * ((0.95 - 0.5) / 9) + 0.5, 1 - 1e-10);
}

/// A detection of a class; a bit per match IoU threshold for each area range.
struct Scored {
    float score = 0;
    std::uint32_t rank = 0; ///< among the detections of its image and class, from 0
    std::array<std::uint16_t, kAreas> right{}, ignored{};
};

struct ClassData {
    std::array<std::int64_t, kAreas> labels{}; ///< objects to be found
    std::int64_t all = 0;                      ///< objects that are no crowd regions
    std::vector<Scored> scored;
};

/// Matches one class in one image. Buffers are kept between calls.
class Matcher {
public:
    void run(const std::vector<const detect::Detection*>& found, const std::vector<const TruthBox*>& objects,
             ClassData& into) {
        const std::size_t d = found.size(), g = objects.size(), firstScored = into.scored.size();
        m_iou.resize(d * g);
        m_largest.assign(d, 0.0);
        for (std::size_t i = 0; i < d; ++i)
            for (std::size_t k = 0; k < g; ++k) {
                m_iou[i * g + k] = overlapOf(found[i]->box, objects[k]->box, objects[k]->crowd);
                m_largest[i] = std::max(m_largest[i], m_iou[i * g + k]);
            }
        for (std::size_t i = 0; i < d; ++i)
            into.scored.push_back({found[i]->score, static_cast<std::uint32_t>(i), {}, {}});
        for (std::size_t a = 0; a < kAreas; ++a) {
            orderObjects(objects, kRanges[a]);
            into.labels[a] += static_cast<std::int64_t>(m_counting);
            for (std::size_t k = 0; k < kThresholds; ++k)
                matchAt(found, objects, a, k, into.scored.data() + firstScored);
        }
    }

private:
    /// Objects that count first, those ignored behind, each in the order given.
    void orderObjects(const std::vector<const TruthBox*>& objects, const AreaRange& range) {
        m_order.clear();
        for (std::size_t k = 0; k < objects.size(); ++k)
            if (!objects[k]->crowd && range.holds(objects[k]->area))
                m_order.push_back(k);
        m_counting = m_order.size();
        for (std::size_t k = 0; k < objects.size(); ++k)
            if (objects[k]->crowd || !range.holds(objects[k]->area))
                m_order.push_back(k);
    }
    void matchAt(const std::vector<const detect::Detection*>& found, const std::vector<const TruthBox*>& objects,
                 std::size_t area, std::size_t k, Scored* scored) {
        const std::size_t none = objects.size();
        const auto bit = static_cast<std::uint16_t>(1U << k);
        m_taken.assign(none, 0);
        for (std::size_t i = 0; i < found.size(); ++i) {
            std::size_t best = none;
            double reach = cocoThreshold(k);
            for (std::size_t place = 0; place < none && m_largest[i] >= reach; ++place) {
                const std::size_t object = m_order[place];
                if (m_taken[object] != 0 && !objects[object]->crowd)
                    continue;
                if (best != none && place >= m_counting && m_bestCounts)
                    break; // an object that counts is never given up for one that is ignored
                if (m_iou[i * none + object] < reach)
                    continue;
                reach = m_iou[i * none + object];
                best = object;
                m_bestCounts = place < m_counting;
            }
            if (best != none) {
                m_taken[best] = 1;
                auto& flags = m_bestCounts ? scored[i].right[area] : scored[i].ignored[area];
                flags = static_cast<std::uint16_t>(flags | bit);
            } else if (!kRanges[area].holds(areaOf(found[i]->box))) {
                scored[i].ignored[area] = static_cast<std::uint16_t>(scored[i].ignored[area] | bit);
            }
        }
    }

    std::vector<double> m_iou, m_largest;
    std::vector<std::size_t> m_order;
    std::size_t m_counting = 0;
    bool m_bestCounts = false;
    std::vector<char> m_taken;
};

/// AP over numpy's 101 recall levels: the largest precision at or behind the first detection that reaches the level.
double averagePrecision(const std::vector<Scored>& scored, std::size_t area, std::size_t k, std::int64_t labels,
                        std::vector<double>& precision) {
    precision.clear(); // at each true positive: only there recall grows
    double tp = 0, counted = 0;
    for (const Scored& one : scored) {
        if ((one.ignored[area] >> k & 1U) != 0)
            continue;
        counted += 1;
        if ((one.right[area] >> k & 1U) != 0) {
            tp += 1;
            precision.push_back(tp / (counted + std::numeric_limits<double>::epsilon()));
        }
    }
    for (std::size_t i = precision.size(); i-- > 1;)
        precision[i - 1] = std::max(precision[i - 1], precision[i]);
    double sum = 0;
    std::size_t place = 0;
    for (std::size_t level = 0; level <= 100; ++level) {
        while (place < precision.size() &&
               static_cast<double>(place + 1) / static_cast<double>(labels) < evenPoint(level, 101))
            ++place;
        if (place < precision.size())
            sum += precision[place];
    }
    return sum / 101;
}

/// Mean recall over the thresholds with at most `rank` detections an image.
double averageRecall(const ClassData& data, std::size_t area, std::size_t rank) {
    double found = 0;
    for (const Scored& one : data.scored)
        if (one.rank < rank)
            for (unsigned bits = one.right[area]; bits != 0; bits &= bits - 1)
                found += 1;
    return found / static_cast<double>(data.labels[area]) / static_cast<double>(kThresholds);
}

std::map<int, ClassData> matchAll(const detect::DetectionSet& detections, const Truth& truth) {
    std::map<int, ClassData> classes;
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd)
            ++classes[box.classId].all;
    Matcher matcher;
    struct Group {
        std::vector<const detect::Detection*> found;
        std::vector<const TruthBox*> objects;
    };
    std::map<int, Group> groups; // of one image; emptied, not freed, so that nothing is allocated again
    std::vector<int> used;
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        const auto groupOf = [&](int id) -> Group* {
            if (classes.count(id) == 0)
                return nullptr;
            Group& group = groups[id];
            if (group.found.empty() && group.objects.empty())
                used.push_back(id);
            return &group;
        };
        for (const detect::Detection& one : detections.of(image))
            if (Group* group = groupOf(one.classId); group != nullptr && group->found.size() < kMaxDetections)
                group->found.push_back(&one);
        for (const TruthBox& box : truth.of(image))
            if (Group* group = groupOf(box.classId); group != nullptr)
                group->objects.push_back(&box);
        for (const int id : used) {
            Group& group = groups[id];
            matcher.run(group.found, group.objects, classes[id]);
            group.found.clear();
            group.objects.clear();
        }
        used.clear();
    }
    for (auto& [id, data] : classes)
        std::stable_sort(data.scored.begin(), data.scored.end(),
                         [](const Scored& a, const Scored& b) { return a.score > b.score; });
    return classes;
}

/// The mean of what was added; NaN of nothing.
struct Mean {
    double sum = 0, count = 0;
    void add(double value) {
        sum += value;
        count += 1;
    }
    double value() const { return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN(); }
};

} // namespace

CocoTable evaluateCoco(const detect::DetectionSet& detections, const Truth& truth) {
    CocoTable table;
    std::array<Mean, kAreas> precision, recall;
    std::array<Mean, 3> ranked;
    std::array<Mean, kAreas> at50ByArea;
    Mean at75;
    std::vector<double> buffer;
    for (const auto& [id, data] : matchAll(detections, truth)) {
        ClassAp mine{id, data.all, {}};
        for (std::size_t a = 0; a < kAreas; ++a) {
            if (data.labels[a] == 0)
                continue;
            Mean mean;
            for (std::size_t k = 0; k < kThresholds; ++k) {
                const double ap = averagePrecision(data.scored, a, k, data.labels[a], buffer);
                mean.add(ap);
                if (k == 0)
                    at50ByArea[a].add(ap);
                if (a == 0)
                    mine.apByIou[k] = ap;
            }
            precision[a].add(mean.value());
            recall[a].add(averageRecall(data, a, kMaxDetections));
        }
        if (data.labels[0] > 0) {
            at75.add(mine.apByIou[5]);
            for (std::size_t r = 0; r < kRanks.size(); ++r)
                ranked[r].add(averageRecall(data, 0, kRanks[r]));
        }
        table.classes.push_back(mine);
    }
    table.map50 = at50ByArea[0].value();
    table.map5095 = precision[0].value();
    table.stats = {table.map5095,        table.map50,          at75.value(),      precision[1].value(),
                   precision[2].value(), precision[3].value(), ranked[0].value(), ranked[1].value(),
                   ranked[2].value(),    recall[1].value(),    recall[2].value(), recall[3].value()};
    table.map50ByArea = {at50ByArea[1].value(), at50ByArea[2].value(), at50ByArea[3].value()};
    return table;
}

} // namespace intersect::eval
