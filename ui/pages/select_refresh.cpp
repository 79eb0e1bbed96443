// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the Select page that works out what is shown: quotas, the chosen frames with what was done by hand, the outcome.
#include <algorithm>
#include <unordered_map>

#include "core/base/numbers.h"
#include "ui/pages/select_choices.h"
#include "ui/pages/select_compare.h"
#include "ui/pages/select_frames.h"
#include "ui/pages/select_page.h"
#include "ui/pages/select_split.h"
#include "ui/pages/select_table.h"
#include "ui/text.h"
#include "ui/widgets/inline_message.h"

namespace intersect::ui {

void SelectPage::refreshQuotas() {
    if (!m_dataset)
        return;
    m_warning->hide();
    if (m_state.given) {
        m_quotas = {};
        m_choices->setPossible(false);
        return;
    }
    const QString missing = missingFor(m_state);
    auto quotas = missing.isEmpty() || m_state.strategy != select::Strategy::Proportional ? quotaTable(*m_dataset, m_state) : Result<QuotaTable>(QuotaTable{m_quotas.rows, false});
    const bool possible = quotas.has_value() && missing.isEmpty();
    m_choices->setPossible(possible);
    m_empty->button()->setEnabled(possible);
    m_empty->button()->setText(m_choices->chooseText());
    if (!missing.isEmpty())
        m_warning->show(missing, {});
    if (!quotas) {
        m_warning->show(qs(quotas.error().message), qs(quotas.error().advice));
        return;
    }
    m_quotas = std::move(*quotas);
    for (const select::CameraQuota& quota : m_quotas.rows)
        if (m_quotas.counted && quota.quota > quota.available) {
            m_warning->show(tr("Camera %1 has %2 frames, the quota asks for %3. %4 went to the other cameras.")
                                .arg(qs(quota.name), qs(formatGrouped(quota.available)), qs(formatGrouped(quota.quota)), qs(formatGrouped(quota.quota - quota.available))),
                            tr("Lower the budget or the ratio if that is not what you want."));
            break;
        }
}

void SelectPage::refreshSelection() {
    std::shared_ptr<const select::Selection> base;
    if (m_places && m_state.given)
        base = std::make_shared<select::Selection>(select::selectionOfList(*m_places, m_state.given->images, "list"));
    else if (m_places && m_drawn && sameDraw(m_state, m_drawnFor))
        base = m_drawn;
    if (!base) {
        m_selection.reset();
        return;
    }
    SelectState::Paths in = m_state.pins, out = m_state.bars;
    in.insert(m_state.added.begin(), m_state.added.end());
    out.insert(m_state.removed.begin(), m_state.removed.end());
    if (m_state.given) // nothing was drawn with these pins: they are no part of the list
        in = m_state.added;
    select::Selection chosen = select::editedByHand(*m_places, *base, in, out);
    if (m_state.given)
        chosen.settings.emplace_back("list", m_state.given->name.toStdString());
    m_selection = std::make_shared<select::Selection>(std::move(chosen));
}

std::vector<select::CameraQuota> SelectPage::rowsNow() const {
    std::vector<select::CameraQuota> rows = m_quotas.rows;
    if (m_selection) {
        std::unordered_map<std::string, std::size_t> places;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i].selected = 0;
            places.emplace(rows[i].camera, i);
        }
        for (const select::CameraQuota& camera : m_selection->cameras) {
            const auto place = places.find(camera.camera);
            if (place == places.end())
                rows.push_back(camera);
            else if (m_quotas.counted)
                rows[place->second].selected = camera.selected;
            else
                rows[place->second] = camera;
        }
    }
    if (m_state.given || m_state.strategy != select::Strategy::Proportional)
        return rows;
    std::stable_sort(rows.begin(), rows.end(), [this](const select::CameraQuota& a, const select::CameraQuota& b) {
        if (m_state.by != CameraWeight::Ranking)
            return a.exact > b.exact;
        return m_state.ranking.indexOf(qs(a.name)) < m_state.ranking.indexOf(qs(b.name));
    });
    return rows;
}

void SelectPage::showAll() {
    SelectTable::Shown table;
    table.quotas = {rowsNow(), m_quotas.counted};
    table.selection = m_selection;
    table.deal = m_deal;
    if (m_dataset)
        for (const data::Camera& camera : m_dataset->cameras)
            table.folders.emplace(camera.id(), camera.folder.string());
    m_table->show(table, m_state);
    const bool comparing = m_compare->isVisibleTo(this);
    m_table->setVisible(!comparing);
    m_frames->setVisible(m_selection && !comparing);
    m_empty->setVisible(!m_selection && !comparing);
    m_frames->show({m_dataset, m_places, m_selection, m_deal, table.quotas.rows}, m_state);
    m_compare->setChosen(m_selection, m_split->selectionName());
    showOutcome();
}

void SelectPage::showOutcome() {
    qint64 test = 0;
    if (m_dataset)
        for (const data::Camera& camera : m_dataset->cameras)
            if (!m_state.testPool.isEmpty() && qs(camera.pool) == m_state.testPool)
                test += camera.frameCount;
    m_split->setDeal(m_selection ? m_deal : nullptr);
    m_split->trainButton()->setEnabled(m_selection && m_deal);
    if (!m_selection || !m_deal) {
        m_split->setOutcome({}, {}, test);
        return;
    }
    const auto train = static_cast<qint64>(m_deal->train.size()), val = static_cast<qint64>(m_deal->val.size());
    m_split->setOutcome(train, val, test);
    if (isVisible())
        session().showStatus(tr("%1 of %2 frames chosen · %3 train, %4 val")
                                 .arg(qs(formatGrouped(static_cast<std::int64_t>(m_selection->images.size()))), qs(formatGrouped(budgetOf(m_state))), qs(formatGrouped(train)), qs(formatGrouped(val))));
}

} // namespace intersect::ui
