// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include <QStyledItemDelegate>

namespace intersect::ui {

/// Draws one tile of the frame grid: picture with boxes, split badge, finding sign, caption "camera time … n boxes"; a grey tile while the
/// picture is on its way. Sizes come from the grid (setTile). GUI thread only.
class FrameDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    static constexpr int kGap = 12, kCaption = 30;
    explicit FrameDelegate(QObject* parent = nullptr) : QStyledItemDelegate(parent) {}
    void setTile(const QSize& picture) { m_picture = picture; } ///< size of the picture part of a tile
    void setBoxesShown(bool shown) { m_boxes = shown; }
    bool boxesShown() const { return m_boxes; }
    /// Whether several frames are selected: then each bears a tick. Returns whether that is new.
    bool setManySelected(bool many) { return std::exchange(m_many, many) != many; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    QSize m_picture{182, 102};
    bool m_boxes = true, m_many = false;
};

} // namespace intersect::ui
