// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_compare_thresholds.h"

#include <QHBoxLayout>
#include <QSignalBlocker>

#include "ui/settings.h"

namespace intersect::ui {
namespace {

const QString kSeparateKey = QStringLiteral("inspect/separateThresholds"), kConfidenceKey = QStringLiteral("inspect/ownConfidence"),
              kMatchIouKey = QStringLiteral("inspect/ownMatchIou");

} // namespace

CompareThresholds::CompareThresholds(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("compareThresholds"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 16, 6);
    row->setSpacing(24);
    for (std::size_t side = 0; side < 2; ++side) {
        auto* part = new QHBoxLayout;
        part->setSpacing(10);
        m_letters[side] = new RunLetter(side == 0 ? QStringLiteral("A") : QStringLiteral("B"), this);
        part->addWidget(m_letters[side]);
        m_columns[side] = new QVBoxLayout;
        m_columns[side]->setSpacing(2);
        part->addLayout(m_columns[side], 1);
        row->addLayout(part, 1);
    }
    m_separate = new QCheckBox(tr("Separate"), this);
    m_separate->setObjectName(QStringLiteral("separateThresholdsCheck"));
    m_separate->setChecked(settings().value(kSeparateKey, false).toBool());
    row->addWidget(m_separate);

    const auto slider = [this](const QString& label, const char* name, double value) {
        auto* made = new ValueSlider(label, QString::fromUtf8(name), 0, 1, 0.01, 2, this);
        made->setValue(value);
        return made;
    };
    m_confidence = slider(tr("Confidence"), "compareConfidence", session.confidence());
    m_matchIou = slider(tr("Match IoU"), "compareMatchIou", session.matchIou());
    m_ownConfidence = slider(tr("Confidence"), "ownConfidence", settings().value(kConfidenceKey, session.confidence()).toDouble());
    m_ownMatchIou = slider(tr("Match IoU"), "ownMatchIou", settings().value(kMatchIouKey, session.matchIou()).toDouble());
    for (ValueSlider* one : {m_confidence, m_ownConfidence})
        one->setToolTipText(tr("Boxes below it are left out"));
    for (ValueSlider* one : {m_matchIou, m_ownMatchIou})
        one->setToolTipText(tr("Overlap from which a box counts as right"));
    arrange();
    connect(m_confidence, &ValueSlider::valueChanged, &session, &Session::setConfidence);
    connect(m_matchIou, &ValueSlider::valueChanged, &session, &Session::setMatchIou);
    connect(&session, &Session::thresholdsChanged, this, [this] {
        {
            const QSignalBlocker quietConfidence(m_confidence), quietIou(m_matchIou);
            m_confidence->setValue(m_session.confidence());
            m_matchIou->setValue(m_session.matchIou());
        }
        Q_EMIT changed();
    });
    for (ValueSlider* own : {m_ownConfidence, m_ownMatchIou})
        connect(own, &ValueSlider::valueChanged, this, [this] {
            remember();
            Q_EMIT changed();
        });
    connect(m_separate, &QCheckBox::toggled, this, [this] {
        remember();
        arrange();
        Q_EMIT changed();
    });
}

void CompareThresholds::remember() const {
    settings().setValue(kSeparateKey, m_separate->isChecked());
    settings().setValue(kConfidenceKey, m_ownConfidence->value());
    settings().setValue(kMatchIouKey, m_ownMatchIou->value());
}

eval::Judgement CompareThresholds::judge(int side) const {
    if (separate() && side != m_pageSide)
        return {m_ownConfidence->value(), m_ownMatchIou->value()};
    return {m_session.confidence(), m_session.matchIou()};
}

void CompareThresholds::setPageSide(int side) {
    if (side == m_pageSide)
        return;
    m_pageSide = side;
    arrange();
}

void CompareThresholds::setSameRun(bool same) {
    if (same == m_same)
        return;
    m_same = same;
    arrange();
}

void CompareThresholds::arrange() {
    const bool apart = separate();
    const auto place = static_cast<std::size_t>(m_pageSide);
    m_columns[apart ? place : 0]->insertWidget(0, m_confidence);
    m_columns[apart ? place : 1]->addWidget(m_matchIou);
    m_columns[1 - place]->addWidget(m_ownConfidence);
    m_columns[1 - place]->addWidget(m_ownMatchIou);
    m_ownConfidence->setVisible(apart);
    m_ownMatchIou->setVisible(apart);
    for (RunLetter* letter : m_letters)
        letter->setVisible(apart);
    m_separate->setEnabled(!m_same);
    m_separate->setToolTip(m_same ? tr("A and B are one run, so each has thresholds of its own") : tr("A and B each with a confidence and a match IoU of their own"));
    const auto name = [apart](ValueSlider* slider, const QString& word, int side) {
        const QString named = apart ? tr("%1 of %2").arg(word, side == 0 ? QStringLiteral("A") : QStringLiteral("B")) : word;
        slider->slider()->setAccessibleName(named);
        slider->spin()->setAccessibleName(named);
    };
    name(m_confidence, tr("Confidence"), m_pageSide);
    name(m_matchIou, tr("Match IoU"), m_pageSide);
    name(m_ownConfidence, tr("Confidence"), 1 - m_pageSide);
    name(m_ownMatchIou, tr("Match IoU"), 1 - m_pageSide);
}

} // namespace intersect::ui
