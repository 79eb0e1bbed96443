// SPDX-License-Identifier: GPL-3.0-or-later
// Error types on Inspect: found in the background for what is shown; a chosen one keeps only its frames and marks its
// boxes.
#include <algorithm>

#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

void InspectPage::addErrorTypes(QVBoxLayout* column) {
    column->addWidget(new HairLine);
    auto* room = new QVBoxLayout;
    room->setContentsMargins(10, 0, 10, 0);
    m_errorFold = new FoldSection(tr("Error types"), QStringLiteral("errorTypesFold"));
    m_errorFold->setCaption(tr("boxes, gain in AP50"));
    m_errorBars = new ErrorBars;
    m_errorFold->content()->addWidget(m_errorBars);
    m_errorFold->setOpen(true);
    room->addWidget(m_errorFold);
    column->addLayout(room);
    connect(m_errorBars, &ErrorBars::chosenChanged, this, [this] {
        reorder();
        if (m_frame >= 0)
            showBoxes();
    });
}

void InspectPage::addListSwitch(QVBoxLayout* choices, QVBoxLayout* column) {
    m_listSwitch = new SegmentedButtons({tr("Frames"), tr("Suspect labels")});
    m_listSwitch->setObjectName(QStringLiteral("listSwitch"));
    m_listSwitch->setAccessibleName(tr("What is listed"));
    m_listSwitch->button(0)->setToolTip(tr("The frames of the run, worst first"));
    m_listSwitch->button(1)->setToolTip(tr("Labels that may be wrong by what the run sees, most suspect first"));
    choices->insertWidget(0, m_listSwitch);
    m_suspects = new SuspectPane(
        session(), [this](int id) { return className(id); }, [this](quint32 frame) { return isListed(frame); });
    m_lists = new QStackedWidget;
    m_lists->addWidget(m_list);
    m_lists->addWidget(m_suspects);
    column->addWidget(m_lists, 1);
    connect(m_listSwitch, &SegmentedButtons::currentChanged, this, &InspectPage::showList);
    connect(m_suspects, &SuspectPane::frameWanted, this, [this](quint32 frame) {
        goTo(frame);
        if (m_pictureFrame == m_frame)
            m_canvas->setMarks(marksNow());
    });
    connect(m_suspects, &SuspectPane::said, this, &InspectPage::say);
    connect(m_suspects, &SuspectPane::failed, this,
            [this](const QString& sentence, const QString& advice) { m_problem->show(sentence, advice); });
}

void InspectPage::showList() {
    if (m_viewList.empty() || m_viewList[static_cast<std::size_t>(m_viewSwitch->current())].left == nullptr)
        m_lists->setCurrentIndex(m_listSwitch->current());
    const bool judged = m_inspection && m_inspection->anyJudged();
    m_sort->setVisible(judged && !onSuspects());
    m_hint->setMaximumHeight(onSuspects() ? 0 : QWIDGETSIZE_MAX);
    m_canvas->setMarks(marksNow());
    if (onSuspects())
        m_suspects->step(0);
}

const FrameErrors* InspectPage::errorsNow() const {
    return m_inspection && m_errorsOf == m_inspection ? m_errors.get() : nullptr;
}

void InspectPage::wantErrors() {
    // Where nobody labelled some of the pictures, their detections would all look like errors.
    const bool judged =
        m_inspection && m_inspection->size() > 0 &&
        std::ranges::all_of(m_inspection->frames, [](const Inspection::Frame& frame) { return frame.judged; });
    m_suspects->setInspection(judged ? m_inspection : nullptr);
    m_listSwitch->setVisible(judged);
    if (!judged)
        m_listSwitch->setCurrent(0);
    m_errorFold->setVisible(judged);
    m_sort->button(kErrorOrder)->setVisible(judged);
    if (!judged) {
        m_errors.reset();
        m_errorsOf.reset();
        m_errorBars->choose(std::nullopt);
        if (m_sort->current() == kErrorOrder)
            m_sort->setCurrent(0);
        return;
    }
    if (!m_errorsOf)
        m_errorBars->setErrors({});
    if (m_errorsOf == m_inspection || m_findingErrors || !isVisible())
        return;
    m_findingErrors = true;
    m_errorJob.start([inspection = m_inspection](const JobRunner::Cancelled&) { return findFrameErrors(*inspection); },
                     [this, inspection = m_inspection](const std::shared_ptr<const FrameErrors>& errors) {
                         m_findingErrors = false;
                         if (inspection != m_inspection) {
                             wantErrors(); // what is shown changed meanwhile
                             return;
                         }
                         takeErrors(errors);
                         if (m_errorBars->chosen() || m_sort->current() == kErrorOrder)
                             setCounts(m_listModel->counts());
                         if (m_frame >= 0)
                             showBoxes();
                     });
}

void InspectPage::takeErrors(std::shared_ptr<const FrameErrors> errors) {
    m_errors = std::move(errors);
    m_errorsOf = m_inspection;
    m_errorBars->setErrors(m_errors);
    tellPatches();
    m_compare->setFirstErrors(m_errors);
}

void InspectPage::setCounts(std::vector<VerdictCounts> counts) {
    std::vector<std::uint32_t> rows = rowsOf(*m_inspection, counts);
    if (!m_errorBars->chosen() && rows.size() == static_cast<std::size_t>(m_listModel->rowCount())) {
        m_listModel->setCounts(std::move(counts), std::move(rows));
    } else {
        // Frames come and go with the confidence: the one looked at stays, chosen where it is still in the list.
        const QSignalBlocker quiet(m_list->selectionModel());
        m_listModel->setFrames(m_inspection, std::move(counts), std::move(rows));
        if (const int row = m_frame >= 0 ? m_listModel->rowOf(static_cast<std::uint32_t>(m_frame)) : -1; row >= 0)
            m_list->selectionModel()->setCurrentIndex(m_listModel->index(row, 0), QItemSelectionModel::ClearAndSelect);
        m_list->viewport()->update();
    }
    if (m_list->currentIndex().isValid())
        m_list->scrollTo(m_list->currentIndex());
    m_neighbours->show(m_inspection, m_listModel->counts(), m_frame);
    showSums();
}

void InspectPage::nameErrors(std::vector<InspectedBox>& boxes) const {
    const FrameErrors* errors = errorsNow();
    if (errors == nullptr)
        return;
    for (InspectedBox& box : boxes) {
        box.errorKnown = true;
        box.error = errorOf(*errors, *m_inspection, static_cast<std::size_t>(m_frame), box, session().confidence());
    }
}

std::vector<OverlayMark> InspectPage::marksNow() const {
    if (onSuspects())
        return m_suspects->marks(m_frame);
    std::vector<OverlayMark> marks;
    if (const FrameErrors* errors = errorsNow(); errors != nullptr && m_errorBars->chosen() && m_frame >= 0)
        for (const BoxXyxy& box : boxesWithError(*errors, *m_inspection, static_cast<std::size_t>(m_frame),
                                                 *m_errorBars->chosen(), session().confidence()))
            marks.push_back({box, {}});
    return marks;
}

void InspectPage::arrangeByErrors(std::vector<std::uint32_t>& rows) const {
    const FrameErrors* errors = errorsNow();
    if (errors == nullptr)
        return;
    const std::optional<eval::ErrorType> type = m_errorBars->chosen();
    if (type)
        keepFramesWithError(rows, *errors, *m_inspection, *type, session().confidence());
    if (m_sort->current() == kErrorOrder)
        sortByErrors(rows, *errors, *m_inspection, type, session().confidence());
}

QString InspectPage::errorHint(std::int64_t frames) const {
    const std::optional<eval::ErrorType> type = m_errorBars->chosen();
    if (!type || errorsNow() == nullptr)
        return {};
    if (frames == 0)
        return tr("No frame has this error. Lower the confidence or choose another type.");
    const QString name = ErrorWords::name(*type).toLower();
    if (*type == eval::ErrorType::Missed)
        return tr("Only frames with missed boxes: %1. Esc lists all again.").arg(qs(formatGrouped(frames)));
    return tr("Only frames with the error “%1” at or above confidence %2: %3. Esc lists all again.")
        .arg(name, qs(formatFixed(session().confidence(), 2)), qs(formatGrouped(frames)));
}

} // namespace intersect::ui
