// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include <QCheckBox>
#include <QVBoxLayout>
#include <QWidget>

#include "core/eval/comparison.h"
#include "ui/session.h"
#include "ui/widgets/run_letter.h"
#include "ui/widgets/value_slider.h"

namespace intersect::ui {

/// Confidence and match IoU of a comparison: one pair of sliders for both sides, or a pair for each. The page's side has the session's
/// thresholds, the other side its own, which the window remembers. GUI thread only.
class CompareThresholds : public QWidget {
    Q_OBJECT
public:
    explicit CompareThresholds(Session& session, QWidget* parent = nullptr);
    eval::Judgement judge(int side) const; ///< 0: A, 1: B
    bool separate() const { return m_same || m_separate->isChecked(); }
    /// Which side has the session's thresholds.
    void setPageSide(int side);
    /// Both sides are one run, so that only thresholds can differ.
    void setSameRun(bool same);

Q_SIGNALS:
    void changed(); ///< any of them, the session's too

private:
    void arrange();
    void remember() const;
    Session& m_session;
    int m_pageSide = 0;
    bool m_same = false;
    QCheckBox* m_separate;
    ValueSlider *m_confidence, *m_matchIou, *m_ownConfidence, *m_ownMatchIou;
    std::array<RunLetter*, 2> m_letters{};
    std::array<QVBoxLayout*, 2> m_columns{};
};

} // namespace intersect::ui
