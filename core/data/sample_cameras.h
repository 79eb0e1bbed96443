// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/data/sample_view.h"

namespace intersect::data::sample {

/// What drives; the order is that of kClassIds.
enum class Kind { Car, Motorcycle, Bus, Truck };
/// The ids these have among COCO's 80 classes.
constexpr std::array<int, 4> kClassIds = {2, 3, 5, 7};

/// A painted line along a road.
struct Marking {
    double left = 0; ///< metres from the road's middle
    bool dashed = false;
    bool yellow = false;
};

/// A strip of asphalt with its lines.
struct Road {
    Path path;
    double halfWidth = 7;
    double median = 0;   ///< half the width of a barrier in the middle; 0: none
    double pavement = 0; ///< width of the footway on both sides; 0: gravel and grass
    std::vector<Marking> markings;
    std::vector<double> crossings; ///< zebra crossings at these metres along the road
};

/// Vehicles that follow each other on one road.
struct Lane {
    std::size_t road = 0;
    double left = 0;       ///< metres from the road's middle
    bool against = false;  ///< drives towards the road's origin
    double speed = 8;      ///< metres a second; 0: parked
    double slot = 16;      ///< metres a vehicle has
    double occupancy = 0.5; ///< share of slots with a vehicle
    std::array<double, 4> mix = {0.74, 0.08, 0.05, 0.13}; ///< shares of the kinds
    double green = 0;      ///< seconds a traffic light lets this lane go, and as many it stands; 0: no light
    bool second = false;   ///< goes while the others stand
    double boxBegin = 0, boxEnd = 0; ///< metres along the road nobody may stand in at red
};

/// One webcam: where it looks from, what is there and how good it is.
struct SceneCamera {
    std::string name;
    View view;
    std::vector<Road> roads = {};
    std::vector<Lane> lanes = {};
    std::vector<cv::Point2d> lampPosts = {}; ///< metres on the ground
    double gantry = 0;      ///< metres along the first road where a sign spans it; 0: none
    int trees = 0, buildings = 0;
    double minimumDistance = 20; ///< nearest tree or building, metres
    int jpegQuality = 75;
    double blur = 0;        ///< of the lens, pixels
    double colourfulness = 1;
    double rainChance = 0.15; ///< of an hour
    double compass = 0;     ///< radians: turns the sun's way over the picture
    bool caption = true;    ///< text burnt into the picture
};

/// The six cameras of the sample, with scenery that varies a little with the seed.
std::vector<SceneCamera> sceneCameras(std::uint64_t seed);

} // namespace intersect::data::sample
