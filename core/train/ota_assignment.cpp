// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/ota_assignment.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "core/loss/dual.h"

namespace intersect::train {

namespace {

constexpr std::size_t kLargestIous = 10;
constexpr double kIouWeight = 3;
constexpr double kLeastLog = -100; ///< of a probability that rounds to 0, as in torch's binary_cross_entropy

/// A box as fractions of the network input.
struct Corners {
    double x1, y1, x2, y2;
};

Corners cornersOf(double cx, double cy, double w, double h) {
    return {cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2};
}

double iou(const Corners& a, const Corners& b) {
    const double w = std::min(a.x2, b.x2) - std::max(a.x1, b.x1), h = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
    if (w <= 0 || h <= 0)
        return 0;
    const double both = w * h;
    return both / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - both);
}

/// One candidate of an image: where it is and what the network predicts there.
struct Candidate {
    std::size_t level, cell;
    Corners box;
    const float* output;
    double noClass; ///< BCE against no class at all
};

/// ln y and ln(1 - y) of y = sqrt(class * objectness).
struct Logs {
    double y, rest;
};

Logs logsOf(const float* output, int classId) {
    const double y = -(loss::softplus(-static_cast<double>(output[5 + classId])) + loss::softplus(-static_cast<double>(output[4]))) / 2;
    return {std::max(y, kLeastLog), std::max(std::log(-std::expm1(y)), kLeastLog)};
}

Candidate candidateOf(std::span<const LevelCandidates> levels, std::size_t level, std::size_t cell, int classes) {
    const LevelCandidates& from = levels[level];
    const Assignment& place = from.cells[cell];
    const float* output = from.outputs.data() + cell * static_cast<std::size_t>(5 + classes);
    const auto& anchor = from.shape.anchors[static_cast<std::size_t>(place.anchor)];
    const auto side = [](float logit, float anchorSide, int cells) {
        const double twice = 2 * loss::sigmoid(static_cast<double>(logit));
        return twice * twice * anchorSide / cells;
    };
    const auto centre = [](float logit, int at, int cells) { return (2 * loss::sigmoid(static_cast<double>(logit)) - 0.5 + at) / cells; };
    Candidate candidate{level, cell,
                        cornersOf(centre(output[0], place.gi, from.shape.nx), centre(output[1], place.gj, from.shape.ny),
                                  side(output[2], anchor[0], from.shape.nx), side(output[3], anchor[1], from.shape.ny)),
                        output, 0};
    for (int c = 0; c < classes; ++c)
        candidate.noClass -= logsOf(output, c).rest;
    return candidate;
}

/// The objects and candidates of one image, and what each pair costs.
class Image {
public:
    Image(std::vector<const TargetRow*> objects, std::vector<Candidate> candidates) : m_objects(std::move(objects)), m_candidates(std::move(candidates)) {
        const std::size_t pairs = m_objects.size() * m_candidates.size();
        m_ious.reserve(pairs);
        m_costs.reserve(pairs);
        for (const TargetRow* object : m_objects) {
            const Corners truth = cornersOf(object->cx, object->cy, object->w, object->h);
            for (const Candidate& candidate : m_candidates) {
                const Logs logs = logsOf(candidate.output, object->classId);
                m_ious.push_back(iou(truth, candidate.box));
                m_costs.push_back(candidate.noClass + logs.rest - logs.y - kIouWeight * std::log(m_ious.back() + 1e-8));
            }
        }
    }

    /// The object of each candidate, none where no object takes it.
    std::vector<const TargetRow*> dealt() const {
        std::vector<int> takers(m_candidates.size(), 0);
        std::vector<const TargetRow*> owners(m_candidates.size(), nullptr);
        for (std::size_t object = 0; object < m_objects.size(); ++object)
            for (const std::size_t candidate : cheapest(object)) {
                ++takers[candidate];
                owners[candidate] = m_objects[object];
            }
        for (std::size_t candidate = 0; candidate < takers.size(); ++candidate) {
            if (takers[candidate] < 2)
                continue;
            std::size_t least = 0;
            for (std::size_t object = 1; object < m_objects.size(); ++object)
                if (cost(object, candidate) < cost(least, candidate))
                    least = object;
            owners[candidate] = m_objects[least];
        }
        return owners;
    }
    const std::vector<Candidate>& candidates() const { return m_candidates; }

private:
    double cost(std::size_t object, std::size_t candidate) const { return m_costs[object * m_candidates.size() + candidate]; }

    /// How many candidates an object takes.
    std::size_t share(std::size_t object) const {
        const auto begin = m_ious.begin() + static_cast<std::ptrdiff_t>(object * m_candidates.size());
        std::vector<double> largest(std::min(kLargestIous, m_candidates.size()));
        std::partial_sort_copy(begin, begin + static_cast<std::ptrdiff_t>(m_candidates.size()), largest.begin(), largest.end(), std::greater<>());
        const double sum = std::accumulate(largest.begin(), largest.end(), 0.0);
        return std::max<std::size_t>(1, static_cast<std::size_t>(sum));
    }

    std::vector<std::size_t> cheapest(std::size_t object) const {
        std::vector<std::size_t> order(m_candidates.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        const std::size_t count = share(object);
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(), [&](std::size_t a, std::size_t b) {
            return std::pair(cost(object, a), a) < std::pair(cost(object, b), b);
        });
        order.resize(count);
        return order;
    }

    std::vector<const TargetRow*> m_objects;
    std::vector<Candidate> m_candidates;
    std::vector<double> m_ious, m_costs; ///< [objects, candidates]
};

/// The object at a cell that it was dealt to.
Assignment rowOf(const TargetRow& object, const Assignment& cell, const LevelShape& level) {
    const auto nx = static_cast<float>(level.nx), ny = static_cast<float>(level.ny);
    Assignment row = cell;
    row.classId = object.classId;
    row.tx = object.cx * nx - static_cast<float>(cell.gi);
    row.ty = object.cy * ny - static_cast<float>(cell.gj);
    row.tw = object.w * nx;
    row.th = object.h * ny;
    return row;
}

} // namespace

std::vector<Assignment> distinctCells(const std::vector<Assignment>& rows) {
    std::set<std::tuple<int, int, int, int>> seen;
    std::vector<Assignment> cells;
    for (const Assignment& row : rows)
        if (seen.insert({row.image, row.anchor, row.gj, row.gi}).second)
            cells.push_back(row);
    return cells;
}

std::vector<std::vector<Assignment>> assignByCost(std::span<const TargetRow> targets, std::span<const LevelCandidates> levels, int classes) {
    std::map<int, std::vector<const TargetRow*>> objects;
    for (const TargetRow& target : targets)
        objects[target.image].push_back(&target);
    std::map<int, std::vector<Candidate>> candidates;
    for (std::size_t level = 0; level < levels.size(); ++level)
        for (std::size_t cell = 0; cell < levels[level].cells.size(); ++cell)
            candidates[levels[level].cells[cell].image].push_back(candidateOf(levels, level, cell, classes));

    std::vector<std::vector<Assignment>> rows(levels.size());
    for (auto& [number, found] : candidates) {
        const Image image(std::move(objects[number]), std::move(found));
        const std::vector<const TargetRow*> owners = image.dealt();
        for (std::size_t i = 0; i < owners.size(); ++i)
            if (owners[i] != nullptr) {
                const Candidate& candidate = image.candidates()[i];
                const LevelCandidates& level = levels[candidate.level];
                rows[candidate.level].push_back(rowOf(*owners[i], level.cells[candidate.cell], level.shape));
            }
    }
    return rows;
}

} // namespace intersect::train
