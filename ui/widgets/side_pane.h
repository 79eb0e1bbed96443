// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QVBoxLayout>
#include <QWidget>

#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// The left or right pane of a page: sections with headings and hairlines, scrolling when too tall, and a footer that always shows. GUI thread only.
class SidePane : public QWidget {
    Q_OBJECT
public:
    enum class Side { Left, Right };
    explicit SidePane(Side side, QWidget* parent = nullptr);

    /// A new section under a hairline; an empty heading leaves the heading out. `caption` gets the small label at the heading's right.
    QVBoxLayout* addSection(const QString& heading = {}, ThemedLabel** caption = nullptr);
    /// The part below that does not scroll.
    QVBoxLayout* footer();
    /// Lets free height go below the sections.
    void addStretch();
    /// A row of a section: the label at the left, the field beside it and made its buddy.
    static void addRow(QVBoxLayout* section, const QString& label, QWidget* field, int labelWidthPx = 88);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Side m_side;
    QVBoxLayout* m_sections;
    QVBoxLayout* m_footer = nullptr;
};

/// Makes the number beside a slider wide enough for four digits in the style sheet's padding.
void widenSpin(QWidget* spin);

/// A one pixel separator in the theme's line colour.
class HairLine : public QWidget {
    Q_OBJECT
public:
    explicit HairLine(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// A plain area in the theme's surface colour: the centre of a page.
class SurfaceArea : public QWidget {
    Q_OBJECT
public:
    explicit SurfaceArea(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
};

} // namespace intersect::ui
