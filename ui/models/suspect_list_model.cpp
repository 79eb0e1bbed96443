// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/suspect_list_model.h"

#include "core/base/numbers.h"
#include "ui/models/inspect_list_model.h"
#include "ui/text.h"

namespace intersect::ui {

void SuspectListModel::setSuspects(std::shared_ptr<const Inspection> inspection, std::vector<eval::Suspect> suspects) {
    beginResetModel();
    m_inspection = std::move(inspection);
    m_suspects = std::move(suspects);
    endResetModel();
}

void SuspectListModel::remove(int row) {
    beginRemoveRows({}, row, row);
    m_suspects.erase(m_suspects.begin() + row);
    endRemoveRows();
}

const eval::TruthBox* SuspectListModel::labelOf(const eval::Suspect& suspect) const {
    return suspect.truth >= 0 ? &m_inspection->truth.of(suspect.image)[static_cast<std::size_t>(suspect.truth)]
                              : nullptr;
}

const detect::Detection* SuspectListModel::foundOf(const eval::Suspect& suspect) const {
    return suspect.detection >= 0
               ? &m_inspection->detections.of(suspect.image)[static_cast<std::size_t>(suspect.detection)]
               : nullptr;
}

QString SuspectListModel::kindText(int row) const {
    const eval::Suspect& one = suspect(row);
    const auto* label = labelOf(one);
    const auto* found = foundOf(one);
    switch (one.kind) {
    case eval::SuspectKind::MissingLabel:
        return tr("Label missing: %1?").arg(m_className(found->classId));
    case eval::SuspectKind::NothingThere:
        return tr("Nothing there: %1?").arg(m_className(label->classId));
    case eval::SuspectKind::WrongClass:
        return tr("%1, not %2?").arg(m_className(found->classId), m_className(label->classId));
    case eval::SuspectKind::BadlyPlaced:
        break;
    }
    return tr("Badly placed: %1?").arg(m_className(label->classId));
}

QString SuspectListModel::placeText(int row) const {
    const eval::Suspect& one = suspect(row);
    return qs(m_inspection->cameras[m_inspection->frames[one.image].camera]) + QLatin1Char(' ') +
           inspectedTimeText(*m_inspection, one.image);
}

QString SuspectListModel::numbersText(int row) const {
    const eval::Suspect& one = suspect(row);
    const QString iou = tr("IoU %1").arg(qs(formatFixed(static_cast<double>(one.iou), 2)));
    if (const auto* found = foundOf(one))
        return tr("score %1, %2").arg(qs(formatFixed(static_cast<double>(found->score), 2)), iou);
    return iou;
}

std::vector<SuspectListModel::Box> SuspectListModel::boxes(int row) const {
    const eval::Suspect& one = suspect(row);
    std::vector<Box> both;
    if (const auto* label = labelOf(one))
        both.push_back({label->box, tr("label: %1").arg(m_className(label->classId))});
    if (const auto* found = foundOf(one))
        both.push_back(
            {found->box, tr("seen: %1 %2")
                             .arg(m_className(found->classId), qs(formatFixed(static_cast<double>(found->score), 2)))});
    return both;
}

int SuspectListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_suspects.size());
}

QVariant SuspectListModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    if (role == Qt::DisplayRole)
        return kindText(index.row());
    if (role == Qt::AccessibleTextRole)
        return QString(kindText(index.row()) + QStringLiteral(", ") + placeText(index.row()) + QStringLiteral(", ") +
                       numbersText(index.row()));
    if (role == Qt::ToolTipRole) {
        switch (suspect(index.row()).kind) {
        case eval::SuspectKind::MissingLabel:
            return tr("The run is sure of an object where no label is near. Accepting adds a row.");
        case eval::SuspectKind::NothingThere:
            return tr("No detection comes near this label, however unsure. Accepting removes its row.");
        case eval::SuspectKind::WrongClass:
            return tr(
                "In the label's place the run is surer of another class. Accepting changes the class of its row.");
        case eval::SuspectKind::BadlyPlaced:
            return tr("The label lies beside a sure detection of its class. Accepting puts the detection's box into "
                      "its row.");
        }
    }
    return {};
}

} // namespace intersect::ui
