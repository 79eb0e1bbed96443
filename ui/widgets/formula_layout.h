// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QString>

namespace intersect::ui {

/// What a part of a formula takes: width, and height above and below its baseline, in pixels.
struct FormulaSize {
    double width = 0, ascent = 0, descent = 0;
};

/// A formula as a small tree of text, fractions and scripts. Written as in TeX, of which it knows `_{…}`, `^{…}` (or one letter),
/// `\frac{…}{…}` and `{…}`; single letters are set italic, words and numbers upright, blanks stay. GUI thread only (it measures fonts).
class Formula {
public:
    /// Text that breaks the rules (an open brace) is taken as far as it goes.
    static Formula parse(const QString& text);
    FormulaSize measure(const QFont& font) const;
    /// Paints with the baseline's left end at `at`.
    void paint(QPainter& painter, QPointF at, const QFont& font, const QColor& colour) const;

private:
    enum class Kind { Text, Row, Fraction, Script };
    struct Node {
        Kind kind = Kind::Row;
        QString text;
        bool italic = false;
        std::vector<Node> parts; ///< of a row; above and below the line; base, below, above
    };
    struct Reader;
    static FormulaSize sizeOf(const Node& node, const QFont& font);
    static void paintNode(QPainter& painter, const Node& node, QPointF at, const QFont& font);
    Node m_root;
};

} // namespace intersect::ui
