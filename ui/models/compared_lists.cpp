// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compared_lists.h"

#include <algorithm>
#include <cmath>

#include "core/base/numbers.h"
#include "ui/models/csv_field.h"
#include "ui/models/inspect_list_model.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

QString placeOf(const Inspection& inspection, std::size_t frame) {
    return qs(inspection.cameras[inspection.frames[frame].camera]) + QLatin1Char(' ') + inspectedTimeText(inspection, frame);
}

/// A float without the digits that only its double has.
QString inFull(float value) {
    return qs(formatShortest(std::round(static_cast<double>(value) * 1e6) / 1e6));
}

} // namespace

QString changeWord(eval::Change change) {
    switch (change) {
    case eval::Change::Fixed: return ComparedBoxesModel::tr("Fixed");
    case eval::Change::Broken: return ComparedBoxesModel::tr("Broken");
    case eval::Change::BothWrong: return ComparedBoxesModel::tr("Both wrong");
    case eval::Change::BothRight: break;
    }
    return ComparedBoxesModel::tr("Both right");
}

// --- by frame -----------------------------------------------------------------------------------------------------------

void ComparedFramesModel::set(std::shared_ptr<const Comparing> comparing, std::vector<std::uint32_t> rows) {
    const auto sorted = [](std::vector<std::uint32_t> frames) {
        std::ranges::sort(frames);
        return frames;
    };
    if (comparing && m_comparing && rows.size() == m_rows.size() && sorted(rows) == sorted(m_rows)) {
        Q_EMIT layoutAboutToBeChanged();
        const QModelIndexList before = persistentIndexList();
        QModelIndexList after;
        const std::vector<std::uint32_t> old = std::move(m_rows);
        m_comparing = std::move(comparing);
        m_rows = std::move(rows);
        for (const QModelIndex& index : before)
            after << this->index(rowOf(old[static_cast<std::size_t>(index.row())]), 0);
        changePersistentIndexList(before, after);
        Q_EMIT layoutChanged();
        return;
    }
    beginResetModel();
    m_comparing = std::move(comparing);
    m_rows = std::move(rows);
    endResetModel();
}

int ComparedFramesModel::rowOf(std::uint32_t frame) const {
    const auto found = std::ranges::find(m_rows, frame);
    return found != m_rows.end() ? static_cast<int>(found - m_rows.begin()) : -1;
}

int ComparedFramesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ComparedFramesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const std::uint32_t frame = frameAt(index.row());
    if (role == Qt::DisplayRole)
        return placeOf(inspection(), frame);
    if (role == Qt::ToolTipRole)
        return qs(inspection().detections.images[frame].file);
    if (role == Qt::AccessibleTextRole) {
        const eval::FrameChange& of = change(index.row());
        return tr("%1, %2 broken, %3 fixed, %4 wrong in both").arg(placeOf(inspection(), frame)).arg(of.broken).arg(of.fixed).arg(of.bothWrong);
    }
    return {};
}

// --- by box -------------------------------------------------------------------------------------------------------------

bool ComparedBoxesModel::Filter::keeps(const ComparedPair& pair, const eval::BoxChange& box) const {
    return (box.image >= frames.size() || frames[box.image] != 0) && (classId < 0 || classOf(pair, box) == classId);
}

void ComparedBoxesModel::set(std::shared_ptr<const Comparing> comparing, const Filter& filter) {
    beginResetModel();
    m_comparing = std::move(comparing);
    m_rows.clear();
    if (m_comparing)
        for (std::uint32_t i = 0; i < m_comparing->frames->boxes.size(); ++i)
            if (const eval::BoxChange& box = m_comparing->frames->boxes[i]; filter.changes.contains(box.change) && filter.keeps(m_comparing->pair, box))
                m_rows.push_back(i);
    endResetModel();
}

float ComparedBoxesModel::score(int row, int side) const {
    const eval::BoxChange& of = box(row);
    const std::int32_t detection = side == 0 ? of.detectionA : of.detectionB;
    const ComparedSide& found = side == 0 ? m_comparing->pair.a : m_comparing->pair.b;
    return detection >= 0 ? found.found->detections.of(of.image)[static_cast<std::size_t>(detection)].score : 0;
}

QString ComparedBoxesModel::kindText(int row) const {
    return changeWord(box(row).change) + QStringLiteral(": ") + m_className(classOf(m_comparing->pair, box(row)));
}

QString ComparedBoxesModel::placeText(int row) const {
    return placeOf(inspection(), box(row).image);
}

QString ComparedBoxesModel::numbersText(int row) const {
    const eval::BoxChange& of = box(row);
    const auto text = [&](int side) { return qs(formatFixed(static_cast<double>(score(row, side)), 2)); };
    if (of.truth < 0) {
        if (of.detectionA >= 0 && of.detectionB >= 0)
            return tr("both invent it, A %1, B %2").arg(text(0), text(1));
        return of.detectionA >= 0 ? tr("only A invents it, %1").arg(text(0)) : tr("only B invents it, %1").arg(text(1));
    }
    if (of.detectionA < 0 && of.detectionB < 0)
        return tr("both miss it");
    return of.detectionA >= 0 ? tr("A %1, B misses it").arg(text(0)) : tr("A misses it, B %1").arg(text(1));
}

QString ComparedBoxesModel::csv() const {
    QString text = tr("frame,change,kind,class,x1,y1,x2,y2,A score,B score") + QLatin1Char('\n');
    for (int row = 0; row < rowCount(); ++row) {
        const eval::BoxChange& of = box(row);
        const BoxXyxy at = place(row);
        QStringList words{csvField(qs(inspection().detections.images[of.image].file)), changeWord(of.change), of.truth >= 0 ? tr("true object") : tr("false detection"),
                          csvField(m_className(classOf(m_comparing->pair, of)))};
        for (const float edge : {at.x1, at.y1, at.x2, at.y2})
            words << inFull(edge);
        words << (of.detectionA >= 0 ? inFull(score(row, 0)) : QString()) << (of.detectionB >= 0 ? inFull(score(row, 1)) : QString());
        text += words.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
}

int ComparedBoxesModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ComparedBoxesModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (role == Qt::DisplayRole)
        return kindText(index.row());
    if (role == Qt::AccessibleTextRole)
        return QString(kindText(index.row()) + QStringLiteral(", ") + placeText(index.row()) + QStringLiteral(", ") + numbersText(index.row()));
    if (role == Qt::ToolTipRole)
        return qs(inspection().detections.images[box(index.row()).image].file);
    return {};
}

} // namespace intersect::ui
