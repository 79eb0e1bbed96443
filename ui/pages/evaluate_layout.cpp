// SPDX-License-Identifier: GPL-3.0-or-later
// What stands where on Evaluate.
#include <QHBoxLayout>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/pages/evaluate_charts.h"
#include "ui/pages/evaluate_chips.h"
#include "ui/pages/evaluate_page.h"
#include "ui/pages/evaluate_sliders.h"
#include "ui/settings.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/segmented_buttons.h"
#include "ui/widgets/side_pane.h"

namespace intersect::ui {

QWidget* EvaluatePage::makeHead() {
    auto* head = new QWidget;
    auto* rows = new QVBoxLayout(head);
    rows->setContentsMargins(16, 10, 16, 8);
    rows->setSpacing(8);
    auto* first = new QHBoxLayout;
    first->setSpacing(8);
    m_chips = new RunChips;
    m_chips->setObjectName(QStringLiteral("runChips"));
    first->addWidget(m_chips, 1);
    first->addWidget(new ThemedLabel(tr("Split"), FontRole::Body, Tone::Text2), 0, Qt::AlignTop);
    m_splits = new SegmentedButtons({tr("train"), tr("val"), tr("test")});
    m_splits->setObjectName(QStringLiteral("splitPicker"));
    m_splits->setAccessibleName(tr("Split"));
    first->addWidget(m_splits, 0, Qt::AlignTop);
    first->addSpacing(8);
    m_classesOfWord = new ThemedLabel(tr("Classes of"), FontRole::Body, Tone::Text2);
    first->addWidget(m_classesOfWord, 0, Qt::AlignTop);
    m_classesOf = new SegmentedButtons({tr("A"), tr("B"), tr("C")});
    m_classesOf->setObjectName(QStringLiteral("classesOfPicker"));
    m_classesOf->setAccessibleName(tr("Run whose classes are shown"));
    m_classesOf->setToolTip(tr("Class curves, confusion, classes, groups and splits are those of this run"));
    first->addWidget(m_classesOf, 0, Qt::AlignTop);
    for (QWidget* word : {static_cast<QWidget*>(m_classesOfWord), first->itemAt(1)->widget()})
        word->setFixedHeight(24);
    rows->addLayout(first);
    m_sliders = new EvaluateSliders(session());
    rows->addWidget(m_sliders);
    m_progress = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_progress->setObjectName(QStringLiteral("evaluateProgress"));
    m_progress->hide();
    rows->addWidget(m_progress);
    return head;
}

QWidget* EvaluatePage::makeCentre() {
    auto* centre = new SurfaceArea;
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeHead());
    layout->addWidget(new HairLine);
    m_error = new InlineMessage(InlineMessage::Kind::Error);
    m_error->setObjectName(QStringLiteral("evaluateError"));
    m_again = m_error->addButton(tr("Evaluate again"), QStringLiteral("evaluateAgainButton"));
    m_error->hide();
    auto* errorHolder = new QVBoxLayout;
    errorHolder->setContentsMargins(16, 8, 16, 0);
    errorHolder->addWidget(m_error);
    layout->addLayout(errorHolder);
    m_body = new QStackedWidget;
    m_empty = new EmptyState(tr("No run with detections yet. Train one, or evaluate weights on the test list."), tr("Train one"));
    m_empty->setObjectName(QStringLiteral("evaluateEmpty"));
    m_empty->button()->setObjectName(QStringLiteral("evaluateOnButton"));
    m_charts = new EvaluateCharts;
    m_body->addWidget(m_empty);
    m_body->addWidget(m_charts);
    layout->addWidget(m_body, 1);
    return centre;
}

QString EvaluatePage::helpText() const {
    return tr("How good is a run on frames it has not seen? The PR curve shows each class at every confidence: solid where it was "
              "measured, dashed where YOLOv5's definition "
              "draws a line from the last recall to 1. Three thresholds move all figures at once, here and on Inspect: confidence and NMS "
              "IoU change which boxes exist, match IoU "
              "changes which of them count as right.\n\n"
              "Right, the same detections give five numbers by five definitions, with the reason for each gap: compare only within a row. "
              "The tables by class, camera, pool, hour and "
              "box size sort by a click on a heading, copy with Ctrl+C, and lead to the frames with a double click or Enter. New cameras "
              "were never seen in training.\n\n"
              "Up to three runs stand side by side as A, B and C. [ and ] move the confidence by 0.01, with Shift the match IoU by 0.05; X "
              "exchanges A and B. In a chart, T puts its numbers in its place, F shows the PR curve at every match IoU, a click on a curve "
              "or its name shades its area (Esc releases it), and a right click copies or saves it; Ctrl+E saves them all.");
}

} // namespace intersect::ui
