// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

#include <QAbstractTableModel>

#include "ui/models/inspection.h"

namespace intersect::ui {

/// The boxes of one frame: verdict, class, score, IoU, type of error; a row is the box of the same index on the canvas. GUI thread only.
class BoxTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { VerdictColumn, ClassColumn, ScoreColumn, IouColumn, ErrorColumn, ColumnCount };
    explicit BoxTableModel(std::function<QString(int)> className, QObject* parent = nullptr);
    void setBoxes(std::vector<InspectedBox> boxes);
    const InspectedBox& box(int row) const { return m_boxes[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Why a box is wrong in one or two words: "Localisation"; of a missed object that no error is about "Unsure"; empty where there is nothing to say.
    static QString errorText(const InspectedBox& box);

private:
    QString errorTip(const InspectedBox& box) const;
    static bool isNumber(int column) { return column == ScoreColumn || column == IouColumn; }
    std::function<QString(int)> m_className;
    std::vector<InspectedBox> m_boxes;
};

} // namespace intersect::ui
