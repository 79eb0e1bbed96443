// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/sample_backdrop.h"

namespace intersect::data::sample {

/// Draws trees and buildings where they hide no road.
void drawScenery(Backdrop& backdrop, const SceneCamera& camera, std::uint64_t seed);

/// Lamp posts and the sign over the road, which vehicles pass behind.
std::vector<Furniture> furnitureOf(const SceneCamera& camera);

} // namespace intersect::data::sample
