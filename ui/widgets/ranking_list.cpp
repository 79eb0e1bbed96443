// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ranking_list.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

constexpr int kRowPx = 26;
constexpr int kMostRows = 8;
constexpr int kWeightRole = Qt::UserRole + 1;

/// Grip, rank, camera, weight.
class RankDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Palette& palette = Theme::instance().palette();
        painter->save();
        painter->fillRect(option.rect, (option.state & QStyle::State_Selected) != 0 ? palette.accentSoft : palette.surface);
        painter->setPen(palette.line);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        painter->setPen(Qt::NoPen);
        painter->setBrush(palette.text3);
        for (int row = 0; row < 3; ++row)
            for (int column = 0; column < 2; ++column)
                painter->drawRect(QRectF(option.rect.left() + 9 + column * 4, option.rect.center().y() - 4 + row * 4, 1.6, 1.6));
        painter->setFont(Theme::font(FontRole::Numbers));
        painter->setPen(palette.text2);
        painter->drawText(option.rect.adjusted(22, 0, 0, 0), int(Qt::AlignLeft | Qt::AlignVCenter), QString::number(index.row() + 1));
        painter->drawText(option.rect.adjusted(0, 0, -8, 0), int(Qt::AlignRight | Qt::AlignVCenter), index.data(kWeightRole).toString());
        painter->setPen(palette.text);
        painter->drawText(option.rect.adjusted(46, 0, -56, 0), int(Qt::AlignLeft | Qt::AlignVCenter), index.data().toString());
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {160, kRowPx}; }
};

} // namespace

RankingList::RankingList(QWidget* parent) : QListWidget(parent) {
    setItemDelegate(new RankDelegate(this));
    setDragDropMode(QAbstractItemView::InternalMove);
    setDefaultDropAction(Qt::MoveAction);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(tr("Most useful camera first. Drag a row, or move it with Alt+Up and Alt+Down."));
    setAccessibleName(tr("Camera ranking"));
    connect(&Theme::instance(), &Theme::changed, this, [this] { viewport()->update(); });
}

void RankingList::setRanking(const QStringList& cameras, double ratio) {
    const int current = currentRow();
    if (m_shown != cameras) {
        const QString name = current >= 0 && current < count() ? item(current)->text() : QString();
        clear();
        addItems(cameras);
        m_shown = cameras;
        if (!name.isEmpty())
            setCurrentRow(static_cast<int>(cameras.indexOf(name)));
    }
    for (int row = 0; row < count(); ++row)
        item(row)->setData(kWeightRole, qs(formatFixed(std::pow(ratio, row), 3)));
    updateGeometry();
}

QStringList RankingList::ranking() const {
    QStringList cameras;
    for (int row = 0; row < count(); ++row)
        cameras << item(row)->text();
    return cameras;
}

QSize RankingList::sizeHint() const {
    return {200, std::clamp(count(), 1, kMostRows) * kRowPx + 2};
}

QSize RankingList::minimumSizeHint() const {
    return {120, sizeHint().height()};
}

void RankingList::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Up ? -1 : event->key() == Qt::Key_Down ? 1 : 0;
    if (step == 0 || (event->modifiers() & Qt::AltModifier) == 0) {
        QListWidget::keyPressEvent(event);
        return;
    }
    event->accept();
    const int from = currentRow();
    const int to = from + step;
    if (from < 0 || to < 0 || to >= count())
        return;
    QStringList cameras = ranking();
    cameras.move(from, to);
    Q_EMIT reordered(cameras, step < 0 ? tr("move %1 up").arg(cameras[to]) : tr("move %1 down").arg(cameras[to]));
}

void RankingList::dropEvent(QDropEvent* event) {
    const QStringList before = ranking();
    const QString name = currentItem() != nullptr ? currentItem()->text() : QString();
    QListWidget::dropEvent(event);
    const QStringList after = ranking();
    m_shown = after;
    if (after != before && after.size() == before.size())
        Q_EMIT reordered(after, after.indexOf(name) < before.indexOf(name) ? tr("move %1 up").arg(name) : tr("move %1 down").arg(name));
}

} // namespace intersect::ui
