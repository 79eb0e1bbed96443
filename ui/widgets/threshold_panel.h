// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/session.h"
#include "ui/widgets/score_ticks.h"
#include "ui/widgets/themed_label.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

/// Confidence, match IoU and IoU of NMS side by side, the session's own, the first two with the detections of the frame as ticks above their
/// sliders. GUI thread only.
class ThresholdPanel : public QWidget {
    Q_OBJECT
public:
    explicit ThresholdPanel(Session& session, QWidget* parent = nullptr);
    /// The detections of the frame: score and best overlap, verdict at the thresholds (those below the confidence are pale).
    void setDetections(std::vector<ScoreTicks::Tick> scores, std::vector<ScoreTicks::Tick> overlaps, const QString& shown);
    /// Without verdicts there is no match IoU to move.
    void setMatchShown(bool shown);
    /// Whether the boxes before NMS are there, so that its IoU can be moved, and what it leaves of them on this frame.
    void setNms(bool possible, const QString& left);
    ValueSlider* confidence() const { return m_confidence; }
    ValueSlider* matchIou() const { return m_matchIou; }
    ValueSlider* nmsIou() const { return m_nmsIou; }
    ScoreTicks* scoreTicks() const { return m_scoreTicks; }

private:
    ValueSlider* m_confidence;
    ValueSlider* m_matchIou;
    ValueSlider* m_nmsIou;
    ScoreTicks* m_scoreTicks;
    ScoreTicks* m_overlapTicks;
    ThemedLabel* m_shown;
    ThemedLabel* m_left; ///< what NMS leaves
    QWidget* m_match; ///< the part about the match IoU
};

} // namespace intersect::ui
