// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <queue>

#include "core/base/threads.h"
#include "core/select/diverse_rows.h"

namespace intersect::select {
namespace {

constexpr std::size_t kMostJudges = 2000;

/// A row that may be chosen and what it would add; `round` says how many had been chosen when that was computed.
struct Offer {
    double gain = 0;
    std::uint32_t place = 0;
    std::size_t round = 0;
    bool operator<(const Offer& other) const { return gain != other.gain ? gain < other.gain : place > other.place; }
};

} // namespace

std::vector<std::uint32_t> facilityLocation(const FeatureRows& features, const DiverseRequest& request) {
    const std::size_t rows = request.rows.size();
    const std::size_t judges = std::min(rows, kMostJudges);
    std::vector<std::uint32_t> judge(judges); // rows whose likeness makes up the sum
    for (std::size_t k = 0; k < judges; ++k)
        judge[k] = request.rows[k * rows / judges];
    std::vector<float> likeness(rows * judges); // [rows, judges]
    parallelFor(rows, availableCores(), [&](std::size_t i) {
        for (std::size_t k = 0; k < judges; ++k)
            likeness[i * judges + k] = std::max(0.0F, scalarProduct(features.row(request.rows[i]), features.row(judge[k]), features.width));
    });
    std::vector<float> best(judges, 0.0F);
    for (const std::uint32_t center : request.centers) {
        for (std::size_t k = 0; k < judges; ++k)
            best[k] = std::max(best[k], scalarProduct(features.row(center), features.row(judge[k]), features.width));
    }
    const auto gainOf = [&](std::uint32_t place) {
        const float* like = likeness.data() + place * judges;
        double gain = 0;
        for (std::size_t k = 0; k < judges; ++k)
            gain += static_cast<double>(std::max(0.0F, like[k] - best[k]));
        return gain;
    };
    std::vector<Offer> first(rows);
    parallelFor(rows, availableCores(), [&](std::size_t i) { first[i] = {gainOf(static_cast<std::uint32_t>(i)), static_cast<std::uint32_t>(i), 0}; });
    std::priority_queue<Offer> offers(std::less<Offer>(), std::move(first));
    std::vector<std::int64_t> room = request.room;
    std::vector<std::uint32_t> chosen;
    while (static_cast<std::int64_t>(chosen.size()) < request.count && !offers.empty()) {
        Offer offer = offers.top();
        offers.pop();
        if (room[request.cameras[offer.place]] < 1)
            continue;
        // What an offer adds only falls as more are chosen: one that is up to date and on top is the best.
        if (offer.round < chosen.size()) {
            offer.gain = gainOf(offer.place);
            offer.round = chosen.size();
            offers.push(offer);
            continue;
        }
        --room[request.cameras[offer.place]];
        chosen.push_back(offer.place);
        const float* like = likeness.data() + offer.place * judges;
        for (std::size_t k = 0; k < judges; ++k)
            best[k] = std::max(best[k], like[k]);
    }
    return chosen;
}

} // namespace intersect::select
