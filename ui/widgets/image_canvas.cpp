// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/image_canvas.h"

#include <algorithm>

#include <QPainter>
#include <QSignalBlocker>

#include "ui/theme.h"
#include "ui/widgets/pair_painting.h"

namespace intersect::ui {
namespace {

constexpr double kLeastZoom = 0.02;
constexpr double kPixelsFrom = 2.5; ///< from this zoom on single pixels are shown as squares

QRectF rectOf(Size size) {
    return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
}

/// White arms with a dark halo, open in the middle: where the pointer is on the other picture.
void paintCross(QPainter& painter, const QPointF& at) {
    constexpr double kGap = 4, kArm = 13;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (const QPen& pen : {QPen(QColor(0, 0, 0, 150), 3.5), QPen(Qt::white, 1.5)}) {
        painter.setPen(pen);
        for (const QPointF& way : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)})
            painter.drawLine(at + way * kGap, at + way * kArm);
    }
    painter.restore();
}

} // namespace

ImageCanvas::ImageCanvas(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("canvas"));
    setAccessibleName(tr("Picture with boxes"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&Theme::instance(), &Theme::changed, this, [this] { viewChanged(); });
}

void ImageCanvas::setClassNames(std::function<QString(int)> nameOf) {
    m_look.className = std::move(nameOf);
    overlayChanged();
}

void ImageCanvas::setSize(Size size) {
    if (size == m_size)
        return;
    m_size = size;
    m_fitted = true;
    fit();
}

void ImageCanvas::showLoading(Size size) {
    m_picture = {};
    m_problem.clear();
    setSize(size);
    viewChanged();
}

void ImageCanvas::showPicture(const QImage& picture) {
    m_picture = picture;
    m_problem.clear();
    setSize({picture.width(), picture.height()});
    viewChanged();
}

void ImageCanvas::showProblem(const QString& sentence, Size size) {
    m_picture = {};
    m_problem = sentence;
    setSize(size);
    viewChanged();
}

void ImageCanvas::setBoxes(std::vector<InspectedBox> boxes, std::vector<eval::TruthBox> truth) {
    m_boxes = std::move(boxes);
    m_truth = std::move(truth);
    m_look.current = -1;
    m_look.hovered = -1;
    m_hoveredTruth = -1;
    overlayChanged();
}

void ImageCanvas::setMarks(std::vector<OverlayMark> marks) {
    m_look.marks = std::move(marks);
    overlayChanged();
}

void ImageCanvas::setHeat(std::optional<ShownHeat> heat) {
    if (!heat && !m_heat)
        return;
    m_heat = std::move(heat);
    m_scaled = {};
    update();
}

void ImageCanvas::setHiddenClasses(std::set<int> classes) {
    m_look.hidden = std::move(classes);
    setHovered(-1, {});
    overlayChanged();
}

void ImageCanvas::setBoxesShown(bool shown) {
    m_look.boxes = shown;
    overlayChanged();
}

void ImageCanvas::setTruthShown(bool shown) {
    m_look.truth = shown;
    overlayChanged();
}

void ImageCanvas::setLabelsShown(bool shown) {
    m_look.labels = shown;
    overlayChanged();
}

void ImageCanvas::setCurrentBox(int index) {
    if (index == m_look.current)
        return;
    m_look.current = index;
    update();
}

double ImageCanvas::fittingZoom() const {
    if (m_size.width <= 0 || m_size.height <= 0 || width() <= 0 || height() <= 0)
        return 1;
    return std::clamp(std::min(static_cast<double>(width()) / m_size.width, static_cast<double>(height()) / m_size.height), kLeastZoom, kMostZoom);
}

void ImageCanvas::fit() {
    m_fitted = true;
    m_zoom = fittingZoom();
    m_origin = {(width() - m_zoom * m_size.width) / 2, (height() - m_zoom * m_size.height) / 2};
    viewChanged();
    Q_EMIT zoomChanged(m_zoom);
    Q_EMIT placeChanged();
}

ImageCanvas::Place ImageCanvas::place() const {
    return {m_zoom, imageFromView(QPointF(width() / 2.0, height() / 2.0)), m_fitted};
}

void ImageCanvas::setPlace(const Place& place) {
    const QSignalBlocker quiet(this);
    if (place.fitted) {
        fit();
        return;
    }
    m_zoom = std::clamp(place.zoom, std::min(kLeastZoom, fittingZoom()), kMostZoom);
    m_origin = QPointF(width() / 2.0, height() / 2.0) - place.centre * m_zoom;
    m_fitted = false;
    keepInside();
    viewChanged();
}

void ImageCanvas::setCross(const std::optional<QPointF>& point) {
    m_cross = point;
    update();
}

void ImageCanvas::setZoom(double zoom, const QPointF& anchor) {
    const double wanted = std::clamp(zoom, std::min(kLeastZoom, fittingZoom()), kMostZoom);
    const QPointF under = imageFromView(anchor);
    m_zoom = wanted;
    m_origin = anchor - under * m_zoom;
    m_fitted = false;
    keepInside();
    viewChanged();
    Q_EMIT zoomChanged(m_zoom);
    Q_EMIT placeChanged();
}

void ImageCanvas::zoomBy(double factor) {
    setZoom(m_zoom * factor, QPointF(width() / 2.0, height() / 2.0));
}

void ImageCanvas::centreOn(const BoxXyxy& box) {
    const QRectF rect = viewRect(box, transform());
    if (QRectF(this->rect()).contains(rect.center()))
        return;
    m_origin += QPointF(width() / 2.0, height() / 2.0) - rect.center();
    keepInside();
    viewChanged();
    Q_EMIT placeChanged();
}

void ImageCanvas::keepInside() {
    // A picture smaller than the view stays in its middle, a larger one covers it.
    const auto kept = [](double origin, double length, double room) {
        return length <= room ? (room - length) / 2 : std::clamp(origin, room - length, 0.0);
    };
    m_origin = {kept(m_origin.x(), m_zoom * m_size.width, width()), kept(m_origin.y(), m_zoom * m_size.height, height())};
}

void ImageCanvas::viewChanged() {
    m_scaled = {};
    overlayChanged();
}

void ImageCanvas::overlayChanged() {
    m_overlay = {};
    update();
}

void ImageCanvas::drawScaled() {
    const double ratio = devicePixelRatioF();
    m_scaled = QPixmap(size() * ratio);
    m_scaled.setDevicePixelRatio(ratio);
    m_scaled.fill(Theme::instance().palette().sunken);
    QPainter painter(&m_scaled);
    const QRectF whole = transform().mapRect(rectOf(m_size));
    drawPicture(painter, whole, ratio);
    if (m_heat && !m_heat->image.isNull()) {
        const QRectF view = whole.intersected(QRectF(rect()));
        const QTransform inHeat =
            QTransform::fromScale(m_heat->image.width() / whole.width(), m_heat->image.height() / whole.height());
        painter.setRenderHint(QPainter::SmoothPixmapTransform, m_zoom < kPixelsFrom);
        painter.drawImage(view, m_heat->image, inHeat.mapRect(view.translated(-whole.topLeft())));
    }
}

void ImageCanvas::drawPicture(QPainter& painter, const QRectF& whole, double ratio) const {
    const Palette& palette = Theme::instance().palette();
    if (m_picture.isNull()) {
        painter.fillRect(whole, palette.unused);
        if (!m_problem.isEmpty()) {
            painter.setFont(Theme::font(FontRole::Body));
            painter.setPen(palette.text);
            painter.drawText(QRectF(rect()).adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap, m_problem);
        }
        return;
    }
    const QRectF view = whole.intersected(QRectF(rect()));
    const QRectF source = transform().inverted().mapRect(view);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_zoom < kPixelsFrom);
    if (m_zoom * ratio < 0.6) {
        // Qt's smooth drawing takes four pixels only; shrinking first keeps fine lines.
        const QSize size = (QSizeF(m_picture.size()) * m_zoom * ratio).toSize().expandedTo(QSize(1, 1));
        const QImage small = m_picture.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
        const QTransform smaller = QTransform::fromScale(static_cast<double>(small.width()) / m_picture.width(),
                                                         static_cast<double>(small.height()) / m_picture.height());
        painter.drawImage(view, small, smaller.mapRect(source));
    } else {
        painter.drawImage(view, m_picture, source);
    }
}

void ImageCanvas::drawOverlay() {
    const double ratio = devicePixelRatioF();
    m_overlay = QPixmap(size() * ratio);
    m_overlay.setDevicePixelRatio(ratio);
    m_overlay.fill(Qt::transparent);
    const QRectF seen = QRectF(rect()).intersected(transform().mapRect(rectOf(m_size)).adjusted(-60, -16, 60, 16));
    m_labels = placeOverlayLabels(m_boxes, transform(), seen, m_look);
    QPainter painter(&m_overlay);
    paintOverlay(painter, m_boxes, m_truth, transform(), QRectF(rect()), m_look, m_labels);
}

void ImageCanvas::paintEvent(QPaintEvent*) {
    if (m_scaled.isNull())
        drawScaled();
    if (m_overlay.isNull())
        drawOverlay();
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_scaled);
    painter.drawPixmap(0, 0, m_overlay);
    if (m_heat)
        paintHeatLegend(painter, QRectF(rect()), *m_heat, 1);
    const std::optional<BoxPair> pair = litPair();
    paintRaised(painter, m_boxes, m_truth, transform(), QRectF(rect()), m_look, m_labels, pair);
    if (m_cross)
        paintCross(painter, viewFromImage(*m_cross));
    if (!pair || m_look.hovered < 0)
        paintReadOut(painter);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(Theme::instance().palette().accent, 1));
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ImageCanvas::paintReadOut(QPainter& painter) const {
    const QString words = hoverText();
    if (words.isEmpty())
        return;
    const Palette& palette = Theme::instance().palette();
    painter.setFont(Theme::font(FontRole::Caption));
    const QFontMetricsF metrics(painter.font());
    QRectF read(m_pointer + QPointF(14, 16), QSizeF(metrics.horizontalAdvance(words) + 16, 24));
    if (read.right() > width() - 4)
        read.moveRight(m_pointer.x() - 8);
    if (read.bottom() > height() - 4)
        read.moveBottom(m_pointer.y() - 8);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette.line2, 1));
    painter.setBrush(palette.surface);
    painter.drawRoundedRect(read.translated(0.5, 0.5), 4, 4);
    painter.setPen(palette.text);
    painter.drawText(read, Qt::AlignCenter, words);
}

void ImageCanvas::resizeEvent(QResizeEvent*) {
    if (m_fitted)
        fit();
    else {
        keepInside();
        viewChanged();
    }
}

std::optional<BoxPair> ImageCanvas::litPair() const {
    if (!m_look.boxes)
        return std::nullopt;
    if (m_look.hovered < 0 && m_hoveredTruth >= 0)
        return pairOfTruth(m_boxes, m_truth, m_hoveredTruth);
    return pairOfBox(m_boxes, m_truth, m_look.hovered >= 0 ? m_look.hovered : m_look.current);
}

QImage ImageCanvas::pictureWithOverlay() const {
    if (m_size.width <= 0 || m_size.height <= 0)
        return {};
    QImage out(m_size.width, m_size.height, QImage::Format_RGB32);
    out.fill(Theme::instance().palette().sunken);
    QPainter painter(&out);
    if (!m_picture.isNull())
        painter.drawImage(0, 0, m_picture);
    OverlayLook look = m_look;
    look.hovered = -1;
    look.scale = std::max(1.0, std::max(m_size.width, m_size.height) / 1280.0);
    const QRectF room(out.rect());
    if (m_heat && !m_heat->image.isNull())
        painter.drawImage(room, m_heat->image);
    const PlacedLabels labels = placeOverlayLabels(m_boxes, QTransform(), room, look);
    paintOverlay(painter, m_boxes, m_truth, QTransform(), room, look, labels);
    paintRaised(painter, m_boxes, m_truth, QTransform(), room, look, labels, pairOfBox(m_boxes, m_truth, look.boxes ? look.current : -1));
    if (m_heat)
        paintHeatLegend(painter, room, *m_heat, look.scale);
    return out;
}

} // namespace intersect::ui
