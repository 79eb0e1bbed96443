// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chart_frame.h"

#include <QGraphicsLayout>
#include <QLegend>
#include <QMouseEvent>
#include <QPainter>
#include <QResizeEvent>

#include "ui/theme.h"

namespace intersect::ui {

/// A bare chart view that lets its frame paint below and above the series.
class PlotView : public QChartView {
public:
    PlotView(QChart* chart, ChartFrame* frame) : QChartView(chart, frame), m_frame(frame) {
        setFrameShape(QFrame::NoFrame);
        setRenderHint(QPainter::Antialiasing);
        setBackgroundBrush(Qt::NoBrush);
        setStyleSheet(QStringLiteral("background: transparent"));
        viewport()->setAutoFillBackground(false);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setContextMenuPolicy(Qt::NoContextMenu);
        setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
        setFocusPolicy(Qt::NoFocus);
        viewport()->setMouseTracking(true);
        setMinimumSize(60, 50);
    }

protected:
    void resizeEvent(QResizeEvent* event) override {
        QChartView::resizeEvent(event);
        m_frame->relayout();
    }
    void drawBackground(QPainter* painter, const QRectF&) override { m_frame->paintUnder(*painter); }
    void drawForeground(QPainter* painter, const QRectF&) override { m_frame->paintOver(*painter); }
    // The frame's event filter has the mouse; Qt Charts' own handling is not wanted.
    void mousePressEvent(QMouseEvent*) override {}
    void mouseReleaseEvent(QMouseEvent*) override {}
    void mouseMoveEvent(QMouseEvent*) override {}

private:
    ChartFrame* m_frame;
};

ChartFrame::ChartFrame(const QString& heading, QWidget* parent) : Figure(heading, parent) {
    m_chart = new QChart;
    m_chart->setBackgroundVisible(false);
    m_chart->setPlotAreaBackgroundVisible(false);
    m_chart->setMargins(QMargins(0, 0, 0, 0));
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->setAnimationOptions(QChart::NoAnimation);
    m_chart->legend()->hide();
    m_view = new PlotView(m_chart, this);
    m_view->viewport()->installEventFilter(this);
    setBody(m_view);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        relayout();
        repaintChart();
    });
}

ChartFrame::~ChartFrame() {
    m_view->viewport()->removeEventFilter(this);
}

void ChartFrame::setEmptyText(const QString& text) {
    m_emptyText = text;
    repaintChart();
}

void ChartFrame::repaintChart() {
    m_view->viewport()->update();
}

void ChartFrame::paintBody(QPainter& painter) {
    m_view->render(&painter, QRectF(QPointF(), QSizeF(m_view->size())), m_view->rect());
}

bool ChartFrame::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonPress && static_cast<QMouseEvent*>(event)->button() == Qt::LeftButton)
        setFocus(Qt::MouseFocusReason);
    return Figure::eventFilter(watched, event);
}

} // namespace intersect::ui
