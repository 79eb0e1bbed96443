// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/patch_list_model.h"

#include <algorithm>

#include "core/base/numbers.h"
#include "ui/models/inspect_list_model.h"
#include "ui/text.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {

QString patchFactsText(const Inspection& inspection, const Patch& patch) {
    const InspectedBox& box = patch.box;
    const QString size = PatchListModel::tr("%1×%2 px").arg(qs(formatFixed(static_cast<double>(box.box.width()), 0)),
                                                            qs(formatFixed(static_cast<double>(box.box.height()), 0)));
    const QString camera = qs(inspection.cameras[inspection.frames[patch.frame].camera]);
    if (box.detection < 0 || !box.judged)
        return QString(size + QStringLiteral(" · ") + camera);
    return PatchListModel::tr("IoU %1 · %2 · %3").arg(qs(formatFixed(static_cast<double>(box.iou), 2)), size, camera);
}

PatchListModel::PatchListModel(std::function<QString(int)> className, QObject* parent)
    : QAbstractListModel(parent), m_className(std::move(className)) {}

void PatchListModel::setPatches(std::shared_ptr<const Inspection> inspection, std::shared_ptr<const std::vector<Patch>> patches,
                                std::vector<std::uint32_t> rows) {
    beginResetModel();
    m_inspection = std::move(inspection);
    m_patches = std::move(patches);
    m_rows = std::move(rows);
    endResetModel();
}

int PatchListModel::rowOf(const Patch& patch) const {
    const auto found = std::ranges::find_if(m_rows, [&](std::uint32_t row) { return (*m_patches)[row].isSameBox(patch); });
    return found != m_rows.end() ? static_cast<int>(found - m_rows.begin()) : -1;
}

int PatchListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant PatchListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Patch& patch = patchAt(index.row());
    switch (role) {
    case Qt::DisplayRole: return verdictLabel(patch.box, m_className(patch.box.classId));
    case Qt::ToolTipRole: {
        QString text = qs(m_inspection->detections.images[patch.frame].file);
        if (patch.box.error)
            text += QLatin1Char('\n') + tr("%1: %2").arg(ErrorWords::name(*patch.box.error), ErrorWords::hint(*patch.box.error));
        return text;
    }
    case Qt::AccessibleTextRole:
        return tr("%1, %2, %3").arg(data(index, Qt::DisplayRole).toString(), patchFactsText(*m_inspection, patch),
                                    inspectedTimeText(*m_inspection, patch.frame));
    default: return {};
    }
}

} // namespace intersect::ui
