// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_tiles.h"

#include <algorithm>

#include "core/data/taken_at.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

struct Item {
    ChosenFrames::Tile tile;
    std::size_t rank = 0;
    std::int64_t taken = 0;
    bool val = false;
};

} // namespace

std::vector<ChosenFrames::Tile> tilesOf(const select::Selection& selection, const Deal* deal, const std::vector<select::CameraQuota>& quotas, TileOrder order) {
    std::map<std::string, std::size_t> ranks;
    for (const select::CameraQuota& quota : quotas)
        ranks.emplace(quota.name, ranks.size());
    std::vector<Item> items;
    items.reserve(selection.images.size());
    for (std::size_t i = 0; i < selection.images.size(); ++i) {
        Item item;
        item.tile.file = selection.images[i];
        const std::string camera = item.tile.file.parent_path().filename().string();
        item.tile.caption = qs(camera);
        if (const auto taken = data::takenAtOf(item.tile.file.stem().string())) {
            const std::int64_t minute = *taken / 60;
            item.tile.caption += QStringLiteral(" %1:%2").arg((minute / 60) % 24, 2, 10, QLatin1Char('0')).arg(minute % 60, 2, 10, QLatin1Char('0'));
            item.taken = *taken;
        }
        item.val = deal != nullptr && deal->isVal[i];
        item.tile.part = deal == nullptr ? ChosenFrames::Part::Undealt : item.val ? ChosenFrames::Part::Val : ChosenFrames::Part::Train;
        const auto rank = ranks.find(camera);
        item.rank = rank != ranks.end() ? rank->second : ranks.size();
        items.push_back(std::move(item));
    }
    std::stable_sort(items.begin(), items.end(), [order](const Item& a, const Item& b) {
        if (order == TileOrder::Time)
            return a.taken < b.taken;
        if (order == TileOrder::Split && a.val != b.val)
            return b.val;
        return a.rank != b.rank ? a.rank < b.rank : a.taken < b.taken;
    });
    std::vector<ChosenFrames::Tile> tiles;
    tiles.reserve(items.size());
    for (Item& item : items)
        tiles.push_back(std::move(item.tile));
    return tiles;
}

} // namespace intersect::ui
