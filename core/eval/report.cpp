// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/base/numbers.h"
#include "core/eval/report_words.h"

namespace intersect::eval {
namespace {

constexpr double kGroupMatchIou = 0.5; ///< at which groups are counted, as their mAP50 is

Json intervalJson(const Interval& interval) {
    return Json::array({numberOrNull(interval.low), numberOrNull(interval.high)});
}

/// What stands in every group's entry, and in the document for all images.
void addCounts(Json& entry, const GroupResult& group, const BootstrapIntervals* intervals) {
    entry["tp"] = group.tp;
    entry["fp"] = group.fp;
    entry["fn"] = group.fn;
    entry["count_mae"] = numberOrNull(group.countError);
    entry["count_bias"] = numberOrNull(group.countBias);
    if (intervals != nullptr)
        entry["intervals"] = {{"map50", intervalJson(intervals->map50)}, {"precision", intervalJson(intervals->precision)}, {"recall", intervalJson(intervals->recall)}};
}

/// A figure that exists only where there were objects.
Json figure(double value, bool exists) {
    return exists ? numberOrNull(value) : Json(nullptr);
}

template <class Table>
const ClassAp* classOf(const std::optional<Table>& table, int id) {
    if (table)
        for (const ClassAp& one : table->classes)
            if (one.classId == id)
                return &one;
    return nullptr;
}

Json apJson(const std::array<double, 10>& byIou, double ap5095) {
    return {{"ap50", byIou[0]}, {"ap50_95", ap5095}, {"by_iou", byIou}};
}

Json apJson(const ClassAp* one) {
    return one == nullptr ? Json(nullptr) : apJson(one->apByIou, one->ap5095());
}

Json classJson(const EvaluationReport& report, const ClassResult& mine, bool labelled) {
    return {{"id", mine.classId},
            {"name", mine.name},
            {"labels", mine.labels},
            {"precision", figure(mine.precision, labelled)},
            {"recall", figure(mine.recall, labelled)},
            {"f1", figure(mine.f1, labelled)},
            {"confidence", figure(report.yolov5.bestConfidence, labelled)},
            {"ap",
             {{"yolov5", labelled ? apJson(mine.apByIou, mine.ap5095()) : Json(nullptr)},
              {"yolov7", apJson(classOf(report.yolov7, mine.classId))},
              {"coco", apJson(classOf(report.coco, mine.classId))},
              {"voc2007", apJson(classOf(report.voc2007, mine.classId))},
              {"voc2010", apJson(classOf(report.voc2010, mine.classId))}}}};
}

template <class Table>
Json tableJson(const std::optional<Table>& table) {
    if (!table)
        return nullptr;
    return {{"map50", numberOrNull(table->map50)}, {"map50_95", numberOrNull(table->map5095)}};
}

/// A sentence where detections are of classes that the truth has no name for: often ids that are counted from 1 in one
/// file and from 0 in the other, which would go unseen as false positives of nothing.
std::optional<std::string> unnamedWarning(const std::map<int, std::int64_t>& detectionsOfClass, const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 5;
    std::int64_t count = 0;
    std::size_t classes = 0;
    std::string list;
    for (const auto& [id, detections] : detectionsOfClass) {
        if (names.empty() || (static_cast<std::size_t>(id) < names.size() && !names[static_cast<std::size_t>(id)].empty()))
            continue;
        count += detections;
        if (++classes <= kShown)
            list += (classes > 1 ? ", " : "") + std::to_string(id);
    }
    if (classes == 0)
        return std::nullopt;
    return formatGrouped(count) + (count == 1 ? " detection is" : " detections are") + (classes == 1 ? " of the class " : " of the classes ") + list +
           (classes > kShown ? " and more" : "") + ", which the truth does not know: nothing is counted for them. Do class ids begin with 0 in one file and with 1 in the other?";
}

} // namespace

Result<void> addDefinition(ReportRequest& request, const std::string& name) {
    const bool all = name == "all";
    if (!all && name != "yolov5" && name != "yolov7" && name != "coco" && name != "voc2007" && name != "voc2010")
        return fail(ErrorCode::Usage, "There is no AP definition called \"" + name + "\".", {}, 0,
                    "Choose yolov5, yolov7, coco, voc2007, voc2010 or all.");
    request.yolov7 |= all || name == "yolov7";
    request.coco |= all || name == "coco";
    request.voc2007 |= all || name == "voc2007";
    request.voc2010 |= all || name == "voc2010";
    return {};
}

Result<void> addGrouping(ReportRequest& request, const std::string& name) {
    if (name == "size") {
        request.sizes = true;
        return {};
    }
    for (const GroupBy by : {GroupBy::Camera, GroupBy::Pool, GroupBy::Hour})
        if (name == wordsOf(by).entry) {
            if (std::find(request.groups.begin(), request.groups.end(), by) == request.groups.end())
                request.groups.push_back(by);
            return {};
        }
    return fail(ErrorCode::Usage, "There is no table by \"" + name + "\".", {}, 0, "Choose camera, pool, hour or size, with commas for several.");
}

EvaluationReport evaluateAll(const detect::DetectionSet& detections, const Truth& truth, const ReportRequest& request) {
    EvaluationReport report;
    const Pairing pairing = pairDetections(detections, truth, request.maxDetections, request.threads);
    report.yolov5 = evaluateYolov5(pairing, static_cast<std::int64_t>(detections.images.size()), detections.names);
    if (request.yolov7)
        report.yolov7 = evaluateYolov7(detections, truth, request.maxDetections);
    if (request.coco || request.sizes)
        report.coco = evaluateCoco(detections, truth);
    if (request.voc2007)
        report.voc2007 = evaluateVoc(detections, truth, VocArea::ElevenPoints);
    if (request.voc2010)
        report.voc2010 = evaluateVoc(detections, truth, VocArea::AllPoints);
    const auto intervalsOf = [&](const FrameGroups& groups) {
        return bootstrapIntervals(pairing, truth, groups, {report.yolov5.bestConfidence, kGroupMatchIou, request.resamples, request.seed, request.threads});
    };
    const FrameGroups whole = wholeGroup(detections.images.size());
    report.all = evaluateGroups(pairing, truth, whole, report.yolov5.bestConfidence, kGroupMatchIou, request.threads).front();
    if (request.resamples > 0)
        report.intervals = intervalsOf(whole).front();
    for (const GroupBy by : request.groups) {
        const FrameGroups groups = groupFrames(detections.images, by);
        GroupTable table{by, evaluateGroups(pairing, truth, groups, report.yolov5.bestConfidence, kGroupMatchIou, request.threads), {}};
        if (request.resamples > 0)
            table.intervals = intervalsOf(groups);
        report.groups.push_back(std::move(table));
    }
    if (request.sizes)
        report.sizes = evaluateBySize(pairing, detections, truth, *report.coco, report.yolov5.bestConfidence, kGroupMatchIou);
    if (request.errors)
        report.errors = findErrors(detections, truth);
    if (request.confusion)
        report.confusion = confusionMatrix(detections, truth, request.confusionConfidence, request.confusionIou);

    std::map<int, std::int64_t> images;
    for (std::size_t image = 0; image + 1 < truth.begin.size(); ++image) {
        std::set<int> here;
        for (const TruthBox& box : truth.of(image))
            if (!box.crowd)
                here.insert(box.classId);
        for (const int id : here)
            ++images[id];
    }
    for (const ClassResult& one : report.yolov5.classes)
        report.imagesOfClass.push_back(images[one.classId]);

    std::map<int, std::int64_t> others; // detections of classes without objects
    auto counted = others.end();        // the same class as before, most of the time
    for (const detect::Detection& one : detections.detections) {
        if (counted == others.end() || counted->first != one.classId)
            counted = others.try_emplace(one.classId, 0).first;
        ++counted->second;
    }
    for (const auto& [id, count] : images)
        others.erase(id);
    for (const auto& [id, count] : others) {
        ClassResult other;
        other.classId = id;
        if (id >= 0 && static_cast<std::size_t>(id) < detections.names.size())
            other.name = detections.names[static_cast<std::size_t>(id)];
        report.withoutLabels.push_back(std::move(other));
    }
    if (auto unnamed = unnamedWarning(others, detections.names))
        report.warnings.push_back(std::move(*unnamed));
    if (report.yolov5.labels == 0)
        report.warnings.emplace_back("None of the images has an object, so there is no AP.");
    return report;
}

std::optional<std::string> cutListWarning(const detect::DetectionSet& detections) {
    if (detections.detections.empty())
        return std::nullopt;
    float lowest = detections.detections.front().score;
    for (const detect::Detection& one : detections.detections)
        lowest = std::min(lowest, one.score);
    if (lowest < 0.01F)
        return std::nullopt;
    return "The lowest score is " + formatFixed(static_cast<double>(lowest), 3) +
           ": if detections below it were cut off, every AP here is too low. Detect with --conf 0.001.";
}

Json reportJson(const EvaluationReport& report) {
    const Evaluation& yolov5 = report.yolov5;
    const bool labelled = yolov5.labels > 0;
    Json coco = tableJson(report.coco);
    if (report.coco) {
        coco["stats"] = Json::array();
        for (const double stat : report.coco->stats)
            coco["stats"].push_back(numberOrNull(stat));
    }
    Json document = {
        {"images", yolov5.images},
        {"labels", yolov5.labels},
        {"detections", yolov5.detections},
        {"precision", figure(yolov5.precision, labelled)},
        {"recall", figure(yolov5.recall, labelled)},
        {"f1", figure(yolov5.f1, labelled)},
        {"confidence", figure(yolov5.bestConfidence, labelled)},
        {"definitions",
         {{"yolov5", {{"map50", figure(yolov5.map50, labelled)}, {"map50_95", figure(yolov5.map5095, labelled)}}},
          {"yolov7", tableJson(report.yolov7)},
          {"coco", coco},
          {"voc2007", tableJson(report.voc2007)},
          {"voc2010", tableJson(report.voc2010)}}},
        {"classes", Json::array()},
        {"cameras", nullptr},
        {"pools", nullptr},
        {"hours", nullptr},
        {"sizes", nullptr},
        {"confusion", nullptr},
        {"errors", nullptr},
        {"warnings", report.warnings}};
    for (const ClassResult& one : yolov5.classes)
        document["classes"].push_back(classJson(report, one, true));
    for (const ClassResult& one : report.withoutLabels)
        document["classes"].push_back(classJson(report, one, false));
    addCounts(document, report.all, report.intervals ? &*report.intervals : nullptr);
    for (const GroupTable& table : report.groups) {
        const GroupWords words = wordsOf(table.by);
        document[words.list] = Json::array();
        for (std::size_t g = 0; g < table.groups.size(); ++g) {
            const GroupResult& one = table.groups[g];
            Json entry = {{words.entry, pathText(one.name)},
                          {"images", one.images},
                          {"labels", one.labels},
                          {"map50", numberOrNull(one.map50)},
                          {"map50_95", numberOrNull(one.map5095)},
                          {"precision", numberOrNull(one.precision)},
                          {"recall", numberOrNull(one.recall)}};
            addCounts(entry, one, table.intervals.empty() ? nullptr : &table.intervals[g]);
            document[words.list].push_back(std::move(entry));
        }
    }
    for (const SizeResult& one : report.sizes)
        document["sizes"].push_back({{"size", one.name}, {"labels", one.labels}, {"map50", numberOrNull(one.map50)}, {"map50_95", numberOrNull(one.map5095)}, {"tp", one.tp}, {"fp", one.fp}, {"fn", one.fn}});
    if (report.errors) {
        Json& errors = document["errors"] = {{"ap50", report.errors->ap50}, {"false_positive", {{"dap", report.errors->falsePositives}}}, {"false_negative", {{"dap", report.errors->falseNegatives}}}};
        for (const ErrorWords& words : kErrorWords)
            errors[words.key] = {{"count", report.errors->of(words.type).count}, {"dap", report.errors->of(words.type).dap}};
    }
    if (report.confusion)
        document["confusion"] = {{"confidence", report.confusion->confidence},
                                 {"iou", report.confusion->iou},
                                 {"classes", report.confusion->classIds},
                                 {"matrix", report.confusion->counts}};
    return document;
}

} // namespace intersect::eval
