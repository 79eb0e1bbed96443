// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QString>
#include <QStringList>
#include <QWidget>

#include "ui/widgets/chart_heading.h"

class QMenu;
class QStackedLayout;

namespace intersect::ui {

class FigureTable;

/// What every chart and picture of numbers shares: heading row with legend, a table of the same numbers that takes the drawing's place
/// (key T), and the context menu Copy picture, Copy data, Export (PNG, SVG, PDF, CSV). GUI thread only.
class Figure : public QWidget {
    Q_OBJECT
public:
    explicit Figure(const QString& heading, QWidget* parent = nullptr);

    void setHeading(const QString& heading);
    QString heading() const { return m_heading->heading(); }
    /// A sentence under the heading; empty for none.
    void setCaption(const QString& caption) { m_heading->setCaption(caption); }
    QString caption() const { return m_heading->caption(); }
    ChartHeading* headingRow() const { return m_heading; }
    /// The data as CSV with a header line.
    virtual QString dataCsv() const = 0;
    /// The figure with heading and legend at twice the size.
    QImage picture();
    /// Writes a file by its extension: png, svg, pdf or csv; svg and pdf are vectors. False if it cannot be written.
    bool exportTo(const QString& fileName);
    /// The menu a right click opens; the caller owns it.
    QMenu* makeMenu();

    bool isTableShown() const { return m_table != nullptr; }
    /// The table of the same numbers in the drawing's place, or the drawing again.
    void setTableShown(bool shown);

Q_SIGNALS:
    void tableShownChanged(bool shown);

protected:
    /// The widget that draws; once, in the constructor of the derived figure.
    void setBody(QWidget* body);
    QWidget* body() const { return m_body; }
    /// Draws what the body shows into a painter whose origin is the body's upper left corner.
    virtual void paintBody(QPainter& painter) = 0;
    /// How large that is; the body's size unless it scrolls.
    virtual QSize bodySize() const;
    /// The table's column names where those of the CSV are not for people; empty: the CSV's.
    virtual QStringList tableHeader() const { return {}; }
    virtual bool isZoomed() const { return false; }
    virtual void resetZoom() {}
    /// Further entries of the context menu.
    virtual void addToMenu(QMenu&) {}
    /// Has the table, if it is shown, take the numbers anew.
    void noteDataChanged();

    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QSize wholeSize() const;
    void render(QPainter& painter);
    void exportAs();
    ChartHeading* m_heading;
    QStackedLayout* m_places;
    QWidget* m_body = nullptr;
    FigureTable* m_table = nullptr;
    bool m_tableStale = false;
    bool m_focusByKey = false; ///< reached by Tab: the ring is shown
};

} // namespace intersect::ui
