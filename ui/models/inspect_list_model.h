// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QAbstractListModel>

#include "ui/models/frame_verdicts.h"
#include "ui/models/inspection.h"

namespace intersect::ui {

/// "09:28:03" of an inspected frame, or its file name's stem.
QString inspectedTimeText(const Inspection& inspection, std::size_t frame);

/// "1 box", "12 boxes": what was found on a frame that has no verdicts.
QString boxesText(std::int64_t boxes);

/// The frames of an inspection in an order, with their verdict counts. GUI thread only.
class InspectListModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { FrameIndexRole = Qt::UserRole + 1 };
    explicit InspectListModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    void setFrames(std::shared_ptr<const Inspection> inspection, std::vector<VerdictCounts> counts, std::vector<std::uint32_t> rows);
    /// New counts; the rows stay unless another order is given.
    void setCounts(std::vector<VerdictCounts> counts, std::vector<std::uint32_t> rows);
    /// The same frames with other boxes; their counts follow by setCounts.
    void setInspection(std::shared_ptr<const Inspection> inspection) {
        m_inspection = std::move(inspection);
        m_verdicts.setInspection(m_inspection);
    }
    /// Those of the boxes on small pictures; the counts follow by setCounts.
    void setThresholds(double confidence, double matchIou) { m_verdicts.setThresholds(confidence, matchIou); }
    const FrameVerdicts& verdicts() const { return m_verdicts; }
    /// The counts of one frame, before those of the others are there.
    void setCountsOf(std::uint32_t frame, const VerdictCounts& counts);
    const std::shared_ptr<const Inspection>& inspection() const { return m_inspection; }
    const std::vector<VerdictCounts>& counts() const { return m_counts; }
    std::uint32_t frameAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    int rowOf(std::uint32_t frame) const; ///< -1: not in the list

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::shared_ptr<const Inspection> m_inspection;
    std::vector<VerdictCounts> m_counts; ///< by frame
    std::vector<std::uint32_t> m_rows;
    FrameVerdicts m_verdicts;
};

} // namespace intersect::ui
