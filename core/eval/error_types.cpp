// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/error_types.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "core/eval/overlap.h"

namespace intersect::eval {
namespace {

constexpr double kPositive = 0.5, kBackground = 0.1;

/// One detection on a class' curve.
struct Point {
    float score = 0;
    bool right = false;
};

/// What a class' AP is made of.
struct Curve {
    std::int64_t labels = 0;
    std::vector<Point> points; ///< any order; of equal scores the earlier one comes first
    bool empty() const { return labels == 0 && points.empty(); }
};
using Curves = std::map<int, Curve>;

/// The mean precision at recall 0, 0.01 .. 1: of the largest precision at or behind the first point that reaches it.
double averagePrecision(const Curve& curve) {
    if (curve.labels <= 0)
        return 0;
    std::vector<Point> points = curve.points;
    std::stable_sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.score > b.score; });
    std::vector<double> recall(points.size()), precision(points.size());
    double right = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        right += points[i].right ? 1 : 0;
        recall[i] = right / static_cast<double>(curve.labels);
        precision[i] = right / static_cast<double>(i + 1);
    }
    for (std::size_t i = points.size(); i-- > 1;)
        precision[i - 1] = std::max(precision[i - 1], precision[i]);
    double sum = 0;
    for (int level = 0; level <= 100; ++level) {
        const auto at = std::lower_bound(recall.begin(), recall.end(), static_cast<double>(level) / 100);
        if (at != recall.end())
            sum += precision[static_cast<std::size_t>(at - recall.begin())];
    }
    return sum / 101;
}

/// The mean over the classes that have labels or detections.
double meanAp(const Curves& curves) {
    double sum = 0;
    std::int64_t count = 0;
    for (const auto& [id, curve] : curves)
        if (!curve.empty()) {
            sum += averagePrecision(curve);
            ++count;
        }
    return count > 0 ? sum / static_cast<double>(count) : 0;
}

/// A wrong detection, and what it would become if its error were mended.
struct Wrong {
    ErrorType type;
    int classId;
    float score;
    std::optional<int> mendedClass; ///< it becomes right in that class; otherwise it goes
    bool excused = false;           ///< lies in a crowd region: as it is, it stands on no curve
};

/// All images together.
struct Collected {
    Curves curves;             ///< as they are
    std::vector<Wrong> wrong;  ///< in the order found
    std::map<int, std::vector<Point>> right;
    std::map<int, std::int64_t> unfound, missed; ///< objects without a detection; those of them no other mending would find
    ErrorReport report;
};

/// The place of the largest value that `counts`; of equal ones the first. -1 and 0 where none is above 0.
struct Best {
    int place = -1;
    double iou = 0;
};
template <class Counts>
Best bestOf(const std::vector<double>& row, const Counts& counts) {
    Best best;
    for (std::size_t i = 0; i < row.size(); ++i)
        if (row[i] > best.iou && counts(i))
            best = {static_cast<int>(i), row[i]};
    return best;
}

/// The detections and objects of one image.
class Frame {
public:
    Frame(std::span<const detect::Detection> found, std::span<const TruthBox> all) : m_found(found.first(std::min(found.size(), kErrorDetections))) {
        for (std::size_t i = 0; i < all.size(); ++i)
            if (!all[i].crowd) {
                m_objects.push_back(&all[i]);
                m_places.push_back(static_cast<int>(i));
            } else {
                m_crowds.push_back(&all[i]);
            }
        m_iou.resize(m_found.size());
        for (std::size_t d = 0; d < m_found.size(); ++d)
            for (const TruthBox* object : m_objects)
                m_iou[d].push_back(overlapOf(m_found[d].box, object->box));
        match();
    }

    void collect(std::uint32_t image, Collected& into) const {
        for (const TruthBox* object : m_objects)
            ++into.curves[object->classId].labels;
        std::vector<char> mendable(m_objects.size(), 0); // some wrong detection would find it
        for (std::size_t d = 0; d < m_found.size(); ++d) {
            const detect::Detection& one = m_found[d];
            const bool excusedHere = m_right[d] == 0 && excused(d);
            if (!excusedHere)
                into.curves[one.classId].points.push_back({one.score, m_right[d] != 0});
            if (m_right[d] != 0) {
                into.right[one.classId].push_back({one.score, true});
                continue;
            }
            const auto [type, object] = why(d);
            Wrong wrong{type, one.classId, one.score, std::nullopt, excusedHere};
            const bool mends = type == ErrorType::Localisation || type == ErrorType::Classification;
            if (mends && m_taken[static_cast<std::size_t>(object)] == 0) {
                char& already = mendable[static_cast<std::size_t>(object)];
                if (already == 0) // the surest one finds it, the others go
                    wrong.mendedClass = type == ErrorType::Localisation ? one.classId : m_objects[static_cast<std::size_t>(object)]->classId;
                already = 1;
            }
            add(into, type, image, static_cast<int>(d), object >= 0 ? m_places[static_cast<std::size_t>(object)] : -1);
            into.wrong.push_back(wrong);
        }
        for (std::size_t object = 0; object < m_objects.size(); ++object) {
            if (m_taken[object] != 0)
                continue;
            ++into.unfound[m_objects[object]->classId];
            if (mendable[object] != 0)
                continue;
            ++into.missed[m_objects[object]->classId];
            add(into, ErrorType::Missed, image, -1, m_places[object]);
        }
    }

private:
    bool sameClass(std::size_t d, std::size_t object) const { return m_objects[object]->classId == m_found[d].classId; }
    void match() {
        m_taken.assign(m_objects.size(), 0);
        m_right.assign(m_found.size(), 0);
        for (std::size_t d = 0; d < m_found.size(); ++d) {
            const Best best = bestOf(m_iou[d], [&](std::size_t object) { return m_taken[object] == 0 && sameClass(d, object); });
            if (best.iou >= kPositive)
                m_right[d] = m_taken[static_cast<std::size_t>(best.place)] = 1;
        }
    }
    /// Whether it lies in a crowd region of its class.
    bool excused(std::size_t d) const {
        return std::any_of(m_crowds.begin(), m_crowds.end(), [&](const TruthBox* crowd) {
            return crowd->classId == m_found[d].classId && overlapOf(m_found[d].box, crowd->box, true) > kPositive;
        });
    }
    /// The type of a wrong detection, and the object it is about (-1: none).
    std::pair<ErrorType, int> why(std::size_t d) const {
        const Best own = bestOf(m_iou[d], [&](std::size_t object) { return sameClass(d, object); });
        if (own.iou >= kBackground && own.iou <= kPositive)
            return {ErrorType::Localisation, own.place};
        if (const Best other = bestOf(m_iou[d], [&](std::size_t object) { return !sameClass(d, object); }); other.iou >= kPositive)
            return {ErrorType::Classification, other.place};
        if (const Best taken = bestOf(m_iou[d], [&](std::size_t object) { return sameClass(d, object) && m_taken[object] != 0; }); taken.iou >= kPositive)
            return {ErrorType::Duplicate, taken.place};
        const bool nearNothing = bestOf(m_iou[d], [](std::size_t) { return true; }).iou <= kBackground;
        return {nearNothing ? ErrorType::Background : ErrorType::Both, -1};
    }
    static void add(Collected& into, ErrorType type, std::uint32_t image, int detection, int truth) {
        into.report.errors.push_back({type, image, detection, truth});
        ++into.report.types[static_cast<std::size_t>(type)].count;
    }

    std::span<const detect::Detection> m_found;
    std::vector<const TruthBox*> m_objects, m_crowds;
    std::vector<int> m_places;               ///< of the objects among all truths of the image
    std::vector<std::vector<double>> m_iou;  ///< [detection][object]
    std::vector<char> m_taken, m_right;
};

/// The curves after mending: `mend` says which wrong detections, `change` what becomes of every point that stays. Wrong ones come before
/// right ones of the same score, as in tidecv.
Curves mended(const Collected& all, const std::function<bool(ErrorType)>& mend, const std::function<Point(Point)>& change = {}) {
    Curves curves;
    const auto put = [&](int id, Point point) { curves[id].points.push_back(change ? change(point) : point); };
    for (const auto& [id, curve] : all.curves)
        curves[id].labels = curve.labels;
    for (const Wrong& wrong : all.wrong) {
        if (!mend(wrong.type) && !wrong.excused)
            put(wrong.classId, {wrong.score, false});
        else if (mend(wrong.type) && wrong.mendedClass)
            put(*wrong.mendedClass, {wrong.score, true});
    }
    for (const auto& [id, points] : all.right)
        for (const Point& point : points)
            put(id, point);
    return curves;
}

void leaveOut(Curves& curves, const std::map<int, std::int64_t>& objects) {
    for (const auto& [id, count] : objects)
        curves[id].labels -= count;
}

} // namespace

ErrorReport findErrors(const detect::DetectionSet& detections, const Truth& truth) {
    Collected all;
    for (std::size_t image = 0; image < detections.images.size(); ++image)
        Frame(detections.of(image), truth.of(image)).collect(static_cast<std::uint32_t>(image), all);
    ErrorReport report = std::move(all.report);
    report.ap50 = meanAp(all.curves);
    for (std::size_t t = 0; t < kErrorTypes; ++t) {
        Curves curves = mended(all, [t](ErrorType type) { return static_cast<std::size_t>(type) == t; });
        if (t == static_cast<std::size_t>(ErrorType::Missed))
            leaveOut(curves, all.missed);
        report.types[t].dap = std::max(0.0, meanAp(curves) - report.ap50);
    }
    const auto none = [](ErrorType) { return false; };
    report.falsePositives = meanAp(mended(all, none, [](Point point) { return Point{point.right ? 1.0F : 0.0F, point.right}; })) - report.ap50;
    Curves found = mended(all, none);
    leaveOut(found, all.unfound);
    report.falseNegatives = meanAp(found) - report.ap50;
    return report;
}

} // namespace intersect::eval
