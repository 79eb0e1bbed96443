// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_vehicles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "core/base/random.h"

namespace intersect::data::sample {
namespace {

const Colour kGlass{62, 50, 42}, kRubber{30, 30, 30}, kChassis{48, 48, 50};

/// A box with a smaller (or equal) lid: x forward, y left, z up, metres from the vehicle's middle on the ground.
struct Block {
    double rear, front, halfWidth, floor;
    double lidRear, lidFront, lidHalfWidth, lid;
};

Block box(double rear, double front, double halfWidth, double floor, double lid) {
    return {rear, front, halfWidth, floor, rear, front, halfWidth, lid};
}

enum class Side { Left, Right, Front, Rear, Top };
using Quad = std::array<Vec3, 4>;

/// The corners of a side, anticlockwise seen from outside; the first edge is the lower one.
Quad sideOf(const Block& b, Side side) {
    const Vec3 rl{b.rear, b.halfWidth, b.floor}, rr{b.rear, -b.halfWidth, b.floor}, fl{b.front, b.halfWidth, b.floor}, fr{b.front, -b.halfWidth, b.floor};
    const Vec3 trl{b.lidRear, b.lidHalfWidth, b.lid}, trr{b.lidRear, -b.lidHalfWidth, b.lid}, tfl{b.lidFront, b.lidHalfWidth, b.lid},
        tfr{b.lidFront, -b.lidHalfWidth, b.lid};
    switch (side) {
    case Side::Left:
        return {fl, rl, trl, tfl};
    case Side::Right:
        return {rr, fr, tfr, trr};
    case Side::Front:
        return {fr, fl, tfl, tfr};
    case Side::Rear:
        return {rl, rr, trr, trl};
    case Side::Top:
        break;
    }
    return {trr, tfr, tfl, trl};
}

/// A part of a quad: u along its lower edge, v upwards, 0..1.
Quad partOf(const Quad& q, double u0, double v0, double u1, double v1) {
    const auto at = [&](double u, double v) { return (q[0] * (1 - u) + q[1] * u) * (1 - v) + (q[3] * (1 - u) + q[2] * u) * v; };
    return {at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1)};
}

/// Puts the parts of one vehicle into the picture.
class Brush {
public:
    Brush(Canvas& canvas, const View& view, const Light& light, const Vehicle& vehicle, int number)
        : m_canvas(canvas), m_view(view), m_light(light), m_position(vehicle.position.x, vehicle.position.y, 0),
          m_ahead(std::cos(vehicle.heading), std::sin(vehicle.heading), 0), m_number(number), m_depth(view.depthOf(m_position)) {}

    Vec3 world(const Vec3& local) const {
        return m_position + m_ahead * local[0] + Vec3(-m_ahead[1], m_ahead[0], 0) * local[1] + Vec3(0, 0, local[2]);
    }
    /// How many pixels of the enlarged picture a metre is there.
    double pixelsPerMetre() const { return m_view.focal * kScale / m_depth; }
    bool isInFront(const Extent& extent) const { return m_depth > extent.length / 2 + 2; }

    bool faces(const Quad& local) const {
        const Vec3 at = world(local[0]);
        return outward(local).dot(m_view.eye() - at) > 0;
    }
    void quad(const Quad& local, const Colour& albedo) {
        if (!faces(local))
            return;
        std::array<cv::Point2d, 4> corners;
        for (std::size_t i = 0; i < 4; ++i)
            corners[i] = m_view.project(world(local[i]));
        fill(corners, m_light.shade(albedo, outward(local), m_depth));
    }
    /// Whether the camera sees a flank of the vehicle `left` metres from its middle.
    bool seesFlank(double left) const {
        const double way = left > 0 ? -1 : 1;
        return faces({Vec3(0, left, 0), Vec3(way, left, 0), Vec3(way, left, 1), Vec3(0, left, 1)});
    }
    /// All sides but the floor, those that the camera sees.
    void block(const Block& b, const Colour& albedo, const Colour& top) {
        for (const Side side : {Side::Rear, Side::Front, Side::Left, Side::Right})
            quad(sideOf(b, side), albedo);
        quad(sideOf(b, Side::Top), top);
    }
    /// The same patch on both long sides: from `a0` to `a1` of the length from the rear, from v0 to v1 of the height.
    void patchOnFlanks(const Block& b, double a0, double v0, double a1, double v1, const Colour& albedo) {
        quad(partOf(sideOf(b, Side::Right), a0, v0, a1, v1), albedo);
        quad(partOf(sideOf(b, Side::Left), 1 - a1, v0, 1 - a0, v1), albedo);
    }
    void patch(const Block& b, Side side, double u0, double v0, double u1, double v1, const Colour& albedo) {
        quad(partOf(sideOf(b, side), u0, v0, u1, v1), albedo);
    }
    /// A wheel: a disc in the plane y = left.
    void wheel(double x, double left, double radius) {
        disc({x, left, radius}, radius, kRubber);
        if (pixelsPerMetre() > 14)
            disc({x, left, radius}, radius * 0.5, Colour(120, 120, 120));
    }
    void disc(const Vec3& middle, double radius, const Colour& albedo) {
        std::array<cv::Point2d, 10> corners;
        for (std::size_t i = 0; i < corners.size(); ++i) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(i) / corners.size();
            corners[i] = m_view.project(world({middle[0] + radius * std::cos(angle), middle[1], middle[2] + radius * std::sin(angle)}));
        }
        fill(corners, m_light.shade(albedo, {0, 0, 0.6}, m_depth));
    }
    /// A ball, for heads.
    void ball(const Vec3& middle, double radius, const Colour& albedo) {
        std::array<cv::Point2d, 10> corners;
        const cv::Point2d at = m_view.project(world(middle));
        for (std::size_t i = 0; i < corners.size(); ++i) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(i) / corners.size();
            corners[i] = at + cv::Point2d(std::cos(angle), std::sin(angle)) * (radius * pixelsPerMetre());
        }
        fill(corners, m_light.shade(albedo, {0, 0, 0.9}, m_depth));
    }
    /// A lamp; it is seen when the side it is on faces the camera.
    void lamp(const Block& b, Side side, double u, double v, double size, bool red) {
        const Quad whole = sideOf(b, side);
        const double across = cv::norm(whole[1] - whole[0]), up = cv::norm(whole[3] - whole[0]);
        const double du = size / 2 / across, dv = size / 2 / up;
        const Quad patchQuad = partOf(whole, u - du, v - dv, u + du, v + dv);
        if (!faces(patchQuad))
            return;
        quad(patchQuad, red ? Colour(40, 30, 190) : Colour(225, 235, 240));
        m_drawn.lamps.push_back({m_view.project(world((patchQuad[0] + patchQuad[2]) / 2)), std::max(0.7, size * 0.5 * pixelsPerMetre()), red});
    }
    /// Whether the middle of the first lies further away than that of the second.
    bool isFarther(const Block& a, const Block& b) const {
        return m_view.depthOf(world({(a.rear + a.front) / 2, 0, a.floor})) > m_view.depthOf(world({(b.rear + b.front) / 2, 0, b.floor}));
    }
    Drawn take() {
        std::vector<cv::Point2f> all(m_corners.begin(), m_corners.end()), hull;
        if (!all.empty())
            cv::convexHull(all, hull);
        m_drawn.outline.assign(hull.begin(), hull.end());
        return std::move(m_drawn);
    }

private:
    Vec3 outward(const Quad& local) const {
        const Vec3 normal = (world(local[1]) - world(local[0])).cross(world(local[3]) - world(local[0]));
        return normal / std::max(1e-9, cv::norm(normal));
    }
    void fill(std::span<const cv::Point2d> corners, const Colour& seen) {
        fillPolygon(m_canvas.bgr, corners, scalarOf(seen));
        fillPolygon(m_canvas.owner, corners, cv::Scalar(m_number));
        m_corners.insert(m_corners.end(), corners.begin(), corners.end());
    }

    Canvas& m_canvas;
    const View& m_view;
    const Light& m_light;
    Vec3 m_position, m_ahead;
    int m_number;
    double m_depth;
    std::vector<cv::Point2d> m_corners;
    Drawn m_drawn;
};

Colour paint(RandomStream& random) {
    static const std::array<Colour, 12> kPaints = {
        Colour(228, 230, 230), Colour(205, 208, 210), Colour(150, 152, 154), Colour(92, 92, 95), Colour(44, 42, 42), Colour(46, 40, 160),
        Colour(150, 84, 38),   Colour(96, 54, 28),    Colour(70, 92, 46),    Colour(40, 176, 226), Colour(66, 92, 120), Colour(38, 30, 96)};
    static constexpr std::array<int, 12> kShares = {20, 14, 15, 11, 14, 8, 6, 4, 2, 3, 2, 1};
    auto draw = static_cast<int>(random.below(100));
    std::size_t i = 0;
    while (i + 1 < kPaints.size() && draw >= kShares[i])
        draw -= kShares[i++];
    return kPaints[i] * random.uniform(0.92, 1.06);
}

void drawCar(Brush& brush, RandomStream& random, const Extent& size) {
    const double half = size.length / 2, side = size.width / 2;
    const Colour body = paint(random);
    const bool tall = size.height > 1.6; // a van or SUV: its cabin reaches to the rear
    const bool hatch = random.chance(0.4);
    const double waist = tall ? 1.0 : 0.86;
    const Block hull{-half, half, side, 0.25, -half + 0.06, half - 0.1, side - 0.04, waist};
    const double cabinRear = tall ? -half + 0.08 : hatch ? -half + 0.2 : -half + 0.75;
    const double cabinFront = tall ? half - 1.05 : half - 1.35;
    const Block cabin{cabinRear, cabinFront, side - 0.07, waist, cabinRear + (tall ? 0.15 : 0.5), cabinFront - (tall ? 0.6 : 0.85), side - 0.25, size.height};
    for (const double y : {-side, side})
        if (brush.seesFlank(y))
            for (const double x : {-half * 0.6, half * 0.62})
                brush.wheel(x, y, 0.33);
    brush.block(hull, body, body);
    brush.patchOnFlanks(hull, 0, 0, 1, 0.16, kChassis);
    for (const double y : {-side - 0.01, side + 0.01})
        if (brush.seesFlank(y))
            for (const double x : {-half * 0.6, half * 0.62})
                brush.wheel(x, y, 0.31);
    for (const double u : {0.14, 0.86}) {
        brush.lamp(hull, Side::Front, u, 0.62, 0.26, false);
        brush.lamp(hull, Side::Rear, u, 0.7, 0.26, true);
    }
    brush.patch(hull, Side::Front, 0.28, 0.2, 0.72, 0.5, kChassis);
    brush.patch(hull, Side::Rear, 0.38, 0.28, 0.62, 0.48, Colour(200, 205, 205));
    brush.block(cabin, kGlass, body);
    // The pillars between the windows, and the roof's edge.
    brush.patchOnFlanks(cabin, 0.46, 0, 0.53, 1, body);
    brush.patchOnFlanks(cabin, 0, 0.88, 1, 1, body * 0.95);
    if (tall || hatch)
        brush.patchOnFlanks(cabin, 0, 0, 0.12, 1, body);
}

void drawBus(Brush& brush, RandomStream& random, const Extent& size) {
    static const std::array<std::array<Colour, 2>, 5> kLiveries = {{{Colour(225, 228, 230), Colour(150, 70, 30)},
                                                                       {Colour(60, 50, 190), Colour(220, 220, 225)},
                                                                       {Colour(40, 150, 225), Colour(60, 60, 60)},
                                                                       {Colour(90, 130, 60), Colour(225, 230, 225)},
                                                                       {Colour(180, 110, 60), Colour(230, 230, 230)}}};
    const auto& livery = kLiveries[random.below(kLiveries.size())];
    const Block hull = box(-size.length / 2, size.length / 2, size.width / 2, 0.32, size.height);
    brush.block(hull, livery[0], livery[0] * 0.9 + Colour(20, 20, 20));
    brush.patchOnFlanks(hull, 0, 0.14, 1, 0.26, livery[1]);
    constexpr int kWindows = 7;
    for (int i = 0; i < kWindows; ++i)
        brush.patchOnFlanks(hull, 0.03 + i * 0.137, 0.48, 0.03 + i * 0.137 + 0.118, 0.84, kGlass);
    brush.patch(hull, Side::Front, 0.06, 0.38, 0.94, 0.86, kGlass);
    brush.patch(hull, Side::Front, 0.2, 0.88, 0.8, 0.97, Colour(30, 150, 220)); // where it goes
    brush.patch(hull, Side::Rear, 0.12, 0.52, 0.88, 0.84, kGlass);
    for (const double y : {-size.width / 2 - 0.01, size.width / 2 + 0.01})
        if (brush.seesFlank(y))
            for (const double x : {-size.length * 0.27, size.length * 0.29})
                brush.wheel(x, y, 0.48);
    for (const double u : {0.1, 0.9}) {
        brush.lamp(hull, Side::Front, u, 0.14, 0.3, false);
        brush.lamp(hull, Side::Rear, u, 0.2, 0.3, true);
    }
    brush.block(box(-size.length * 0.3, -size.length * 0.06, 0.75, size.height, size.height + 0.28), Colour(190, 190, 190), Colour(205, 205, 205));
}

void drawTruck(Brush& brush, RandomStream& random, const Extent& size) {
    static const std::array<Colour, 6> kCargo = {Colour(226, 228, 230), Colour(196, 198, 196), Colour(60, 110, 190),
                                                     Colour(140, 96, 52),   Colour(80, 120, 84),   Colour(70, 70, 150)};
    const double half = size.length / 2, side = size.width / 2;
    const Colour cargo = kCargo[random.below(kCargo.size())] * random.uniform(0.92, 1.03), cabPaint = paint(random);
    const bool open = random.chance(0.25); // a tipper: lower, with its load in sight
    const Block chassis = box(-half, half - 0.15, side - 0.25, 0.45, 0.95);
    const Block cab{half - 2.0, half, side - 0.06, 0.5, half - 1.95, half - 0.45, side - 0.14, open ? 2.6 : std::min(2.75, size.height - 0.3)};
    const Block load = box(-half, half - 2.25, side, 0.95, open ? 2.0 : size.height);
    brush.block(chassis, kChassis, kChassis);
    for (const double y : {-side - 0.01, side + 0.01})
        if (brush.seesFlank(y))
            for (const double x : {-half + 1.0, -half + 2.1, half - 1.2})
                brush.wheel(x, y, 0.48);
    const auto drawCab = [&] {
        brush.block(cab, cabPaint, cabPaint);
        brush.patch(cab, Side::Front, 0.07, 0.5, 0.93, 0.9, kGlass);
        brush.patch(cab, Side::Front, 0.2, 0.1, 0.8, 0.32, kChassis);
        brush.patchOnFlanks(cab, 0.35, 0.52, 0.85, 0.88, kGlass);
        for (const double u : {0.1, 0.9})
            brush.lamp(cab, Side::Front, u, 0.16, 0.3, false);
    };
    const auto drawLoad = [&] {
        brush.block(load, cargo, open ? Colour(86, 112, 128) : cargo * 0.97 + Colour(6, 6, 6));
        if (open) {
            brush.patchOnFlanks(load, 0, 0.9, 1, 1, cargo * 0.7);
            for (int i = 1; i < 5; ++i)
                brush.patchOnFlanks(load, i * 0.2 - 0.012, 0, i * 0.2 + 0.012, 0.9, cargo * 0.75);
        } else {
            brush.patchOnFlanks(load, 0, 0, 1, 0.05, cargo * 0.55);
            brush.patchOnFlanks(load, 0.28, 0.38, 0.72, 0.66, cargo * 0.55 + Colour(40, 20, 70)); // a name nobody can read
            brush.patch(load, Side::Rear, 0.485, 0.02, 0.515, 0.98, cargo * 0.6);
            brush.patch(load, Side::Rear, 0, 0, 1, 0.05, cargo * 0.5);
        }
        for (const double u : {0.1, 0.9})
            brush.lamp(chassis, Side::Rear, u, 0.6, 0.28, true);
    };
    if (brush.isFarther(cab, load)) {
        drawCab();
        drawLoad();
    } else {
        drawLoad();
        drawCab();
    }
}

void drawMotorcycle(Brush& brush, RandomStream& random) {
    const Colour tank = paint(random);
    static const std::array<Colour, 6> kJackets = {Colour(40, 40, 44),  Colour(60, 44, 150),   Colour(140, 80, 40),
                                                       Colour(60, 170, 200), Colour(190, 192, 190), Colour(40, 120, 220)};
    const Colour jacket = kJackets[random.below(kJackets.size())];
    const Colour helmet = random.chance(0.5) ? Colour(235, 235, 235) : paint(random);
    brush.wheel(-0.72, 0, 0.34);
    brush.wheel(0.76, 0, 0.34);
    const Block frame{-0.75, 0.72, 0.17, 0.35, -0.85, 0.55, 0.2, 0.86};
    brush.block(frame, tank, tank * 0.8);
    brush.block(box(0.42, 0.55, 0.4, 0.92, 1.06), kChassis, kChassis); // the handlebar
    brush.block(box(-0.3, 0.2, 0.3, 0.5, 0.85), Colour(70, 52, 44), Colour(70, 52, 44)); // legs
    const Block torso{-0.42, 0.02, 0.25, 0.82, -0.2, 0.2, 0.29, 1.48};
    brush.block(torso, jacket, jacket);
    brush.lamp({0.6, 0.8, 0.17, 0.6, 0.6, 0.8, 0.17, 0.95}, Side::Front, 0.5, 0.5, 0.24, false);
    brush.lamp(frame, Side::Rear, 0.5, 0.7, 0.2, true);
    brush.ball({0.06, 0, 1.64}, 0.17, helmet);
}

} // namespace

Extent extentOf(const Vehicle& vehicle) {
    RandomStream random({vehicle.look, 0x512E});
    switch (vehicle.kind) {
    case Kind::Car: {
        const bool tall = random.chance(0.35);
        return {random.uniform(4.0, 4.8), random.uniform(1.76, 1.9), tall ? random.uniform(1.68, 1.95) : random.uniform(1.42, 1.52)};
    }
    case Kind::Motorcycle:
        return {2.15, 0.85, 1.8};
    case Kind::Bus:
        return {random.uniform(10.6, 12.0), 2.55, random.uniform(2.95, 3.2)};
    case Kind::Truck:
        break;
    }
    return {random.uniform(6.6, 8.8), random.uniform(2.25, 2.5), random.uniform(3.1, 3.7)};
}

Drawn drawVehicle(Canvas& canvas, const View& view, const Light& light, const Vehicle& vehicle, int number) {
    const Extent size = extentOf(vehicle);
    Brush brush(canvas, view, light, vehicle, number);
    if (!brush.isInFront(size))
        return {};
    RandomStream random({vehicle.look, 0x9A147});
    switch (vehicle.kind) {
    case Kind::Car:
        drawCar(brush, random, size);
        break;
    case Kind::Motorcycle:
        drawMotorcycle(brush, random);
        break;
    case Kind::Bus:
        drawBus(brush, random, size);
        break;
    case Kind::Truck:
        drawTruck(brush, random, size);
        break;
    }
    return brush.take();
}

} // namespace intersect::data::sample
