// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/run_header.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/models/run_rows.h"
#include "ui/text.h"

namespace intersect::ui {

RunHeader::RunHeader(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("runHeader"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(4);
    auto* row = new QHBoxLayout;
    row->setSpacing(24);
    column->addLayout(row);
    const auto addNumber = [&](const QString& word, int width, ThemedLabel** wordLabel = nullptr) {
        auto* pair = new QVBoxLayout;
        pair->setSpacing(2);
        auto* label = new ThemedLabel(word, FontRole::Caption, Tone::Text3);
        pair->addWidget(label);
        if (wordLabel != nullptr)
            *wordLabel = label;
        auto* number = new ThemedLabel(QStringLiteral("–"), FontRole::Body);
        QFont font = Theme::font(FontRole::Outcome);
        font.setPixelSize(16);
        number->setFont(font);
        number->setMinimumWidth(width);
        number->setTextFormat(Qt::RichText);
        pair->addWidget(number);
        row->addLayout(pair);
        return number;
    };
    m_epoch = addNumber(tr("Epoch"), 72);
    m_rate = addNumber(tr("Images/s"), 54);
    m_elapsed = addNumber(tr("Elapsed"), 84);
    m_eta = addNumber(tr("ETA"), 60, &m_etaWord);
    auto* barColumn = new QVBoxLayout;
    barColumn->setSpacing(6);
    m_bar = new QProgressBar;
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_bar->setRange(0, 10'000);
    m_bar->setAccessibleName(tr("Progress of the run"));
    barColumn->addStretch(1);
    barColumn->addWidget(m_bar);
    auto* below = new QHBoxLayout;
    m_batch = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    m_best = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
    below->addWidget(m_batch);
    below->addStretch(1);
    below->addWidget(m_best);
    barColumn->addLayout(below);
    barColumn->addStretch(1);
    row->addLayout(barColumn, 1);
    m_pause = new QPushButton(tr("Pause"));
    m_pause->setObjectName(QStringLiteral("pauseButton"));
    m_stop = new QPushButton(tr("Stop"));
    m_stop->setObjectName(QStringLiteral("stopButton"));
    m_stop->setProperty("danger", true);
    m_stop->setToolTip(tr("Saves and ends the training"));
    m_extend = new QPushButton(tr("Go on to"));
    m_extend->setObjectName(QStringLiteral("extendButton"));
    m_extend->setToolTip(tr("Trains this finished run further, in the same run folder"));
    m_extendTo = new QSpinBox;
    m_extendTo->setObjectName(QStringLiteral("extendSpin"));
    m_extendTo->setAccessibleName(tr("Epochs in all"));
    m_extendTo->setToolTip(tr("Epochs in all, those that are done among them"));
    m_extendTo->setMinimumWidth(76);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QWidget* widget : {static_cast<QWidget*>(m_pause), static_cast<QWidget*>(m_stop), static_cast<QWidget*>(m_extend), static_cast<QWidget*>(m_extendTo)})
        buttons->addWidget(widget);
    row->addLayout(buttons);
    m_facts = new ElidedLabel(FontRole::Caption, Tone::Text2);
    m_facts->setObjectName(QStringLiteral("runFacts"));
    column->addWidget(m_facts);
    connect(m_extend, &QPushButton::clicked, this, [this] { Q_EMIT extendAsked(m_extendTo->value()); });
    const auto icons = [this] {
        m_pause->setIcon(Theme::instance().icon(QStringLiteral("pause")));
        m_stop->setIcon(Theme::instance().icon(QStringLiteral("stop"), Theme::instance().palette().err));
    };
    icons();
    connect(&Theme::instance(), &Theme::changed, this, icons);
}

void RunHeader::setRun(const runs::RunSummary& run, const std::optional<LiveProgress>& live) {
    const int done = run.history.empty() ? 0 : run.history.back().epoch;
    const int epoch = live && live->epoch > 0 ? live->epoch : done;
    m_epoch->setText(tr("%1 <span style='font-weight:400; font-size:12px'>of %2</span>").arg(epoch).arg(run.epochs));
    double seconds = 0;
    for (const runs::EpochRecord& record : run.history)
        seconds += record.seconds;
    m_rate->setText(live && live->imagesPerSecond > 0 ? qs(formatFixed(live->imagesPerSecond, 1)) : QStringLiteral("–"));
    m_elapsed->setText(durationText(live && live->elapsedSeconds >= 0 ? live->elapsedSeconds : seconds));
    m_etaWord->setText(live ? tr("ETA") : tr("State"));
    m_eta->setText(live ? (live->etaSeconds >= 0 ? durationText(live->etaSeconds) : QStringLiteral("…")) : runStateWord(run.state));
    double part = run.epochs > 0 ? static_cast<double>(done) / run.epochs : 0;
    if (live && live->batches > 0 && run.epochs > 0)
        part = (live->epoch - 1 + static_cast<double>(live->batch) / live->batches) / run.epochs;
    m_bar->setValue(static_cast<int>(10'000 * std::clamp(part, 0.0, 1.0)));
    QString word;
    if (live && live->stopping)
        word = tr("stopping: saving what was learned");
    else if (live && live->paused)
        word = tr("paused");
    else if (live && live->batches > 0)
        word = tr("batch %1 of %2").arg(live->batch).arg(live->batches);
    else if (live)
        word = tr("starting");
    else if (run.state == runs::RunState::Running)
        word = tr("written by another process");
    m_batch->setText(word);
    m_best->setText(run.bestEpoch > 0 ? tr("best mAP50 %1 at epoch %2").arg(qs(formatFixed(run.bestMap50, 3))).arg(run.bestEpoch) : QString());
    const bool stopped = !live && run.state == runs::RunState::Stopped;
    m_pause->setVisible(live.has_value() || stopped);
    if (stopped) {
        m_pause->setText(tr("Resume"));
        m_pause->setToolTip(tr("Goes on after the last finished epoch, in the same run folder"));
        m_pause->setEnabled(true);
    }
    m_stop->setVisible(live.has_value());
    const bool finished = !live && run.state == runs::RunState::Done;
    m_extend->setVisible(finished);
    m_extendTo->setVisible(finished);
    // Only for another run or another end, so that a number being typed stays.
    if (const QString key = qs(run.id) + QLatin1Char(' ') + QString::number(done); finished && key != m_extendFor) {
        m_extendFor = key;
        m_extendTo->setRange(done + 1, 100'000);
        m_extendTo->setValue(done + std::max(1, done / 2));
    }
    m_pause->setIcon(Theme::instance().icon(stopped || (live && live->paused) ? QStringLiteral("play") : QStringLiteral("pause")));
    if (live) {
        m_pause->setText(live->paused ? tr("Go on") : tr("Pause"));
        m_pause->setToolTip(tr("Holds the training between two batches; the process keeps its memory"));
        m_pause->setEnabled(!live->stopping);
        m_stop->setText(live->stopping ? tr("Stop now") : tr("Stop"));
    }
}

void RunHeader::setFacts(const QString& text) {
    m_facts->setFullText(text);
    m_facts->setVisible(!text.isEmpty());
}

} // namespace intersect::ui
