// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_reasons.h"

#include <algorithm>
#include <limits>

#include <QCoreApplication>

#include "ui/pages/evaluate_text.h"

namespace intersect::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("EvaluateReasons", text);
}

const eval::ApTable* tableOf(const DefinitionTables& tables, Definition definition) {
    switch (definition) {
    case Definition::Yolov7: return &tables.yolov7;
    case Definition::Coco: return &tables.coco;
    case Definition::Voc2007: return &tables.voc2007;
    case Definition::Voc2010: return &tables.voc2010;
    case Definition::Yolov5: break;
    }
    return nullptr;
}

template <class Classes, class Value>
double valueOf(const Classes& classes, int classId, const Value& value) {
    const auto at = std::find_if(classes.begin(), classes.end(), [classId](const auto& one) { return one.classId == classId; });
    return at == classes.end() ? std::numeric_limits<double>::quiet_NaN() : value(*at);
}

/// "in all −0.078 against YOLOv5"
QString against(const DefinitionTables& tables, Definition definition) {
    return tr("In all %1 against YOLOv5.").arg(signedThree(map50Of(tables, definition) - map50Of(tables, Definition::Yolov5)));
}

} // namespace

QString definitionName(Definition definition) {
    switch (definition) {
    case Definition::Yolov5: return tr("YOLOv5");
    case Definition::Yolov7: return tr("YOLOv7");
    case Definition::Coco: return tr("COCO");
    case Definition::Voc2007: return tr("VOC 2007");
    case Definition::Voc2010: return tr("VOC 2010+");
    }
    return {};
}

QString definitionRule(Definition definition) {
    switch (definition) {
    case Definition::Yolov5: return tr("101 points, line to recall 1");
    case Definition::Yolov7: return tr("101 points, ends at last recall");
    case Definition::Coco: return tr("101 points, no line");
    case Definition::Voc2007: return tr("11 points");
    case Definition::Voc2010: return tr("area, every point");
    }
    return {};
}

double map50Of(const DefinitionTables& tables, Definition definition) {
    const eval::ApTable* table = tableOf(tables, definition);
    if (table != nullptr)
        return table->map50;
    return tables.yolov5.labels > 0 ? tables.yolov5.map50 : std::numeric_limits<double>::quiet_NaN();
}

double map5095Of(const DefinitionTables& tables, Definition definition) {
    const eval::ApTable* table = tableOf(tables, definition);
    if (table != nullptr)
        return table->map5095;
    return tables.yolov5.labels > 0 ? tables.yolov5.map5095 : std::numeric_limits<double>::quiet_NaN();
}

double ap50Of(const DefinitionTables& tables, Definition definition, int classId) {
    const eval::ApTable* table = tableOf(tables, definition);
    const auto value = [](const auto& one) { return one.ap50(); };
    return table != nullptr ? valueOf(table->classes, classId, value) : valueOf(tables.yolov5.classes, classId, value);
}

double ap5095Of(const DefinitionTables& tables, Definition definition, int classId) {
    const eval::ApTable* table = tableOf(tables, definition);
    const auto value = [](const auto& one) { return one.ap5095(); };
    return table != nullptr ? valueOf(table->classes, classId, value) : valueOf(tables.yolov5.classes, classId, value);
}

QString reasonOf(const DefinitionTables& tables, Definition definition) {
    if (tables.yolov5.labels == 0)
        return tr("There are no labels, so there is no AP.");
    const QString line = three(tables.extrapolated);
    QStringList words;
    switch (definition) {
    case Definition::Yolov5:
        words << tr("YOLOv5 joins the last measured point to precision 0 at recall 1 and counts the area below: the dashed part of the "
                    "curve alone adds %1.")
                     .arg(line);
        words << tr("A perfect class reads 0.995, because the last of its 101 points lies on precision 0.");
        break;
    case Definition::Yolov7: {
        words << tr("YOLOv7 ends the curve just behind the last recall, so the dashed part (%1) is not counted.").arg(line);
        const double rest = map50Of(tables, definition) - (map50Of(tables, Definition::Yolov5) - tables.extrapolated);
        words << tr("It also pairs each object once, above IoU 0.50, for all match IoU: %1.").arg(signedThree(rest));
        words << against(tables, definition);
        break;
    }
    case Definition::Coco:
        words << tr("COCO counts nothing past the last recall, so the dashed part (%1) is missing, and takes the best precision to the "
                    "right at 101 recalls.")
                     .arg(line);
        words << (tables.cutByCoco > 0 ? tr("It keeps 100 detections an image and class: %1 were cut here.").arg(counted(tables.cutByCoco))
                                       : tr("It keeps 100 detections an image and class: none had to be cut here."));
        words << (tables.crowds > 0 ? tr("%1 areas marked as crowds are ignored.").arg(counted(tables.crowds))
                                    : tr("No areas are marked to be ignored."));
        words << against(tables, definition);
        break;
    case Definition::Voc2007:
        words << tr("VOC 2007 averages the best precision at only 11 recalls, 0, 0.1 … 1: coarse, here %1 against the exact area of VOC "
                    "2010.")
                     .arg(signedThree(tables.voc2007.map50 - tables.voc2010.map50));
        words << tr("Nothing is counted past the last recall.") << against(tables, definition);
        break;
    case Definition::Voc2010:
        words << tr("VOC 2010 takes the exact area under the curve at every point and counts nothing past the last recall: the dashed part "
                    "(%1) is missing.")
                     .arg(line);
        words << tr("A detection whose best object is taken already is wrong, even if it overlaps another.") << against(tables, definition);
        break;
    }
    return words.join(QLatin1Char(' '));
}

} // namespace intersect::ui
