// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_tiles.h"

#include <algorithm>
#include <unordered_map>

#include "core/data/taken_at.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

using Tile = ChosenFrames::Tile;
using Part = ChosenFrames::Part;

struct Item {
    Tile tile;
    std::size_t rank = 0;
    std::int64_t taken = 0;
};

Part partOf(const Deal* deal, std::size_t index) {
    if (deal == nullptr || index >= deal->sides.size())
        return Part::Undealt;
    switch (deal->sides[index]) {
    case Deal::Side::Train: return Part::Train;
    case Deal::Side::Val: return Part::Val;
    case Deal::Side::Dropped: break;
    }
    return Part::Dropped;
}

/// "9706 09:13"; `taken` gets the seconds if the name tells them.
Tile tileOf(const std::filesystem::path& image, std::int64_t* taken = nullptr) {
    Tile tile;
    tile.file = image;
    tile.caption = qs(image.parent_path().filename());
    if (const auto seconds = data::takenAtOf(image.stem().string())) {
        const std::int64_t minute = *seconds / 60;
        tile.caption += QStringLiteral(" %1:%2").arg((minute / 60) % 24, 2, 10, QLatin1Char('0')).arg(minute % 60, 2, 10, QLatin1Char('0'));
        if (taken != nullptr)
            *taken = *seconds;
    }
    return tile;
}

void markByHand(Tile& tile, const SelectState& state) {
    tile.pinned = !state.pins.empty() && state.pins.contains(tile.file);
    tile.barred = !state.bars.empty() && state.bars.contains(tile.file);
}

} // namespace

std::vector<Tile> tilesOf(const select::Selection& selection, const Deal* deal, const std::vector<select::CameraQuota>& quotas, const SelectState& state, TileOrder order) {
    std::unordered_map<std::string, std::size_t> ranks;
    for (const select::CameraQuota& quota : quotas)
        ranks.emplace(quota.name, ranks.size());
    std::vector<Item> items(selection.images.size());
    for (std::size_t i = 0; i < selection.images.size(); ++i) {
        Item& item = items[i];
        item.tile = tileOf(selection.images[i], &item.taken);
        item.tile.part = partOf(deal, i);
        markByHand(item.tile, state);
        const auto rank = ranks.find(selection.images[i].parent_path().filename().string());
        item.rank = rank != ranks.end() ? rank->second : ranks.size();
    }
    std::stable_sort(items.begin(), items.end(), [order](const Item& a, const Item& b) {
        if (order == TileOrder::Time)
            return a.taken < b.taken;
        if (order == TileOrder::Split && a.tile.part != b.tile.part)
            return a.tile.part < b.tile.part;
        return a.rank != b.rank ? a.rank < b.rank : a.taken < b.taken;
    });
    std::vector<Tile> tiles;
    tiles.reserve(items.size());
    for (Item& item : items)
        tiles.push_back(std::move(item.tile));
    return tiles;
}

std::vector<Tile> tilesOfCamera(const data::Dataset& dataset, const data::Camera& camera, const select::Selection* selection, const Deal* deal, const SelectState& state) {
    std::unordered_map<std::string, std::size_t> chosen;
    for (std::size_t i = 0; selection != nullptr && i < selection->images.size(); ++i)
        chosen.emplace(selection->images[i].native(), i);
    std::vector<Tile> tiles;
    tiles.reserve(camera.frameCount);
    for (const data::Frame& frame : dataset.framesOf(camera)) {
        Tile& tile = tiles.emplace_back(tileOf(frame.path));
        const auto found = chosen.find(frame.path.native());
        tile.part = found != chosen.end() ? partOf(deal, found->second) : Part::Unchosen;
        markByHand(tile, state);
    }
    return tiles;
}

std::vector<Tile> plainTiles(const std::vector<std::filesystem::path>& images) {
    std::vector<Tile> tiles;
    for (const std::filesystem::path& image : images)
        tiles.push_back(tileOf(image));
    return tiles;
}

} // namespace intersect::ui
