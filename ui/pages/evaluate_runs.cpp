// SPDX-License-Identifier: GPL-3.0-or-later
// Which runs and which split Evaluate shows: what the disk holds, what the user picked and what is remembered.
#include <algorithm>

#include <QSignalBlocker>
#include <QUrl>

#include "ui/models/run_rows.h"
#include "ui/pages/evaluate_chips.h"
#include "ui/pages/evaluate_page.h"
#include "ui/pages/evaluate_splits_job.h"
#include "ui/pages/run_facts.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/widgets/segmented_buttons.h"

namespace intersect::ui {

QString EvaluatePage::split() const {
    return qs(kSplitNames[static_cast<std::size_t>(std::clamp(m_splits->current(), 0, 2))]);
}

std::vector<std::string> EvaluatePage::datasetNames() const {
    return session().workspace() ? session().workspace()->names : std::vector<std::string>();
}

bool EvaluatePage::isEvaluated(const QString& run) const {
    std::error_code none;
    return std::filesystem::exists(session().runPaths(run).detections(split().toStdString()), none);
}

bool EvaluatePage::hasWeights(const QString& run) const {
    std::error_code none;
    return std::filesystem::exists(session().runPaths(run).best(), none);
}

QString EvaluatePage::runKey() const {
    return session().workspace()
               ? QStringLiteral("evaluate/runs/") + QString::fromLatin1(QUrl::toPercentEncoding(qs(session().workspace()->folder)))
               : QString();
}

void EvaluatePage::readWorkspace() {
    m_runs = session().workspace() ? settings().value(runKey()).toStringList() : QStringList();
    m_factsOf.clear();
    refillRuns();
}

void EvaluatePage::refillRuns() {
    m_available.clear();
    std::error_code none;
    if (session().workspace())
        for (const QString& run : session().runNames()) {
            const runs::RunPaths paths = session().runPaths(run);
            const bool shown =
                std::filesystem::exists(paths.best(), none) || std::filesystem::exists(paths.last(), none) ||
                std::ranges::any_of(kSplitNames, [&](const char* name) { return std::filesystem::exists(paths.detections(name), none); });
            if (shown)
                m_available << run;
        }
    QStringList runs;
    for (const QString& run : std::as_const(m_runs))
        if (m_available.contains(run))
            runs << run;
    // The run looked at elsewhere takes the place of A, unless it is among the others already.
    if (const QString current = session().currentRun(); m_available.contains(current) && !runs.contains(current)) {
        if (runs.isEmpty())
            runs << current;
        else
            runs[0] = current;
    }
    if (runs.isEmpty() && !m_available.isEmpty())
        runs << m_available.first();
    m_runs = runs;
    readFacts(m_available);
    load();
}

void EvaluatePage::pickRuns(const QStringList& runs) {
    m_runs = runs;
    if (!runKey().isEmpty())
        settings().setValue(runKey(), m_runs);
    if (!runA().isEmpty())
        session().setCurrentRun(runA());
    load();
}

void EvaluatePage::readFacts(const QStringList& runs) {
    std::vector<std::filesystem::path> folders;
    for (const QString& run : runs)
        if (!m_factsOf.contains(run))
            folders.push_back(session().runPaths(run).folder);
    if (folders.empty())
        return;
    m_facts.start([folders](const JobRunner::Cancelled&) { return readRunRows(folders); },
                  [this](const std::vector<RunRow>& rows) {
                      for (const RunRow& row : rows)
                          m_factsOf.insert(qs(row.summary.id), row.problem.isEmpty() ? runFacts(row) : row.problem);
                      showChoices();
                  });
}

void EvaluatePage::showChoices() {
    std::vector<RunChips::Choice> choices;
    for (const QString& run : std::as_const(m_available))
        choices.push_back({run, m_factsOf.value(run), isEvaluated(run)});
    m_chips->setChoices(std::move(choices), split());
    // Only what can be shown has a letter; A stays, since the page offers to evaluate it.
    QStringList shown;
    for (const QString& run : std::as_const(m_runs))
        if (shown.isEmpty() || isEvaluated(run))
            shown << run;
    m_chips->setRuns(shown);
}

} // namespace intersect::ui
