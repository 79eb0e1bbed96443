// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/camera_strip.h"

#include <algorithm>
#include <cmath>

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "core/base/numbers.h"
#include "ui/models/frame_list_model.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/frame_painting.h"

namespace intersect::ui {
namespace {

constexpr double kTop = 14, kHeight = 15; ///< the bar; above it the mark of the current frame, below it the words
constexpr double kLeastForWords = 6;      ///< px: no name is narrower, so nothing is measured

} // namespace

CameraStrip::CameraStrip(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("cameraStrip"));
    setAccessibleName(tr("Map of the cameras"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CameraStrip::setCameras(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks,
                             std::vector<std::uint32_t> cameras) {
    m_dataset = std::move(dataset);
    m_marks = std::move(marks);
    m_cameras = std::move(cameras);
    m_use.clear();
    for (const std::uint32_t index : m_cameras) {
        const data::Camera& camera = m_dataset->cameras[index];
        m_use.push_back(m_marks ? useCounts(*m_marks, camera.frameBegin, camera.frameCount) : UseCounts{camera.frameCount, 0, 0, 0, 0});
    }
    update();
}

void CameraStrip::setShown(std::uint32_t begin, std::uint32_t end) {
    if (begin == m_shownBegin && end == m_shownEnd)
        return;
    m_shownBegin = begin;
    m_shownEnd = end;
    update();
}

void CameraStrip::setCurrent(std::int64_t frame) {
    if (frame == m_current)
        return;
    m_current = frame;
    update();
}

std::vector<CameraStrip::Segment> CameraStrip::segments() const {
    std::vector<Segment> list;
    double frames = 0;
    for (const UseCounts& use : m_use)
        frames += static_cast<double>(use.frames);
    if (frames <= 0)
        return list;
    const double many = static_cast<double>(m_cameras.size());
    const double gap = many <= 12 ? 12 : many <= 40 ? 4 : many * 3 <= width() ? 1 : 0;
    const double room = std::max(1.0, width() - gap * static_cast<double>(m_cameras.size() - 1));
    double left = 0;
    for (std::size_t i = 0; i < m_cameras.size(); ++i) {
        const double share = room * static_cast<double>(m_use[i].frames) / frames;
        list.push_back({m_cameras[i], left, share, m_use[i]});
        left += share + gap;
    }
    return list;
}

std::int64_t CameraStrip::frameAt(double x) const {
    for (const Segment& segment : segments()) {
        if (x < segment.left || x >= segment.left + segment.width)
            continue;
        const data::Camera& camera = m_dataset->cameras[segment.camera];
        const auto at = static_cast<std::uint32_t>((x - segment.left) / segment.width * camera.frameCount);
        return camera.frameBegin + std::min(at, camera.frameCount - 1);
    }
    return -1;
}

double CameraStrip::xOf(std::uint32_t frame) const {
    for (const Segment& segment : segments()) {
        const data::Camera& camera = m_dataset->cameras[segment.camera];
        if (frame >= camera.frameBegin && frame < camera.frameBegin + camera.frameCount)
            return segment.left + segment.width * (frame - camera.frameBegin) / camera.frameCount;
    }
    return -1;
}

/// Name left, used of all right; only what has room.
void CameraStrip::paintWords(QPainter& painter, const Segment& segment) const {
    const Palette& palette = Theme::instance().palette();
    const data::Camera& camera = m_dataset->cameras[segment.camera];
    const bool holdsCurrent = m_current >= camera.frameBegin && m_current < static_cast<std::int64_t>(camera.frameBegin) + camera.frameCount;
    QFont font = Theme::font(FontRole::Caption);
    const QFontMetricsF metrics(font);
    if (holdsCurrent)
        font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(holdsCurrent ? palette.text : palette.text2);
    const QRectF words(segment.left, kTop + kHeight + 2, segment.width, 16);
    const QString name = qs(camera.name);
    const QString used = qs(formatGrouped(segment.use.used())) + QStringLiteral(" / ") + qs(formatGrouped(segment.use.frames));
    const double nameWidth = QFontMetricsF(font).horizontalAdvance(name), usedWidth = metrics.horizontalAdvance(used);
    if (nameWidth <= segment.width)
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, name);
    if (nameWidth + usedWidth + 8 <= segment.width)
        painter.drawText(words, Qt::AlignRight | Qt::AlignVCenter, used);
}

void CameraStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Palette& palette = Theme::instance().palette();
    const bool shown = m_shownBegin <= m_shownEnd;
    for (const Segment& segment : segments()) {
        const data::Camera& camera = m_dataset->cameras[segment.camera];
        const QRectF bar(segment.left, kTop, segment.width, kHeight);
        painter.fillRect(bar, palette.unused);
        const double tick = segment.width / camera.frameCount;
        if (m_marks && tick >= 1) {
            for (std::uint32_t i = 0; i < camera.frameCount; ++i) {
                const FrameUse use = m_marks->use[camera.frameBegin + i];
                if (use != FrameUse::Unused)
                    painter.fillRect(QRectF(bar.left() + tick * i, bar.top(), std::max(1.0, tick - (tick > 3 ? 1 : 0)), bar.height()), useColour(use, palette));
            }
        } else if (m_marks) {
            double left = bar.left();
            const auto part = [&](std::int64_t count, FrameUse use) {
                if (count == 0)
                    return;
                const double w = bar.width() * static_cast<double>(count) / camera.frameCount;
                painter.fillRect(QRectF(left, bar.top(), w, bar.height()), useColour(use, palette));
                left += w;
            };
            part(segment.use.chosen, FrameUse::Chosen);
            part(segment.use.train, FrameUse::Train);
            part(segment.use.val, FrameUse::Val);
            part(segment.use.test, FrameUse::Test);
        }
        if (segment.width >= kLeastForWords)
            paintWords(painter, segment);
        if (shown) {
            const std::uint32_t begin = std::max(m_shownBegin, camera.frameBegin);
            const std::uint32_t end = std::min(m_shownEnd, camera.frameBegin + camera.frameCount - 1);
            if (begin <= end && camera.frameCount > 0) {
                QRectF view(bar.left() + tick * (begin - camera.frameBegin), kTop - 2.5, std::max(5.0, tick * (end - begin + 1)), kHeight + 5);
                painter.setRenderHint(QPainter::Antialiasing);
                painter.setBrush(Qt::NoBrush);
                painter.setPen(QPen(palette.text, 1.6));
                painter.drawRoundedRect(view, 2.5, 2.5);
                painter.setRenderHint(QPainter::Antialiasing, false);
            }
        }
    }
    if (m_current >= 0 && m_dataset) {
        const double x = xOf(static_cast<std::uint32_t>(m_current));
        if (x >= 0) {
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(Qt::NoPen);
            painter.setBrush(palette.text);
            const double c = std::max(5.0, x + 1);
            painter.drawPolygon(QPolygonF({QPointF(c - 5, 3), QPointF(c + 5, 3), QPointF(c, 9.5)}));
        }
    }
}

void CameraStrip::choose(double x) {
    const std::int64_t frame = frameAt(std::clamp(x, 0.0, width() - 0.01));
    if (frame >= 0)
        Q_EMIT frameChosen(static_cast<quint32>(frame));
}

void CameraStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        choose(event->position().x());
}

void CameraStrip::mouseMoveEvent(QMouseEvent* event) {
    if ((event->buttons() & Qt::LeftButton) != 0)
        choose(event->position().x());
}

bool CameraStrip::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const std::int64_t at = frameAt(help->pos().x());
        if (at < 0) {
            QToolTip::hideText();
        } else {
            const data::Frame& frame = m_dataset->frames[static_cast<std::size_t>(at)];
            QString text = qs(m_dataset->cameras[frame.camera].id()) + QStringLiteral("  ") + frameTimeText(frame);
            const QString word = m_marks ? useWord(m_marks->use[static_cast<std::size_t>(at)]) : QString();
            if (!word.isEmpty())
                text += QStringLiteral("  ") + word;
            QToolTip::showText(help->globalPos(), text, this);
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace intersect::ui
