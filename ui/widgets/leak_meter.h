// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/select/leak_meter.h"

namespace intersect::ui {

/// One dot per val frame on a logarithmic axis of the time to its nearest train frame of the same camera, amber ground left of the threshold. GUI thread only.
class LeakMeterView : public QWidget {
    Q_OBJECT
public:
    explicit LeakMeterView(QWidget* parent = nullptr);
    void setLeak(const select::LeakMeter& leak);
    void clear();

    QSize sizeHint() const override { return {300, 132}; }
    QSize minimumSizeHint() const override { return {200, 120}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    bool m_shown = false;
    select::LeakMeter m_leak;
};

/// The sentence of the meter: how many val frames leak, and what that means.
QString leakSentence(const select::LeakMeter& leak);

} // namespace intersect::ui
