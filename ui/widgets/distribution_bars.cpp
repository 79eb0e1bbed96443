// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/distribution_bars.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>

#include "core/base/numbers.h"
#include "core/loss/information.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/widgets/chart_scale.h"
#include "ui/widgets/painted_body.h"

namespace intersect::ui {
namespace {

constexpr double kLeftPx = 34, kRightPx = 8, kTopPx = 20, kBottomPx = 26;
constexpr double kPairPart = 0.72; ///< of an outcome's width that its two bars take
constexpr double kKeyStep = 0.01, kMouseStep = 0.005;

} // namespace

DistributionBars::DistributionBars(QWidget* parent) : Figure(tr("Two distributions"), parent), m_p{0.5, 0.5}, m_q{0.5, 0.5} {
    auto* body = new PaintedBody(this, QStringLiteral("distributionBody"), [this](QPainter& painter) { paintBody(painter); });
    setBody(body);
    body->installEventFilter(this);
    body->setCursor(Qt::SizeVerCursor);
    setMinimumHeight(180);
    const auto legend = [this, body] {
        const Palette& c = Theme::instance().palette();
        headingRow()->setLegend({{tr("p, what happens"), c.runA, LegendEntry::Swatch::Fill},
                                 {tr("q, what is predicted (hatched)"), c.runB, LegendEntry::Swatch::Fill}});
        body->update();
    };
    connect(&Theme::instance(), &Theme::changed, this, legend);
    legend();
}

void DistributionBars::setDistributions(std::vector<double> p, std::vector<double> q) {
    m_p = std::move(p);
    m_q = std::move(q);
    m_current.outcome = std::min(m_current.outcome, m_p.size() - 1);
    m_hover.reset();
    body()->update();
    noteDataChanged();
}

QRectF DistributionBars::plot() const {
    const QSize size = bodySize();
    return {kLeftPx, kTopPx, std::max(20.0, size.width() - kLeftPx - kRightPx), std::max(20.0, size.height() - kTopPx - kBottomPx)};
}

QRectF DistributionBars::slotOf(const Bar& bar) const {
    const QRectF area = plot();
    const double outcome = area.width() / double(m_p.size()), wide = std::min(64.0, outcome * kPairPart / 2);
    const double middle = area.left() + outcome * (double(bar.outcome) + 0.5);
    return {bar.isQ ? middle + 1 : middle - wide - 1, area.top(), wide, area.height()};
}

QPoint DistributionBars::pixelOf(bool isQ, std::size_t outcome, double value) const {
    const QRectF slot = slotOf({isQ, outcome});
    return QPointF(slot.center().x(), slot.bottom() - value * slot.height()).toPoint();
}

std::optional<DistributionBars::Bar> DistributionBars::barAt(QPointF at) const {
    for (std::size_t i = 0; i < m_p.size(); ++i)
        for (const bool isQ : {false, true})
            if (const QRectF slot = slotOf({isQ, i}); at.x() >= slot.left() && at.x() <= slot.right())
                return Bar{isQ, i};
    return std::nullopt;
}

void DistributionBars::setValue(const Bar& bar, double value) {
    std::vector<double>& changedOne = bar.isQ ? m_q : m_p;
    changedOne = loss::withProbability(changedOne, bar.outcome, value);
    body()->update();
    noteDataChanged();
    Q_EMIT changed();
}

void DistributionBars::drag(double y) {
    const QRectF area = plot();
    setValue(m_current, std::round((area.bottom() - y) / area.height() / kMouseStep) * kMouseStep);
}

bool DistributionBars::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const auto bar = barAt(mouse->position());
        setFocus(Qt::MouseFocusReason);
        if (mouse->button() != Qt::LeftButton || !bar)
            break;
        m_current = *bar;
        m_dragging = true;
        drag(mouse->position().y());
        return true;
    }
    case QEvent::MouseMove: {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (m_dragging) {
            drag(mouse->position().y());
            return true;
        }
        if (const auto bar = barAt(mouse->position()); bar != m_hover) {
            m_hover = bar;
            body()->update();
        }
        break;
    }
    case QEvent::MouseButtonRelease: m_dragging = false; break;
    case QEvent::Leave:
        m_hover.reset();
        body()->update();
        break;
    default: break;
    }
    return Figure::eventFilter(watched, event);
}

void DistributionBars::keyPressEvent(QKeyEvent* event) {
    const std::size_t at = 2 * m_current.outcome + (m_current.isQ ? 1 : 0), bars = 2 * m_p.size();
    const auto choose = [&](std::size_t next) {
        m_current = {next % 2 == 1, next / 2};
        body()->update();
    };
    const double now = (m_current.isQ ? m_q : m_p)[m_current.outcome];
    switch (event->key()) {
    case Qt::Key_Left: choose((at + bars - 1) % bars); break;
    case Qt::Key_Right: choose((at + 1) % bars); break;
    case Qt::Key_Up: setValue(m_current, std::round(now / kKeyStep + 1) * kKeyStep); break;
    case Qt::Key_Down: setValue(m_current, std::round(now / kKeyStep - 1) * kKeyStep); break;
    default: Figure::keyPressEvent(event);
    }
}

void DistributionBars::paintBody(QPainter& painter) {
    const Palette& c = Theme::instance().palette();
    const QRectF area = plot();
    std::vector<AxisTick> x, y;
    for (const double tick : {0.0, 0.25, 0.5, 0.75, 1.0})
        y.push_back({area.bottom() - tick * area.height(), tickText(tick, tick == 0.0 || tick == 1.0 ? 0 : 2)});
    for (std::size_t i = 0; i < m_p.size(); ++i)
        x.push_back({area.left() + area.width() * (double(i) + 0.5) / double(m_p.size()), QString::number(i + 1)});
    paintAxes(painter, area, x, y, {}, {}, false);
    painter.setRenderHint(QPainter::Antialiasing);
    for (std::size_t i = 0; i < m_p.size(); ++i)
        for (const bool isQ : {false, true}) {
            const Bar bar{isQ, i};
            const double value = (isQ ? m_q : m_p)[i];
            const QRectF slot = slotOf(bar);
            const QRectF filled(slot.left(), slot.bottom() - value * slot.height(), slot.width(), value * slot.height());
            const QColor colour = isQ ? c.runB : c.runA;
            if (m_hover == bar && !m_dragging)
                painter.fillRect(slot, c.hover);
            if (isQ) {
                QColor soft = colour;
                soft.setAlphaF(0.35F);
                painter.fillRect(filled, soft);
                painter.setPen(Qt::NoPen);
                painter.setBrush(QBrush(colour, Qt::BDiagPattern));
                painter.drawRect(filled);
                painter.setPen(QPen(colour, 1));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(filled.adjusted(0.5, 0.5, -0.5, -0.5));
            } else {
                painter.fillRect(filled, colour);
            }
            if (m_current == bar && hasFocus()) {
                painter.setPen(QPen(c.accent, 2));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(QRectF(slot.left() - 2, filled.top() - 2, slot.width() + 4, filled.height() + 4));
            }
            painter.setFont(tickFont());
            painter.setPen(c.text2);
            painter.drawText(QRectF(slot.left() - 8, filled.top() - 17, slot.width() + 16, 15), Qt::AlignCenter,
                             qs(formatFixed(value, m_p.size() > 5 ? 2 : 3)));
        }
}

QString DistributionBars::dataCsv() const {
    QString csv = QStringLiteral("outcome,p,q\n");
    for (std::size_t i = 0; i < m_p.size(); ++i)
        csv += QString::number(i + 1) + QLatin1Char(',') + qs(formatShortest(m_p[i])) + QLatin1Char(',') + qs(formatShortest(m_q[i])) +
               QLatin1Char('\n');
    return csv;
}

} // namespace intersect::ui
