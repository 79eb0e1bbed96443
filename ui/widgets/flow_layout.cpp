// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/flow_layout.h"

#include <algorithm>

namespace intersect::ui {

FlowLayout::FlowLayout(int gapPx, int rowGapPx, QWidget* parent) : QLayout(parent), m_gap(gapPx), m_rowGap(rowGapPx) {
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() {
    while (QLayoutItem* item = takeAt(0))
        delete item;
}

void FlowLayout::addItem(QLayoutItem* item) {
    m_items.append(item);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const {
    return place(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::sizeHint() const {
    // As wide as one row of everything; the height follows from the width that is given.
    QSize size;
    for (const QLayoutItem* item : m_items)
        if (!item->isEmpty())
            size = QSize(size.width() + item->sizeHint().width() + (size.width() > 0 ? m_gap : 0), std::max(size.height(), item->sizeHint().height()));
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : m_items)
        if (!item->isEmpty())
            size = size.expandedTo(item->minimumSize());
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    place(rect, true);
}

int FlowLayout::place(const QRect& rect, bool move) const {
    const QRect room = rect.marginsRemoved(contentsMargins());
    int y = room.top();
    for (qsizetype first = 0; first < m_items.size();) {
        // A row: as many as fit, at least one.
        int width = 0, height = 0;
        qsizetype end = first;
        for (; end < m_items.size(); ++end) {
            if (m_items[end]->isEmpty())
                continue;
            const QSize hint = m_items[end]->sizeHint();
            const int with = width + (width > 0 ? m_gap : 0) + hint.width();
            if (width > 0 && with > room.width())
                break;
            width = with;
            height = std::max(height, hint.height());
        }
        int x = room.left();
        for (qsizetype i = first; move && i < end; ++i) {
            if (m_items[i]->isEmpty())
                continue;
            QSize size = m_items[i]->sizeHint();
            size.setWidth(std::min(size.width(), room.width()));
            m_items[i]->setGeometry(QRect(QPoint(x, y + (height - size.height()) / 2), size));
            x += size.width() + m_gap;
        }
        if (height > 0)
            y += height + m_rowGap;
        first = end;
    }
    const int bottom = y > room.top() ? y - m_rowGap : y;
    return bottom - rect.top() + contentsMargins().bottom();
}

} // namespace intersect::ui
