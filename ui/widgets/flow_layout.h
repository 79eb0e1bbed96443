// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>
#include <QList>

namespace intersect::ui {

/// Lays items side by side as words in a paragraph: what does not fit goes to the next row. Items of a row stand on one middle line. GUI thread only.
class FlowLayout : public QLayout {
    Q_OBJECT
public:
    FlowLayout(int gapPx, int rowGapPx, QWidget* parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override { return m_items.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    int place(const QRect& rect, bool move) const;
    QList<QLayoutItem*> m_items;
    int m_gap, m_rowGap;
};

} // namespace intersect::ui
