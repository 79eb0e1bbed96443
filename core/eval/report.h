// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json_text.h"
#include "core/base/result.h"
#include "core/eval/bootstrap.h"
#include "core/eval/box_sizes.h"
#include "core/eval/confusion.h"
#include "core/eval/definitions.h"
#include "core/eval/error_types.h"
#include "core/eval/evaluation.h"
#include "core/eval/frame_groups.h"

namespace intersect::eval {

/// What to compute beside the YOLOv5 figures, which are always there.
struct ReportRequest {
    bool yolov7 = false, coco = false, voc2007 = false, voc2010 = false;
    std::vector<GroupBy> groups; ///< tables of cameras, pools, hours; each once
    bool sizes = false;          ///< by box size; takes COCO's table with it
    int resamples = 0;           ///< bootstrap intervals of all images and of every group; 0: none
    std::uint64_t seed = 0;      ///< of the bootstrap
    bool errors = false; ///< types of error and what each costs
    bool confusion = false;
    double confusionConfidence = 0.25, confusionIou = 0.45;
    int maxDetections = 300; ///< an image; COCO and VOC take all
    int threads = 1;
};

/// Adds what `--by` names: "camera", "pool", "hour" or "size"; an error lists them.
Result<void> addGrouping(ReportRequest& request, const std::string& name);

/// Adds the definition called so ("all", "yolov5", "yolov7", "coco", "voc2007", "voc2010"); an error lists the known
/// ones.
Result<void> addDefinition(ReportRequest& request, const std::string& name);

/// The groups of one kind, and how far their figures may move (empty where no intervals were asked for).
struct GroupTable {
    GroupBy by = GroupBy::Camera;
    std::vector<GroupResult> groups;
    std::vector<BootstrapIntervals> intervals;
};

/// All figures of one evaluation; what was not asked for is empty.
struct EvaluationReport {
    Evaluation yolov5;
    std::optional<ApTable> yolov7, voc2007, voc2010;
    std::optional<CocoTable> coco;
    GroupResult all;                               ///< all images as one group, at the best confidence and match IoU 0.5
    std::optional<BootstrapIntervals> intervals;   ///< of all images
    std::vector<GroupTable> groups;                ///< in the order asked for; same confidence and match IoU
    std::vector<SizeResult> sizes;                 ///< the same
    std::optional<ConfusionMatrix> confusion;
    std::optional<ErrorReport> errors;
    std::vector<ClassResult> withoutLabels;  ///< classes that were detected but have no objects: id and name only
    std::vector<std::int64_t> imagesOfClass; ///< images with objects of yolov5.classes[i]
    std::vector<std::string> warnings;       ///< whole sentences
};

/// Computes what is asked for. Detections and truth of the same images in the same order. Any thread; pure.
EvaluationReport evaluateAll(const detect::DetectionSet& detections, const Truth& truth, const ReportRequest& request);

/// A sentence where the lowest score lets one think that the list was cut well above 0.001, which lowers every AP;
/// nullopt otherwise.
std::optional<std::string> cutListWarning(const detect::DetectionSet& detections);

/// The document of `evaluate --json` (design section 6); figures that do not exist are null.
Json reportJson(const EvaluationReport& report);

/// The same as an aligned table for people: all images, each class with objects, each camera.
std::string reportTable(const EvaluationReport& report);

} // namespace intersect::eval
