// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/leak_meter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

struct Tick {
    double seconds;
    const char* text;
};
constexpr std::array<Tick, 19> kTicks{{{1, "1 s"}, {3, "3 s"}, {10, "10 s"}, {30, "30 s"}, {60, "1 min"}, {180, "3 min"}, {360, "6"}, {900, "15"}, {1800, "30"},
    {3600, "1 h"}, {7200, "2 h"}, {14400, "4 h"}, {43200, "12 h"}, {86400, "1 day"}, {259200, "3 days"}, {604800, "week"}, {2592000, "month"}, {31536000, "year"}, {315360000, "10 y"}}};
constexpr double kDotPx = 6.0;
constexpr int kAxisPx = 34;
constexpr double kReachPx = 7;
constexpr double kMostBits = 64;

QString tr(const char* text) { return QCoreApplication::translate("LeakMeter", text); }

QString minutesText(double seconds) {
    return seconds < 60 ? tr("%1 s").arg(qs(formatFixed(seconds, 0))) : tr("%1 min").arg(qs(formatFixed(seconds / 60, 0)));
}

} // namespace

QString leakSentence(const select::LeakMeter& leak) {
    const bool timesKnown = std::any_of(leak.gapSeconds.begin(), leak.gapSeconds.end(), [](const auto& gap) { return gap.has_value(); });
    if (!timesKnown) {
        if (leak.medianGapFrames)
            return tr("The file names tell no times. Half of the val frames have a train frame of the same camera within %1 frames in name order.").arg(qs(formatFixed(*leak.medianGapFrames, 0)));
        return tr("No val frame shares its camera with a train frame, so nothing can leak in time.");
    }
    if (leak.within == 0)
        return tr("No val frame has a train frame of the same camera within %1. The validation score is not lifted by near twins.").arg(minutesText(leak.leakWithinSeconds));
    return tr("<b>%1 of %2 val frames</b> have a train frame of the same camera within %3. They show almost the same cars, so the validation score may be too high.")
        .arg(qs(formatGrouped(leak.within)), qs(formatGrouped(leak.valFrames)), minutesText(leak.leakWithinSeconds));
}

LeakMeterView::LeakMeterView(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void LeakMeterView::setLeak(const select::LeakMeter& leak) {
    m_inTime = true;
    m_threshold = std::max(1.0, leak.leakWithinSeconds);
    std::vector<std::optional<double>> values = leak.gapSeconds;
    for (auto& value : values)
        if (value)
            value = std::max(1.0, *value);
    setValues(values);
    if (m_dots.empty())
        m_words = tr("no times in the file names");
    setAccessibleDescription(leakSentence(leak));
}

void LeakMeterView::setBits(std::vector<std::optional<double>> bits, double threshold) {
    m_inTime = false;
    m_threshold = threshold;
    setValues(bits);
    if (m_dots.empty())
        m_words = tr("no train frame of the same camera");
    setAccessibleDescription({});
}

void LeakMeterView::setValues(const std::vector<std::optional<double>>& values) {
    m_shown = true;
    m_words.clear();
    m_dots.clear();
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i])
            m_dots.push_back({static_cast<int>(i), *values[i], {}});
    std::stable_sort(m_dots.begin(), m_dots.end(), [](const Dot& a, const Dot& b) { return a.value < b.value; });
    m_current = m_hover = -1;
    layOut();
    update();
}

void LeakMeterView::clear(const QString& words) {
    m_shown = !words.isEmpty();
    m_words = words;
    m_dots.clear();
    m_current = m_hover = -1;
    update();
}

QRectF LeakMeterView::plot() const {
    return {6, 4, width() - 12.0, height() - kAxisPx - 4.0};
}

double LeakMeterView::xOf(double value) const {
    const double at = m_inTime ? std::log(value) : value;
    return plot().left() + (at - m_low) / (m_high - m_low) * plot().width();
}

void LeakMeterView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    layOut();
}

void LeakMeterView::layOut() {
    if (m_dots.empty())
        return;
    const double least = m_dots.front().value, most = m_dots.back().value;
    if (m_inTime) {
        m_low = std::log(std::min(least, m_threshold) / 1.6);
        m_high = std::log(std::max(most, m_threshold) * 1.6);
    } else {
        m_low = -1;
        m_high = std::min(kMostBits, std::max(most, 2 * m_threshold) + 2);
    }
    // Dots stack in columns one dot wide; a column too high is drawn closer, so that it still ends inside the plot.
    const QRectF area = plot();
    const double columnPx = kDotPx + 1;
    const auto columns = static_cast<std::size_t>(std::max(0.0, area.width()) / columnPx) + 2;
    const auto columnOf = [&](double value) { return static_cast<std::size_t>(std::clamp((xOf(value) - area.left()) / columnPx, 0.0, static_cast<double>(columns - 1))); };
    std::vector<int> heights(columns, 0);
    for (const Dot& dot : m_dots)
        ++heights[columnOf(dot.value)];
    const int tallest = *std::max_element(heights.begin(), heights.end());
    const double stepPx = std::min(kDotPx + 1, (area.height() - kDotPx - 2) / std::max(1, tallest));
    std::vector<int> stacked(columns, 0);
    for (Dot& dot : m_dots) {
        const std::size_t column = columnOf(dot.value);
        dot.at = QPointF(area.left() + (static_cast<double>(column) + 0.5) * columnPx, area.bottom() - 2 - kDotPx / 2 - stepPx * stacked[column]++);
    }
}

QPointF LeakMeterView::dotOf(int frame) const {
    const auto found = std::find_if(m_dots.begin(), m_dots.end(), [frame](const Dot& dot) { return dot.frame == frame; });
    return found != m_dots.end() ? found->at : QPointF();
}

int LeakMeterView::dotAt(const QPointF& at) const {
    int best = -1;
    double nearest = kReachPx * kReachPx;
    for (const Dot& dot : m_dots) {
        const QPointF way = dot.at - at;
        const double distance = QPointF::dotProduct(way, way);
        if (distance < nearest) {
            nearest = distance;
            best = dot.frame;
        }
    }
    return best;
}

void LeakMeterView::setCurrent(int frame) {
    if (frame == m_current)
        return;
    m_current = frame;
    update();
    Q_EMIT currentChanged(frame);
}

void LeakMeterView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        if (const int frame = dotAt(event->position()); frame >= 0)
            setCurrent(frame);
}

void LeakMeterView::mouseMoveEvent(QMouseEvent* event) {
    const int frame = dotAt(event->position());
    setCursor(frame >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (frame == m_hover)
        return;
    m_hover = frame;
    update();
    Q_EMIT hovered(frame);
}

void LeakMeterView::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    if (m_hover < 0)
        return;
    m_hover = -1;
    update();
    Q_EMIT hovered(-1);
}

void LeakMeterView::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (step == 0 || m_dots.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const auto found = std::find_if(m_dots.begin(), m_dots.end(), [this](const Dot& dot) { return dot.frame == m_current; });
    const auto last = static_cast<std::ptrdiff_t>(m_dots.size()) - 1;
    const std::ptrdiff_t now = found == m_dots.end() ? (step > 0 ? -1 : last + 1) : found - m_dots.begin();
    setCurrent(m_dots[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(now + step, 0, last))].frame);
}

void LeakMeterView::paintAxis(QPainter& painter) const {
    const Palette& palette = Theme::instance().palette();
    const QRectF area = plot();
    double freeFrom = 0;
    const auto tick = [&](double value, const QString& text) {
        const double x = xOf(value);
        if (x < area.left() || x > area.right())
            return;
        painter.setPen(palette.axis);
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4));
        const double half = painter.fontMetrics().horizontalAdvance(text) / 2.0;
        if (x - half < freeFrom || x + half > width())
            return;
        painter.setPen(palette.text2);
        painter.drawText(QRectF(x - half - 2, area.bottom() + 4, 2 * half + 4, 14), Qt::AlignCenter, text);
        freeFrom = x + half + 6;
    };
    if (m_inTime) {
        for (const Tick& one : kTicks)
            tick(one.seconds, tr(one.text));
        return;
    }
    const int step = m_high > 36 ? 8 : m_high > 16 ? 4 : 2;
    for (int bits = 0; bits < m_high; bits += step)
        tick(bits, QString::number(bits));
}

void LeakMeterView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = Theme::instance().palette();
    const QRectF area = plot();
    painter.setFont(Theme::font(FontRole::Caption));
    painter.setPen(palette.axis);
    painter.drawLine(area.bottomLeft(), area.bottomRight());
    painter.setPen(palette.text3);
    painter.drawText(QRectF(0, height() - 16, width(), 16), Qt::AlignHCenter | Qt::AlignVCenter,
                     m_inTime ? tr("time to the nearest train frame of the same camera") : tr("bits between its hash and the nearest train frame's"));
    if (m_dots.empty()) {
        painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap, m_shown ? m_words : tr("appears when frames are chosen"));
        return;
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette.warnSoft);
    const double border = xOf(m_inTime ? m_threshold : m_threshold + 0.5);
    painter.drawRect(QRectF(area.left(), area.top(), border - area.left(), area.height()));
    paintAxis(painter);
    painter.setPen(Qt::NoPen);
    for (const Dot& dot : m_dots) {
        painter.setBrush(dot.value <= m_threshold ? palette.warn : palette.val);
        painter.drawEllipse(dot.at, kDotPx / 2, kDotPx / 2);
    }
    painter.setPen(QPen(palette.warn, 1.6));
    painter.drawLine(QPointF(border, area.top()), QPointF(border, area.bottom()));
    painter.setBrush(Qt::NoBrush);
    for (const Dot& dot : m_dots)
        if (dot.frame == m_current || dot.frame == m_hover) {
            painter.setPen(QPen(palette.text, 1.6));
            painter.drawEllipse(dot.at, kDotPx / 2 + 2, kDotPx / 2 + 2);
        }
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 1));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

} // namespace intersect::ui
