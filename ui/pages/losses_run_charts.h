// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QLabel>
#include <QStackedWidget>
#include <QWidget>

#include "core/runs/pt_shares.h"
#include "ui/pages/losses_curves.h"
#include "ui/widgets/histogram_chart.h"

namespace intersect::ui {

/// Room left of the plots of all charts over p_t, so that they stand under each other; the loss chart's own too.
constexpr double kPtPlotLeft = 62;

/// How many predictions lie in each bin of p_t, and what part of the loss each bin makes, on one axis with the loss chart above; in their
/// place one sentence where there is nothing. GUI thread only.
class RunCharts : public QStackedWidget {
    Q_OBJECT
public:
    explicit RunCharts(QWidget* parent = nullptr);

    /// `runLoss`: what the run was trained with, in words; empty: not known. The record is read at once, not kept.
    void show(const runs::PtRecord& record, const runs::PtChoice& choice, const std::vector<ShownLoss>& losses, const QString& runLoss);
    /// A sentence, and what to do, instead of the charts.
    void tell(const QString& sentence, const QString& advice = {});
    void setWaiting(bool waiting);
    void setCursor(double pt);
    /// What the bars say, as rich text; empty while there are none.
    QString words() const { return m_words; }

Q_SIGNALS:
    void cursorMoved(double pt);
    void wordsChanged(const QString& richText);

private:
    QString hoverText(int bar) const;
    HistogramChart *m_counts, *m_shares;
    QLabel *m_sentence, *m_advice;
    QWidget* m_charts;
    runs::PtBars m_bars;
    QString m_words;
};

/// "97.1 %", "0.001 %": a part of a whole with as many digits as it has to say.
QString shareText(double share);

} // namespace intersect::ui
