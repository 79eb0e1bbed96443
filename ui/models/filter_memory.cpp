// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/filter_memory.h"

#include <algorithm>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace intersect::ui {
namespace {

template <std::size_t n>
QJsonArray switches(const std::array<bool, n>& on) {
    QJsonArray array;
    for (const bool one : on)
        array.append(one);
    return array;
}

template <std::size_t n>
void readSwitches(const QJsonValue& value, std::array<bool, n>& on) {
    const QJsonArray array = value.toArray();
    if (array.size() != static_cast<qsizetype>(n))
        return;
    for (std::size_t i = 0; i < n; ++i)
        on[i] = array[static_cast<qsizetype>(i)].toBool(true);
}

} // namespace

QByteArray filterText(const data::FrameFilter& filter, data::FrameSort sort) {
    QJsonArray classes;
    for (const int id : filter.classes)
        classes.append(id);
    const QJsonObject object{{QStringLiteral("text"), QString::fromStdString(filter.text)},
                             {QStringLiteral("allClasses"), filter.allClasses},
                             {QStringLiteral("classes"), classes},
                             {QStringLiteral("sizes"), switches(filter.sizes)},
                             {QStringLiteral("boxes"), QJsonArray{filter.boxesFrom, filter.boxesTo}},
                             {QStringLiteral("hours"), QJsonArray{filter.hourFrom, filter.hourTo}},
                             {QStringLiteral("withoutLabels"), filter.withoutLabels},
                             {QStringLiteral("withFindings"), filter.withFindings},
                             {QStringLiteral("findingCode"), QString::fromStdString(filter.findingCode)},
                             {QStringLiteral("uses"), switches(filter.uses)},
                             {QStringLiteral("sort"), static_cast<int>(sort)}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

void readFilterText(const QByteArray& text, data::FrameFilter& filter, data::FrameSort& sort) {
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    filter.text = object[QStringLiteral("text")].toString().toStdString();
    filter.allClasses = object[QStringLiteral("allClasses")].toBool(true);
    for (const QJsonValue& id : object[QStringLiteral("classes")].toArray())
        filter.classes.push_back(id.toInt());
    readSwitches(object[QStringLiteral("sizes")], filter.sizes);
    const QJsonArray boxes = object[QStringLiteral("boxes")].toArray(), hours = object[QStringLiteral("hours")].toArray();
    filter.boxesFrom = std::max(0, boxes[0].toInt(0));
    filter.boxesTo = std::max(-1, boxes[1].toInt(-1));
    filter.hourFrom = std::clamp(hours[0].toInt(0), 0, 24);
    filter.hourTo = std::clamp(hours[1].toInt(24), 0, 24);
    filter.withoutLabels = object[QStringLiteral("withoutLabels")].toBool();
    filter.withFindings = object[QStringLiteral("withFindings")].toBool();
    filter.findingCode = object[QStringLiteral("findingCode")].toString().toStdString();
    readSwitches(object[QStringLiteral("uses")], filter.uses);
    const int kind = object[QStringLiteral("sort")].toInt();
    sort = kind >= 0 && kind <= static_cast<int>(data::FrameSort::FewestBoxes) ? static_cast<data::FrameSort>(kind) : data::FrameSort::CameraTime;
}

} // namespace intersect::ui
