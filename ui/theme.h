// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QWidget>

#include "core/eval/matching.h"

namespace intersect::ui {

/// The colour tokens of the visual design, section 1 and 2; one set per theme.
struct Palette {
    QColor window, surface, rail, sunken, hover, line, line2, text, text2, text3, accent, accentText, accentSoft, warn, warnSoft,
        err, errSoft, grid, axis;
    QColor train, val, test, unused;                ///< splits
    QColor runA, runB, runC;                        ///< runs
};

/// The tokens of one theme, whichever is applied.
Palette paletteOf(bool dark);

/// Has the style sheet look at a widget's dynamic properties ("tone", "primary" …) again after one changed.
void refreshLook(QWidget* widget);

/// Roles of type (visual design, section 3).
enum class FontRole { PageTitle, ErrorSentence, Body, SectionHeading, Table, Caption, ChartText, Numbers, NumbersStrong, Outcome, Log };

/// Glyph that goes with a class colour: disc, triangle, square, diamond; hollow from the fifth class on.
enum class ClassGlyph { Disc, Triangle, Square, Diamond };

/// The look of the window: one object for the whole program; light or dark. GUI thread only.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };
    static Theme& instance();

    void setMode(Mode mode); ///< applies palette and style sheet to the application and remembers it
    void showMode(Mode mode); ///< the same without remembering
    Mode mode() const { return m_mode; }
    bool isDark() const { return m_dark; }
    const Palette& palette() const { return m_palette; }

    /// COCO ids 2 car, 3 motorcycle, 5 bus, 7 truck have the design's colours; others the four hues again by id.
    QColor classColour(int classId) const;
    QColor classColourOnPhoto(int classId, const QString& name = {}) const; ///< a vehicle known by its name has that vehicle's colour
    ClassGlyph classGlyph(int classId) const;
    bool classGlyphHollow(int classId) const;
    /// The line colour of a verdict on a photograph (same in both themes), and its chip in tables.
    static QColor verdictOnPhoto(eval::Verdict verdict);
    QColor verdictText(eval::Verdict verdict) const;
    QColor verdictSoft(eval::Verdict verdict) const;
    /// Curve colours for gamma 0, 0.5, 1, 2, 5.
    QColor gammaColour(double gamma) const;

    static QFont font(FontRole role);
    /// An icon of resources/icons by name ("data", "select" …), drawn in `colour` (invalid: text2).
    QIcon icon(const QString& name, const QColor& colour = {}) const;

Q_SIGNALS:
    void changed();

private:
    Theme();
    void apply();
    Mode m_mode = Mode::System;
    bool m_dark = false;
    bool m_systemDark = false;
    Palette m_palette;
};

} // namespace intersect::ui
