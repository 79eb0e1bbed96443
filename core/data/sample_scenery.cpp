// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_scenery.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "core/base/random.h"

namespace intersect::data::sample {
namespace {

bool isOnRoad(const SceneCamera& camera, const cv::Point2d& p, double margin) {
    return std::any_of(camera.roads.begin(), camera.roads.end(), [&](const Road& road) {
        const Path::Local place = road.path.local(p);
        return place.along > -30 && place.along < road.path.length + 40 && std::abs(place.left) < road.halfWidth + road.pavement + margin;
    });
}

/// Whether something of that size would hide a piece of road from the camera, or stand on one.
bool hidesRoad(const SceneCamera& camera, const cv::Point2d& p, double radius, double height) {
    const double distance = std::hypot(p.x, p.y);
    const cv::Point2d away = p / distance, aside(-away.y, away.x);
    const double above = camera.view.height - height;
    const double reach = above > 0.5 ? std::min(160.0, distance * height / above) : 160.0;
    for (const double side : {-1.0, -0.5, 0.0, 0.5, 1.0})
        for (double beyond = -radius; beyond <= reach + radius; beyond += 2)
            if (isOnRoad(camera, p * (1 + beyond / distance) + aside * (side * radius * (1 + std::max(0.0, beyond) / distance)), 1.5))
                return true;
    return false;
}

/// A random place in sight.
cv::Point2d placeInSight(const SceneCamera& camera, RandomStream& random, double nearest, double farthest) {
    const double half = std::atan(kWidth / 2.0 / camera.view.focal) * 1.15;
    const double angle = camera.view.yaw + random.uniform(-half, half);
    const double distance = nearest + (farthest - nearest) * std::sqrt(random.uniform());
    return {std::sin(angle) * distance, std::cos(angle) * distance};
}

struct Standing {
    cv::Point2d place;
    double radius = 2, height = 6, turn = 0;
    bool isTree = true;
    std::uint64_t look = 0;
    double distance() const { return std::hypot(place.x, place.y); }
};

void drawTree(Backdrop& to, const SceneCamera& camera, const Standing& tree) {
    RandomStream random({tree.look, 2});
    const Vec3 foot(tree.place.x, tree.place.y, 0);
    const double depth = camera.view.depthOf(foot), scale = camera.view.focal * kScale / depth;
    const cv::Point2d base = camera.view.project(foot), top = camera.view.project(foot + Vec3(0, 0, tree.height * 0.5));
    fillLine(to.albedo, base, top, std::max(1.0, 0.35 * scale), {46, 56, 66});
    fillLine(to.depth, base, top, std::max(1.0, 0.35 * scale), cv::Scalar(depth));
    const Colour green(38 + random.uniform(0, 20), 82 + random.uniform(-14, 14), 58 + random.uniform(-8, 26));
    const double crown = tree.height * 0.36;
    const int leaves = scale > 8 ? 90 : 40;
    for (int i = 0; i < leaves; ++i) {
        // From the shaded inside to the bright top.
        const double up = -1 + 2 * (i + random.uniform()) / leaves, around = random.uniform(0, 2 * std::numbers::pi);
        const double out = std::sqrt(1 - up * up * 0.9) * random.uniform(0.2, 1);
        const Vec3 leaf = foot + Vec3(std::cos(around) * out * tree.radius, std::sin(around) * out * tree.radius, tree.height * 0.62 + up * crown);
        const double size = tree.radius * random.uniform(0.16, 0.36) * scale;
        const Colour shade = green * (0.82 + 0.32 * up + random.uniform(-0.12, 0.12));
        const cv::Point2d at = camera.view.project(leaf);
        std::array<cv::Point2d, 8> corners;
        for (std::size_t k = 0; k < corners.size(); ++k) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(k) / corners.size();
            corners[k] = at + cv::Point2d(std::cos(angle), std::sin(angle)) * (size * random.uniform(0.75, 1.15));
        }
        fillPolygon(to.albedo, corners, scalarOf(shade));
        fillPolygon(to.depth, corners, cv::Scalar(depth));
        fillPolygon(to.lamplight, corners, cv::Scalar(0.05));
        fillPolygon(to.asphalt, corners, cv::Scalar(0));
        fillPolygon(to.glow, corners, cv::Scalar::all(0));
    }
}

void drawBuilding(Backdrop& to, const SceneCamera& camera, const Standing& building) {
    RandomStream random({building.look, 3});
    static const std::array<Colour, 6> kWalls = {Colour(120, 132, 150), Colour(84, 100, 142), Colour(148, 152, 156),
                                                     Colour(164, 174, 182), Colour(104, 116, 120), Colour(128, 112, 96)};
    const Colour wall = kWalls[random.below(kWalls.size())] * random.uniform(0.9, 1.1);
    const double depth = camera.view.depthOf({building.place.x, building.place.y, 0});
    const double half = building.radius / 1.42;
    const cv::Point2d u(std::cos(building.turn) * half, std::sin(building.turn) * half), v(-u.y, u.x);
    const std::array<cv::Point2d, 4> floor = {building.place - u - v, building.place + u - v, building.place + u + v, building.place - u + v};
    const auto fill = [&](std::span<const cv::Point2d> corners, const Colour& albedo, const Colour& glow) {
        fillPolygon(to.albedo, corners, scalarOf(albedo));
        fillPolygon(to.depth, corners, cv::Scalar(depth));
        fillPolygon(to.glow, corners, scalarOf(glow));
        fillPolygon(to.lamplight, corners, cv::Scalar(0.12));
        fillPolygon(to.asphalt, corners, cv::Scalar(0));
    };
    const auto at = [&](const cv::Point2d& p, double height) { return camera.view.project({p.x, p.y, height}); };
    for (std::size_t i = 0; i < 4; ++i) {
        const cv::Point2d a = floor[i], b = floor[(i + 1) % 4];
        const cv::Point2d outward(b.y - a.y, a.x - b.x);
        if (outward.dot(a) >= 0) // the camera stands above the origin
            continue;
        if (camera.view.depthOf({a.x, a.y, 0}) < 4 || camera.view.depthOf({b.x, b.y, 0}) < 4)
            continue;
        const double tone = outward.x < 0 ? 0.78 : 1.0;
        const std::array<cv::Point2d, 4> face = {at(a, 0), at(b, 0), at(b, building.height), at(a, building.height)};
        fill(face, wall * tone, {0, 0, 0});
        const double width = std::hypot(b.x - a.x, b.y - a.y);
        const int columns = std::max(1, static_cast<int>(width / 2.8)), rows = std::max(1, static_cast<int>(building.height / 3.3));
        const double pixels = camera.view.focal * kScale / depth;
        if (pixels * 1.4 < 2)
            continue;
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < columns; ++column) {
                const double left = (column + 0.25) / columns, right = (column + 0.78) / columns;
                const double low = (row + 0.3) * building.height / rows, high = (row + 0.78) * building.height / rows;
                const cv::Point2d p = a + (b - a) * left, q = a + (b - a) * right;
                const std::array<cv::Point2d, 4> window = {at(p, low), at(q, low), at(q, high), at(p, high)};
                const bool isLit = random.chance(0.3);
                const Colour lamp = isLit ? Colour(90, 150, 190) * random.uniform(0.5, 1.1) : Colour(0, 0, 0);
                fill(window, Colour(92, 84, 76) * random.uniform(0.7, 1.2) * tone, lamp);
            }
    }
    if (building.height < camera.view.height) {
        const std::array<cv::Point2d, 4> roof = {at(floor[0], building.height), at(floor[1], building.height), at(floor[2], building.height),
                                                 at(floor[3], building.height)};
        fill(roof, Colour(118, 118, 120), {0, 0, 0});
    }
}

} // namespace

void drawScenery(Backdrop& backdrop, const SceneCamera& camera, std::uint64_t seed) {
    std::vector<Standing> all;
    RandomStream random({seed, 0x5CE9E});
    const auto plant = [&](bool isTree, int count, double nearest, double farthest) {
        for (int made = 0, tried = 0; made < count && tried < count * 40; ++tried) {
            Standing one;
            one.isTree = isTree;
            one.place = placeInSight(camera, random, nearest, farthest);
            one.radius = isTree ? random.uniform(1.6, 3.4) : random.uniform(6, 13);
            one.height = isTree ? random.uniform(4, 9) : random.uniform(7, 32) + std::max(0.0, one.distance() - 90) * 0.1;
            one.turn = camera.roads[0].path.heading + random.uniform(-0.06, 0.06);
            one.look = random.next();
            if (hidesRoad(camera, one.place, one.radius, one.height))
                continue;
            all.push_back(one);
            ++made;
        }
    };
    plant(false, camera.buildings, camera.minimumDistance + 14, 190);
    plant(true, camera.trees, camera.minimumDistance, 150);
    std::sort(all.begin(), all.end(), [](const Standing& a, const Standing& b) { return a.distance() > b.distance(); });
    for (const Standing& one : all)
        one.isTree ? drawTree(backdrop, camera, one) : drawBuilding(backdrop, camera, one);
}

std::vector<Furniture> furnitureOf(const SceneCamera& camera) {
    std::vector<Furniture> all;
    const auto bar = [&](Furniture& piece, const Vec3& from, const Vec3& to, double width, const Colour& albedo, bool glows = false) {
        const cv::Point2d a = camera.view.project(from), b = camera.view.project(to), along = b - a;
        const double length = std::hypot(along.x, along.y);
        if (length < 1e-6)
            return;
        const double pixels = std::max(1.2, width * camera.view.focal * kScale / camera.view.depthOf(from));
        const cv::Point2d aside = cv::Point2d(-along.y, along.x) * (pixels / 2 / length);
        piece.plates.push_back({{a + aside, b + aside, b - aside, a - aside}, albedo, glows});
    };
    const Colour steel(128, 128, 126);
    for (const cv::Point2d& post : camera.lampPosts) {
        const Vec3 foot(post.x, post.y, 0);
        Furniture piece;
        piece.depth = camera.view.depthOf(foot);
        if (piece.depth < 6)
            continue;
        const Path::Local place = camera.roads[0].path.local(post);
        const cv::Point2d towards = camera.roads[0].path.at(place.along, 0).position - post;
        const cv::Point2d arm = towards * (2.2 / std::max(1.0, std::hypot(towards.x, towards.y)));
        const Vec3 top = foot + Vec3(0, 0, 9), head = top + Vec3(arm.x, arm.y, 0.3);
        bar(piece, foot, top, 0.2, steel);
        bar(piece, top, head, 0.14, steel);
        bar(piece, head, head + Vec3(arm.x, arm.y, 0) * 0.3, 0.3, {200, 215, 220}, true);
        all.push_back(std::move(piece));
    }
    if (camera.gantry > 0) {
        const Road& road = camera.roads[0];
        const auto spot = [&](double left, double height) {
            const cv::Point2d p = road.path.at(camera.gantry, left).position;
            return Vec3(p.x, p.y, height);
        };
        Furniture piece;
        piece.depth = camera.view.depthOf(spot(0, 0));
        const double edge = road.halfWidth + 1.2;
        bar(piece, spot(-edge, 0), spot(-edge, 6.6), 0.4, steel);
        bar(piece, spot(edge, 0), spot(edge, 6.6), 0.4, steel);
        bar(piece, spot(-edge, 6.4), spot(edge, 6.4), 0.4, steel);
        for (const double left : {-9.5, -4.0, 4.5}) {
            piece.plates.push_back({{camera.view.project(spot(left, 5.4)), camera.view.project(spot(left + 4, 5.4)),
                                     camera.view.project(spot(left + 4, 7.6)), camera.view.project(spot(left, 7.6))},
                                    left > 0 ? Colour(120, 120, 118) : Colour(86, 110, 32), false});
            if (left < 0)
                for (const double line : {6.9, 6.2})
                    bar(piece, spot(left + 0.6, line), spot(left + 3.3, line), 0.26, {220, 222, 222});
        }
        all.push_back(std::move(piece));
    }
    return all;
}

} // namespace intersect::data::sample
