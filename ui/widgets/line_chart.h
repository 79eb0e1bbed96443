// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QColor>
#include <QPointF>
#include <QString>

#include "ui/widgets/chart_frame.h"

namespace intersect::ui {

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
    bool oneMarker = false; ///< a single marker that tells the line apart, not one on every point
    int choice = -1; ///< what a click on the curve or its legend word chooses; lines may share one; -1: nothing
    bool operator==(const ChartLine&) const = default;
};

/// One axis: its name with unit under it, range and how its numbers look.
struct ChartAxis {
    QString title;
    double low = 0, high = 1;
    bool automatic = false; ///< range from the data, with a little air and round ends
    bool logarithmic = false;
    int decimals = 1;
    int ticks = 0; ///< 0: 4 to 6 by itself
    bool operator==(const ChartAxis&) const = default;
};

/// Curves in the look of the visual design (section 4), by Qt Charts: a heading with legend above, one `replace()` per refresh, cursor line with
/// read-out that follows mouse, arrow keys and the owner. Dragging a rectangle (with Ctrl where the cursor is dragged) and Ctrl+wheel zoom, double
/// click resets. Lines with a choice are chosen by a click on curve or legend word, or Up and Down; again, or Esc, releases. GUI thread only.
class LineChart : public ChartFrame {
    Q_OBJECT
public:
    explicit LineChart(const QString& heading, QWidget* parent = nullptr);
    ~LineChart() override;

    void setAxes(const ChartAxis& x, const ChartAxis& y);
    void setLines(std::vector<ChartLine> lines);
    const std::vector<ChartLine>& lines() const;
    /// Single dots (rings on curves): position, colour, shape.
    struct Dot {
        QPointF at;
        QColor colour;
        MarkerShape shape = MarkerShape::Disc;
        bool hollow = false;
        bool operator==(const Dot&) const = default;
    };
    void setDots(std::vector<Dot> dots);
    const std::vector<Dot>& dots() const;
    /// The vertical cursor at x; nullopt hides it. `interactive` lets mouse drags and arrow keys move it (cursorMoved).
    void setCursor(std::optional<double> x, bool interactive = false, double step = 0.01);
    std::optional<double> cursorX() const;
    /// A second cursor beside an interactive one, dragged where it is the nearer one, and with Alt and the arrow keys; the two are lettered A and B.
    void setSecondCursor(std::optional<double> x);
    std::optional<double> secondCursorX() const;
    /// The read-out box in the emptiest corner: rows of plain or rich text; empty hides it.
    void setReadout(const QString& richText);
    QString readout() const;
    /// A small note inside the plot, lower right ("dashed: extrapolated"); may have several lines.
    void setNote(const QString& text);
    QString note() const;
    /// A second, thin cursor, for what another chart points at; nullopt hides it.
    void setMark(std::optional<double> x);
    std::optional<double> markX() const;
    /// The read-out while the mouse is over the plot, asked with x; an empty answer keeps the usual one.
    void setHoverText(std::function<QString(double)> text);
    /// Where the mouse is over the plot.
    std::optional<double> hoverX() const;
    /// The lines with this choice stand out and the ground under them is shaded; -1 releases.
    void setChosen(int choice);
    int chosen() const;
    /// At most this many points of a line are drawn; 0: about two a pixel.
    void setPointsAtMost(int count);
    /// Room left and right of the plot is at least this, so that charts on one axis stand under each other.
    void setLeastMargins(double leftPx, double rightPx);
    /// Where a point lies, in the pixels of the plot's viewport.
    QPointF pixelOf(QPointF value) const;

    /// Grey ground between two x values with a word at its top ("well classified").
    struct Band {
        double from = 0, to = 0;
        QString text;
    };
    void setBands(std::vector<Band> bands);
    /// The value of an x-ascending line at x by straight lines between its points; nullopt outside them.
    static std::optional<double> valueAt(const ChartLine& line, double x);

    /// The data as CSV: columns line,x,y.
    QString dataCsv() const override;

Q_SIGNALS:
    void cursorMoved(double x);
    void secondCursorMoved(double x);
    void hovered(double x, int choice); ///< choice of the curve near the pointer, or -1
    void hoverEnded();
    void chosenChanged(int choice); ///< by the user

protected:
    void paintUnder(QPainter& painter) override;
    void paintOver(QPainter& painter) override;
    void relayout() override;
    bool isZoomed() const override;
    void resetZoom() override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    QStringList tableHeader() const override;

private:
    void refreshLegend();
    void choose(int choice);
    void chooseNext(int step);
    int choiceNear(QPointF pixel) const;
    void moveCursor(double x, bool second);
    void paintCursor(QPainter& painter, double x, bool thin, const QString& letter = {}) const;
    void paintReadout(QPainter& painter, const QString& text);
    QString hoverReadout(double x) const;
    QRectF noteRect() const;
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

} // namespace intersect::ui
