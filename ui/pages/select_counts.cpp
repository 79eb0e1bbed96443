// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the Select page that edits counts: typing one, locking one, another sum.
#include "core/select/edited_counts.h"

#include <map>

#include "core/base/numbers.h"
#include "ui/pages/select_page.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

/// The rows as counts to edit; `pinned` stands in their order.
std::vector<select::EditedCount> placesOf(const std::vector<select::CameraQuota>& rows, const std::vector<std::int64_t>& pinned, const SelectState& state) {
    std::vector<select::EditedCount> places;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const QString name = qs(rows[i].name);
        const auto count = state.counts.find(name);
        const auto share = state.shares.find(name);
        select::EditedCount place;
        place.count = count != state.counts.end() ? count->second : 0;
        place.exact = share != state.shares.end() ? share->second : static_cast<double>(place.count);
        place.least = pinned[i];
        place.most = rows[i].available;
        place.locked = state.locked.contains(name);
        places.push_back(place);
    }
    return places;
}

void put(const std::vector<select::CameraQuota>& rows, const std::vector<select::EditedCount>& places, SelectState& state) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        state.counts[qs(rows[i].name)] = places[i].count;
        state.shares[qs(rows[i].name)] = places[i].exact;
    }
    state.budget = budgetOf(state);
}

} // namespace

std::vector<select::CameraQuota> SelectPage::countRows(const SelectState& state, std::vector<std::int64_t>& pinned) const {
    std::vector<select::CameraQuota> rows = rowsNow();
    std::map<std::string, std::int64_t> pins;
    for (const std::filesystem::path& pin : state.pins)
        if (const auto place = m_places->find(pin))
            ++pins[m_dataset->cameras[m_dataset->frames[*place].camera].id()];
    pinned.clear();
    for (const select::CameraQuota& row : rows)
        pinned.push_back(pins[row.camera]);
    return rows;
}

SelectState SelectPage::withCounts() const {
    SelectState next = m_state;
    if (next.strategy == select::Strategy::Counts)
        return next;
    next.strategy = select::Strategy::Counts;
    next.counts.clear();
    next.shares.clear();
    next.locked.clear();
    for (const select::CameraQuota& row : rowsNow()) {
        next.counts[qs(row.name)] = row.selected;
        next.shares[qs(row.name)] = m_state.strategy == select::Strategy::Equal || m_state.strategy == select::Strategy::Proportional ? row.exact : static_cast<double>(row.selected);
    }
    next.budget = budgetOf(next);
    return next;
}

void SelectPage::editCount(int row, qint64 count) {
    SelectState next = withCounts();
    std::vector<std::int64_t> pinned;
    const std::vector<select::CameraQuota> rows = countRows(next, pinned);
    if (row < 0 || row >= static_cast<int>(rows.size()))
        return;
    const auto edited = static_cast<std::size_t>(row);
    const std::vector<select::EditedCount> places = select::withCount(placesOf(rows, pinned, next), edited, count);
    put(rows, places, next);
    const QString camera = qs(rows[edited].name);
    if (places[edited].count != count)
        session().showStatus(tr("%1 gives %2: the other cameras cannot take up the difference, or it has pinned frames.").arg(camera, qs(formatGrouped(places[edited].count))));
    push(next, tr("%1 frames of %2").arg(places[edited].count).arg(camera), false);
}

void SelectPage::toggleLock(int row) {
    const std::vector<select::CameraQuota> rows = rowsNow();
    if (row < 0 || row >= static_cast<int>(rows.size()) || m_state.given || m_state.strategy == select::Strategy::All)
        return;
    SelectState next = withCounts();
    const QString camera = qs(rows[static_cast<std::size_t>(row)].name);
    const bool locked = next.locked.erase(camera) == 0;
    if (locked)
        next.locked.insert(camera);
    push(next, locked ? tr("lock %1").arg(camera) : tr("unlock %1").arg(camera), false);
}

void SelectPage::takeSum(SelectState& next) const {
    std::vector<std::int64_t> pinned;
    const std::vector<select::CameraQuota> rows = countRows(next, pinned);
    put(rows, select::withSum(placesOf(rows, pinned, next), next.budget), next);
}

} // namespace intersect::ui
