// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/inspect_list.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QStyledItemDelegate>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"
#include "ui/widgets/thumbnail_provider.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

constexpr int kRow = 57;
const QSizeF kThumb(80, 45);

/// The class names that an inspection's detections came with.
std::function<QString(int)> namesOf(const Inspection& inspection) {
    return [&inspection](int id) {
        const auto& names = inspection.detections.names;
        return id >= 0 && static_cast<std::size_t>(id) < names.size() ? qs(names[static_cast<std::size_t>(id)])
                                                                      : QString();
    };
}

/// Picture, camera and time, counts in the order FN FP TP.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {180, kRow}; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const auto* model = qobject_cast<const InspectListModel*>(index.model());
        if (model == nullptr)
            return;
        const Theme& theme = Theme::instance();
        const Palette& palette = theme.palette();
        const std::uint32_t frame = model->frameAt(index.row());
        const Inspection& inspection = *model->inspection();
        const bool current = (option.state & QStyle::State_Selected) != 0;
        const QRectF row = option.rect;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (current) {
            painter->fillRect(row, palette.accentSoft);
            painter->fillRect(QRectF(row.left(), row.top(), 3, row.height()), palette.accent);
        } else if ((option.state & QStyle::State_MouseOver) != 0) {
            painter->fillRect(row, palette.hover);
        }
        painter->fillRect(QRectF(row.left(), row.bottom() - 1, row.width(), 1), palette.line);
        const QRectF thumb(QPointF(row.left() + 12, row.top() + (kRow - 1 - kThumb.height()) / 2), kThumb);
        paintFrameThumb(*painter, thumb, inspection.detections.images[frame], model->verdicts().of(frame),
                        namesOf(inspection));

        const double left = thumb.right() + 10, room = row.right() - left - 6;
        QFont strong = Theme::font(FontRole::Table);
        if (current)
            strong.setWeight(QFont::DemiBold);
        const QString camera = qs(inspection.cameras[inspection.frames[frame].camera]);
        painter->setFont(strong);
        painter->setPen(palette.text);
        const double cameraWidth = std::min(QFontMetricsF(strong).horizontalAdvance(camera), room * 0.5);
        painter->drawText(QRectF(left, row.top() + 9, cameraWidth + 2, 18), Qt::AlignLeft | Qt::AlignVCenter, QFontMetricsF(strong).elidedText(camera, Qt::ElideRight, cameraWidth + 1));
        painter->setPen(current ? palette.text : palette.text2);
        const double timeLeft = left + cameraWidth + 5;
        painter->drawText(QRectF(timeLeft, row.top() + 9, row.right() - 4 - timeLeft, 18), Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetricsF(strong).elidedText(inspectedTimeText(inspection, frame), Qt::ElideMiddle, row.right() - 4 - timeLeft));

        const VerdictCounts& counts = model->counts()[frame];
        double x = left;
        const auto word = [&](eval::Verdict verdict, std::int64_t n) {
            QFont font = Theme::font(FontRole::Caption);
            font.setWeight(n > 0 ? QFont::DemiBold : QFont::Normal);
            const QString text = verdictWord(verdict) + QLatin1Char(' ') + qs(formatGrouped(n));
            painter->setFont(font);
            painter->setPen(n > 0 ? theme.verdictText(verdict) : palette.text3);
            painter->drawText(QRectF(x, row.top() + 29, 80, 18), Qt::AlignLeft | Qt::AlignVCenter, text);
            x += QFontMetricsF(font).horizontalAdvance(text) + 8;
        };
        if (counts.judged) {
            word(eval::Verdict::FN, counts.fn);
            word(eval::Verdict::FP, counts.fp);
            word(eval::Verdict::TP, counts.tp);
        } else {
            painter->setFont(Theme::font(FontRole::Caption));
            painter->setPen(counts.found > 0 ? palette.text2 : palette.text3);
            painter->drawText(QRectF(left, row.top() + 29, room, 18), Qt::AlignLeft | Qt::AlignVCenter,
                              boxesText(counts.found));
        }
        painter->restore();
    }
};

} // namespace

void paintFrameThumb(QPainter& painter, const QRectF& room, const detect::ImageEntry& image,
                     const std::vector<InspectedBox>& boxes, const std::function<QString(int)>& className) {
    const Palette& palette = Theme::instance().palette();
    painter.save();
    QPainterPath corners;
    corners.addRoundedRect(room, 3, 3);
    painter.fillPath(corners, palette.sunken);
    painter.setClipPath(corners);
    const QPixmap picture = ThumbnailProvider::instance().thumbnail(
        image.file, static_cast<int>(room.width() * painter.device()->devicePixelRatioF()));
    if (!picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawPixmap(fitted(QSizeF(picture.size()), room), picture, QRectF(picture.rect()));
    }
    if (!boxes.empty())
        paintVerdictBoxes(painter, fitted(QSizeF(image.size.width, image.size.height), room), image.size, boxes,
                          className);
    painter.restore();
}

InspectList::InspectList(QWidget* parent) : QListView(parent) {
    setObjectName(QStringLiteral("frameList"));
    setAccessibleName(tr("Frames, worst first"));
    setItemDelegate(new RowDelegate(this));
    setUniformItemSizes(true);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, viewport(), qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void InspectList::keyPressEvent(QKeyEvent* event) {
    const bool turning = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right || event->key() == Qt::Key_Escape;
    if (turning || event->matches(QKeySequence::Copy) || (!event->text().isEmpty() && event->text().at(0).isPrint())) {
        event->ignore(); // the page's
        return;
    }
    QListView::keyPressEvent(event);
}

// --- NeighbourStrip ---------------------------------------------------------------------------------------------------

NeighbourStrip::NeighbourStrip(const InspectListModel& model, QWidget* parent) : QWidget(parent), m_model(model) {
    setObjectName(QStringLiteral("neighbourStrip"));
    setAccessibleName(tr("Frames before and after of the same camera"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    connect(&ThumbnailProvider::instance(), &ThumbnailProvider::ready, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void NeighbourStrip::show(std::shared_ptr<const Inspection> inspection, const std::vector<VerdictCounts>& counts, std::int64_t current) {
    m_inspection = std::move(inspection);
    m_counts = counts;
    m_current = m_inspection ? current : -1;
    m_camera.clear();
    if (m_current >= 0) {
        const std::uint32_t camera = m_inspection->frames[static_cast<std::size_t>(m_current)].camera;
        for (std::uint32_t i = 0; i < m_inspection->size(); ++i)
            if (m_inspection->frames[i].camera == camera)
                m_camera.push_back(i);
        std::stable_sort(m_camera.begin(), m_camera.end(), [this](std::uint32_t a, std::uint32_t b) {
            return m_inspection->frames[a].takenAt.value_or(0) < m_inspection->frames[b].takenAt.value_or(0);
        });
    }
    update();
}

std::vector<NeighbourStrip::Tile> NeighbourStrip::tiles() const {
    std::vector<Tile> list;
    if (m_current < 0)
        return list;
    constexpr double gap = 8, height = 54;
    const Size size = m_inspection->detections.images[static_cast<std::size_t>(m_current)].size;
    const double width = std::clamp(size.height > 0 ? height * size.width / size.height : 96.0, 40.0, 140.0);
    const int fits = std::max(1, static_cast<int>((this->width() + gap) / (width + gap)));
    const auto here = static_cast<int>(std::find(m_camera.begin(), m_camera.end(), static_cast<std::uint32_t>(m_current)) - m_camera.begin());
    const int count = static_cast<int>(m_camera.size());
    const int first = std::clamp(here - fits / 2, 0, std::max(0, count - fits));
    for (int i = first; i < std::min(count, first + fits); ++i) {
        const std::uint32_t frame = m_camera[static_cast<std::size_t>(i)];
        list.push_back({QRectF((i - first) * (width + gap), 6, width, height), frame, frame < m_counts.size() ? m_counts[frame] : VerdictCounts{}});
    }
    return list;
}

std::int64_t NeighbourStrip::frameAt(double x) const {
    for (const Tile& tile : tiles())
        if (x >= tile.picture.left() && x <= tile.picture.right())
            return tile.frame;
    return -1;
}

void NeighbourStrip::mousePressEvent(QMouseEvent* event) {
    const std::int64_t frame = frameAt(event->position().x());
    if (event->button() == Qt::LeftButton && frame >= 0)
        Q_EMIT frameChosen(static_cast<quint32>(frame));
}

void NeighbourStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Theme& theme = Theme::instance();
    const Palette& palette = theme.palette();
    for (const Tile& tile : tiles()) {
        const bool current = tile.frame == static_cast<std::uint32_t>(m_current);
        paintFrameThumb(painter, tile.picture, m_inspection->detections.images[tile.frame],
                        m_model.verdicts().of(tile.frame), namesOf(*m_inspection));
        if (current) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(palette.accent, 2));
            painter.drawRoundedRect(tile.picture.adjusted(-2, -2, 2, 2), 4, 4);
        }
        const QRectF line(tile.picture.left(), tile.picture.bottom() + 4, tile.picture.width(), 16);
        QFont font = Theme::font(FontRole::Caption);
        // Counts right, FN FP TP; the time takes what is left.
        double right = line.right();
        const std::pair<eval::Verdict, std::int64_t> parts[] = {
            {eval::Verdict::TP, tile.counts.tp}, {eval::Verdict::FP, tile.counts.fp}, {eval::Verdict::FN, tile.counts.fn}};
        for (const auto& [verdict, n] : parts) {
            const bool judged = tile.counts.judged;
            if (!judged && verdict != eval::Verdict::TP)
                continue; // one number, of the boxes found
            const QString text = QString::number(judged ? n : tile.counts.found);
            const double width = QFontMetricsF(font).horizontalAdvance(text);
            painter.setFont(font);
            painter.setPen(judged ? theme.verdictText(verdict) : palette.text2);
            painter.drawText(QRectF(right - width, line.top(), width + 1, line.height()), Qt::AlignRight | Qt::AlignVCenter, text);
            right -= width + 5;
        }
        if (current)
            font.setWeight(QFont::DemiBold);
        painter.setFont(font);
        painter.setPen(current ? palette.text : palette.text2);
        QString time = inspectedTimeText(*m_inspection, tile.frame);
        if (m_inspection->frames[tile.frame].takenAt && QFontMetricsF(font).horizontalAdvance(time) > right - line.left() - 2)
            time = time.left(5);
        // Where three large counts leave no room, the time stays away rather than be cut.
        if (QFontMetricsF(font).horizontalAdvance(time) <= right - line.left() + 2)
            painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, time);
    }
}

} // namespace intersect::ui
