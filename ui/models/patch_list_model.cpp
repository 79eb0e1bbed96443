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

QString patchesSentence(std::int64_t count, const PatchChoice& choice, const QString& className, bool judged) {
    const auto asked = [&](eval::Verdict verdict) { return choice.verdicts[static_cast<std::size_t>(verdict)]; };
    QStringList kinds;
    if (judged && !choice.anyVerdict()) {
        if (asked(eval::Verdict::FN))
            kinds << PatchListModel::tr("missed");
        if (asked(eval::Verdict::FP))
            kinds << PatchListModel::tr("invented");
        if (asked(eval::Verdict::TP))
            kinds << PatchListModel::tr("found");
        if (asked(eval::Verdict::Ignored))
            kinds << PatchListModel::tr("ignored");
    }
    QString text = qs(formatGrouped(count)) + QLatin1Char(' ');
    if (!kinds.isEmpty()) {
        const QString last = kinds.takeLast();
        text += (kinds.isEmpty() ? last : PatchListModel::tr("%1 or %2").arg(kinds.join(QStringLiteral(", ")), last)) + QLatin1Char(' ');
    }
    text += count == 1 ? PatchListModel::tr("box") : PatchListModel::tr("boxes");
    if (choice.classId >= 0)
        text += PatchListModel::tr(" of %1").arg(className);
    const QString from = qs(formatFixed(choice.scoreFrom, 2)), to = qs(formatFixed(choice.scoreTo, 2));
    if (choice.scoreFrom > 0 && choice.scoreTo < 1)
        text += PatchListModel::tr(" from %1 to %2").arg(from, to);
    else if (choice.scoreFrom > 0)
        text += PatchListModel::tr(" above %1").arg(from);
    else if (choice.scoreTo < 1)
        text += PatchListModel::tr(" up to %1").arg(to);
    if (choice.error)
        text += PatchListModel::tr(" with the error “%1”").arg(ErrorWords::name(*choice.error));
    return text;
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
