// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/edited_counts.h"

#include <algorithm>

#include "core/select/apportion.h"

namespace intersect::select {
namespace {

/// The unlocked places but one, with the range their counts can sum to.
struct Free {
    std::vector<std::size_t> places;
    std::int64_t least = 0, most = 0;
};

Free freePlaces(const std::vector<EditedCount>& places, std::size_t but) {
    Free free;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i == but || places[i].locked)
            continue;
        free.places.push_back(i);
        free.least += places[i].least;
        free.most += places[i].most;
    }
    return free;
}

/// Deals `total`, which lies within their range, to the free places.
void dealTo(std::vector<EditedCount>& places, const Free& free, std::int64_t total) {
    std::vector<double> weights;
    std::vector<std::int64_t> least, most;
    for (const std::size_t i : free.places) {
        weights.push_back(places[i].exact);
        least.push_back(places[i].least);
        most.push_back(places[i].most);
    }
    if (std::none_of(weights.begin(), weights.end(), [](double weight) { return weight > 0; }))
        std::fill(weights.begin(), weights.end(), 1.0);
    const std::vector<double> exact = exactShares(total, weights);
    const std::vector<std::int64_t> counts = apportionBetween(total, weights, least, most);
    for (std::size_t k = 0; k < free.places.size(); ++k) {
        EditedCount& place = places[free.places[k]];
        place.count = counts[k];
        // A share of 0 would never grow again: with nothing to deal the proportions stay.
        if (total > 0)
            place.exact = exact[k];
    }
}

std::int64_t sumOf(const std::vector<EditedCount>& places) {
    std::int64_t sum = 0;
    for (const EditedCount& place : places)
        sum += place.count;
    return sum;
}

} // namespace

std::vector<EditedCount> withCount(std::vector<EditedCount> places, std::size_t edited, std::int64_t wanted) {
    const Free free = freePlaces(places, edited);
    std::int64_t held = 0; // by the edited place and the free ones together
    held += places[edited].count;
    for (const std::size_t i : free.places)
        held += places[i].count;
    EditedCount& place = places[edited];
    std::int64_t count = std::clamp(wanted, place.least, std::max(place.least, place.most));
    if (!free.places.empty())
        count = std::clamp(count, std::max(place.least, held - free.most), std::max(place.least, held - free.least));
    place.count = count;
    place.exact = static_cast<double>(count);
    if (!free.places.empty())
        dealTo(places, free, held - count);
    return places;
}

std::vector<EditedCount> withSum(std::vector<EditedCount> places, std::int64_t sum) {
    const Free free = freePlaces(places, places.size());
    std::int64_t locked = sumOf(places);
    for (const std::size_t i : free.places)
        locked -= places[i].count;
    dealTo(places, free, std::clamp(sum - locked, free.least, std::max(free.least, free.most)));
    return places;
}

} // namespace intersect::select
