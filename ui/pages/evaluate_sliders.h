// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/evaluate_job.h"
#include "ui/session.h"
#include "ui/widgets/themed_label.h"
#include "ui/widgets/value_slider.h"

class QPushButton;

namespace intersect::ui {

/// Which threshold a sentence is about.
enum class ThresholdKind { Confidence, MatchIou, NmsIou };

/// What raising a threshold does, in one sentence.
QString thresholdSentence(ThresholdKind kind);
/// The three thresholds of the session.
Thresholds thresholdsOf(const Session& session);

/// Confidence, match IoU and IoU of NMS side by side, the session's own, with one sentence on what the last moved one does, wherever it was
/// moved. GUI thread only.
class EvaluateSliders : public QWidget {
    Q_OBJECT
public:
    explicit EvaluateSliders(Session& session, QWidget* parent = nullptr);
    /// Whether any shown run kept its candidates; `notice` names those that did not (empty: all did), `mayMake` whether they can be made.
    void setCandidates(bool any, const QString& notice, bool mayMake);
    /// A warning about the list AP comes from; empty: none.
    void setWarning(const QString& text);

Q_SIGNALS:
    void candidatesWanted(); ///< "Evaluate again", which makes them

private:
    void take();
    Session& m_session;
    Thresholds m_last;
    ValueSlider *m_confidence, *m_matchIou, *m_nmsIou;
    ThemedLabel *m_sentence, *m_notice, *m_warning;
    QWidget* m_noticeRow;
    QPushButton* m_again;
};

} // namespace intersect::ui
