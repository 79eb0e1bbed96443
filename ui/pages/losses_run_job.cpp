// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_run_job.h"

#include <algorithm>
#include <unordered_map>

#include <QCoreApplication>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/runs/events.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("RunTruth", text);
}

std::map<int, qint64> boxesOfList(const std::filesystem::path& list, const data::Dataset& dataset) {
    std::unordered_map<std::string_view, const data::Frame*> frames;
    for (const data::Frame& frame : dataset.frames)
        frames.emplace(frame.path.native(), &frame);
    std::map<int, qint64> boxes;
    const auto text = readFile(list, 256ULL << 20);
    if (!text)
        return boxes;
    for (const std::string_view line : splitAt(*text, '\n'))
        if (const auto found = frames.find(trimmed(line)); found != frames.end())
            for (const data::Label& label : dataset.labelsOf(*found->second))
                ++boxes[label.classId];
    return boxes;
}

void takeRecords(RunTruth& truth, const runs::RunPaths& paths) {
    auto records = runs::readPtRecords(paths.histograms());
    if (!records) {
        truth.problem = qs(records.error().message);
        truth.advice = qs(records.error().advice);
    } else if (records->empty()) {
        truth.problem = tr("This run kept no record of where its predictions lie: it has not ended an epoch, has no val list, or was made "
                           "by an earlier version.");
        truth.advice = tr("Train it again with a val list; every epoch then adds a record.");
    } else {
        truth.records = std::move(*records);
    }
}

} // namespace

QString RunTruth::className(int id) const {
    return id >= 0 && id < classNames.size() ? classNames[id] : QString::number(id);
}

std::shared_ptr<const RunTruth> readRunTruth(const runs::RunPaths& paths, const std::shared_ptr<const data::Dataset>& dataset) {
    auto truth = std::make_shared<RunTruth>();
    truth->name = qs(paths.folder.filename());
    takeRecords(*truth, paths);
    if (auto run = runs::readRun(paths.folder)) {
        truth->history = std::move(run->history);
        const Json& started = run->started;
        if (started.is_object() && started.contains("val") && started["val"].is_number_integer())
            truth->valFrames = started["val"].get<int>();
        if (started.is_object() && started.contains("classes") && started["classes"].is_array())
            for (const Json& name : started["classes"])
                truth->classNames << (name.is_string() ? qs(name.get<std::string>()) : QString());
    }
    if (const auto events = runs::readEvents(paths.events()))
        truth->classAp = runs::classApByEpoch(*events);
    std::vector<data::Finding> ignored;
    if (const auto config = runs::readTrainConfig(paths.config(), ignored)) {
        truth->loss = config->loss;
        truth->isLossKnown = true;
    }
    if (dataset)
        truth->trainBoxes = boxesOfList(paths.lists() / "train.txt", *dataset);
    return truth;
}

std::vector<RunChoice> runChoices(const std::vector<runs::RunPaths>& runs) {
    std::vector<RunChoice> choices;
    for (const runs::RunPaths& paths : runs) {
        std::error_code missing;
        const auto bytes = std::filesystem::file_size(paths.histograms(), missing);
        choices.push_back({qs(paths.folder.filename()), !missing && bytes > 0});
    }
    std::stable_partition(choices.begin(), choices.end(), [](const RunChoice& choice) { return choice.hasRecord; });
    return choices;
}

} // namespace intersect::ui
