// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/box_table.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include "core/base/numbers.h"
#include "ui/models/inspect_list_model.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

class CellDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto* model = qobject_cast<const BoxTableModel*>(index.model());
        if (model == nullptr)
            return;
        const Palette& palette = Theme::instance().palette();
        const InspectedBox& box = model->box(index.row());
        const QRectF cell = option.rect;
        painter->save();
        if ((option.state & QStyle::State_Selected) != 0)
            painter->fillRect(option.rect, palette.accentSoft);
        painter->fillRect(QRectF(cell.left(), cell.bottom(), cell.width(), 1), palette.line);
        const QString text = index.data().toString();
        if (index.column() == BoxTableModel::VerdictColumn) {
            paintVerdictChip(*painter, QPointF(cell.left() + 8, cell.center().y() - 9), box.verdict, text);
        } else {
            double left = cell.left() + 6;
            if (index.column() == BoxTableModel::ClassColumn) {
                // Where there are verdicts colour belongs to them, and glyphs are grey.
                paintClassGlyph(*painter, box.classId, QPointF(left + 4, cell.center().y()), 8,
                                box.judged ? palette.text2 : Theme::instance().classColour(box.classId));
                left += 15;
            }
            const auto font = index.data(Qt::FontRole).value<QFont>();
            painter->setFont(font);
            painter->setPen(palette.text);
            const bool number = index.column() == BoxTableModel::ScoreColumn || index.column() == BoxTableModel::IouColumn;
            const QRectF room(left, cell.top(), cell.right() - left - 8, cell.height());
            painter->drawText(room, (number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter, QFontMetricsF(font).elidedText(text, Qt::ElideRight, room.width()));
        }
        painter->restore();
    }
};

} // namespace

BoxTable::BoxTable(BoxTableModel* model, QWidget* parent) : QTableView(parent) {
    setObjectName(QStringLiteral("boxTable"));
    setAccessibleName(tr("Boxes of the frame"));
    setModel(model);
    setItemDelegate(new CellDelegate(this));
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(26);
    verticalHeader()->setMinimumSectionSize(22);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(40);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(BoxTableModel::ClassColumn, QHeaderView::Stretch);
    setColumnWidth(BoxTableModel::VerdictColumn, 50);
    setColumnWidth(BoxTableModel::ScoreColumn, 44);
    setColumnWidth(BoxTableModel::IouColumn, 40);
    setColumnWidth(BoxTableModel::ErrorColumn, 84);
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void BoxTable::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: QTableView::keyPressEvent(event); return;
    default: event->ignore();
    }
}

VerdictSummary::VerdictSummary(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void VerdictSummary::setCounts(std::optional<VerdictCounts> counts) {
    m_counts = counts;
    if (m_counts && !m_counts->judged)
        setAccessibleName(tr("%1 found").arg(boxesText(m_counts->found)));
    else if (m_counts)
        setAccessibleName(tr("%1 missed, %2 invented, %3 found").arg(m_counts->fn).arg(m_counts->fp).arg(m_counts->tp));
    update();
}

void VerdictSummary::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Palette& palette = Theme::instance().palette();
    if (m_counts && !m_counts->judged) {
        painter.setFont(Theme::font(FontRole::Table));
        painter.setPen(palette.text2);
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("%1 found, no labels to compare with").arg(boxesText(m_counts->found)));
        return;
    }
    double x = 0;
    const auto chip = [&](eval::Verdict verdict, std::int64_t count) {
        const QString text = verdictWord(verdict) + QLatin1Char(' ') + (m_counts ? qs(formatGrouped(count)) : QStringLiteral("..."));
        x += paintVerdictChip(painter, QPointF(x, 3), verdict, text) + 6;
    };
    const VerdictCounts counts = m_counts.value_or(VerdictCounts{});
    chip(eval::Verdict::FN, counts.fn);
    chip(eval::Verdict::FP, counts.fp);
    chip(eval::Verdict::TP, counts.tp);
    const auto share = [&](std::optional<double> value) { return value ? qs(formatFixed(*value, 2)) : QStringLiteral("–"); };
    painter.setFont(Theme::font(FontRole::Table));
    painter.setPen(palette.text2);
    painter.drawText(QRectF(x, 0, width() - x, height()), Qt::AlignRight | Qt::AlignVCenter,
                     tr("P %1  R %2").arg(m_counts ? share(counts.precision()) : QStringLiteral("..."), m_counts ? share(counts.recall()) : QStringLiteral("...")));
}

} // namespace intersect::ui
