// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/sample_view.h"

namespace intersect::data::sample {

/// The light and weather of one hour at one camera.
struct Light {
    Colour ambient{0.5, 0.5, 0.5}; ///< light from everywhere
    Colour sun{0.6, 0.6, 0.6};     ///< light from one side
    Vec3 towardsSun{0, 0, 1};      ///< length 1
    Colour skyTop, skyBottom;
    double haze = 0.002;      ///< 1/m
    double shadow = 0.8;      ///< how much of the sun a shadow takes, 0..1
    double lamps = 0;         ///< street lamps and windows, 0..1
    double headlights = 0;    ///< how much they light the road up, 0..1; 0: off
    bool rain = false;
    double noise = 3;         ///< standard deviation in grey levels

    /// What a surface with that outward direction looks like at that distance.
    Colour shade(const Colour& albedo, const Vec3& outward, double depth) const;
    /// How much haze lies before something at that distance, 0..1.
    double hazeAt(double depth) const;
};

/// The light at an hour of the day (0..23); `rain` takes the sun away; `turn` (radians) moves the sun sideways.
Light lightAt(int hour, bool rain, double turn);

} // namespace intersect::data::sample
