// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/threshold_panel.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace intersect::ui {

ThresholdPanel::ThresholdPanel(Session& session, QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 10, 16, 10);
    row->setSpacing(28);
    const auto column = [&](const QString& heading, ValueSlider*& slider, const QString& name, ScoreTicks*& ticks,
                            const QString& ticksName) {
        auto* part = new QWidget(this);
        auto* stack = new QVBoxLayout(part);
        stack->setContentsMargins(0, 0, 0, 0);
        stack->setSpacing(2);
        auto* head = new QHBoxLayout;
        head->setSpacing(8);
        head->addWidget(new ThemedLabel(heading, FontRole::SectionHeading));
        auto* caption = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
        head->addWidget(caption);
        head->addStretch(1);
        stack->addLayout(head);
        slider = new ValueSlider({}, name, 0, 1, 0.01, 2, this);
        slider->slider()->setAccessibleName(heading);
        slider->spin()->setAccessibleName(heading);
        slider->spin()->setFixedWidth(82);
        ticks = new ScoreTicks(slider->slider(), 0, 1, this);
        ticks->setObjectName(ticksName);
        stack->addWidget(ticks);
        stack->addWidget(slider);
        row->addWidget(part, 1);
        m_match = part; // the second of the two
        return caption;
    };
    m_shown = column(tr("Confidence"), m_confidence, QStringLiteral("confidenceSlider"), m_scoreTicks, QStringLiteral("scoreTicks"));
    column(tr("Match IoU"), m_matchIou, QStringLiteral("matchIouSlider"), m_overlapTicks, QStringLiteral("overlapTicks"))
        ->setText(tr("best overlap of each detection"));
    auto* nms = new QWidget(this);
    auto* stack = new QVBoxLayout(nms);
    stack->setContentsMargins(0, 0, 0, 0);
    stack->setSpacing(2);
    stack->addWidget(new ThemedLabel(tr("NMS IoU"), FontRole::SectionHeading));
    m_left = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_left->setObjectName(QStringLiteral("nmsLeftLabel"));
    m_left->setFixedHeight(m_scoreTicks->sizeHint().height());
    stack->addWidget(m_left);
    m_nmsIou = new ValueSlider({}, QStringLiteral("nmsIouSlider"), 0, 1, 0.01, 2, this);
    m_nmsIou->slider()->setAccessibleName(tr("NMS IoU"));
    m_nmsIou->spin()->setAccessibleName(tr("NMS IoU"));
    m_nmsIou->spin()->setFixedWidth(82);
    stack->addWidget(m_nmsIou);
    row->addWidget(nms, 1);
    m_confidence->setToolTipText(tr("Boxes below it are left out ([ and ]). Raising it trades recall for precision."));
    m_matchIou->setToolTipText(tr("Overlap from which a box counts as right (Shift+[ and Shift+]). Raising it turns TP into FP and FN."));
    setNms(false, {});

    const auto take = [this, &session] {
        const QSignalBlocker quietConfidence(m_confidence), quietIou(m_matchIou), quietNms(m_nmsIou);
        m_confidence->setValue(session.confidence());
        m_matchIou->setValue(session.matchIou());
        m_nmsIou->setValue(session.nmsIou());
    };
    take();
    connect(&session, &Session::thresholdsChanged, this, take);
    connect(m_confidence, &ValueSlider::valueChanged, &session, &Session::setConfidence);
    connect(m_matchIou, &ValueSlider::valueChanged, &session, &Session::setMatchIou);
    connect(m_nmsIou, &ValueSlider::valueChanged, &session, &Session::setNmsIou);
}

void ThresholdPanel::setNms(bool possible, const QString& left) {
    m_nmsIou->setEnabled(possible);
    m_nmsIou->setToolTipText(possible ? tr("Of boxes of one class that overlap more than this only the surest is kept. Raising it keeps more of them.")
                                      : tr("The boxes before NMS were not kept, so its IoU cannot be moved. Evaluate keeps them."));
    m_left->setText(left);
}

void ThresholdPanel::setMatchShown(bool shown) {
    m_match->setVisible(shown);
}

void ThresholdPanel::setDetections(std::vector<ScoreTicks::Tick> scores, std::vector<ScoreTicks::Tick> overlaps, const QString& shown) {
    m_scoreTicks->setTicks(std::move(scores));
    m_overlapTicks->setTicks(std::move(overlaps));
    m_shown->setText(shown);
}

} // namespace intersect::ui
