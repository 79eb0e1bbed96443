// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/camera_tree_model.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

constexpr quintptr kPool = 0; ///< internal id of a pool's row; a camera's is its pool's number + 1

void add(data::Counts& sum, const data::Counts& more) {
    sum.images += more.images;
    sum.labelled += more.labelled;
    sum.boxes += more.boxes;
    for (const auto& [id, boxes] : more.classes)
        sum.classes[id] += boxes;
}

void add(UseCounts& sum, const UseCounts& more) {
    sum.frames += more.frames;
    sum.chosen += more.chosen;
    sum.train += more.train;
    sum.val += more.val;
    sum.test += more.test;
}

} // namespace

void CameraTreeModel::setDataset(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks) {
    beginResetModel();
    m_dataset = std::move(dataset);
    m_marks = std::move(marks);
    m_pools.clear();
    if (m_dataset) {
        std::unordered_map<std::string_view, std::size_t> places;
        for (std::uint32_t i = 0; i < m_dataset->cameras.size(); ++i) {
            const data::Camera& camera = m_dataset->cameras[i];
            const auto [place, isNew] = places.emplace(camera.pool, m_pools.size());
            if (isNew)
                m_pools.push_back({camera.pool, {}, {}});
            Pool& pool = m_pools[place->second];
            Row row;
            row.camera = i;
            row.counts = data::countsOf(*m_dataset, camera);
            pool.cameras.push_back(row);
        }
        std::sort(m_pools.begin(), m_pools.end(), [](const Pool& a, const Pool& b) { return a.name < b.name; });
        countUse();
    }
    endResetModel();
}

void CameraTreeModel::setMarks(std::shared_ptr<const FrameMarks> marks) {
    m_marks = std::move(marks);
    if (!m_dataset || m_pools.empty())
        return;
    countUse();
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {UseRole});
    for (int row = 0; row < rowCount(); ++row) {
        const QModelIndex pool = index(row, 0);
        if (rowCount(pool) > 0)
            Q_EMIT dataChanged(index(0, 0, pool), index(rowCount(pool) - 1, 0, pool), {UseRole});
    }
}

void CameraTreeModel::countUse() {
    m_all = {};
    for (Pool& pool : m_pools) {
        pool.sum = {};
        for (Row& row : pool.cameras) {
            const data::Camera& camera = m_dataset->cameras[row.camera];
            row.use = {};
            row.use.frames = camera.frameCount;
            if (m_marks)
                row.use = useCounts(*m_marks, camera.frameBegin, camera.frameCount);
            add(pool.sum.use, row.use);
            add(pool.sum.counts, row.counts);
        }
        add(m_all.use, pool.sum.use);
        add(m_all.counts, pool.sum.counts);
    }
}

const CameraTreeModel::Row* CameraTreeModel::rowOf(const QModelIndex& index) const {
    if (!index.isValid())
        return nullptr;
    if (index.internalId() == kPool && index.row() < offset())
        return &m_all;
    if (index.internalId() == kPool)
        return &m_pools[static_cast<std::size_t>(index.row() - offset())].sum;
    return &m_pools[index.internalId() - 1].cameras[static_cast<std::size_t>(index.row())];
}

std::vector<std::uint32_t> CameraTreeModel::camerasOf(const QModelIndex& index) const {
    std::vector<std::uint32_t> cameras;
    if (!index.isValid() || (index.internalId() == kPool && index.row() < offset())) {
        for (const Pool& pool : m_pools)
            for (const Row& row : pool.cameras)
                cameras.push_back(row.camera);
    } else if (index.internalId() == kPool) {
        for (const Row& row : m_pools[static_cast<std::size_t>(index.row() - offset())].cameras)
            cameras.push_back(row.camera);
    } else {
        cameras.push_back(rowOf(index)->camera);
    }
    std::sort(cameras.begin(), cameras.end());
    return cameras;
}

QModelIndex CameraTreeModel::indexOfCamera(std::uint32_t camera) const {
    for (std::size_t p = 0; p < m_pools.size(); ++p)
        for (std::size_t c = 0; c < m_pools[p].cameras.size(); ++c)
            if (m_pools[p].cameras[c].camera == camera)
                return createIndex(static_cast<int>(c), 0, static_cast<quintptr>(p + 1));
    return {};
}

UseCounts CameraTreeModel::useOf(const QModelIndex& index) const {
    const Row* row = rowOf(index);
    return row != nullptr ? row->use : m_all.use;
}

const data::Counts& CameraTreeModel::countsOf(const QModelIndex& index) const {
    const Row* row = rowOf(index);
    return row != nullptr ? row->counts : m_all.counts;
}

QModelIndex CameraTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row() - offset() + 1) : kPool);
}

QModelIndex CameraTreeModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == kPool)
        return {};
    return createIndex(static_cast<int>(child.internalId() - 1) + offset(), 0, kPool);
}

int CameraTreeModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return static_cast<int>(m_pools.size()) + offset();
    if (parent.column() != 0 || parent.internalId() != kPool || parent.row() < offset())
        return 0;
    return static_cast<int>(m_pools[static_cast<std::size_t>(parent.row() - offset())].cameras.size());
}

int CameraTreeModel::columnCount(const QModelIndex&) const {
    return 1;
}

QVariant CameraTreeModel::data(const QModelIndex& index, int role) const {
    const Row* row = rowOf(index);
    if (row == nullptr)
        return {};
    const bool pool = index.internalId() == kPool;
    const auto name = [&] {
        if (!pool)
            return qs(m_dataset->cameras[row->camera].name);
        if (index.row() < offset())
            return tr("All pools");
        const std::string& text = m_pools[static_cast<std::size_t>(index.row() - offset())].name;
        return text == "." ? tr("Cameras") : qs(text);
    };
    switch (role) {
    case Qt::DisplayRole: return name();
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole: {
        QString text = tr("%1: %2 frames, %3 labelled, %4 boxes, %5 in the selection")
                           .arg(name(), qs(formatGrouped(row->use.frames)), qs(formatGrouped(row->counts.labelled)), qs(formatGrouped(row->counts.boxes)),
                                qs(formatGrouped(row->use.used())));
        for (const auto& [id, boxes] : row->counts.classes)
            text += QLatin1Char('\n') + tr("%1: %2 boxes").arg(m_className ? m_className(id) : tr("class %1").arg(id), qs(formatGrouped(boxes)));
        return text;
    }
    case FramesRole: return static_cast<qint64>(row->use.frames);
    case UseRole: return QVariant::fromValue(row->use);
    case BoxesRole: return static_cast<qint64>(row->counts.boxes);
    case IsPoolRole: return pool;
    default: return {};
    }
}

} // namespace intersect::ui
