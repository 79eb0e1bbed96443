// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "core/base/numbers.h"

namespace intersect::eval {
namespace {

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

std::string cell(double value) {
    return std::isfinite(value) ? formatFixed(value, 4) : std::string("-");
}

std::string tableLine(const std::string& name, std::size_t width, std::int64_t images, std::int64_t labels,
                      double precision, double recall, double map50, double map5095) {
    return fmt::format("{:<{}}{:>8}{:>9}{:>9}{:>9}{:>9}{:>11}\n", name, width, formatGrouped(images),
                       formatGrouped(labels), cell(precision), cell(recall), cell(map50), cell(map5095));
}

/// Rows predicted, columns true, as wide as their names need.
template <class NameOf>
std::string confusionTable(const ConfusionMatrix& matrix, const NameOf& nameOf) {
    std::vector<std::string> names;
    std::size_t width = 0;
    for (std::size_t i = 0; i < matrix.counts.size(); ++i) {
        names.push_back(i < matrix.classIds.size() ? nameOf(matrix.classIds[i]) : std::string("background"));
        width = std::max(width, names.back().size() + 2);
    }
    std::string text =
        fmt::format("\nConfusion at confidence above {} and IoU above {}; rows predicted, columns true\n{:<{}}",
                    formatShortest(matrix.confidence), formatShortest(matrix.iou), "", width);
    for (const std::string& name : names)
        text += fmt::format("{:>{}}", name, width);
    text += "\n";
    for (std::size_t row = 0; row < names.size(); ++row) {
        text += fmt::format("{:<{}}", names[row], width);
        for (const std::int64_t count : matrix.counts[row])
            text += fmt::format("{:>{}}", formatGrouped(count), width);
        text += "\n";
    }
    return text;
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

EvaluationReport evaluateAll(const detect::DetectionSet& detections, const Truth& truth, const ReportRequest& request) {
    EvaluationReport report;
    report.yolov5 = evaluateYolov5(detections, truth, request.maxDetections);
    if (request.yolov7)
        report.yolov7 = evaluateYolov7(detections, truth, request.maxDetections);
    if (request.coco)
        report.coco = evaluateCoco(detections, truth);
    if (request.voc2007)
        report.voc2007 = evaluateVoc(detections, truth, VocArea::ElevenPoints);
    if (request.voc2010)
        report.voc2010 = evaluateVoc(detections, truth, VocArea::AllPoints);
    if (request.cameras)
        report.cameras = evaluateByCamera(detections, truth, report.yolov5.bestConfidence, request.maxDetections);
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

    std::set<int> others;
    for (const detect::Detection& one : detections.detections)
        if (images.count(one.classId) == 0)
            others.insert(one.classId);
    for (const int id : others) {
        ClassResult other;
        other.classId = id;
        if (id >= 0 && static_cast<std::size_t>(id) < detections.names.size())
            other.name = detections.names[static_cast<std::size_t>(id)];
        report.withoutLabels.push_back(std::move(other));
    }
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
        {"confusion", nullptr},
        {"errors", nullptr},
        {"warnings", report.warnings}};
    for (const ClassResult& one : yolov5.classes)
        document["classes"].push_back(classJson(report, one, true));
    for (const ClassResult& one : report.withoutLabels)
        document["classes"].push_back(classJson(report, one, false));
    if (report.cameras) {
        document["cameras"] = Json::array();
        for (const CameraResult& one : *report.cameras)
            document["cameras"].push_back({{"camera", pathText(one.camera)},
                                           {"images", one.images},
                                           {"labels", one.labels},
                                           {"map50", numberOrNull(one.map50)},
                                           {"map50_95", numberOrNull(one.map5095)},
                                           {"precision", numberOrNull(one.precision)},
                                           {"recall", numberOrNull(one.recall)}});
    }
    if (report.confusion)
        document["confusion"] = {{"confidence", report.confusion->confidence},
                                 {"iou", report.confusion->iou},
                                 {"classes", report.confusion->classIds},
                                 {"matrix", report.confusion->counts}};
    return document;
}

std::string reportTable(const EvaluationReport& report) {
    const Evaluation& yolov5 = report.yolov5;
    std::map<int, std::string> names;
    for (const auto* list : {&yolov5.classes, &report.withoutLabels})
        for (const ClassResult& one : *list)
            names[one.classId] = one.name.empty() ? std::to_string(one.classId) : one.name;
    const auto nameOfClass = [&names](int id) { return names[id]; };
    std::size_t width = std::string("Camera").size();
    for (const ClassResult& one : yolov5.classes)
        width = std::max(width, nameOfClass(one.classId).size());
    if (report.cameras)
        for (const CameraResult& one : *report.cameras)
            width = std::max(width, one.camera.size());
    width += 2;
    const auto header = [&](const char* first) {
        return fmt::format("{:<{}}{:>8}{:>9}{:>9}{:>9}{:>9}{:>11}\n", first, width, "Images", "Labels", "P", "R",
                           "mAP50", "mAP50-95");
    };
    const double none = std::nan("");
    const bool labelled = yolov5.labels > 0;
    std::string text = header("Class");
    text +=
        tableLine("all", width, yolov5.images, yolov5.labels, labelled ? yolov5.precision : none,
                  labelled ? yolov5.recall : none, labelled ? yolov5.map50 : none, labelled ? yolov5.map5095 : none);
    for (std::size_t i = 0; i < yolov5.classes.size(); ++i) {
        const ClassResult& one = yolov5.classes[i];
        text += tableLine(nameOfClass(one.classId), width, report.imagesOfClass[i], one.labels, one.precision,
                          one.recall, one.ap50(), one.ap5095());
    }
    if (report.cameras) {
        text += "\n" + header("Camera");
        for (const CameraResult& one : *report.cameras)
            text +=
                tableLine(one.camera, width, one.images, one.labels, one.precision, one.recall, one.map50, one.map5095);
    }
    const auto other = [&text](const char* name, const ApTable& table) {
        text += fmt::format("{:<10}mAP50 {}  mAP50-95 {}\n", name, cell(table.map50), cell(table.map5095));
    };
    if (report.yolov7 || report.coco || report.voc2007 || report.voc2010)
        text += "\n";
    if (report.yolov7)
        other("YOLOv7", *report.yolov7);
    if (report.coco)
        other("COCO", *report.coco);
    if (report.voc2007)
        other("VOC 2007", *report.voc2007);
    if (report.voc2010)
        other("VOC 2010", *report.voc2010);
    if (report.confusion)
        text += confusionTable(*report.confusion, nameOfClass);
    if (labelled)
        text += fmt::format("\nP and R at confidence {}, where the smoothed F1 is largest.\n",
                            formatFixed(yolov5.bestConfidence, 3));
    return text;
}

} // namespace intersect::eval
