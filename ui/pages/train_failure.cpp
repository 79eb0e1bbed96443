// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_failure.h"

#include "ui/text.h"

namespace intersect::ui {

namespace {

/// "The worker process was killed." after a colon: "the worker process was killed."
QString afterColon(QString sentence) {
    if (sentence.size() > 1 && sentence[0].isUpper() && sentence[1].isLower())
        sentence[0] = sentence[0].toLower();
    return sentence;
}

} // namespace

bool broke(runs::RunState state) {
    return state == runs::RunState::Failed || state == runs::RunState::Interrupted;
}

bool canResume(const runs::RunSummary& run) {
    std::error_code ignored;
    return !run.history.empty() && std::filesystem::exists(run.paths.resume(), ignored);
}

int smallerBatch(const RunRow& run, const TrainJob::Ending* ending) {
    if (!run.config || run.config->batch < 2)
        return 0;
    QString told = qs(run.summary.error) + QLatin1Char(' ') + qs(run.summary.advice);
    if (run.summary.error.empty() && ending != nullptr)
        told = ending->sentence + QLatin1Char(' ') + ending->advice + QLatin1Char(' ') + ending->lastLines;
    return told.contains(QStringLiteral("memory"), Qt::CaseInsensitive) ? run.config->batch / 2 : 0;
}

TrainFailure::TrainFailure(QWidget* parent) : InlineMessage(Kind::Error, parent) {
    setObjectName(QStringLiteral("failureBox"));
    m_again = addButton(tr("Start again"), QStringLiteral("startAgainButton"));
    m_again->setProperty("primary", true);
    m_smaller = addButton({}, QStringLiteral("smallerBatchButton"));
    QPushButton* openLog = addButton(tr("Open log file"), QStringLiteral("openLogButton"));
    connect(m_again, &QPushButton::clicked, this, &TrainFailure::againAsked);
    connect(m_smaller, &QPushButton::clicked, this, [this] { Q_EMIT smallerAsked(m_batch); });
    connect(openLog, &QPushButton::clicked, this, &TrainFailure::logAsked);
}

void TrainFailure::showFailure(const RunRow* run, const TrainJob::Ending* ending, const QString& logTail) {
    const int done = run != nullptr && !run->summary.history.empty() ? run->summary.history.back().epoch : 0;
    const int epoch = ending != nullptr && ending->epoch > 0 ? ending->epoch : done + 1;
    QString reason = run != nullptr ? qs(run->summary.error) : QString();
    QString advice = run != nullptr ? qs(run->summary.advice) : QString();
    QString lines;
    if (ending != nullptr) {
        if (reason.isEmpty()) {
            reason = ending->sentence;
            advice = ending->advice;
        }
        lines = ending->lastLines;
    }
    if (reason.isEmpty())
        reason = tr("it was killed or the machine went down before it could say why.");
    if (lines.trimmed().isEmpty())
        lines = logTail;
    const bool began = run != nullptr && run->summary.epochs > 0 && (done > 0 || ending == nullptr || ending->epoch > 0);
    std::error_code ignored;
    const bool hasLast = run != nullptr && std::filesystem::exists(run->summary.paths.last(), ignored);
    const QString sentence = began ? tr("The training process ended in epoch %1: %2").arg(QString::number(epoch), afterColon(reason)) : tr("The training could not start: %1").arg(afterColon(reason));
    if (advice.isEmpty())
        advice = hasLast ? tr("Everything up to epoch %1 is saved.").arg(done) : tr("No epoch was finished, so nothing is saved yet.");
    m_batch = run != nullptr ? smallerBatch(*run, ending) : 0;
    m_smaller->setVisible(m_batch > 0);
    if (m_batch > 0) {
        m_smaller->setText(done > 0 ? tr("Go on with batch %1").arg(m_batch) : tr("Start with batch %1").arg(m_batch));
        m_smaller->setToolTip(tr("The same settings in a new run folder; a batch of %1 instead of %2 needs about half the memory").arg(m_batch).arg(run->config->batch));
    }
    if (run != nullptr && canResume(run->summary)) {
        m_again->setText(tr("Resume after epoch %1").arg(done));
        m_again->setToolTip(tr("Goes on in the same run folder as if nothing had happened"));
    } else {
        m_again->setText(hasLast && done > 0 ? tr("Start again from epoch %1 weights").arg(done) : tr("Start again"));
        m_again->setToolTip(tr("The same settings in a new run folder"));
    }
    show(sentence, advice, lines);
}

} // namespace intersect::ui
