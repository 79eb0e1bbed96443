// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/chart_frame.h"

#include <cmath>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGraphicsLayout>
#include <QGuiApplication>
#include <QLegend>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QResizeEvent>
#include <QSvgGenerator>
#include <QToolTip>
#include <QVBoxLayout>

#include "core/base/files.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

void paintMarker(QPainter& painter, QPointF centre, MarkerShape shape, double radius, const QColor& colour,
                 const QColor& rim, bool hollow) {
    if (shape == MarkerShape::None)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath path;
    switch (shape) {
    case MarkerShape::Disc:
    case MarkerShape::None:
        path.addEllipse(centre, radius, radius);
        break;
    case MarkerShape::Square:
        path.addRect(QRectF(centre.x() - radius * 0.9, centre.y() - radius * 0.9, radius * 1.8, radius * 1.8));
        break;
    case MarkerShape::Triangle:
        path.addPolygon(QPolygonF({centre + QPointF(0, -radius * 1.15), centre + QPointF(radius * 1.1, radius * 0.85),
                                   centre + QPointF(-radius * 1.1, radius * 0.85)}));
        path.closeSubpath();
        break;
    case MarkerShape::Diamond:
        path.addPolygon(QPolygonF({centre + QPointF(0, -radius * 1.25), centre + QPointF(radius * 1.25, 0),
                                   centre + QPointF(0, radius * 1.25), centre + QPointF(-radius * 1.25, 0)}));
        path.closeSubpath();
        break;
    }
    if (hollow) {
        painter.setPen(QPen(rim, 4.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(rim);
        painter.drawPath(path);
        painter.setPen(QPen(colour, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(path);
    } else {
        painter.setPen(rim.alpha() == 0 ? QPen(Qt::NoPen) : QPen(rim, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(colour);
        painter.drawPath(path);
    }
    painter.restore();
}

// --- heading
// ----------------------------------------------------------------------------------------------------------

namespace {

constexpr int kRowHeight = 20;
constexpr int kSwatchGap = 6;
constexpr int kEntryGap = 14;

int swatchWidth(const LegendEntry& entry) {
    return entry.swatch == LegendEntry::Swatch::Line || entry.swatch == LegendEntry::Swatch::DashedLine ? 16 : 8;
}

void paintSwatch(QPainter& painter, const LegendEntry& entry, int left, int middle) {
    painter.setRenderHint(QPainter::Antialiasing);
    switch (entry.swatch) {
    case LegendEntry::Swatch::Line:
    case LegendEntry::Swatch::DashedLine: {
        QPen pen(entry.colour, entry.widthPx, Qt::SolidLine, Qt::FlatCap);
        if (entry.swatch == LegendEntry::Swatch::DashedLine)
            pen.setDashPattern({4 / entry.widthPx, 3 / entry.widthPx});
        painter.setPen(pen);
        painter.drawLine(QPointF(left, middle + 0.5), QPointF(left + 16, middle + 0.5));
        break;
    }
    case LegendEntry::Swatch::Marker:
        paintMarker(painter, QPointF(left + 4, middle + 0.5), entry.marker, 3.6, entry.colour, QColor(0, 0, 0, 0));
        break;
    case LegendEntry::Swatch::Fill:
        painter.setPen(Qt::NoPen);
        painter.setBrush(entry.colour);
        painter.drawRoundedRect(QRectF(left, middle - 3.5, 8, 8), 2, 2);
        break;
    }
}

} // namespace

ChartHeading::ChartHeading(const QString& heading, QWidget* parent) : QWidget(parent), m_heading(heading) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setFixedHeight(kRowHeight);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void ChartHeading::setHeading(const QString& heading) {
    m_heading = heading;
    fit();
}

void ChartHeading::setLegend(std::vector<LegendEntry> legend) {
    m_legend = std::move(legend);
    fit();
}

void ChartHeading::fit() {
    setVisible(!m_heading.isEmpty() || !m_legend.empty());
    if (const int height = paintRow(nullptr, width()); height != minimumHeight())
        setFixedHeight(height);
    update();
}

QSize ChartHeading::sizeHint() const {
    return {120, minimumHeight()};
}

QSize ChartHeading::minimumSizeHint() const {
    return {60, minimumHeight()};
}

void ChartHeading::resizeEvent(QResizeEvent*) {
    fit();
}

void ChartHeading::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintRow(&painter, width());
}

int ChartHeading::paintRow(QPainter* painter, int widthPx) const {
    if (m_heading.isEmpty() && m_legend.empty())
        return 0;
    const Palette& c = Theme::instance().palette();
    const QFont headingFont = Theme::font(FontRole::SectionHeading), legendFont = Theme::font(FontRole::ChartText);
    const QFontMetrics headingMetrics(headingFont), legendMetrics(legendFont);
    const int headingWidth = m_heading.isEmpty() ? 0 : headingMetrics.horizontalAdvance(m_heading) + kEntryGap;
    if (painter != nullptr) {
        painter->setFont(headingFont);
        painter->setPen(c.text);
        painter->drawText(QRect(0, 0, widthPx, kRowHeight), Qt::AlignLeft | Qt::AlignVCenter, m_heading);
    }
    const auto widthOf = [&](const LegendEntry& entry) {
        return swatchWidth(entry) + kSwatchGap + legendMetrics.horizontalAdvance(entry.text);
    };

    // Rows of entries: the first shares the heading's row if all of it fits there, else the legend starts below.
    int total = 0;
    for (const LegendEntry& entry : m_legend)
        total += widthOf(entry) + kEntryGap;
    const bool beside = total - kEntryGap <= widthPx - headingWidth;
    int row = m_legend.empty() || beside || m_heading.isEmpty() ? 0 : 1;
    for (std::size_t i = 0; i < m_legend.size();) {
        int used = widthOf(m_legend[i]);
        std::size_t end = i + 1;
        while (end < m_legend.size() && used + kEntryGap + widthOf(m_legend[end]) <= widthPx)
            used += kEntryGap + widthOf(m_legend[end++]);
        int left = beside && !m_heading.isEmpty() ? widthPx - used : 0;
        for (; i < end; ++i) {
            const LegendEntry& entry = m_legend[i];
            if (painter != nullptr) {
                const int top = row * kRowHeight;
                paintSwatch(*painter, entry, left, top + kRowHeight / 2);
                painter->setFont(legendFont);
                painter->setPen(c.text2);
                painter->drawText(QRect(left + swatchWidth(entry) + kSwatchGap, top,
                                        legendMetrics.horizontalAdvance(entry.text) + 4, kRowHeight),
                                  Qt::AlignLeft | Qt::AlignVCenter, entry.text);
            }
            left += widthOf(entry) + kEntryGap;
        }
        ++row;
    }
    return std::max(1, row) * kRowHeight;
}

// --- frame
// ------------------------------------------------------------------------------------------------------------

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

ChartFrame::ChartFrame(const QString& heading, QWidget* parent) : QWidget(parent) {
    m_heading = new ChartHeading(heading, this);
    m_chart = new QChart;
    m_chart->setBackgroundVisible(false);
    m_chart->setPlotAreaBackgroundVisible(false);
    m_chart->setMargins(QMargins(0, 0, 0, 0));
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_chart->setAnimationOptions(QChart::NoAnimation);
    m_chart->legend()->hide();
    m_view = new PlotView(m_chart, this);
    m_view->viewport()->installEventFilter(this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_heading);
    column->addWidget(m_view, 1);
    setAccessibleName(heading);
    setMinimumSize(140, 100);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        relayout();
        repaintChart();
    });
}

ChartFrame::~ChartFrame() {
    m_view->viewport()->removeEventFilter(this);
}

void ChartFrame::setHeading(const QString& heading) {
    m_heading->setHeading(heading);
    setAccessibleName(heading);
}

void ChartFrame::setEmptyText(const QString& text) {
    m_emptyText = text;
    repaintChart();
}

void ChartFrame::repaintChart() {
    m_view->viewport()->update();
}

void ChartFrame::render(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), Theme::instance().palette().surface);
    painter.save();
    const int heading = m_heading->paintRow(&painter, width());
    painter.restore();
    m_view->render(&painter, QRectF(0, heading + 4, m_view->width(), m_view->height()), m_view->rect());
}

QImage ChartFrame::picture() {
    constexpr int kScale = 2;
    QImage image(size() * kScale, QImage::Format_RGB32);
    image.fill(Theme::instance().palette().surface);
    QPainter painter(&image);
    painter.scale(kScale, kScale);
    render(painter);
    return image;
}

bool ChartFrame::exportTo(const QString& fileName) {
    const QString ending = QFileInfo(fileName).suffix().toLower();
    if (ending == QStringLiteral("csv"))
        return writeFileAtomically(toPath(fileName), dataCsv().toStdString()).has_value();
    if (ending == QStringLiteral("svg")) {
        QSvgGenerator svg;
        svg.setFileName(fileName);
        svg.setSize(size());
        svg.setViewBox(rect());
        svg.setTitle(m_heading->heading());
        QPainter painter;
        if (!painter.begin(&svg))
            return false;
        render(painter);
        return painter.end();
    }
    if (ending == QStringLiteral("png"))
        return picture().save(fileName);
    return false;
}

void ChartFrame::exportAs() {
    QString name = QFileDialog::getSaveFileName(
        this, tr("Export chart"),
        m_heading->heading().simplified().replace(QLatin1Char(' '), QLatin1Char('-')).toLower() +
            QStringLiteral(".png"),
        tr("Picture (*.png);;Vector drawing (*.svg);;Numbers (*.csv)"));
    if (name.isEmpty())
        return;
    if (QFileInfo(name).suffix().isEmpty())
        name += QStringLiteral(".png");
    if (!exportTo(name))
        QToolTip::showText(
            mapToGlobal(QPoint(8, 8)),
            tr("%1 could not be written. Choose another folder, or another ending: png, svg or csv.").arg(name), this,
            {}, 8000);
}

void ChartFrame::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    menu.addAction(tr("Copy picture"), this, [this] { QGuiApplication::clipboard()->setImage(picture()); });
    menu.addAction(tr("Copy data"), this, [this] { QGuiApplication::clipboard()->setText(dataCsv()); });
    menu.addAction(tr("Export…"), this, &ChartFrame::exportAs);
    if (isZoomed()) {
        menu.addSeparator();
        menu.addAction(tr("Reset zoom"), this, [this] { resetZoom(); });
    }
    menu.exec(event->globalPos());
}

} // namespace intersect::ui
