// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/losses_run.h"

#include <algorithm>
#include <set>

#include "app/commands/result_table.h"
#include "core/runs/class_ap.h"
#include "core/runs/events.h"
#include "core/runs/pt_shares.h"
#include "core/runs/run_folder.h"

namespace intersect::app {
namespace {

Result<std::vector<runs::PtRecord>> recordsOf(const RunQuestion& question) {
    const runs::RunPaths paths{question.run};
    auto records = runs::readPtRecords(paths.histograms());
    if (records && records->empty())
        return fail(ErrorCode::BadInput, "This run kept no record of where its predictions lie.", paths.histograms(), 0,
                    "Train it again with a val list; every epoch then adds a record.");
    return records;
}

Result<runs::PtChoice> choiceOf(const RunQuestion& question) {
    runs::PtChoice choice;
    choice.classId = question.classId;
    if (question.term == "class")
        choice.term = runs::PtTerm::Class;
    else if (question.term != "objectness")
        return fail(ErrorCode::Usage, "The loss has no term \"" + question.term + "\" with a p of the truth.", {}, 0,
                    "Choose objectness or class.");
    return choice;
}

} // namespace

Result<int> printRunBars(const RunQuestion& question, const std::vector<loss::LossSpec>& specs, const loss::PairWeights<double>& pair,
                         bool csv, const Context& context) {
    const auto choice = choiceOf(question);
    if (!choice)
        return failAs(choice);
    const auto records = recordsOf(question);
    if (!records)
        return failAs(records);
    const auto record = question.epoch ? std::find_if(records->begin(), records->end(),
                                                      [&](const runs::PtRecord& one) { return one.epoch == *question.epoch; })
                                       : records->end() - 1;
    if (record == records->end())
        return fail(ErrorCode::Usage, "This run has no record of epoch " + std::to_string(*question.epoch) + ".", {}, 0,
                    "Choose one from " + std::to_string(records->front().epoch) + " to " + std::to_string(records->back().epoch) + ".");
    const runs::PtBars bars = runs::countBars(*record, *choice);
    const runs::PtShares entropy = runs::lossShares(*record, *choice, {}), trained = runs::recordedShares(*record, *choice);
    std::vector<ResultColumn> columns{{"from", 6, 2}, {"to", 6, 2}, {"positives", 12}, {"negatives", 12},
                                      {"bce", 12},    {"loss", 12}, {"trained", 12}};
    if (specs.size() > 1)
        columns.insert(columns.begin(), {"gamma", 6, -1});
    std::vector<Json> rows;
    for (const loss::LossSpec& spec : specs) {
        const runs::PtShares shares = runs::lossShares(*record, *choice, spec, pair);
        for (std::size_t bar = 0; bar < shares.size(); ++bar) {
            Json row = Json::object();
            if (specs.size() > 1)
                row["gamma"] = spec.gamma;
            row["from"] = static_cast<double>(bar) / runs::kPtBars;
            row["to"] = static_cast<double>(bar + 1) / runs::kPtBars;
            row["positives"] = bars.positives[bar];
            row["negatives"] = bars.negatives[bar];
            row["bce"] = entropy[bar];
            row["loss"] = shares[bar];
            row["trained"] = trained[bar];
            rows.push_back(std::move(row));
        }
    }
    printTable(context, csv, columns, rows);
    return 0;
}

Result<int> printRunEpochs(const RunQuestion& question, bool csv, const Context& context) {
    const auto records = recordsOf(question);
    if (!records)
        return failAs(records);
    const runs::RunPaths paths{question.run};
    const auto events = runs::readEvents(paths.events());
    if (!events)
        return failAs(events);
    const auto run = runs::readRun(question.run);
    if (!run)
        return failAs(run);
    const std::vector<runs::ClassApEpoch> classAp = runs::classApByEpoch(*events);
    std::set<int> classes;
    for (const runs::ClassApEpoch& epoch : classAp)
        for (const auto& [id, ap] : epoch.ap50)
            if (!question.classId || *question.classId == id)
                classes.insert(id);

    std::vector<ResultColumn> columns{{"epoch", 6}, {"lr", 10, 6}};
    for (const char* side : {"positives", "negatives"})
        for (const char* what : {"", "_easier", "_harder"})
            columns.push_back({std::string(side) + what, 18});
    for (const int id : classes)
        columns.push_back({"ap50_" + std::to_string(id), 10, 4});
    std::vector<Json> rows;
    for (const runs::PtRecord& record : *records) {
        Json row{{"epoch", record.epoch}, {"lr", nullptr}};
        for (const runs::EpochRecord& epoch : run->history)
            if (epoch.epoch == record.epoch)
                row["lr"] = epoch.lr;
        const auto side = [&row](const std::string& name, const std::optional<runs::PtCrossings>& crossed) {
            row[name] = crossed ? Json(crossed->cells) : Json();
            row[name + "_easier"] = crossed ? Json(crossed->up) : Json();
            row[name + "_harder"] = crossed ? Json(crossed->down) : Json();
        };
        side("positives", record.positives);
        side("negatives", record.negatives);
        for (const int id : classes) {
            Json& cell = row["ap50_" + std::to_string(id)];
            for (const runs::ClassApEpoch& epoch : classAp)
                if (const auto found = epoch.ap50.find(id); epoch.epoch == record.epoch && found != epoch.ap50.end())
                    cell = found->second;
        }
        rows.push_back(std::move(row));
    }
    printTable(context, csv, columns, rows);
    return 0;
}

} // namespace intersect::app
