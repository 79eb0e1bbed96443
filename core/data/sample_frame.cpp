// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_frame.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "core/data/sample_vehicles.h"

namespace intersect::data::sample {
namespace {

constexpr double kLeastVisible = 0.3, kLeastInPicture = 0.12, kLeastSidePx = 6;

Vec3 onVehicle(const Vehicle& vehicle, double ahead, double left) {
    const double c = std::cos(vehicle.heading), s = std::sin(vehicle.heading);
    return {vehicle.position.x + c * ahead - s * left, vehicle.position.y + s * ahead + c * left, 0};
}

/// The dark patch below a vehicle and, where the sun shines, its shadow.
void drawShadows(cv::Mat& mask, const View& view, const Light& light, const std::vector<Vehicle>& vehicles) {
    const bool sunny = light.sun[2] > 0.15;
    const cv::Point2d per(-light.towardsSun[0] / light.towardsSun[2], -light.towardsSun[1] / light.towardsSun[2]); // metres a metre of height
    for (const Vehicle& vehicle : vehicles) {
        const Extent size = extentOf(vehicle);
        std::vector<cv::Point2f> corners;
        const double grow = sunny ? 0 : 0.15;
        for (const double ahead : {-size.length / 2 - grow, size.length / 2 + grow})
            for (const double left : {-size.width / 2 - grow, size.width / 2 + grow}) {
                const Vec3 foot = onVehicle(vehicle, ahead, left);
                if (view.depthOf(foot) < 2)
                    continue;
                corners.emplace_back(view.project(foot));
                // The roof is shorter than the floor; 0.85 keeps the shadow of a car from looking like that of a box.
                const Vec3 top = onVehicle(vehicle, ahead * 0.85, left * 0.85) + Vec3(per.x, per.y, 0) * size.height;
                if (sunny && view.depthOf(top) > 2)
                    corners.emplace_back(view.project(top));
            }
        if (corners.size() < 4)
            continue;
        std::vector<cv::Point2f> hull;
        cv::convexHull(corners, hull);
        const std::vector<cv::Point2d> polygon(hull.begin(), hull.end());
        fillPolygon(mask, polygon, cv::Scalar(sunny ? 235 : 190));
    }
    cv::blur(mask, mask, sunny ? cv::Size(3, 3) : cv::Size(7, 5));
}

/// Where headlights shine on the road.
void drawBeams(cv::Mat& mask, const View& view, double brightness, const std::vector<Vehicle>& vehicles) {
    for (const Vehicle& vehicle : vehicles) {
        const double front = extentOf(vehicle).length / 2;
        const double wide = vehicle.kind == Kind::Motorcycle ? 0.4 : 0.9;
        for (const auto& [reach, spread, strength] : {std::array{13.0, 1.2, 70.0}, std::array{8.0, 0.7, 130.0}, std::array{4.5, 0.4, 190.0}}) {
            std::array<cv::Point2d, 4> corners;
            const std::array<Vec3, 4> ground = {onVehicle(vehicle, front, -wide), onVehicle(vehicle, front + reach, -wide - spread),
                                                onVehicle(vehicle, front + reach, wide + spread), onVehicle(vehicle, front, wide)};
            bool seen = true;
            for (std::size_t i = 0; i < 4; ++i) {
                seen = seen && view.depthOf(ground[i]) > 2;
                if (seen)
                    corners[i] = view.project(ground[i]);
            }
            if (seen)
                fillPolygon(mask, corners, cv::Scalar(strength * brightness));
        }
    }
    cv::blur(mask, mask, cv::Size(11, 9));
}

/// Adds the glare of a lamp, `spread` times its own size, and on a wet road its reflection.
void addGlare(cv::Mat& bgr, const Lamp& lamp, double strength, bool wet) {
    const Colour colour = lamp.red ? Colour(26, 20, 235) : Colour(205, 235, 250);
    const double radius = std::clamp(lamp.radiusPx * (lamp.red ? 1.5 : 2.3) + 1.2, 2.0, 16.0);
    const double tail = wet ? radius * 5 : radius;
    const int left = std::max(0, static_cast<int>(lamp.place.x - radius * 2)), right = std::min(bgr.cols - 1, static_cast<int>(lamp.place.x + radius * 2));
    const int top = std::max(0, static_cast<int>(lamp.place.y - radius * 2)), bottom = std::min(bgr.rows - 1, static_cast<int>(lamp.place.y + tail * 2));
    for (int y = top; y <= bottom; ++y)
        for (int x = left; x <= right; ++x) {
            const double dx = (x + 0.5 - lamp.place.x) / radius, dy = (y + 0.5 - lamp.place.y) / radius;
            double light = std::exp(-1.6 * (dx * dx + dy * dy));
            if (wet && dy > 0)
                light += 0.22 * std::exp(-2.5 * dx * dx - 0.35 * dy);
            if (light < 0.01)
                continue;
            cv::Vec3b& pixel = bgr.at<cv::Vec3b>(y, x);
            for (int c = 0; c < 3; ++c)
                pixel[c] = static_cast<std::uint8_t>(std::min(255.0, pixel[c] + colour[c] * light * strength));
        }
}

void drawRain(cv::Mat& bgr, const Light& light, RandomStream& random) {
    const cv::Scalar drop = scalarOf(light.skyBottom * 0.6 + Colour(70, 70, 70));
    for (int i = 0; i < 90; ++i) {
        const int x = static_cast<int>(random.below(kWidth)), y = static_cast<int>(random.below(kHeight));
        const int length = 3 + static_cast<int>(random.below(7));
        cv::Mat strip = bgr(cv::Rect(x, y, 1, std::min(length, kHeight - y)));
        strip = strip * 0.78 + drop * 0.22;
    }
}

void burnCaption(cv::Mat& bgr, const std::string& caption) {
    bgr(cv::Rect(0, 0, kWidth, 11)) *= 0.35;
    cv::putText(bgr, caption, {3, 9}, cv::FONT_HERSHEY_PLAIN, 0.62, {225, 230, 230}, 1, cv::LINE_AA);
}

/// The box round a vehicle's pixels, or none if too little of it is seen.
bool boxOf(const cv::Mat& owner, const Drawn& drawn, int number, BoxXyxy& found) {
    if (drawn.outline.size() < 3)
        return false;
    std::vector<cv::Point2f> outline(drawn.outline.begin(), drawn.outline.end());
    const cv::Rect2f reach = cv::boundingRect(outline);
    const cv::Rect area = cv::Rect(cv::Point(static_cast<int>(reach.x) - 2, static_cast<int>(reach.y) - 2),
                                   cv::Point(static_cast<int>(reach.br().x) + 3, static_cast<int>(reach.br().y) + 3)) &
                          cv::Rect(0, 0, owner.cols, owner.rows);
    int count = 0, x1 = owner.cols, y1 = owner.rows, x2 = -1, y2 = -1;
    for (int y = area.y; y < area.br().y; ++y) {
        const auto* row = owner.ptr<std::uint8_t>(y);
        for (int x = area.x; x < area.br().x; ++x)
            if (row[x] == number) {
                ++count;
                x1 = std::min(x1, x);
                x2 = std::max(x2, x);
                y1 = std::min(y1, y);
                y2 = y;
            }
    }
    const std::vector<cv::Point2f> picture = {
        {0, 0}, {static_cast<float>(owner.cols), 0}, {static_cast<float>(owner.cols), static_cast<float>(owner.rows)}, {0, static_cast<float>(owner.rows)}};
    std::vector<cv::Point2f> inside;
    const double whole = cv::contourArea(outline), inPicture = cv::intersectConvexConvex(outline, picture, inside);
    if (count < kLeastVisible * inPicture || inPicture < kLeastInPicture * whole)
        return false;
    found = {static_cast<float>(x1) / kScale, static_cast<float>(y1) / kScale, static_cast<float>(x2 + 1) / kScale, static_cast<float>(y2 + 1) / kScale};
    return std::sqrt(found.area()) >= kLeastSidePx;
}

} // namespace

cv::Mat noiseTile(std::uint64_t seed) {
    cv::Mat tile(kHeight + 64, kWidth + 64, CV_16SC3);
    RandomStream random({seed, 0x9015E});
    const auto draw = [&] { // the sum of four uniform draws is close enough to normal
        const std::uint64_t bits = random.next();
        const auto sum = static_cast<int>((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48)) - 2 * 0xFFFF;
        return 64.0 * sum / 37837.0;
    };
    for (int y = 0; y < tile.rows; ++y)
        for (int x = 0; x < tile.cols; ++x) {
            const double grey = draw();
            for (int c = 0; c < 3; ++c)
                tile.at<cv::Vec3s>(y, x)[c] = static_cast<short>(std::lround(0.85 * grey + 0.5 * draw()));
        }
    return tile;
}

DrawnFrame drawFrame(const SceneCamera& camera, const Backdrop& backdrop, const LitBackdrop& lit, const Light& light,
                     const std::vector<Vehicle>& vehicles, const cv::Mat& noise, const std::string& caption, RandomStream random) {
    Canvas canvas{lit.plain.clone(), cv::Mat(lit.plain.size(), CV_8UC1, cv::Scalar(0))};
    cv::Mat mask(lit.plain.size(), CV_8UC1, cv::Scalar(0));
    drawShadows(mask, camera.view, light, vehicles);
    blend(canvas.bgr, lit.shaded, mask);
    if (light.headlights > 0) {
        mask.setTo(0);
        drawBeams(mask, camera.view, light.headlights, vehicles);
        blend(canvas.bgr, lit.beamed, mask);
    }

    // From far to near, so that what is near hides what is far.
    struct Item {
        double depth = 0;
        std::size_t index = 0;
        bool isVehicle = false;
    };
    std::vector<Item> items;
    for (std::size_t i = 0; i < vehicles.size(); ++i)
        items.push_back({camera.view.depthOf({vehicles[i].position.x, vehicles[i].position.y, 0}), i, true});
    for (std::size_t i = 0; i < backdrop.furniture.size(); ++i)
        items.push_back({backdrop.furniture[i].depth, i, false});
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.depth > b.depth; });
    std::vector<Drawn> drawn(vehicles.size());
    Light onVehicles = light;
    onVehicles.ambient += Colour(0.16, 0.21, 0.25) * light.lamps; // what the street lamps add
    for (const Item& item : items) {
        if (item.isVehicle) {
            drawn[item.index] = drawVehicle(canvas, camera.view, onVehicles, vehicles[item.index], static_cast<int>(item.index % 254) + 1);
            continue;
        }
        for (const Plate& plate : backdrop.furniture[item.index].plates) {
            const bool glows = plate.glows && light.lamps > 0.3;
            const Colour seen = glows ? Colour(190, 228, 250) : onVehicles.shade(plate.albedo, {0, -0.7, 0.7}, item.depth);
            fillPolygon(canvas.bgr, plate.corners, scalarOf(seen));
            fillPolygon(canvas.owner, plate.corners, cv::Scalar(0));
        }
    }
    canvas.owner(cv::Rect(0, 0, canvas.owner.cols, camera.caption ? 11 * kScale : 0)) = 0;
    for (std::size_t i = 0; i < vehicles.size(); ++i)
        for (const Lamp& lamp : drawn[i].lamps) {
            const cv::Point at(static_cast<int>(std::floor(lamp.place.x)), static_cast<int>(std::floor(lamp.place.y)));
            if (!cv::Rect(0, 0, canvas.owner.cols, canvas.owner.rows).contains(at) || canvas.owner.at<std::uint8_t>(at) != static_cast<int>(i % 254) + 1)
                continue;
            const bool braking = lamp.red && vehicles[i].standing;
            if (light.headlights > 0)
                addGlare(canvas.bgr, lamp, (0.5 + 0.45 * light.headlights) * (lamp.red ? (braking ? 1.0 : 0.6) : 1.0), light.rain);
        }

    DrawnFrame frame;
    for (std::size_t i = 0; i < vehicles.size(); ++i) {
        BoxXyxy found;
        if (boxOf(canvas.owner, drawn[i], static_cast<int>(i % 254) + 1, found))
            frame.labels.push_back({kClassIds[static_cast<std::size_t>(vehicles[i].kind)], toCxcywhn(found, {kWidth, kHeight}), 0});
    }

    cv::resize(canvas.bgr, frame.bgr, {kWidth, kHeight}, 0, 0, cv::INTER_AREA);
    if (camera.blur > 0)
        cv::GaussianBlur(frame.bgr, frame.bgr, {3, 3}, camera.blur);
    if (camera.colourfulness < 1) {
        const auto k = static_cast<float>(camera.colourfulness), g = 1 - k;
        const cv::Matx33f toGrey(k + g * 0.114F, g * 0.587F, g * 0.299F, g * 0.114F, k + g * 0.587F, g * 0.299F, g * 0.114F, g * 0.587F, k + g * 0.299F);
        cv::transform(frame.bgr, frame.bgr, toGrey);
    }
    if (light.rain)
        drawRain(frame.bgr, light, random);
    const cv::Rect part(static_cast<int>(random.below(64)), static_cast<int>(random.below(64)), kWidth, kHeight);
    cv::scaleAdd(noise(part), light.noise / 64, cv::Mat(frame.bgr.size(), CV_16SC3, cv::Scalar::all(0)), mask);
    cv::add(frame.bgr, mask, frame.bgr, cv::noArray(), CV_8U);
    if (camera.caption)
        burnCaption(frame.bgr, caption);
    return frame;
}

} // namespace intersect::data::sample
