// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/base/numbers.h"
#include "core/eval/report.h"
#include "core/eval/report_words.h"

namespace intersect::eval {
namespace {

std::string rangeText(const Interval& interval) {
    return std::isfinite(interval.low) ? formatFixed(interval.low, 3) + " to " + formatFixed(interval.high, 3) : std::string("-");
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
    for (const GroupTable& table : report.groups)
        for (const GroupResult& one : table.groups)
            width = std::max(width, std::max(one.name.size(), std::string(wordsOf(table.by).heading).size()));
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
    for (const GroupTable& table : report.groups) {
        text += "\n" + header(wordsOf(table.by).heading);
        for (const GroupResult& one : table.groups)
            text += tableLine(one.name, width, one.images, one.labels, one.precision, one.recall, one.map50, one.map5095);
        text += fmt::format("{:<{}}{:>9}{:>9}{:>9}{:>16}{:>11}\n", "", width, "TP", "FP", "FN", "boxes a frame", "bias");
        for (const GroupResult& one : table.groups)
            text += fmt::format("{:<{}}{:>9}{:>9}{:>9}{:>16}{:>11}\n", one.name, width, formatGrouped(one.tp), formatGrouped(one.fp), formatGrouped(one.fn),
                                "off by " + formatFixed(one.countError, 2), formatFixed(one.countBias, 2));
    }
    if (!report.sizes.empty()) {
        text += fmt::format("\n{:<{}}{:>9}{:>9}{:>9}{:>9}{:>9}{:>11}\n", "Box size", width, "Labels", "TP", "FP", "FN", "mAP50", "mAP50-95");
        for (const SizeResult& one : report.sizes)
            text += fmt::format("{:<{}}{:>9}{:>9}{:>9}{:>9}{:>9}{:>11}\n", one.name, width, formatGrouped(one.labels), formatGrouped(one.tp), formatGrouped(one.fp), formatGrouped(one.fn), cell(one.map50),
                                cell(one.map5095));
    }
    if (report.intervals) {
        text += fmt::format("\n{:<{}}{:>18}{:>18}{:>18}\n", "95 % of redrawn frames", std::max<std::size_t>(width, 24), "mAP50", "precision", "recall");
        const auto line = [&](const std::string& name, const BootstrapIntervals& one) {
            text += fmt::format("{:<{}}{:>18}{:>18}{:>18}\n", name, std::max<std::size_t>(width, 24), rangeText(one.map50), rangeText(one.precision), rangeText(one.recall));
        };
        line("all", *report.intervals);
        for (const GroupTable& table : report.groups)
            for (std::size_t g = 0; g < table.intervals.size(); ++g)
                line(table.groups[g].name, table.intervals[g]);
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
    if (report.errors) {
        text += fmt::format("\n{:<18}{:>9}{:>12}   (TIDE; AP50 {}; gains do not add up)\n", "Error", "Count", "AP50 gain", cell(report.errors->ap50));
        for (const ErrorWords& words : kErrorWords)
            text += fmt::format("{:<18}{:>9}{:>12}\n", words.text, formatGrouped(report.errors->of(words.type).count), cell(report.errors->of(words.type).dap));
        text += fmt::format("{:<18}{:>9}{:>12}\n{:<18}{:>9}{:>12}\n", "all wrong ones", "", cell(report.errors->falsePositives), "all missing ones", "", cell(report.errors->falseNegatives));
    }
    if (report.confusion)
        text += confusionTable(*report.confusion, nameOfClass);
    if (labelled)
        text += fmt::format("\nVehicles a frame: off by {} in the mean, bias {} (found minus labelled).\nP, R and counts at confidence {}, where the smoothed F1 is largest.\n",
                            formatFixed(report.all.countError, 2), formatFixed(report.all.countBias, 2), formatFixed(yolov5.bestConfidence, 3));
    return text;
}

} // namespace intersect::eval
