// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_sliders.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/widgets/side_pane.h"

namespace intersect::ui {

QString thresholdSentence(ThresholdKind kind) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("EvaluateSliders", text); };
    switch (kind) {
    case ThresholdKind::Confidence:
        return tr("Confidence changes which boxes exist: raising it drops the unsure ones, so precision rises and recall falls.");
    case ThresholdKind::MatchIou:
        return tr(
            "Match IoU changes which boxes count as right: raising it turns TP into FP and FN, so precision and recall fall together.");
    case ThresholdKind::NmsIou:
        return tr("NMS IoU changes which boxes exist: raising it keeps more boxes that overlap each other, so recall may rise and "
                  "precision falls.");
    }
    return {};
}

Thresholds thresholdsOf(const Session& session) {
    return {session.confidence(), session.matchIou(), session.nmsIou()};
}

EvaluateSliders::EvaluateSliders(Session& session, QWidget* parent) : QWidget(parent), m_session(session), m_last(thresholdsOf(session)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* row = new QHBoxLayout;
    row->setSpacing(24);
    const auto add = [&](const QString& word, const QString& name, const QString& toolTip) {
        auto* slider = new ValueSlider(word, name, 0, 1, 0.01, 2);
        slider->setToolTipText(toolTip);
        widenSpin(slider->spin());
        row->addWidget(slider, 1);
        return slider;
    };
    m_confidence = add(tr("Confidence"), QStringLiteral("confidenceSlider"),
                       tr("Boxes below it are left out (0 to 1; [ and ]). Raising it trades recall for precision. Shared with Inspect."));
    m_matchIou = add(tr("Match IoU"), QStringLiteral("matchIouSlider"),
                     tr("Overlap with a labelled box from which a box counts as right (0 to 1; Shift+[ and Shift+]). Raising it turns TP "
                        "into FP and FN. Shared with Inspect."));
    m_nmsIou = add(tr("NMS IoU"), QStringLiteral("nmsIouSlider"), {});
    column->addLayout(row);
    m_sentence = new ThemedLabel(thresholdSentence(ThresholdKind::Confidence), FontRole::Caption, Tone::Text3);
    m_sentence->setObjectName(QStringLiteral("thresholdSentence"));
    m_sentence->setWordWrap(true);
    column->addWidget(m_sentence);

    m_noticeRow = new QWidget;
    auto* notice = new QHBoxLayout(m_noticeRow);
    notice->setContentsMargins(0, 0, 0, 0);
    m_notice = new ThemedLabel({}, FontRole::Caption, Tone::Text2);
    m_notice->setObjectName(QStringLiteral("candidatesNotice"));
    m_notice->setWordWrap(true);
    notice->addWidget(m_notice, 1);
    m_again = new QPushButton(tr("Evaluate again"));
    m_again->setObjectName(QStringLiteral("makeCandidatesButton"));
    m_again->setProperty("small", true);
    notice->addWidget(m_again);
    column->addWidget(m_noticeRow);
    m_noticeRow->hide();
    m_warning = new ThemedLabel({}, FontRole::Caption, Tone::Warn);
    m_warning->setObjectName(QStringLiteral("cutListWarning"));
    m_warning->setWordWrap(true);
    m_warning->hide();
    column->addWidget(m_warning);
    setCandidates(true, {}, false);

    m_confidence->setValue(m_last.confidence);
    m_matchIou->setValue(m_last.matchIou);
    m_nmsIou->setValue(m_last.nmsIou);
    connect(m_confidence, &ValueSlider::valueChanged, &session, &Session::setConfidence);
    connect(m_matchIou, &ValueSlider::valueChanged, &session, &Session::setMatchIou);
    connect(m_nmsIou, &ValueSlider::valueChanged, &session, &Session::setNmsIou);
    connect(&session, &Session::thresholdsChanged, this, &EvaluateSliders::take);
    connect(m_again, &QPushButton::clicked, this, &EvaluateSliders::candidatesWanted);
}

void EvaluateSliders::take() {
    const Thresholds now = thresholdsOf(m_session);
    if (now.confidence != m_last.confidence)
        m_sentence->setText(thresholdSentence(ThresholdKind::Confidence));
    else if (now.matchIou != m_last.matchIou)
        m_sentence->setText(thresholdSentence(ThresholdKind::MatchIou));
    else if (now.nmsIou != m_last.nmsIou)
        m_sentence->setText(thresholdSentence(ThresholdKind::NmsIou));
    m_last = now;
    const QSignalBlocker quietConfidence(m_confidence), quietMatch(m_matchIou), quietNms(m_nmsIou);
    m_confidence->setValue(now.confidence);
    m_matchIou->setValue(now.matchIou);
    m_nmsIou->setValue(now.nmsIou);
}

void EvaluateSliders::setCandidates(bool any, const QString& notice, bool mayMake) {
    m_nmsIou->setEnabled(any);
    m_nmsIou->setToolTipText(any ? tr("Of boxes of one class that overlap more than this only the surest is kept (0 to 1). Raising it "
                                      "keeps more of them. Shared with Inspect.")
                                 : tr("The boxes before NMS were not kept, so its IoU cannot be moved. Evaluate again keeps them."));
    m_notice->setText(notice);
    m_noticeRow->setVisible(!notice.isEmpty());
    m_again->setEnabled(mayMake);
    m_again->setToolTip(mayMake ? tr("Detects again and keeps the boxes before NMS")
                                : tr("This needs the run's weights, and no other evaluation running"));
}

void EvaluateSliders::setWarning(const QString& text) {
    m_warning->setText(text);
    m_warning->setVisible(!text.isEmpty());
}

} // namespace intersect::ui
