// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include <QString>

#include "ui/pages/evaluate_job.h"

namespace intersect::ui {

/// The definitions of AP, in the order of the table.
enum class Definition { Yolov5, Yolov7, Coco, Voc2007, Voc2010 };
inline constexpr std::array kDefinitions{Definition::Yolov5, Definition::Yolov7, Definition::Coco, Definition::Voc2007,
                                         Definition::Voc2010};

/// "YOLOv5", "VOC 2010+" …
QString definitionName(Definition definition);
/// How it reads a curve, in a few words: "101 points, line to recall 1".
QString definitionRule(Definition definition);

/// mAP at match IoU 0.50, and the mean over 0.50 .. 0.95; NaN without labels.
double map50Of(const DefinitionTables& tables, Definition definition);
double map5095Of(const DefinitionTables& tables, Definition definition);
/// The same of one class; NaN where it has no labels.
double ap50Of(const DefinitionTables& tables, Definition definition, int classId);
double ap5095Of(const DefinitionTables& tables, Definition definition, int classId);

/// Why this definition gives another number than YOLOv5's on these detections, with what each reason is worth here.
QString reasonOf(const DefinitionTables& tables, Definition definition);

} // namespace intersect::ui
