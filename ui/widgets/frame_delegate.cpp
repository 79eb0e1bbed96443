// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/frame_delegate.h"

#include <QPainter>

#include "core/base/numbers.h"
#include "ui/models/frame_list_model.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/thumbnail_provider.h"

namespace intersect::ui {

void FrameDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* model = qobject_cast<const FrameListModel*>(index.model());
    if (model == nullptr)
        return;
    const std::uint32_t number = model->frameAt(index.row());
    const data::Dataset& dataset = *model->dataset();
    const data::Frame& frame = dataset.frames[number];
    const Palette& palette = Theme::instance().palette();
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    const bool current = isCurrent(option, index);

    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setRenderHint(QPainter::SmoothPixmapTransform);
    const QRectF room = pictureRoom(option);

    ThumbnailProvider& thumbnails = ThumbnailProvider::instance();
    const double ratio = painter->device()->devicePixelRatioF();
    QRectF shown = room;
    if (frame.size.width > 0 && frame.size.height > 0)
        shown = fitted(QSizeF(frame.size.width, frame.size.height), room);
    paintPicture(*painter, room, shown, thumbnails.thumbnail(frame.path, static_cast<int>(room.width() * ratio)), thumbnails.failed(frame.path));
    if (boxesShown())
        paintClassBoxes(*painter, shown, dataset.labelsOf(frame), room.width() >= 240 ? 1.5 : 1.2);
    paintChosen(*painter, room, current, selected);
    if (model->marks())
        paintUseBadge(*painter, QPointF(room.right() - 5, room.top() + 6), model->marks()->use[number]);

    // Caption: camera and time left, sign and count right.
    const QRectF line(room.left(), room.bottom() + 4, room.width(), 18);
    const QString count = !frame.labelled           ? tr("no labels")
                          : frame.labelCount == 1 ? tr("1 box")
                                                  : tr("%1 boxes").arg(qs(formatGrouped(frame.labelCount)));
    const QFont caption = Theme::font(FontRole::Caption);
    const QFontMetricsF metrics(caption);
    const double countWidth = metrics.horizontalAdvance(count);
    painter->setFont(caption);
    painter->setPen(palette.text2);
    painter->drawText(line, Qt::AlignRight | Qt::AlignVCenter, count);
    double right = line.right() - countWidth - 6;
    if (model->marks() && model->marks()->hasFindings(number)) {
        paintFindingSign(*painter, QRectF(right - 13, line.center().y() - 6.5, 13, 13), palette.warn);
        right -= 17;
    }
    const QString camera = qs(dataset.cameras[frame.camera].name);
    const double cameraWidth = metrics.horizontalAdvance(camera);
    if (frame.takenAt) {
        painter->setPen(current ? palette.text : palette.text2);
        QFont strong = caption;
        if (current)
            strong.setWeight(QFont::DemiBold);
        painter->setFont(strong);
        painter->drawText(line, Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(camera, Qt::ElideRight, right - line.left()));
        const double left = line.left() + cameraWidth + 7;
        if (right - left > 20) {
            painter->setFont(caption);
            painter->setPen(palette.text);
            painter->drawText(QRectF(left, line.top(), right - left, line.height()), Qt::AlignLeft | Qt::AlignVCenter,
                              metrics.elidedText(frameTimeText(frame), Qt::ElideRight, right - left));
        }
    } else {
        painter->setPen(palette.text);
        painter->drawText(QRectF(line.left(), line.top(), right - line.left(), line.height()), Qt::AlignLeft | Qt::AlignVCenter,
                          metrics.elidedText(frameTimeText(frame), Qt::ElideMiddle, right - line.left()));
    }
    painter->restore();
}

} // namespace intersect::ui
