// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QChart>
#include <QChartView>
#include <QColor>
#include <QImage>
#include <QString>
#include <QWidget>

namespace intersect::ui {

enum class MarkerShape { None, Disc, Triangle, Square, Diamond };

/// Draws a marker of about `radius` px, filled or as a ring.
void paintMarker(QPainter& painter, QPointF centre, MarkerShape shape, double radius, const QColor& colour, const QColor& rim, bool hollow = false);

/// One word of a legend with its swatch: a short line (dashed or not), a marker, or a filled square.
struct LegendEntry {
    enum class Swatch { Line, DashedLine, Marker, Fill };
    QString text;
    QColor colour;
    Swatch swatch = Swatch::Line;
    MarkerShape marker = MarkerShape::Disc;
    double widthPx = 2;
};

/// The row above a chart: heading at the left, legend words at the right, below the heading where they do not fit beside it.
class ChartHeading : public QWidget {
    Q_OBJECT
public:
    explicit ChartHeading(const QString& heading, QWidget* parent = nullptr);
    void setHeading(const QString& heading);
    QString heading() const { return m_heading; }
    void setLegend(std::vector<LegendEntry> legend);
    /// Paints the row into a width and gives the height it took; also used by picture and export.
    int paintRow(QPainter* painter, int widthPx) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    QString m_heading;
    std::vector<LegendEntry> m_legend;
};

/// What all charts share: heading row, a bare Qt chart without frame or animation, the look of the theme, and the context menu
/// Copy picture, Copy data, Export (PNG, SVG, CSV). GUI thread only.
class ChartFrame : public QWidget {
    Q_OBJECT
public:
    explicit ChartFrame(const QString& heading, QWidget* parent = nullptr);
    ~ChartFrame() override;

    void setHeading(const QString& heading);
    /// A sentence in the middle while there is nothing to draw.
    void setEmptyText(const QString& text);
    /// The data as CSV with a header line.
    virtual QString dataCsv() const = 0;
    /// The chart with heading and legend at twice the size.
    QImage picture();
    /// Writes a file by its extension: png, svg or csv; false if it cannot be written.
    bool exportTo(const QString& fileName);

protected:
    QChart* chart() const { return m_chart; }
    QChartView* view() const { return m_view; }
    ChartHeading* headingRow() const { return m_heading; }
    QString emptyText() const { return m_emptyText; }
    /// Paint below and above the series, in the view's pixels.
    virtual void paintUnder(QPainter& painter) = 0;
    virtual void paintOver(QPainter& painter) = 0;
    /// The view has a new size, or the theme changed: set the plot area and the series.
    virtual void relayout() = 0;
    virtual bool isZoomed() const { return false; }
    virtual void resetZoom() {}
    void contextMenuEvent(QContextMenuEvent* event) override;
    void repaintChart();

private:
    friend class PlotView;
    void render(QPainter& painter);
    void exportAs();
    ChartHeading* m_heading;
    QChart* m_chart;
    QChartView* m_view;
    QString m_emptyText;
};

} // namespace intersect::ui
