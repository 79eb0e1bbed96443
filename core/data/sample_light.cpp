// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_light.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace intersect::data::sample {

double Light::hazeAt(double depth) const {
    return 1 - std::exp(-haze * depth);
}

Colour Light::shade(const Colour& albedo, const Vec3& outward, double depth) const {
    const double facing = std::max(0.0, outward.dot(towardsSun));
    const double fog = hazeAt(depth);
    Colour seen;
    for (int c = 0; c < 3; ++c) {
        // Light from the sky falls on what looks up, less on what stands upright.
        const double light = ambient[c] * (0.8 + 0.2 * outward[2]) + sun[c] * facing;
        seen[c] = std::min(255.0, albedo[c] * light) * (1 - fog) + skyBottom[c] * fog;
    }
    return seen;
}

Light lightAt(int hour, bool rain, double turn) {
    Light light;
    // The sun rises at 6 in the east (the right of most views) and sets at 19; its height follows a half sine.
    const double day = std::clamp((hour + 0.5 - 5.5) / 14.0, 0.0, 1.0);
    const double elevation = std::max(0.16, 0.95 * std::sin(day * std::numbers::pi));
    const double azimuth = (0.1 + 0.8 * day) * std::numbers::pi + turn;
    light.towardsSun = {std::cos(azimuth) * std::cos(elevation), std::sin(azimuth) * std::cos(elevation) * -0.8, std::sin(elevation)};
    light.towardsSun /= cv::norm(light.towardsSun);
    const bool night = hour >= 20 || hour < 6;
    const bool dusk = !night && (hour >= 18 || hour < 7);
    if (night) {
        light.ambient = {0.34, 0.28, 0.265};
        light.sun = {0, 0, 0};
        light.skyTop = {38, 24, 20};
        light.skyBottom = {58, 46, 48};
        light.shadow = 0;
        light.lamps = 1;
        light.headlights = 1;
        light.noise = 6.5;
        light.haze = 0.001;
    } else if (dusk) {
        light.ambient = {0.66, 0.57, 0.56};
        light.sun = {0.12, 0.26, 0.46};
        light.skyTop = {150, 112, 92};
        light.skyBottom = {132, 160, 214};
        light.shadow = 0.75;
        light.lamps = 0.5;
        light.headlights = 0.35;
        light.noise = 4.5;
    } else {
        const double warm = hour < 10 || hour > 15 ? 1.0 : 0.0;
        light.ambient = Colour(0.60, 0.54, 0.50) * (1 + 0.18 * warm);
        light.sun = {0.58 - 0.20 * warm, 0.64 - 0.08 * warm, 0.68};
        light.skyTop = {226, 172, 122};
        light.skyBottom = {232 - 10 * warm, 220, 206 + 14 * warm};
        light.noise = 2.6;
    }
    if (rain) {
        light.rain = true;
        light.ambient = light.ambient * (night ? 1.0 : 1.05) + light.sun * 0.18;
        light.sun = light.sun * 0.06;
        light.shadow = 0.5;
        light.skyTop = light.skyTop * 0.55 + Colour(64, 62, 60) * (night ? 0.2 : 1.0);
        light.skyBottom = light.skyBottom * 0.55 + Colour(74, 72, 70) * (night ? 0.2 : 1.0);
        light.haze = night ? 0.003 : 0.008;
        light.headlights = std::max(light.headlights, 0.2);
        light.noise += 1.0;
        light.lamps = std::max(light.lamps, 0.15);
    }
    return light;
}

} // namespace intersect::data::sample
