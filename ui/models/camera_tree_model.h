// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <QAbstractItemModel>

#include "core/data/dataset.h"
#include "ui/models/frame_marks.h"

namespace intersect::ui {

/// Pools with their cameras, counts of frames and how many of them the current selection uses; "All pools" stands first where there are several.
/// GUI thread only.
class CameraTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role { FramesRole = Qt::UserRole + 1, UseRole, BoxesRole, IsPoolRole };
    explicit CameraTreeModel(QObject* parent = nullptr) : QAbstractItemModel(parent) {}

    /// `marks` may be null: then nothing is used yet.
    void setDataset(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks);
    /// New marks of the same data set: the tree stays as it is, its bars change.
    void setMarks(std::shared_ptr<const FrameMarks> marks);

    /// The cameras a row stands for: one, those of a pool, or all for an invalid index.
    std::vector<std::uint32_t> camerasOf(const QModelIndex& index) const;
    QModelIndex indexOfCamera(std::uint32_t camera) const;
    UseCounts useOf(const QModelIndex& index) const;
    std::int64_t boxesOf(const QModelIndex& index) const { return countsOf(index).boxes; }
    /// Frames, labelled ones, boxes and classes of a row; of everything for an invalid index.
    const data::Counts& countsOf(const QModelIndex& index) const;
    /// How tool tips name a class.
    void setClassNames(std::function<QString(int)> nameOf) { m_className = std::move(nameOf); }

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& child) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Row {
        UseCounts use;
        data::Counts counts;
        std::uint32_t camera = 0;
    };
    struct Pool {
        std::string name;
        Row sum;
        std::vector<Row> cameras;
    };
    void countUse();
    const Row* rowOf(const QModelIndex& index) const;
    int offset() const { return m_pools.size() > 1 ? 1 : 0; } ///< top rows before the first pool
    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const FrameMarks> m_marks;
    std::vector<Pool> m_pools;
    Row m_all;
    std::function<QString(int)> m_className;
};

} // namespace intersect::ui
Q_DECLARE_METATYPE(intersect::ui::UseCounts)
