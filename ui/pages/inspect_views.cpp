// SPDX-License-Identifier: GPL-3.0-or-later
// The ways to look at what a run found: one run, two beside each other; the switch above the centre chooses.
#include <QHBoxLayout>

#include "ui/pages/inspect_page.h"

namespace intersect::ui {

void InspectPage::addView(const View& view) {
    QPushButton* button = m_viewSwitch->addButton(view.word);
    button->setToolTip(view.tip);
    m_views->addWidget(view.body);
    if (view.tools != nullptr)
        m_viewTools->addWidget(view.tools);
    if (view.left != nullptr)
        m_lists->addWidget(view.left);
    m_viewList.push_back(view);
    showView();
}

void InspectPage::showView() {
    const auto current = static_cast<std::size_t>(m_viewSwitch->current());
    for (std::size_t i = 0; i < m_viewList.size(); ++i) {
        if (m_viewList[i].tools != nullptr)
            m_viewList[i].tools->setVisible(i == current);
        // A view that is not seen does not widen the centre.
        m_viewList[i].body->setSizePolicy(i == current ? QSizePolicy::Preferred : QSizePolicy::Ignored, QSizePolicy::Preferred);
    }
    const View& view = m_viewList[current];
    m_boxTools->setVisible(view.ofPicture && view.boxTools);
    m_zoomTools->setVisible(view.ofPicture);
    m_legend->setVisible(view.ofPicture && (!m_inspection || m_inspection->anyJudged()));
    m_thresholds->setVisible(view.thresholds);
    m_panes->setRightWanted(view.right);
    m_runs->setVisible(view.runs);
    m_listChoices->setVisible(view.left == nullptr);
    m_detection->setVisible(view.left == nullptr);
    if (view.left != nullptr)
        m_lists->setCurrentWidget(view.left);
    else
        showList();
    m_views->setCurrentWidget(view.body); // last: the view is asked to show itself when all else stands
    Q_EMIT headChanged();
}

void InspectPage::tellViews() {
    const bool judged = m_inspection && m_inspection->anyJudged();
    const bool comparable = judged && !m_pictures;
    m_viewSwitch->button(1)->setEnabled(comparable);
    if (m_inspection && !comparable && comparing())
        m_viewSwitch->setCurrent(0);
    m_compare->setFirst(m_run, m_split, comparable ? m_inspection : nullptr);
}

void InspectPage::addCompare() {
    m_compare = new InspectCompare(session(), [this](int id) { return className(id); });
    connect(m_compare, &InspectCompare::runWanted, this, [this](const QString& run) { session().setCurrentRun(run); });
    connect(m_compare, &InspectCompare::frameWanted, this, [this](quint32 frame) { goTo(frame); });
    connect(m_compare, &InspectCompare::saveWanted, this, &InspectPage::exportImage);
    connect(m_compare, &InspectCompare::said, this, &InspectPage::say);
    connect(m_compare, &InspectCompare::failed, this, [this](const QString& sentence, const QString& advice) { m_problem->show(sentence, advice); });
    connect(m_compare, &InspectCompare::changed, this, &Page::headChanged);
}

} // namespace intersect::ui
