// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QAbstractListModel>

#include "core/data/dataset.h"
#include "ui/models/frame_marks.h"

namespace intersect::ui {

/// "07:37:17" of a frame, or its file name's stem where the name tells no time.
QString frameTimeText(const data::Frame& frame);
/// "20 Mar 2021, 07:37:17"; empty where the name tells no time.
QString frameDateText(const data::Frame& frame);

/// The frames that pass the filter in the order asked for, as rows over the scanned data set: nothing is copied but the indices. GUI thread only.
class FrameListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { FrameIndexRole = Qt::UserRole + 1 };
    explicit FrameListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    void setFrames(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks, std::vector<std::uint32_t> rows);
    /// New marks of the same frames: rows, current and selected ones stay.
    void setMarks(std::shared_ptr<const FrameMarks> marks);
    const std::shared_ptr<const data::Dataset>& dataset() const { return m_dataset; }
    const std::shared_ptr<const FrameMarks>& marks() const { return m_marks; }
    bool isAscending() const { return m_rowOf.empty(); } ///< in the order of the data set
    const std::vector<std::uint32_t>& frames() const { return m_rows; }
    std::uint32_t frameAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// The row that shows this frame, or -1.
    int rowOf(std::uint32_t frame) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const FrameMarks> m_marks;
    std::vector<std::uint32_t> m_rows;
    std::vector<std::int32_t> m_rowOf; ///< by frame, -1: not shown; only where the rows are not ascending
};

} // namespace intersect::ui
