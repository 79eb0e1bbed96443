// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/inspect_list_model.h"

#include <algorithm>

#include <QDateTime>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

QString inspectedTimeText(const Inspection& inspection, std::size_t frame) {
    const auto& taken = inspection.frames[frame].takenAt;
    if (!taken)
        return qs(inspection.detections.images[frame].file.stem());
    return QDateTime::fromSecsSinceEpoch(*taken, Qt::UTC).toString(QStringLiteral("HH:mm:ss"));
}

QString boxesText(std::int64_t boxes) {
    return boxes == 1 ? InspectListModel::tr("1 box") : InspectListModel::tr("%1 boxes").arg(qs(formatGrouped(boxes)));
}

void InspectListModel::setFrames(std::shared_ptr<const Inspection> inspection, std::vector<VerdictCounts> counts, std::vector<std::uint32_t> rows) {
    beginResetModel();
    setInspection(std::move(inspection));
    m_counts = std::move(counts);
    m_rows = std::move(rows);
    endResetModel();
}

void InspectListModel::setCounts(std::vector<VerdictCounts> counts, std::vector<std::uint32_t> rows) {
    m_counts = std::move(counts);
    if (rows != m_rows && rows.size() == m_rows.size()) {
        // Rows change places: the current frame keeps its selection.
        Q_EMIT layoutAboutToBeChanged();
        const QModelIndexList before = persistentIndexList();
        QModelIndexList after;
        std::vector<std::uint32_t> old = std::move(m_rows);
        m_rows = std::move(rows);
        for (const QModelIndex& index : before)
            after << this->index(rowOf(old[static_cast<std::size_t>(index.row())]), 0);
        changePersistentIndexList(before, after);
        Q_EMIT layoutChanged();
    }
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0));
}

void InspectListModel::setCountsOf(std::uint32_t frame, const VerdictCounts& counts) {
    if (frame >= m_counts.size() || m_counts[frame] == counts)
        return;
    m_counts[frame] = counts;
    if (const int row = rowOf(frame); row >= 0)
        Q_EMIT dataChanged(index(row, 0), index(row, 0));
}

int InspectListModel::rowOf(std::uint32_t frame) const {
    const auto found = std::find(m_rows.begin(), m_rows.end(), frame);
    return found != m_rows.end() ? static_cast<int>(found - m_rows.begin()) : -1;
}

int InspectListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant InspectListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const std::uint32_t frame = frameAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return QString(qs(m_inspection->cameras[m_inspection->frames[frame].camera]) + QLatin1Char(' ') + inspectedTimeText(*m_inspection, frame));
    case Qt::ToolTipRole: return qs(m_inspection->detections.images[frame].file);
    case Qt::AccessibleTextRole: {
        const VerdictCounts& c = m_counts[frame];
        if (!c.judged)
            return tr("%1, %2").arg(data(index, Qt::DisplayRole).toString(), boxesText(c.found));
        return tr("%1, %2 missed, %3 invented, %4 found").arg(data(index, Qt::DisplayRole).toString()).arg(c.fn).arg(c.fp).arg(c.tp);
    }
    case FrameIndexRole: return frame;
    default: return {};
    }
}

} // namespace intersect::ui
