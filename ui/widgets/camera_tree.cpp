// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/camera_tree.h"

#include <QPainter>
#include <QPainterPath>
#include <QStyledItemDelegate>

#include "core/base/numbers.h"
#include "ui/models/camera_tree_model.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"

namespace intersect::ui {
namespace {

constexpr int kBar = 50, kBarHeight = 6, kRight = 14;

/// Name, count, bar of use.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
        return {100, index.data(CameraTreeModel::IsPoolRole).toBool() ? 30 : 26};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Palette& palette = Theme::instance().palette();
        painter->save();
        if ((option.state & QStyle::State_Selected) != 0)
            painter->fillRect(option.rect, palette.accentSoft);
        else if ((option.state & QStyle::State_MouseOver) != 0)
            painter->fillRect(option.rect, palette.hover);
        painter->setRenderHint(QPainter::Antialiasing);
        const bool pool = index.data(CameraTreeModel::IsPoolRole).toBool();
        const QRectF row = option.rect;
        const QRectF bar(row.right() - kRight - kBar, row.center().y() - kBarHeight / 2.0, kBar, kBarHeight);

        QFont numbers = Theme::font(FontRole::Numbers);
        painter->setFont(numbers);
        const QString count = qs(formatGrouped(index.data(CameraTreeModel::FramesRole).toLongLong()));
        const double countWidth = QFontMetricsF(numbers).horizontalAdvance(count);
        painter->setPen(palette.text2);
        painter->drawText(QRectF(row.left(), row.top(), bar.left() - 8 - row.left(), row.height()), Qt::AlignRight | Qt::AlignVCenter, count);

        QFont name = Theme::font(FontRole::Body);
        if (pool)
            name.setWeight(QFont::DemiBold);
        painter->setFont(name);
        painter->setPen(palette.text);
        const double room = bar.left() - 8 - countWidth - 8 - row.left() - 4;
        painter->drawText(QRectF(row.left() + 4, row.top(), room, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetricsF(name).elidedText(index.data().toString(), Qt::ElideMiddle, room));

        QPainterPath pill;
        pill.addRoundedRect(bar, 3, 3);
        painter->fillPath(pill, palette.sunken);
        const auto use = index.data(CameraTreeModel::UseRole).value<UseCounts>();
        painter->setClipPath(pill);
        double left = bar.left();
        const auto part = [&](std::int64_t frames, FrameUse kind) {
            if (frames <= 0 || use.frames <= 0)
                return;
            // A few frames still show.
            const double width = std::max(2.0, bar.width() * static_cast<double>(frames) / static_cast<double>(use.frames));
            painter->fillRect(QRectF(left, bar.top(), width, bar.height()), useColour(kind, palette));
            left += width;
        };
        part(use.chosen, FrameUse::Chosen);
        part(use.train, FrameUse::Train);
        part(use.val, FrameUse::Val);
        part(use.test, FrameUse::Test);
        painter->restore();
    }
};

} // namespace

CameraTree::CameraTree(QWidget* parent) : QTreeView(parent) {
    setObjectName(QStringLiteral("poolTree"));
    setAccessibleName(tr("Pools and cameras"));
    setHeaderHidden(true);
    setRootIsDecorated(true);
    setIndentation(18);
    setUniformRowHeights(false);
    setItemDelegate(new RowDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setExpandsOnDoubleClick(true);
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void CameraTree::setModel(QAbstractItemModel* model) {
    QTreeView::setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, [this, model] {
        for (int row = 0; row < model->rowCount(); ++row)
            if (const QModelIndex pool = model->index(row, 0); !m_folded.contains(pool.data().toString()))
                expand(pool);
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex& pool) { m_folded.insert(pool.data().toString()); });
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex& pool) { m_folded.remove(pool.data().toString()); });
}

void CameraTree::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTreeView::currentChanged(current, previous);
    if (current.isValid())
        Q_EMIT chosen(current);
}

} // namespace intersect::ui
