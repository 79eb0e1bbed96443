// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_cameras.h"

#include <numbers>

#include "core/base/random.h"

namespace intersect::data::sample {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kLaneWidth = 3.5;

/// A road with `perSide` lanes each way, `middle` metres between the two inner lines.
Road twoWayRoad(const Path& path, int perSide, double middle, double shoulder) {
    Road road;
    road.path = path;
    const double inner = middle / 2, outer = inner + perSide * kLaneWidth;
    road.halfWidth = outer + shoulder;
    for (const double side : {-1.0, 1.0}) {
        road.markings.push_back({side * (middle > 0.6 ? inner : 0.12), false, true});
        for (int lane = 1; lane < perSide; ++lane)
            road.markings.push_back({side * (inner + lane * kLaneWidth), true, false});
        road.markings.push_back({side * outer, false, false});
    }
    return road;
}

/// The middle of the n-th lane (0: innermost), right of the road's middle for those who drive along it.
double laneMiddle(int lane, double middle) {
    return middle / 2 + (lane + 0.5) * kLaneWidth;
}

void addTraffic(SceneCamera& camera, std::size_t road, int perSide, double middle, const Lane& like) {
    for (const bool against : {false, true})
        for (int i = 0; i < perSide; ++i) {
            Lane lane = like;
            lane.road = road;
            lane.against = against;
            lane.left = (against ? 1.0 : -1.0) * laneMiddle(i, middle);
            lane.speed = like.speed * (1.12 - 0.1 * i);
            camera.lanes.push_back(lane);
        }
}

SceneCamera highway(RandomStream& random) {
    SceneCamera camera{.name = "173", .view = {9.5, 15 * kDegree, -5 * kDegree, 320}};
    camera.roads.push_back(twoWayRoad({{-7.5, 2}, 90 * kDegree, 0, 150}, 3, 3.0, 2.4));
    camera.roads[0].median = 0.4;
    addTraffic(camera, 0, 3, 3.0, {.speed = 9, .slot = 17, .occupancy = 0.42, .mix = {0.74, 0.07, 0.04, 0.15}});
    for (double y = 24; y < 150; y += 32)
        camera.lampPosts.push_back({6.5, y});
    camera.gantry = random.uniform(66, 74);
    camera.compass = -0.9;
    camera.trees = 46;
    camera.buildings = 5;
    camera.jpegQuality = 82;
    return camera;
}

SceneCamera jam(RandomStream& random) {
    SceneCamera camera{.name = "398", .view = {8.2, 19 * kDegree, 9 * kDegree, 330}};
    camera.roads.push_back(twoWayRoad({{4.0, -4}, (82 + random.uniform(-1, 1)) * kDegree, 0, 130}, 4, 1.6, 1.2));
    camera.roads[0].median = 0.35;
    addTraffic(camera, 0, 4, 1.6, {.speed = 3.2, .slot = 11.5, .occupancy = 0.52, .mix = {0.74, 0.09, 0.05, 0.12}});
    for (double s = 20; s < 120; s += 28)
        camera.lampPosts.push_back(camera.roads[0].path.at(s, 17.5).position);
    camera.trees = 14;
    camera.buildings = 26;
    camera.compass = 1.1;
    camera.jpegQuality = 50;
    camera.blur = 0.6;
    camera.colourfulness = 0.85;
    return camera;
}

SceneCamera curve(RandomStream& random) {
    SceneCamera camera{.name = "410", .view = {7.5, 15 * kDegree, -6 * kDegree, 300}};
    camera.roads.push_back(twoWayRoad({{9, -2}, 96 * kDegree, 0.0125 + random.uniform(-0.0008, 0.0008), 125}, 1, 0, 1.0));
    addTraffic(camera, 0, 1, 0, {.speed = 7, .slot = 20, .occupancy = 0.5, .mix = {0.66, 0.16, 0.04, 0.14}});
    for (const double s : {34.0, 60.0, 86.0})
        camera.lampPosts.push_back(camera.roads[0].path.at(s, -6.5).position);
    camera.trees = 110;
    camera.compass = 2.4;
    camera.buildings = 2;
    camera.minimumDistance = 14;
    camera.jpegQuality = 70;
    camera.rainChance = 0.3;
    return camera;
}

SceneCamera avenue(RandomStream& random) {
    SceneCamera camera{.name = "495", .view = {10.5, 23 * kDegree, 0, 305}};
    camera.roads.push_back(twoWayRoad({{-36, 9}, (25 + random.uniform(-2, 2)) * kDegree, 0, 120}, 2, 0, 2.6));
    camera.roads[0].pavement = 4;
    addTraffic(camera, 0, 2, 0, {.speed = 6, .slot = 17, .occupancy = 0.40, .mix = {0.68, 0.11, 0.12, 0.09}});
    for (const bool against : {false, true})
        camera.lanes.push_back({.left = against ? 8.5 : -8.5, .against = against, .speed = 0, .slot = 7.5, .occupancy = 0.18,
                                .mix = {0.86, 0.08, 0, 0.06}});
    for (double s = 14; s < 110; s += 26)
        camera.lampPosts.push_back(camera.roads[0].path.at(s, 11).position);
    camera.trees = 26;
    camera.buildings = 40;
    camera.minimumDistance = 16;
    camera.compass = 0.6;
    camera.jpegQuality = 76;
    return camera;
}

SceneCamera junction(RandomStream& random) {
    SceneCamera camera{.name = "170", .view = {12, 21 * kDegree, 3 * kDegree, 290}};
    const cv::Point2d centre(1, 31);
    const double north = (80 + random.uniform(-3, 3)) * kDegree, east = (-6 + random.uniform(-3, 3)) * kDegree;
    const Path along{centre - cv::Point2d(std::cos(north), std::sin(north)) * 30, north, 0, 110};
    const Path across{centre - cv::Point2d(std::cos(east), std::sin(east)) * 60, east, 0, 120};
    camera.roads.push_back(twoWayRoad(along, 2, 0, 0.6));
    camera.roads.push_back(twoWayRoad(across, 2, 0, 0.6));
    camera.roads[0].pavement = camera.roads[1].pavement = 3.5;
    camera.roads[0].crossings = {30 - 11.5, 30 + 11.5};
    camera.roads[1].crossings = {60 - 11.5, 60 + 11.5};
    const std::array<double, 4> mix = {0.74, 0.10, 0.07, 0.09};
    addTraffic(camera, 0, 2, 0, {.speed = 6, .slot = 10.5, .occupancy = 0.62, .mix = mix, .green = 14, .boxBegin = 17, .boxEnd = 43});
    addTraffic(camera, 1, 2, 0, {.speed = 6, .slot = 10.5, .occupancy = 0.55, .mix = mix, .green = 14, .second = true, .boxBegin = 47, .boxEnd = 73});
    for (const cv::Point2d corner : {cv::Point2d(-10, -10), cv::Point2d(10, 10), cv::Point2d(12, -11), cv::Point2d(-12, 11)})
        camera.lampPosts.push_back(centre + corner);
    camera.trees = 16;
    camera.buildings = 34;
    camera.compass = 0.9;
    camera.jpegQuality = 62;
    return camera;
}

SceneCamera merge(RandomStream& random) {
    SceneCamera camera{.name = "511", .view = {10, 17 * kDegree, 14 * kDegree, 310}};
    camera.roads.push_back(twoWayRoad({{-6, -4}, (84 + random.uniform(-1, 1)) * kDegree, 0, 140}, 2, 2.4, 2.0));
    camera.roads[0].median = 0.4;
    Road ramp;
    ramp.path = {{36, 14}, 140 * kDegree, -0.0105, 95};
    ramp.halfWidth = 3.2;
    ramp.markings = {{-2.5, false, false}, {2.5, false, true}};
    camera.roads.push_back(ramp);
    addTraffic(camera, 0, 2, 2.4, {.speed = 8, .slot = 17, .occupancy = 0.42, .mix = {0.64, 0.07, 0.06, 0.23}});
    camera.lanes.push_back({.road = 1, .left = 0, .speed = 6, .slot = 15, .occupancy = 0.4, .mix = {0.66, 0.10, 0.04, 0.20}});
    for (double s = 26; s < 130; s += 30)
        camera.lampPosts.push_back(camera.roads[0].path.at(s, 13).position);
    camera.trees = 40;
    camera.buildings = 12;
    camera.compass = -0.4;
    camera.jpegQuality = 34;
    camera.blur = 0.8;
    camera.colourfulness = 0.7;
    return camera;
}

} // namespace

std::vector<SceneCamera> sceneCameras(std::uint64_t seed) {
    std::vector<SceneCamera> cameras;
    std::uint64_t number = 0;
    for (const auto make : {junction, highway, jam, curve, avenue, merge}) {
        RandomStream random({seed, 0xCA3E7A, number++});
        SceneCamera camera = make(random);
        // Nobody hangs two cameras quite alike.
        camera.view.height *= random.uniform(0.97, 1.03);
        camera.view.pitch += random.uniform(-0.6, 0.6) * kDegree;
        camera.view.yaw += random.uniform(-1.5, 1.5) * kDegree;
        cameras.push_back(std::move(camera));
    }
    return cameras;
}

} // namespace intersect::data::sample
