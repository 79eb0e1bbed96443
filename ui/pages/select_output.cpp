// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the Select page that leaves something: lists, the command, and what the page remembers.
#include <algorithm>

#include "ui/pages/select_page.h"
#include "ui/pages/select_split.h"
#include "ui/text.h"

namespace intersect::ui {

QStringList SelectPage::command() const {
    if (!m_dataset || !session().workspace())
        return {};
    const QString root = qs(m_dataset->root), store = qs(selectStore(session().workspace()->folder)), out = selectionFolder();
    if (isByHand())
        return splitArguments(m_state, root, store + QStringLiteral("/chosen.txt"), out);
    const QString list = out + QStringLiteral("/selection.yaml");
    return selectArguments(m_state, root, store, list) + QStringList{QStringLiteral("&&")} + splitArguments(m_state, root, list, out);
}

QString SelectPage::selectionFolder() const {
    const auto& workspace = session().workspace();
    return workspace ? qs(workspace->selections()) + QLatin1Char('/') + m_split->selectionName() : m_split->selectionName();
}

std::vector<std::filesystem::path> SelectPage::testImages() const {
    std::vector<std::filesystem::path> images;
    if (m_dataset && !m_state.testPool.isEmpty())
        for (const data::Camera& camera : m_dataset->cameras)
            if (qs(camera.pool) == m_state.testPool)
                for (const data::Frame& frame : m_dataset->framesOf(camera))
                    images.push_back(frame.path);
    return images;
}

void SelectPage::write(bool replace) {
    const QString name = m_split->selectionName();
    if (!m_selection || !m_deal || !session().workspace())
        return;
    if (name.isEmpty() || name.contains(QLatin1Char('/')) || name.startsWith(QLatin1Char('.'))) {
        m_split->setProblem(tr("The lists need a name that can be a folder: no slash, no dot in front."), tr("Type one, for instance %1.").arg(suggestedName(m_state)), false);
        return;
    }
    ListsToWrite lists{toPath(selectionFolder()), m_selection, m_deal, testImages(), session().workspace()->names, replace};
    m_split->writeButton()->setEnabled(false);
    m_writing.start([lists](const JobRunner::Cancelled&) { return writeLists(lists); },
                    [this, name, lists, state = m_state](Result<void> written) {
                        m_split->writeButton()->setEnabled(m_selection != nullptr);
                        if (!written) {
                            std::error_code error;
                            const bool exists = !lists.replace && (std::filesystem::exists(lists.folder / "data.yaml", error) || std::filesystem::exists(lists.folder / "train.txt", error));
                            m_split->setProblem(exists ? tr("There are lists named %1 already.").arg(name) : qs(written.error().message),
                                                exists ? tr("Type another name, or replace them.") : qs(written.error().advice), exists);
                            return;
                        }
                        m_split->setProblem({}, {}, false);
                        m_writtenName = name;
                        m_writtenFor = state;
                        m_split->setWritten(tr("Written to selections/%1").arg(name));
                        session().noteSelectionsChanged();
                        session().setCurrentSelection(name);
                        session().showStatus(tr("Lists written to selections/%1: %2 train, %3 val").arg(name).arg(lists.deal->train.size()).arg(lists.deal->val.size()));
                        Q_EMIT headChanged();
                    });
}

void SelectPage::trainWithThis() {
    if (m_writtenName.isEmpty() || m_writtenFor != m_state) {
        m_split->setProblem(tr("These frames are not written yet."), tr("Press Write lists first; Train reads the lists from disk."), false);
        return;
    }
    session().setCurrentSelection(m_writtenName);
    Q_EMIT session().pageRequested(QStringLiteral("train"));
}

bool SelectPage::isByHand() const {
    if (!m_selection)
        return m_state.given != nullptr;
    return m_state.given || !m_state.added.empty() || !m_state.removed.empty() || m_state.pins != m_drawnFor.pins || m_state.bars != m_drawnFor.bars;
}

StoredSelection SelectPage::stored() const {
    StoredSelection stored{m_state, nullptr, {}};
    if (m_drawn && !m_state.given && sameDraw(m_state, m_drawnFor))
        stored.drawn = m_drawn;
    if (m_selection && isByHand())
        stored.frames = m_selection->images;
    return stored;
}

void SelectPage::saveSoon() {
    if (!m_restoredFor.isEmpty())
        m_saveTimer.start();
}

void SelectPage::saveNow() {
    if (!session().workspace() || qs(session().workspace()->folder) != m_restoredFor)
        return;
    m_saveTimer.stop();
    if (const auto written = writeSelectState(session().workspace()->folder, stored()); !written)
        session().showStatus(tr("The choices of this page are not remembered: %1").arg(qs(written.error().message)));
}

} // namespace intersect::ui
