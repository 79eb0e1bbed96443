// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_figures.h"

#include <algorithm>

#include <QElapsedTimer>

#include "core/base/threads.h"

namespace intersect::ui {

namespace {

constexpr int kDefineQuietMs = 120;

std::string timeOf(const std::filesystem::path& file) {
    std::error_code missing;
    const auto written = std::filesystem::last_write_time(file, missing);
    return missing ? std::string("-") : std::to_string(written.time_since_epoch().count());
}

std::string keyOf(const runs::RunPaths& paths, const std::string& split) {
    return paths.detections(split).string() + '@' + timeOf(paths.detections(split)) + '@' + timeOf(paths.candidates(split));
}

/// The run with its numbers at the thresholds; only what they change is worked out.
ShownRun shownAt(const ShownRun& before, const Thresholds& at) {
    ShownRun shown = before;
    if (before.run->candidates && before.run->set->nmsIou != at.nmsIou)
        shown.run = std::make_shared<const RunEvaluation>(atNmsIou(*before.run, at.nmsIou));
    if (shown.run != before.run || !before.live || before.live->confidence != at.confidence || before.live->matchIou != at.matchIou)
        shown.live = std::make_shared<const eval::LiveNumbers>(
            eval::liveNumbers(*shown.run->set, *shown.run->truth, at.confidence, at.matchIou, availableCores()));
    return shown;
}

/// Which set the tables of a run belong to.
bool needsTables(const ShownRun& shown) {
    return !shown.run->tables || shown.run->tables->set != shown.run->set;
}

} // namespace

EvaluateFigures::EvaluateFigures(QObject* parent) : QObject(parent) {
    m_defineSoon.setSingleShot(true);
    m_defineSoon.setInterval(kDefineQuietMs);
    connect(&m_defineSoon, &QTimer::timeout, this, &EvaluateFigures::define);
}

bool EvaluateFigures::isSettled() const {
    return !m_loadingNow && !m_following && (m_runs.empty() || m_shownAt == m_wanted) &&
           std::none_of(m_runs.begin(), m_runs.end(), needsTables);
}

void EvaluateFigures::show(const std::vector<runs::RunPaths>& runs, const std::string& split,
                           const std::vector<std::string>& datasetNames) {
    std::vector<std::string> keys;
    for (const runs::RunPaths& paths : runs)
        keys.push_back(keyOf(paths, split));
    if (keys == m_asked)
        return;
    m_asked = keys;
    std::vector<std::optional<ShownRun>> known;
    for (const std::string& key : keys) {
        const auto at = std::find(m_keys.begin(), m_keys.end(), key);
        const auto index = static_cast<std::size_t>(at - m_keys.begin());
        known.push_back(index < m_runs.size() ? std::optional(m_runs[index]) : std::nullopt);
    }
    struct Loaded {
        std::vector<ShownRun> runs;
        std::vector<std::string> keys;
        std::optional<Error> error;
        qint64 ms = 0;
    };
    m_loadingNow = true;
    m_load.start(
        [runs, keys, known, split, datasetNames, at = m_wanted](const JobRunner::Cancelled& cancelled) {
            Loaded loaded;
            QElapsedTimer since;
            since.start();
            for (std::size_t i = 0; i < runs.size() && !cancelled(); ++i) {
                ShownRun shown;
                if (known[i]) {
                    shown = *known[i];
                } else {
                    auto read = loadRun(runs[i], split, datasetNames, at.nmsIou);
                    if (!read) {
                        if (!loaded.error)
                            loaded.error = read.error();
                        continue;
                    }
                    shown.run = std::make_shared<const RunEvaluation>(std::move(*read));
                }
                loaded.runs.push_back(shownAt(shown, at));
                loaded.keys.push_back(keys[i]);
            }
            loaded.ms = since.elapsed();
            return loaded;
        },
        [this, at = m_wanted](Loaded loaded) {
            m_loadingNow = false;
            m_follow.cancel();
            m_following = false;
            m_runs = std::move(loaded.runs);
            m_keys = std::move(loaded.keys);
            m_shownAt = at;
            m_ms = loaded.ms;
            Q_EMIT problem(loaded.error);
            Q_EMIT runsChanged();
            Q_EMIT numbersChanged();
            define();
            follow();
        });
}

void EvaluateFigures::clear() {
    m_load.cancel();
    m_follow.cancel();
    m_define.cancel();
    m_defineSoon.stop();
    m_loadingNow = m_following = false;
    m_runs.clear();
    m_keys.clear();
    m_asked.clear();
}

void EvaluateFigures::setThresholds(const Thresholds& thresholds) {
    m_wanted = thresholds;
    follow();
}

void EvaluateFigures::follow() {
    if (m_following || m_runs.empty() || m_shownAt == m_wanted)
        return;
    m_following = true;
    struct Followed {
        std::vector<ShownRun> runs;
        qint64 ms = 0;
    };
    m_follow.start(
        [before = m_runs, at = m_wanted](const JobRunner::Cancelled&) {
            QElapsedTimer since;
            since.start();
            Followed followed;
            for (const ShownRun& one : before)
                followed.runs.push_back(shownAt(one, at));
            followed.ms = since.elapsed();
            return followed;
        },
        [this, at = m_wanted](Followed followed) {
            m_following = false;
            takeNumbers(std::move(followed.runs), at, followed.ms);
            follow(); // the slider may have moved on meanwhile
        });
}

void EvaluateFigures::takeNumbers(std::vector<ShownRun> runs, const Thresholds& at, qint64 ms) {
    // Tables that came while this was worked out stay.
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (runs[i].run->tables != m_runs[i].run->tables) {
            RunEvaluation with = *runs[i].run;
            with.tables = m_runs[i].run->tables;
            runs[i].run = std::make_shared<const RunEvaluation>(std::move(with));
        }
    m_runs = std::move(runs);
    m_shownAt = at;
    m_ms = ms;
    if (std::any_of(m_runs.begin(), m_runs.end(), needsTables))
        m_defineSoon.start();
    Q_EMIT numbersChanged();
}

void EvaluateFigures::define() {
    if (std::none_of(m_runs.begin(), m_runs.end(), needsTables))
        return;
    m_define.start(
        [runs = m_runs](const JobRunner::Cancelled& cancelled) {
            std::vector<std::shared_ptr<const DefinitionTables>> tables;
            for (const ShownRun& one : runs)
                tables.push_back(needsTables(one) && !cancelled() ? definitionTables(one.run->set, *one.run->truth, cancelled)
                                                                  : one.run->tables);
            return tables;
        },
        [this](const std::vector<std::shared_ptr<const DefinitionTables>>& tables) {
            for (std::size_t i = 0; i < m_runs.size() && i < tables.size(); ++i)
                if (tables[i] && tables[i] != m_runs[i].run->tables) {
                    RunEvaluation with = *m_runs[i].run;
                    with.tables = tables[i];
                    m_runs[i].run = std::make_shared<const RunEvaluation>(std::move(with));
                }
            Q_EMIT tablesChanged();
            if (std::any_of(m_runs.begin(), m_runs.end(), needsTables))
                m_defineSoon.start();
        });
}

} // namespace intersect::ui
