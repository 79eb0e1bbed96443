// SPDX-License-Identifier: GPL-3.0-or-later
// The frame that is looked at: its boxes, their sums, and the one box chosen.
#include <algorithm>

#include <QItemSelectionModel>
#include <QSignalBlocker>

#include "core/base/numbers.h"
#include "ui/pages/inspect_page.h"
#include "ui/text.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

} // namespace

void InspectPage::showBoxes() {
    const auto frame = static_cast<std::size_t>(m_frame);
    const double confidence = session().confidence();
    std::vector<InspectedBox> boxes = inspectFrame(*m_inspection, frame, confidence, session().matchIou());
    const auto truth = m_inspection->truth.of(frame);
    nameErrors(boxes);
    VerdictCounts counts = countsOf(boxes);
    counts.judged = m_inspection->frames[frame].judged;
    m_frameSummary->setCounts(counts);
    m_listModel->setCountsOf(static_cast<std::uint32_t>(frame), counts);

    // The box that was chosen stays so if it is still there.
    std::pair<int, int> chosen{-2, -2};
    if (const QModelIndex current = m_boxes->currentIndex();
        current.isValid() && current.row() < m_boxModel->rowCount())
        chosen = {m_boxModel->box(current.row()).detection, m_boxModel->box(current.row()).truth};
    const bool sameFrame = m_pictureFrame == m_frame;

    const bool judged = m_inspection->frames[frame].judged;
    m_boxes->setColumnHidden(BoxTableModel::VerdictColumn, !judged);
    m_boxes->setColumnHidden(BoxTableModel::IouColumn, !judged);
    m_boxes->setColumnHidden(BoxTableModel::ErrorColumn, m_errorFold->isHidden());
    std::vector<ScoreTicks::Tick> scores, overlaps;
    const auto detections = m_inspection->detections.of(frame);
    const std::vector<eval::BestObject> best = eval::bestObjects(detections, truth);
    std::vector<eval::Verdict> verdicts(detections.size(), eval::Verdict::FP);
    std::vector<bool> above(detections.size(), false);
    for (const InspectedBox& box : boxes)
        if (box.detection >= 0) {
            verdicts[static_cast<std::size_t>(box.detection)] = box.verdict;
            above[static_cast<std::size_t>(box.detection)] = true;
        }
    std::int64_t shown = 0;
    for (std::size_t i = 0; i < detections.size(); ++i) {
        shown += above[i] ? 1 : 0;
        if (!judged) {
            scores.push_back({static_cast<double>(detections[i].score), eval::Verdict::Ignored, !above[i], false});
            continue;
        }
        // A detection that is left out: what it would be by its overlap.
        const eval::Verdict verdict =
            above[i]
                ? verdicts[i]
                : (static_cast<double>(best[i].iou) >= session().matchIou() ? eval::Verdict::TP : eval::Verdict::FP);
        scores.push_back({static_cast<double>(detections[i].score), verdict, !above[i]});
        if (best[i].iou > 0)
            overlaps.push_back({static_cast<double>(best[i].iou), verdict, !above[i]});
    }
    m_thresholds->setDetections(
        std::move(scores), std::move(overlaps),
        tr("%1 of %2 detections shown").arg(counted(shown), counted(static_cast<std::int64_t>(detections.size()))));

    m_thresholds->setNms(m_inspection->candidates != nullptr,
                         m_inspection->candidates ? tr("%1 of %2 boxes kept").arg(counted(static_cast<std::int64_t>(detections.size())), counted(static_cast<std::int64_t>(m_inspection->candidates->of(frame).size())))
                                                  : QString());

    int again = -1;
    for (std::size_t i = 0; sameFrame && i < boxes.size(); ++i)
        if (boxes[i].detection == chosen.first && (boxes[i].detection >= 0 || boxes[i].truth == chosen.second))
            again = static_cast<int>(i);
    m_boxModel->setBoxes(boxes);
    if (m_pictureFrame == m_frame) {
        m_canvas->setBoxes(std::move(boxes), {truth.begin(), truth.end()});
        m_canvas->setMarks(marksNow());
    }
    if (again >= 0)
        chooseBox(again);
}

void InspectPage::showSums() {
    tellPatches();
    m_compare->list()->setListed(m_inspection ? chosenFrames(*m_inspection, m_listModel->counts(), FrameOrder::Camera) : std::vector<std::uint32_t>());
    VerdictCounts sum;
    sum.judged = false;
    std::int64_t frames = 0;
    for (int row = 0; row < m_listModel->rowCount(); ++row) {
        addCounts(sum, m_listModel->counts()[m_listModel->frameAt(row)]);
        ++frames;
    }
    m_sumSummary->setCounts(sum);
    m_sumName->setText(m_pictures ? (frames == 1 ? tr("1 picture") : tr("%1 pictures").arg(counted(frames)))
                                  : tr("%1 frames of %2").arg(counted(frames), m_split));
    const std::int64_t asked[] = {sum.fn, sum.fp, sum.tp + sum.found, 1, 1, 1, 1};
    const bool nothing = sum.judged ? asked[m_sort->current()] == 0 : sum.found == 0;
    m_hint->setText(sum.judged ? tr("No frame has this error. Lower the confidence or choose another type.")
                               : tr("Nothing was found above this confidence. Lower it, or choose other weights."));
    const QString hint = errorHint(frames);
    if (!hint.isEmpty())
        m_hint->setText(hint);
    m_hint->setVisible(m_inspection && (nothing || !hint.isEmpty()));
}

void InspectPage::chooseBox(int index) {
    if (index < 0) {
        m_boxes->clearSelection();
        m_boxes->setCurrentIndex({});
        m_canvas->setCurrentBox(-1);
        return;
    }
    if (index >= m_boxModel->rowCount())
        return;
    if (m_boxes->currentIndex().row() != index) {
        const QSignalBlocker quiet(m_boxes->selectionModel());
        m_boxes->selectionModel()->setCurrentIndex(m_boxModel->index(index, 0),
                                                   QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        m_boxes->scrollTo(m_boxModel->index(index, 0));
        m_boxes->viewport()->update();
    }
    const InspectedBox& box = m_boxModel->box(index);
    if (m_pictureFrame == m_frame) { // else the picture is on its way, and the box is chosen again when it is there
        m_canvas->setCurrentBox(index);
        m_canvas->centreOn(box.box);
    }
    QString text = box.judged ? tr("Box selected: %1 %2").arg(verdictWord(box.verdict), className(box.classId))
                              : tr("Box selected: %1").arg(className(box.classId));
    if (!box.judged)
        text += tr(", score %1").arg(qs(formatFixed(static_cast<double>(box.score), 2)));
    else if (box.detection >= 0)
        text += tr(", score %1, IoU %2")
                    .arg(qs(formatFixed(static_cast<double>(box.score), 2)),
                         qs(formatFixed(static_cast<double>(box.iou), 2)));
    if (box.error)
        text += tr(", error: %1").arg(ErrorWords::hint(*box.error));
    say(text);
}

void InspectPage::nextError(int by) {
    std::vector<int> errors;
    for (int row = 0; row < m_boxModel->rowCount(); ++row)
        if (const InspectedBox& box = m_boxModel->box(row);
            m_errorBars->chosen() ? box.error == m_errorBars->chosen()
                                  : !box.judged || box.verdict == eval::Verdict::FN || box.verdict == eval::Verdict::FP)
            errors.push_back(row);
    if (errors.empty())
        return;
    const auto count = static_cast<int>(errors.size());
    const auto at = std::find(errors.begin(), errors.end(), m_boxes->currentIndex().row());
    const int next =
        at == errors.end() ? (by > 0 ? 0 : count - 1) : (static_cast<int>(at - errors.begin()) + by + count) % count;
    chooseBox(errors[static_cast<std::size_t>(next)]);
}

} // namespace intersect::ui
