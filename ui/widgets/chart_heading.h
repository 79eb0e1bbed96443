// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include <QColor>
#include <QPainter>
#include <QString>
#include <QWidget>

namespace intersect::ui {

enum class MarkerShape { None, Disc, Triangle, Square, Diamond };

/// Draws a marker of about `radius` px, filled or as a ring.
void paintMarker(QPainter& painter, QPointF centre, MarkerShape shape, double radius, const QColor& colour, const QColor& rim,
                 bool hollow = false);

/// One word of a legend with its swatch: a short line (dashed or not), a marker, or a filled square.
struct LegendEntry {
    enum class Swatch { Line, DashedLine, Marker, Fill };
    QString text;
    QColor colour;
    Swatch swatch = Swatch::Line;
    MarkerShape marker = MarkerShape::Disc;
    double widthPx = 2;
    int choice = -1;     ///< what a click on the word chooses; -1: it cannot be clicked
    bool chosen = false; ///< stands out
    bool operator==(const LegendEntry&) const = default;
};

/// The row above a chart: heading at the left, legend words at the right, below the heading where they do not fit beside it, and a
/// caption under both. GUI thread only.
class ChartHeading : public QWidget {
    Q_OBJECT
public:
    explicit ChartHeading(const QString& heading, QWidget* parent = nullptr);
    void setHeading(const QString& heading);
    QString heading() const { return m_heading; }
    void setLegend(std::vector<LegendEntry> legend);
    const std::vector<LegendEntry>& legend() const { return m_legend; }
    /// A sentence under the heading; empty for none.
    void setCaption(const QString& caption);
    QString caption() const { return m_caption; }
    /// Keeps the first row free for controls this large at its right end; the legend stands below.
    void setControlsSize(QSize size);
    /// Paints the row into a width and gives the height it took; also used by picture and export.
    int paintRow(QPainter* painter, int widthPx) const;
    /// Where a legend word stands; empty if there is no such word.
    QRect wordRect(std::size_t index) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void choiceClicked(int choice);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    struct Laid {
        std::vector<QRect> words; ///< swatch and text
        int rowsHeight = 0;       ///< heading and legend
    };
    Laid laidOut(int widthPx) const;
    int choiceAt(QPoint at) const;
    void fit();
    QString m_heading, m_caption;
    QSize m_controls;
    std::vector<LegendEntry> m_legend;
};

} // namespace intersect::ui
