// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/frame_list_model.h"

#include <algorithm>

#include <QDateTime>
#include <QLocale>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

QDateTime timeOf(const data::Frame& frame) {
    return QDateTime::fromSecsSinceEpoch(*frame.takenAt, Qt::UTC);
}

} // namespace

QString frameTimeText(const data::Frame& frame) {
    if (!frame.takenAt)
        return qs(frame.path.stem());
    return timeOf(frame).toString(QStringLiteral("HH:mm:ss"));
}

QString frameDateText(const data::Frame& frame) {
    if (!frame.takenAt)
        return {};
    return QLocale(QLocale::English).toString(timeOf(frame), QStringLiteral("d MMM yyyy, HH:mm:ss"));
}

void FrameListModel::setFrames(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks,
                               std::vector<std::uint32_t> rows) {
    beginResetModel();
    m_dataset = std::move(dataset);
    m_marks = std::move(marks);
    m_rows = std::move(rows);
    m_rowOf.clear();
    if (m_dataset && !std::is_sorted(m_rows.begin(), m_rows.end())) {
        m_rowOf.assign(m_dataset->frames.size(), -1);
        for (std::size_t row = 0; row < m_rows.size(); ++row)
            m_rowOf[m_rows[row]] = static_cast<std::int32_t>(row);
    }
    endResetModel();
}

void FrameListModel::setMarks(std::shared_ptr<const FrameMarks> marks) {
    m_marks = std::move(marks);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
}

int FrameListModel::rowOf(std::uint32_t frame) const {
    if (!m_rowOf.empty())
        return frame < m_rowOf.size() ? m_rowOf[frame] : -1;
    const auto found = std::lower_bound(m_rows.begin(), m_rows.end(), frame);
    return found != m_rows.end() && *found == frame ? static_cast<int>(found - m_rows.begin()) : -1;
}

int FrameListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant FrameListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const std::uint32_t number = frameAt(index.row());
    const data::Frame& frame = m_dataset->frames[number];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return qs(frame.path.filename());
    case Qt::AccessibleTextRole:
        return tr("%1, camera %2, %3 boxes")
            .arg(qs(frame.path.filename()), qs(m_dataset->cameras[frame.camera].id()), qs(formatGrouped(frame.labelCount)));
    case FrameIndexRole: return number;
    default: return {};
    }
}

} // namespace intersect::ui
