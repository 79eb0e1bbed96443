// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/suspect_labels.h"

#include <algorithm>
#include <cmath>

#include "core/eval/overlap.h"

namespace intersect::eval {
namespace {

constexpr double kUsualSide = 32; ///< px: at this size a label no detection comes near ranks half

/// One image and what is near what in it.
class Frame {
public:
    Frame(std::span<const detect::Detection> found, std::span<const TruthBox> truth, const SuspectRequest& request, std::uint32_t image)
        : m_found(found), m_truth(truth), m_request(request), m_image(image) {}

    void collect(std::vector<Suspect>& into) const {
        for (std::size_t d = 0; d < m_found.size() && m_found[d].score >= m_request.sure; ++d)
            askDetection(d, into);
        for (std::size_t t = 0; t < m_truth.size(); ++t)
            if (!m_truth[t].crowd)
                askLabel(t, into);
    }

private:
    double overlap(std::size_t d, std::size_t t) const { return overlapOf(m_found[d].box, m_truth[t].box, m_truth[t].crowd); }

    /// Whether a surer detection lies on the same place: what it says is enough.
    bool saidBefore(std::size_t d) const {
        for (std::size_t before = 0; before < d; ++before)
            if (overlapOf(m_found[d].box, m_found[before].box) >= m_request.inPlace)
                return true;
        return false;
    }
    void askDetection(std::size_t d, std::vector<Suspect>& into) const {
        double best = 0;
        for (std::size_t t = 0; t < m_truth.size(); ++t)
            best = std::max(best, overlap(d, t));
        if (best < m_request.near && !saidBefore(d))
            into.push_back({SuspectKind::MissingLabel, m_image, static_cast<std::int32_t>(d), -1, static_cast<float>(best), static_cast<double>(m_found[d].score)});
    }
    void askLabel(std::size_t t, std::vector<Suspect>& into) const {
        double best = 0, ownScore = 0;
        std::size_t own = m_found.size(), other = m_found.size(); // the surest of its class near it, and of another class in its place
        for (std::size_t d = 0; d < m_found.size(); ++d) {
            const double iou = overlap(d, t);
            best = std::max(best, iou);
            const bool sameClass = m_found[d].classId == m_truth[t].classId;
            if (sameClass && iou >= m_request.near && own == m_found.size())
                own = d;
            if (sameClass && iou >= m_request.inPlace)
                ownScore = std::max(ownScore, static_cast<double>(m_found[d].score));
            if (!sameClass && iou >= m_request.inPlace && other == m_found.size())
                other = d;
        }
        const auto add = [&](SuspectKind kind, std::size_t d, double iou, double rank) {
            into.push_back({kind, m_image, d < m_found.size() ? static_cast<std::int32_t>(d) : -1, static_cast<std::int32_t>(t), static_cast<float>(iou), rank});
        };
        if (best < m_request.near) {
            const double side = std::sqrt(std::max(0.0, areaOf(m_truth[t].box)));
            add(SuspectKind::NothingThere, m_found.size(), best, (1 - best / m_request.near) * side / (side + kUsualSide));
            return;
        }
        if (other < m_found.size() && m_found[other].score >= m_request.sure && m_found[other].score > ownScore) {
            add(SuspectKind::WrongClass, other, overlap(other, t), static_cast<double>(m_found[other].score) - ownScore);
            return;
        }
        if (own < m_found.size() && m_found[own].score >= m_request.sure && overlap(own, t) < m_request.wellPlaced && isItsLabel(own, t))
            add(SuspectKind::BadlyPlaced, own, overlap(own, t), static_cast<double>(m_found[own].score) * (1 - overlap(own, t)));
    }
    /// Whether no other label of that class fits the detection better.
    bool isItsLabel(std::size_t d, std::size_t t) const {
        for (std::size_t k = 0; k < m_truth.size(); ++k)
            if (k != t && m_truth[k].classId == m_truth[t].classId && overlap(d, k) > overlap(d, t))
                return false;
        return true;
    }

    std::span<const detect::Detection> m_found;
    std::span<const TruthBox> m_truth;
    const SuspectRequest& m_request;
    std::uint32_t m_image;
};

} // namespace

std::vector<Suspect> findSuspects(const detect::DetectionSet& detections, const Truth& truth, const SuspectRequest& request) {
    std::vector<Suspect> suspects;
    for (std::size_t image = 0; image < detections.images.size(); ++image)
        Frame(detections.of(image), truth.of(image), request, static_cast<std::uint32_t>(image)).collect(suspects);
    std::stable_sort(suspects.begin(), suspects.end(), [](const Suspect& a, const Suspect& b) { return a.rank > b.rank; });
    return suspects;
}

} // namespace intersect::eval
