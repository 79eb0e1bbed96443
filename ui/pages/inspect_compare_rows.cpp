// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_compare_rows.h"

#include <algorithm>

#include <QCoreApplication>
#include <QPainter>
#include <QStyledItemDelegate>

#include "core/base/numbers.h"
#include "ui/models/compared_lists.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/inspect_list.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {
namespace {

class ComparedRowWords {
    Q_DECLARE_TR_FUNCTIONS(ComparedRowWords)
};

constexpr int kFrameRow = 57, kBoxRow = 65;

QString counted(std::int64_t number) {
    return qs(formatGrouped(number));
}

Tone toneOf(eval::Change change) {
    return change == eval::Change::Broken ? Tone::Err : change == eval::Change::Fixed ? Tone::Good : Tone::Text2;
}

/// The ground of a row and its small picture; returns the room right of it.
QRectF paintRow(QPainter& painter, const QStyleOptionViewItem& option, const detect::ImageEntry& image, QRectF* thumb = nullptr) {
    const Palette& palette = Theme::instance().palette();
    const QRectF row = option.rect;
    if ((option.state & QStyle::State_Selected) != 0) {
        painter.fillRect(row, palette.accentSoft);
        painter.fillRect(QRectF(row.left(), row.top(), 3, row.height()), palette.accent);
    } else if ((option.state & QStyle::State_MouseOver) != 0) {
        painter.fillRect(row, palette.hover);
    }
    painter.fillRect(QRectF(row.left(), row.bottom() - 1, row.width(), 1), palette.line);
    const QRectF picture(row.left() + 12, row.top() + (row.height() - 46) / 2, 80, 45);
    paintFrameThumb(painter, picture, image);
    if (thumb != nullptr)
        *thumb = picture;
    const double left = picture.right() + 10;
    return {left, row.top(), row.right() - left - 6, row.height()};
}

void paintLine(QPainter& painter, const QRectF& room, double top, const QFont& font, const QColor& colour, const QString& text) {
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(QRectF(room.left(), room.top() + top, room.width(), 18), Qt::AlignLeft | Qt::AlignVCenter, QFontMetricsF(font).elidedText(text, Qt::ElideRight, room.width()));
}

class FrameDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {180, kFrameRow}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto* model = qobject_cast<const ComparedFramesModel*>(index.model());
        if (model == nullptr)
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF room = paintRow(*painter, option, model->inspection().detections.images[model->frameAt(index.row())]);
        QFont font = Theme::font(FontRole::Table);
        if ((option.state & QStyle::State_Selected) != 0)
            font.setWeight(QFont::DemiBold);
        paintLine(*painter, room, 9, font, Theme::instance().palette().text, index.data().toString());
        const eval::FrameChange& change = model->change(index.row());
        double x = room.left();
        const auto word = [&](const QString& text, std::int32_t count, Tone tone) {
            QFont caption = Theme::font(FontRole::Caption);
            caption.setWeight(count > 0 ? QFont::DemiBold : QFont::Normal);
            painter->setFont(caption);
            painter->setPen(toneColour(count > 0 ? tone : Tone::Text3));
            const QString words = text + QLatin1Char(' ') + counted(count);
            painter->drawText(QRectF(x, room.top() + 29, room.right() - x, 18), Qt::AlignLeft | Qt::AlignVCenter, words);
            x += QFontMetricsF(caption).horizontalAdvance(words) + 7;
        };
        word(ComparedRowWords::tr("broken"), change.broken, Tone::Err);
        word(ComparedRowWords::tr("fixed"), change.fixed, Tone::Good);
        word(ComparedRowWords::tr("both"), change.bothWrong, Tone::Text2);
        painter->restore();
    }
};

class BoxDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {180, kBoxRow}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto* model = qobject_cast<const ComparedBoxesModel*>(index.model());
        if (model == nullptr)
            return;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const detect::ImageEntry& image = model->inspection().detections.images[model->box(index.row()).image];
        QRectF thumb;
        const QRectF room = paintRow(*painter, option, image, &thumb);
        if (image.size.width > 0 && image.size.height > 0) {
            const double scale = std::min(thumb.width() / image.size.width, thumb.height() / image.size.height);
            const QPointF origin = thumb.center() - QPointF(image.size.width, image.size.height) * scale / 2;
            const BoxXyxy box = model->place(index.row());
            const QRectF at = QRectF(origin + QPointF(box.x1, box.y1) * scale, origin + QPointF(box.x2, box.y2) * scale).adjusted(-2, -2, 2, 2);
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(QColor(0, 0, 0, 128), 3));
            painter->drawRect(at);
            painter->setPen(QPen(Qt::white, 1.5));
            painter->drawRect(at);
        }
        QFont strong = Theme::font(FontRole::Table);
        strong.setWeight(QFont::DemiBold);
        paintLine(*painter, room, 5, strong, toneColour(toneOf(model->box(index.row()).change)), model->kindText(index.row()));
        paintLine(*painter, room, 23, Theme::font(FontRole::Table), Theme::instance().palette().text2, model->placeText(index.row()));
        paintLine(*painter, room, 40, Theme::font(FontRole::Caption), Theme::instance().palette().text3, model->numbersText(index.row()));
        painter->restore();
    }
};

} // namespace

QAbstractItemDelegate* makeComparedFrameDelegate(QObject* parent) {
    return new FrameDelegate(parent);
}

QAbstractItemDelegate* makeComparedBoxDelegate(QObject* parent) {
    return new BoxDelegate(parent);
}

} // namespace intersect::ui
