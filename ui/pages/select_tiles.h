// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/dataset.h"
#include "ui/pages/select_deal.h"
#include "ui/widgets/chosen_frames.h"

namespace intersect::ui {

enum class TileOrder { Camera, Time, Split };

/// The chosen frames as tiles in an order; `deal` may be null (not dealt yet); cameras stand in the order of `quotas`.
std::vector<ChosenFrames::Tile> tilesOf(const select::Selection& selection, const Deal* deal, const std::vector<select::CameraQuota>& quotas, const SelectState& state, TileOrder order);

/// All frames of one camera in their order, chosen or not; `selection` and `deal` may be null.
std::vector<ChosenFrames::Tile> tilesOfCamera(const data::Dataset& dataset, const data::Camera& camera, const select::Selection* selection, const Deal* deal, const SelectState& state);

/// Frames as plain tiles, in their order.
std::vector<ChosenFrames::Tile> plainTiles(const std::vector<std::filesystem::path>& images);

} // namespace intersect::ui
