// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/box_table_model.h"

#include "core/base/numbers.h"
#include "ui/models/frame_errors.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {

BoxTableModel::BoxTableModel(std::function<QString(int)> className, QObject* parent)
    : QAbstractTableModel(parent), m_className(std::move(className)) {}

void BoxTableModel::setBoxes(std::vector<InspectedBox> boxes) {
    beginResetModel();
    m_boxes = std::move(boxes);
    endResetModel();
}

int BoxTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_boxes.size());
}

int BoxTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant BoxTableModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const InspectedBox& box = m_boxes[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
        case VerdictColumn: return verdictWord(box.verdict);
        case ClassColumn: return m_className(box.classId);
        case ScoreColumn: return box.detection >= 0 ? qs(formatFixed(static_cast<double>(box.score), 2)) : QStringLiteral("–");
        case IouColumn: return box.detection >= 0 ? qs(formatFixed(static_cast<double>(box.iou), 2)) : QStringLiteral("–");
        case ErrorColumn: return errorText(box);
        default: return {};
        }
    }
    if (role == Qt::TextAlignmentRole && isNumber(index.column()))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::FontRole)
        return Theme::font(isNumber(index.column()) ? FontRole::Numbers : FontRole::Table);
    if (role == Qt::ToolTipRole && index.column() == ErrorColumn)
        return errorTip(box);
    if (role == Qt::ToolTipRole) {
        switch (box.verdict) {
        case eval::Verdict::TP: return tr("Found: overlaps its object by %1").arg(qs(formatFixed(static_cast<double>(box.iou), 2)));
        case eval::Verdict::FP: return tr("Invented: its best overlap with a free object of its class is below the match IoU, or that object has a better detection");
        case eval::Verdict::FN: return tr("Missed: no detection of its class overlaps it enough");
        case eval::Verdict::Ignored: return tr("Left out of the count");
        }
    }
    return {};
}

QString BoxTableModel::errorText(const InspectedBox& box) {
    if (!box.errorKnown)
        return {};
    if (box.error)
        return ErrorWords::name(*box.error);
    return box.verdict == eval::Verdict::FN ? tr("Unsure") : QString();
}

QString BoxTableModel::errorTip(const InspectedBox& box) const {
    if (!box.errorKnown)
        return {};
    if (!box.error)
        return box.verdict == eval::Verdict::TP ? QString()
               : box.verdict == eval::Verdict::FN
                   ? tr("A detection finds it at IoU 0.5, but lies below the confidence or the match IoU")
                   : tr("Right at IoU 0.5, or beyond the first 100 detections of the frame");
    if (box.detection < 0 && *box.error != eval::ErrorType::Missed)
        return tr("A detection is about this box, but has the error “%1”: %2")
            .arg(ErrorWords::name(*box.error).toLower(), ErrorWords::hint(*box.error));
    return ErrorWords::name(*box.error) + QStringLiteral(": ") + ErrorWords::hint(*box.error) + QLatin1Char('\n') +
           ErrorWords::rule(*box.error);
}

QVariant BoxTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((isNumber(section) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case VerdictColumn: return tr("Verdict");
    case ClassColumn: return tr("Class");
    case ScoreColumn: return tr("Score");
    case IouColumn: return tr("IoU");
    case ErrorColumn: return tr("Error");
    default: return {};
    }
}

} // namespace intersect::ui
