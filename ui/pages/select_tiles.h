// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "ui/pages/select_deal.h"
#include "ui/widgets/chosen_frames.h"

namespace intersect::ui {

enum class TileOrder { Camera, Time, Split };

/// The chosen frames as tiles in an order; `deal` may be null (not dealt yet); cameras stand in the order of `quotas`.
std::vector<ChosenFrames::Tile> tilesOf(const select::Selection& selection, const Deal* deal, const std::vector<select::CameraQuota>& quotas, TileOrder order);

} // namespace intersect::ui
