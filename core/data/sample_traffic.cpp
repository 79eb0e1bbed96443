// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_traffic.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/random.h"

namespace intersect::data::sample {
namespace {

/// How far the lane's row of slots has moved after that time, metres.
double movedAt(const Lane& lane, double seconds, double phase) {
    if (lane.speed == 0)
        return 0;
    if (lane.green == 0)
        return lane.speed * seconds + 1.5 * std::sin(2 * std::numbers::pi * seconds / 37 + phase);
    // At green the row moves by a whole number of slots and eases in and out, so that at red the same slots stand in the junction.
    const double t = seconds / (2 * lane.green) + (lane.second ? 0.5 : 0.0);
    const double perGreen = std::round(lane.speed * lane.green / lane.slot) * lane.slot;
    const double part = std::clamp((t - std::floor(t)) * 2 / 0.9, 0.0, 1.0);
    return (std::floor(t) + part * part * (3 - 2 * part)) * perGreen;
}

bool isGreen(const Lane& lane, double seconds) {
    const double t = seconds / (2 * lane.green) + (lane.second ? 0.5 : 0.0);
    return t - std::floor(t) < 0.45;
}

struct Slot {
    bool taken = false;
    Kind kind = Kind::Car;
    double shift = 0, aside = 0; ///< -1..1
    std::uint64_t look = 0;
};

Slot slotOf(const Lane& lane, std::uint64_t traffic, std::uint64_t laneNumber, std::int64_t number) {
    RandomStream random({traffic, laneNumber, static_cast<std::uint64_t>(number)});
    Slot slot;
    slot.taken = random.chance(lane.occupancy);
    double draw = random.uniform();
    for (std::size_t kind = 0; kind < lane.mix.size(); ++kind) {
        if (draw < lane.mix[kind]) {
            slot.kind = static_cast<Kind>(kind);
            break;
        }
        draw -= lane.mix[kind];
    }
    slot.shift = random.uniform(-1, 1);
    slot.aside = random.uniform(-1, 1);
    slot.look = random.next();
    return slot;
}

bool isLong(Kind kind) {
    return kind == Kind::Bus || kind == Kind::Truck;
}

} // namespace

std::vector<Vehicle> vehiclesAt(const SceneCamera& camera, std::uint64_t traffic, double seconds) {
    std::vector<Vehicle> vehicles;
    for (std::size_t n = 0; n < camera.lanes.size(); ++n) {
        const Lane& lane = camera.lanes[n];
        const Path& path = camera.roads[lane.road].path;
        RandomStream start({traffic, n, 0x57A27});
        const double phase = start.uniform(0, 6.28);
        // A lane with a light starts where its red positions are known; the others anywhere.
        const double moved = movedAt(lane, seconds, phase) + (lane.green > 0 ? 0 : start.uniform(0, lane.slot));
        const bool tight = lane.slot < 14; // a long vehicle needs the slot behind it too
        const auto first = static_cast<std::int64_t>(std::floor((moved - path.length) / lane.slot));
        const auto last = static_cast<std::int64_t>(std::ceil(moved / lane.slot));
        for (std::int64_t k = first; k <= last; ++k) {
            const Slot slot = slotOf(lane, traffic, n, k);
            if (!slot.taken)
                continue;
            if (tight) {
                const Slot ahead = slotOf(lane, traffic, n, k - 1);
                if (ahead.taken && isLong(ahead.kind))
                    continue;
            }
            const double ownShift = slot.shift * lane.slot * (lane.green > 0 ? 0.05 : 0.13) - (tight && isLong(slot.kind) ? lane.slot / 2 : 0);
            if (lane.green > 0) {
                const double perGreen = std::round(lane.speed * lane.green / lane.slot) * lane.slot;
                const double margin = isLong(slot.kind) ? 6.0 : 2.4;
                const double begin = lane.against ? path.length - lane.boxEnd : lane.boxBegin;
                const double end = lane.against ? path.length - lane.boxBegin : lane.boxEnd;
                const double red = -static_cast<double>(k) * lane.slot + ownShift;
                const double inBox = begin - margin + std::fmod(std::fmod(red - (begin - margin), perGreen) + perGreen, perGreen);
                if (inBox < end + margin)
                    continue; // it would stand in the junction at red
            }
            double along = moved - static_cast<double>(k) * lane.slot + ownShift;
            if (along < 0 || along > path.length)
                continue;
            if (lane.against)
                along = path.length - along;
            const double aside = slot.aside * (slot.kind == Kind::Motorcycle ? 0.9 : 0.2);
            const Path::Pose pose = path.at(along, lane.left + aside);
            vehicles.push_back({slot.kind, pose.position, pose.heading + (lane.against ? std::numbers::pi : 0.0), slot.look,
                                lane.speed == 0 || (lane.green > 0 && !isGreen(lane, seconds))});
        }
    }
    return vehicles;
}

} // namespace intersect::data::sample
