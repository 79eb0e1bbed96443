// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_rows.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QSet>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/runs/events.h"
#include "ui/text.h"
#include "ui/widgets/loss_preview.h"

namespace intersect::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Runs", text); }

double numberOf(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : std::nan("");
}

double numberOf(const Json& json, const char* outer, const char* key) {
    const auto found = json.find(outer);
    return found != json.end() && found->is_object() ? numberOf(*found, key) : std::nan("");
}

QString wordOf(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? qs(found->get<std::string>()) : QString();
}

QString fixed(double value, int decimals) { return std::isfinite(value) ? qs(formatFixed(value, decimals)) : QStringLiteral("–"); }

QString whole(double value) { return fixed(value, 0); }

} // namespace

std::vector<RunRow> readRunRows(const std::vector<std::filesystem::path>& folders, const std::vector<RunRow>& before) {
    std::vector<RunRow> rows;
    for (const std::filesystem::path& folder : folders) {
        std::error_code missing;
        const std::uintmax_t found = std::filesystem::file_size(folder / "events.jsonl", missing);
        const std::uintmax_t bytes = missing ? 0 : found;
        const auto known = std::find_if(before.begin(), before.end(), [&](const RunRow& row) { return row.summary.paths.folder == folder; });
        if (known != before.end() && bytes > 0 && known->eventBytes == bytes && known->summary.state != runs::RunState::Running) {
            rows.push_back(*known);
            continue;
        }
        RunRow row;
        row.eventBytes = bytes;
        row.summary.id = folder.filename().string();
        row.summary.paths.folder = folder;
        if (auto summary = runs::readRun(folder))
            row.summary = std::move(*summary);
        else
            row.problem = qs(summary.error().message);
        if (const auto list = readFile(row.summary.paths.lists() / "train.txt", 64ULL << 20))
            row.trainFrames = std::count(list->begin(), list->end(), '\n');
        std::vector<data::Finding> findings;
        if (auto config = runs::readTrainConfig(row.summary.paths.config(), findings))
            row.config = std::move(*config);
        rows.push_back(std::move(row));
    }
    return rows;
}

QString runStateWord(runs::RunState state) {
    switch (state) {
    case runs::RunState::Empty: return tr("Empty");
    case runs::RunState::Running: return tr("Running");
    case runs::RunState::Done: return tr("Done");
    case runs::RunState::Stopped: return tr("Stopped");
    case runs::RunState::Failed: return tr("Failed");
    case runs::RunState::Interrupted: return tr("Interrupted");
    }
    return {};
}

Tone runStateTone(runs::RunState state) {
    switch (state) {
    case runs::RunState::Running: return Tone::Accent;
    case runs::RunState::Done: return Tone::Good;
    case runs::RunState::Failed:
    case runs::RunState::Interrupted: return Tone::Err;
    case runs::RunState::Stopped: return Tone::Warn;
    case runs::RunState::Empty: break;
    }
    return Tone::Text3;
}

std::vector<Cell> runCells(const RunRow& row) {
    const runs::RunSummary& run = row.summary;
    std::vector<Cell> cells(5);
    cells[0].text = qs(run.id);
    cells[0].strong = true;
    cells[0].toolTip = row.problem.isEmpty() ? qs(run.paths.folder) : row.problem;
    cells[1].text = row.config ? lossText(row.config->loss) : QStringLiteral("–");
    cells[1].tone = Tone::Text2;
    cells[2].text = row.config ? QString::number(row.config->freeze.size()) : QStringLiteral("–");
    cells[2].tone = Tone::Text2;
    cells[3].text = row.problem.isEmpty() ? runStateWord(run.state) : tr("Unreadable");
    cells[3].tone = row.problem.isEmpty() ? runStateTone(run.state) : Tone::Err;
    const int done = run.history.empty() ? 0 : run.history.back().epoch;
    const QString epochs = tr("epoch %1 of %2").arg(done).arg(run.epochs);
    cells[4].text = run.state == runs::RunState::Done ? tr("mAP50 %1").arg(qs(formatFixed(run.bestMap50, 3))) : epochs;
    cells[4].toolTip = tr("%1 · best mAP50 %2 at epoch %3").arg(epochs, qs(formatFixed(run.bestMap50, 3))).arg(run.bestEpoch);
    cells[4].tone = Tone::Text2;
    return cells;
}

QString eventLine(const Json& event) {
    const QString type = wordOf(event, "type");
    if (type == QStringLiteral("hello"))
        return tr("worker %1, process %2").arg(wordOf(event, "version"), whole(numberOf(event, "pid")));
    if (type == QStringLiteral("epoch"))
        return QStringLiteral("epoch %1/%2  box %3  obj %4  cls %5  val P %6  R %7  mAP50 %8  mAP50-95 %9")
            .arg(whole(numberOf(event, "epoch")), whole(numberOf(event, "of")), fixed(numberOf(event, "loss", "box"), 4), fixed(numberOf(event, "loss", "obj"), 4),
                 fixed(numberOf(event, "loss", "cls"), 4), fixed(numberOf(event, "precision"), 3), fixed(numberOf(event, "recall"), 3), fixed(numberOf(event, "map50"), 3),
                 fixed(numberOf(event, "map50_95"), 3));
    if (type == QStringLiteral("log") || type == QStringLiteral("finding")) {
        const QString message = wordOf(event, "message");
        return message.isEmpty() ? wordOf(event, "text") : message;
    }
    if (type == QStringLiteral("error"))
        return tr("error: %1").arg(wordOf(event, "message"));
    if (type == QStringLiteral("stopped"))
        return tr("stopped; everything up to here is saved");
    if (type == QStringLiteral("done"))
        return tr("done: best epoch %1, mAP50 %2").arg(whole(numberOf(event, "best_epoch")), fixed(numberOf(event, "map50"), 3));
    return {};
}

QStringList readRunLog(const runs::RunPaths& paths, int most) {
    QStringList lines;
    if (const auto events = runs::readEvents(paths.events()))
        for (const Json& event : *events)
            if (const QString line = eventLine(event); !line.isEmpty())
                lines << line;
    // What only worker.log has (a library's last words) comes behind.
    if (const auto text = readFile(paths.workerLog(), 64ULL << 20)) {
        const QSet<QString> told(lines.begin(), lines.end());
        for (const QString& line : qs(*text).split(QLatin1Char('\n'), Qt::SkipEmptyParts))
            if (!told.contains(line))
                lines << line;
    }
    return lines.mid(std::max<qsizetype>(0, lines.size() - most));
}

QString durationText(double seconds) {
    const auto whole = static_cast<qint64>(std::llround(std::max(0.0, seconds)));
    if (whole < 60)
        return tr("%1 s").arg(whole);
    if (whole < 3600)
        return whole < 600 ? tr("%1 min %2 s").arg(whole / 60).arg(whole % 60) : tr("%1 min").arg((whole + 30) / 60);
    return tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

} // namespace intersect::ui
