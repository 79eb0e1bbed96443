// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "core/eval/definitions.h"
#include "core/eval/overlap.h"
#include "core/eval/precision_curve.h"

namespace intersect::eval {
namespace {

constexpr std::size_t kThresholds = 10, kAreas = 4, kLevels = 101;
constexpr std::array<std::size_t, 3> kRanks{1, 10, 100};
constexpr std::uint16_t kEveryThreshold = (1U << kThresholds) - 1;

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
    double score = 0;
    std::array<std::uint16_t, kAreas> right{}, ignored{};
    std::uint8_t rank = 0; ///< among the detections of its image and class, from 0
};
static_assert(kCocoDetections <= 256);

struct ClassData {
    int id = 0;
    std::array<std::int64_t, kAreas> labels{}; ///< objects to be found
    std::int64_t all = 0;                      ///< objects that are no crowd regions
    std::vector<Scored> scored;
};

/// Detections (the surest first, at most 100) and objects of one class in one image: places in their sets.
struct Group {
    std::vector<std::uint32_t> found, objects;
};

/// Matches one class in one image. Buffers are kept between calls.
class Matcher {
public:
    Matcher(const detect::DetectionSet& detections, const Truth& truth) : m_detections(detections), m_truth(truth) {
        for (std::size_t k = 0; k < kThresholds; ++k)
            m_thresholds[k] = cocoThreshold(k);
    }

    void run(const Group& group, ClassData& into) {
        const std::size_t g = group.objects.size(), first = into.scored.size();
        m_objects.clear();
        m_crowd.clear();
        m_area.clear();
        for (const std::uint32_t place : group.objects) {
            m_objects.push_back(m_truth.exactOf(place));
            m_crowd.push_back(m_truth.boxes[place].crowd ? 1 : 0);
            m_area.push_back(m_truth.boxes[place].area);
        }
        m_iou.clear();
        m_near.clear();
        for (std::size_t i = 0; i < group.found.size(); ++i) {
            const detect::ExactDetection found = m_detections.exactOf(group.found[i]);
            Scored scored{found.score, {}, {}, static_cast<std::uint8_t>(i)};
            for (std::size_t a = 0; a < kAreas; ++a) // unless it is matched
                scored.ignored[a] = kRanges[a].holds(found.box.area()) ? std::uint16_t(0) : kEveryThreshold;
            into.scored.push_back(scored);
            const std::size_t row = m_iou.size();
            double largest = 0;
            for (std::size_t k = 0; k < g; ++k) {
                m_iou.push_back(overlapOf(found.box, m_objects[k], m_crowd[k] != 0));
                largest = std::max(largest, m_iou.back());
            }
            if (largest >= m_thresholds[0])
                m_near.push_back({first + i, row, largest});
            else
                m_iou.resize(row); // most touch nothing of their class
        }
        for (std::size_t a = 0; a < kAreas && g > 0; ++a) {
            orderObjects(kRanges[a]);
            into.labels[a] += static_cast<std::int64_t>(m_counting);
            for (std::size_t k = 0; k < kThresholds && !m_near.empty(); ++k)
                matchAt(a, k, into.scored);
        }
    }

private:
    /// A detection that may be matched, and its row of overlaps.
    struct Near {
        std::size_t scored = 0, row = 0;
        double largest = 0;
    };

    /// Objects that count first, those ignored behind, each in the order given.
    void orderObjects(const AreaRange& range) {
        const auto counts = [&](std::size_t k) { return m_crowd[k] == 0 && range.holds(m_area[k]); };
        m_order.clear();
        for (std::size_t k = 0; k < m_objects.size(); ++k)
            if (counts(k))
                m_order.push_back(k);
        m_counting = m_order.size();
        for (std::size_t k = 0; k < m_objects.size(); ++k)
            if (!counts(k))
                m_order.push_back(k);
    }
    void matchAt(std::size_t area, std::size_t k, std::vector<Scored>& scored) {
        const std::size_t none = m_objects.size();
        const auto bit = static_cast<std::uint16_t>(1U << k);
        m_taken.assign(none, 0);
        for (const Near& near : m_near) {
            std::size_t best = none;
            bool bestCounts = false;
            double reach = m_thresholds[k];
            for (std::size_t place = 0; place < none && near.largest >= reach; ++place) {
                const std::size_t object = m_order[place];
                if (m_taken[object] != 0 && m_crowd[object] == 0)
                    continue;
                if (best != none && place >= m_counting && bestCounts)
                    break; // an object that counts is never given up for one that is ignored
                if (m_iou[near.row + object] < reach)
                    continue;
                reach = m_iou[near.row + object];
                best = object;
                bestCounts = place < m_counting;
            }
            if (best == none)
                continue;
            m_taken[best] = 1;
            std::uint16_t &right = scored[near.scored].right[area], &ignored = scored[near.scored].ignored[area];
            right = static_cast<std::uint16_t>(bestCounts ? right | bit : right);
            ignored = static_cast<std::uint16_t>(bestCounts ? ignored & ~bit : ignored | bit);
        }
    }

    const detect::DetectionSet& m_detections;
    const Truth& m_truth;
    std::array<double, kThresholds> m_thresholds{};
    std::vector<detect::BoxXywh> m_objects;
    std::vector<char> m_crowd, m_taken;
    std::vector<double> m_area, m_iou;
    std::vector<Near> m_near;
    std::vector<std::size_t> m_order;
    std::size_t m_counting = 0;
};

/// By descending score; of equal ones the earlier first, image by image.
void sortByScore(std::vector<Scored>& scored) {
    struct Key {
        double score;
        std::uint32_t place;
    };
    std::vector<Key> keys(scored.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
        keys[i] = {scored[i].score, static_cast<std::uint32_t>(i)};
    std::sort(keys.begin(), keys.end(),
              [](const Key& a, const Key& b) { return a.score != b.score ? a.score > b.score : a.place < b.place; });
    std::vector<Scored> sorted(scored.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
        sorted[i] = scored[keys[i].place];
    scored.swap(sorted);
}

/// Classes with objects, by id, their detections matched and sorted.
std::vector<ClassData> matchAll(const detect::DetectionSet& detections, const Truth& truth) {
    std::map<int, std::int64_t> labels;
    for (const TruthBox& box : truth.boxes)
        if (!box.crowd)
            ++labels[box.classId];
    std::vector<ClassData> classes;
    std::unordered_map<int, std::size_t> placeOf;
    for (const auto& [id, count] : labels) {
        placeOf[id] = classes.size();
        classes.push_back({id, {}, count, {}});
    }
    std::vector<Group> groups(classes.size()); // of one image; emptied, not freed, so that nothing is allocated again
    std::vector<std::size_t> used;
    const auto groupOf = [&](int id) -> Group* {
        const auto place = placeOf.find(id);
        if (place == placeOf.end())
            return nullptr;
        Group& group = groups[place->second];
        if (group.found.empty() && group.objects.empty())
            used.push_back(place->second);
        return &group;
    };
    Matcher matcher(detections, truth);
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        for (std::uint32_t d = detections.begin[image]; d < detections.begin[image + 1]; ++d)
            if (Group* group = groupOf(detections.detections[d].classId);
                group != nullptr && group->found.size() < kCocoDetections)
                group->found.push_back(d);
        for (std::uint32_t t = truth.begin[image]; t < truth.begin[image + 1]; ++t)
            if (Group* group = groupOf(truth.boxes[t].classId); group != nullptr)
                group->objects.push_back(t);
        for (const std::size_t place : used) {
            matcher.run(groups[place], classes[place]);
            groups[place].found.clear();
            groups[place].objects.clear();
        }
        used.clear();
    }
    for (ClassData& one : classes)
        sortByScore(one.scored);
    return classes;
}

/// A point of a curve: only where a detection is right recall grows.
struct Hit {
    double precision = 0, score = 0;
};

/// The hits of each threshold, precision as the envelope: the largest from there on.
std::array<std::vector<Hit>, kThresholds> hitsOf(const std::vector<Scored>& scored, std::size_t area) {
    std::array<std::vector<Hit>, kThresholds> hits;
    std::array<std::size_t, kThresholds> ignored{};
    std::size_t ignoredByAll = 0;
    for (std::size_t i = 0; i < scored.size(); ++i) {
        unsigned leftOut = scored[i].ignored[area];
        if (leftOut == kEveryThreshold) {
            ++ignoredByAll;
            continue;
        }
        for (; leftOut != 0; leftOut &= leftOut - 1)
            ++ignored[static_cast<std::size_t>(__builtin_ctz(leftOut))];
        for (unsigned right = scored[i].right[area]; right != 0; right &= right - 1) {
            const auto k = static_cast<std::size_t>(__builtin_ctz(right));
            const auto tp = static_cast<double>(hits[k].size() + 1),
                       counted = static_cast<double>(i + 1 - ignoredByAll - ignored[k]);
            hits[k].push_back({tp / (counted + std::numeric_limits<double>::epsilon()), scored[i].score});
        }
    }
    for (std::vector<Hit>& list : hits)
        for (std::size_t i = list.size(); i-- > 1;)
            list[i - 1].precision = std::max(list[i - 1].precision, list[i].precision);
    return hits;
}

/// Precision and score at numpy's 101 recall levels: of the first hit that reaches each.
CocoCurve curveOf(const std::vector<Hit>& hits, std::int64_t labels) {
    CocoCurve curve;
    std::size_t place = 0;
    for (std::size_t level = 0; level < kLevels; ++level) {
        while (place < hits.size() &&
               static_cast<double>(place + 1) / static_cast<double>(labels) < evenPoint(level, kLevels))
            ++place;
        if (place < hits.size()) {
            curve.precision[level] = hits[place].precision;
            curve.score[level] = hits[place].score;
        }
    }
    return curve;
}

double meanOf(const std::array<double, kLevels>& values) {
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

/// Mean recall over the thresholds with at most `rank` detections an image.
double averageRecall(const ClassData& data, std::size_t area, std::size_t rank) {
    std::int64_t found = 0;
    for (const Scored& one : data.scored)
        if (one.rank < rank)
            found += __builtin_popcount(one.right[area]);
    return static_cast<double>(found) / static_cast<double>(data.labels[area]) / static_cast<double>(kThresholds);
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
    std::array<Mean, kAreas> precision, recall, at50;
    std::array<Mean, kRanks.size()> ranked;
    Mean at75;
    for (const ClassData& data : matchAll(detections, truth)) {
        ClassAp mine{data.id, data.all, {}};
        CocoCurve curve50;
        for (std::size_t a = 0; a < kAreas; ++a) {
            if (data.labels[a] == 0)
                continue;
            const auto hits = hitsOf(data.scored, a);
            Mean mean;
            for (std::size_t k = 0; k < kThresholds; ++k) {
                const CocoCurve curve = curveOf(hits[k], data.labels[a]);
                const double ap = meanOf(curve.precision);
                mean.add(ap);
                if (k == 0)
                    at50[a].add(ap);
                if (a == 0)
                    mine.apByIou[k] = ap;
                if (a == 0 && k == 0)
                    curve50 = curve;
            }
            precision[a].add(mean.value());
            recall[a].add(averageRecall(data, a, kCocoDetections));
        }
        if (data.labels[0] > 0) {
            at75.add(mine.apByIou[5]);
            for (std::size_t r = 0; r < kRanks.size(); ++r)
                ranked[r].add(averageRecall(data, 0, kRanks[r]));
            if (!data.scored.empty()) // recall 0 is reached by the surest, right or wrong
                curve50.score[0] = data.scored.front().score;
        }
        table.classes.push_back(mine);
        table.curves.push_back(curve50);
    }
    table.map50 = at50[0].value();
    table.map5095 = precision[0].value();
    table.stats = {table.map5095,        table.map50,          at75.value(),      precision[1].value(),
                   precision[2].value(), precision[3].value(), ranked[0].value(), ranked[1].value(),
                   ranked[2].value(),    recall[1].value(),    recall[2].value(), recall[3].value()};
    table.map50ByArea = {at50[1].value(), at50[2].value(), at50[3].value()};
    return table;
}

} // namespace intersect::eval
