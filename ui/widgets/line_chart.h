// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <vector>

#include <QChartView>
#include <QColor>
#include <QPointF>
#include <QString>
#include <QWidget>

namespace intersect::ui {

enum class MarkerShape { None, Disc, Triangle, Square, Diamond };

/// One curve of a LineChart. Dashed means one thing: not measured.
struct ChartLine {
    QString name;
    QColor colour;
    double widthPx = 1.6;
    bool dashed = false;
    MarkerShape marker = MarkerShape::None;
    std::vector<QPointF> points; ///< any number, x ascending or a path; decimated for drawing, kept whole for copy and export
    QString endLabel;            ///< shown at the curve's last point, may be empty
    bool inLegend = true;
};

/// One axis: its name with unit under it, range and how its numbers look.
struct ChartAxis {
    QString title;
    double low = 0, high = 1;
    bool automatic = false; ///< range from the data, with a little air and round ends
    bool logarithmic = false;
    int decimals = 1;
    int ticks = 0; ///< 0: 4 to 6 by itself
};

/// Curves in the look of the visual design (section 4), by Qt Charts: a heading with legend above, one `replace()` per refresh, cursor line with
/// read-out that follows mouse, arrow keys and the owner; context menu Copy picture, Copy data, Export (PNG, SVG, CSV); double click resets zoom. GUI thread only.
class LineChart : public QWidget {
    Q_OBJECT
public:
    explicit LineChart(const QString& heading, QWidget* parent = nullptr);
    ~LineChart() override;

    void setHeading(const QString& heading);
    void setAxes(const ChartAxis& x, const ChartAxis& y);
    void setLines(std::vector<ChartLine> lines);
    const std::vector<ChartLine>& lines() const;
    /// Single dots (rings on curves): position, colour, shape.
    struct Dot {
        QPointF at;
        QColor colour;
        MarkerShape shape = MarkerShape::Disc;
        bool hollow = false;
    };
    void setDots(std::vector<Dot> dots);
    /// The vertical cursor at x; nullopt hides it. `interactive` lets mouse drags and arrow keys move it (cursorMoved).
    void setCursor(std::optional<double> x, bool interactive = false, double step = 0.01);
    std::optional<double> cursorX() const;
    /// The read-out box in the emptiest corner: rows of plain or rich text; empty hides it.
    void setReadout(const QString& richText);
    /// A sentence in the middle while there is nothing to draw.
    void setEmptyText(const QString& text);
    /// A small note inside the plot, lower right ("dashed: extrapolated").
    void setNote(const QString& text);

    /// The data as CSV: columns line,x,y.
    QString dataCsv() const;
    /// Draws the chart with heading and legend at twice the size.
    QImage picture();
    bool exportTo(const QString& fileName); ///< by extension: png, svg, csv

Q_SIGNALS:
    void cursorMoved(double x);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace intersect::ui
