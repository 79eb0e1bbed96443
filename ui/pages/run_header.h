// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QWidget>

#include "core/runs/run_folder.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// What the live child said last; negative: not said yet.
struct LiveProgress {
    int epoch = 0, batch = 0, batches = 0;
    double imagesPerSecond = -1, etaSeconds = -1, elapsedSeconds = -1;
    bool paused = false, stopping = false;
};

/// The head of the shown run: epoch, images/s, elapsed, ETA, the bar, what it trains on and how; Pause and Stop, or the ways on. GUI thread only.
class RunHeader : public QWidget {
    Q_OBJECT
public:
    explicit RunHeader(QWidget* parent = nullptr);
    /// `live` is set while this window's own child writes the run. The pause button of a run that was stopped says Resume.
    void setRun(const runs::RunSummary& run, const std::optional<LiveProgress>& live);
    /// One quiet line about the run: frames, precision, loss, frozen layers.
    void setFacts(const QString& text);
    QPushButton* pauseButton() const { return m_pause; }
    QPushButton* stopButton() const { return m_stop; }

Q_SIGNALS:
    /// A finished run is to go on to so many epochs in all.
    void extendAsked(int epochs);

private:
    ThemedLabel* m_epoch;
    ThemedLabel* m_rate;
    ThemedLabel* m_elapsed;
    ThemedLabel* m_eta;
    ThemedLabel* m_etaWord;
    QProgressBar* m_bar;
    ThemedLabel* m_batch;
    ThemedLabel* m_best;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QPushButton* m_extend;
    QSpinBox* m_extendTo;
    ElidedLabel* m_facts;
    QString m_extendFor;
};

} // namespace intersect::ui
