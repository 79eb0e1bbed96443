// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/formula_layout.h"

#include <algorithm>
#include <utility>

#include <QFontMetricsF>

namespace intersect::ui {
namespace {

constexpr double kScriptPart = 0.72;    ///< of the font, for what stands above and below
constexpr double kFractionPart = 0.88;  ///< of the font, for the parts of a fraction
constexpr double kBarGapPx = 2.5, kBarAsidePx = 2;
constexpr double kAxisPart = 0.28;      ///< where a fraction's line lies, of the font's size above the baseline
constexpr double kRaisePart = 0.42, kLowerPart = 0.2;
constexpr int kSmallestPx = 8;

QFont smaller(QFont font, double part) {
    font.setPixelSize(std::max(kSmallestPx, qRound(font.pixelSize() * part)));
    return font;
}

QFont inItalic(QFont font, bool italic) {
    font.setItalic(italic);
    return font;
}

} // namespace

/// Reads the text into nodes.
struct Formula::Reader {
    const QString& text;
    qsizetype at = 0;

    bool ends() const { return at >= text.size(); }

    /// What one script or fraction part is: a group in braces or a single character.
    Node part() {
        if (ends())
            return {};
        if (text[at] == QLatin1Char('{')) {
            ++at;
            Node inside = row();
            if (!ends())
                ++at; // the closing brace
            return inside;
        }
        Node single;
        single.kind = Kind::Text;
        single.text = text[at++];
        single.italic = single.text[0].isLetter();
        return single;
    }

    Node atom() {
        static const QString kFraction = QStringLiteral("\\frac");
        if (QStringView(text).mid(at).startsWith(kFraction)) {
            at += kFraction.size();
            Node fraction;
            fraction.kind = Kind::Fraction;
            fraction.parts.push_back(part());
            fraction.parts.push_back(part());
            return fraction;
        }
        if (text[at] == QLatin1Char('{'))
            return part();
        Node run;
        run.kind = Kind::Text;
        const bool letters = text[at].isLetter();
        while (!ends() && text[at].isLetter() == letters && !QStringLiteral("{}_^\\").contains(text[at]))
            run.text += text[at++];
        if (run.text.isEmpty()) // a lone backslash or script mark
            run.text += text[at++];
        run.italic = letters && run.text.size() == 1;
        return run;
    }

    Node row() {
        Node row;
        while (!ends() && text[at] != QLatin1Char('}')) {
            if (text[at] == QLatin1Char('_') || text[at] == QLatin1Char('^')) {
                const bool below = text[at] == QLatin1Char('_');
                ++at;
                Node script = part();
                if (row.parts.empty())
                    row.parts.emplace_back();
                Node& last = row.parts.back();
                if (last.kind != Kind::Script) {
                    Node with;
                    with.kind = Kind::Script;
                    with.parts = {std::move(last), {}, {}};
                    last = std::move(with);
                }
                last.parts[below ? 1 : 2] = std::move(script);
                continue;
            }
            row.parts.push_back(atom());
        }
        return row;
    }
};

Formula Formula::parse(const QString& text) {
    Formula formula;
    Reader reader{text};
    formula.m_root = reader.row();
    return formula;
}

FormulaSize Formula::sizeOf(const Node& node, const QFont& font) {
    FormulaSize size;
    switch (node.kind) {
    case Kind::Text: {
        const QFontMetricsF metrics(inItalic(font, node.italic));
        return {metrics.horizontalAdvance(node.text), metrics.capHeight() + 2, metrics.descent()};
    }
    case Kind::Row:
        for (const Node& part : node.parts) {
            const FormulaSize one = sizeOf(part, font);
            size = {size.width + one.width, std::max(size.ascent, one.ascent), std::max(size.descent, one.descent)};
        }
        return size;
    case Kind::Fraction: {
        const QFont inside = smaller(font, kFractionPart);
        const FormulaSize top = sizeOf(node.parts[0], inside), bottom = sizeOf(node.parts[1], inside);
        const double axis = kAxisPart * font.pixelSize();
        return {std::max(top.width, bottom.width) + 4 * kBarAsidePx, axis + kBarGapPx + top.descent + top.ascent,
                bottom.ascent + bottom.descent + kBarGapPx - axis};
    }
    case Kind::Script: {
        const QFont inside = smaller(font, kScriptPart);
        const FormulaSize base = sizeOf(node.parts[0], font), below = sizeOf(node.parts[1], inside), above = sizeOf(node.parts[2], inside);
        const double raise = kRaisePart * font.pixelSize(), lower = kLowerPart * font.pixelSize();
        return {base.width + std::max(below.width, above.width) + 1, std::max(base.ascent, above.width > 0 ? raise + above.ascent : 0.0),
                std::max(base.descent, below.width > 0 ? lower + below.descent : 0.0)};
    }
    }
    return size;
}

void Formula::paintNode(QPainter& painter, const Node& node, QPointF at, const QFont& font) {
    switch (node.kind) {
    case Kind::Text:
        painter.setFont(inItalic(font, node.italic));
        painter.drawText(at, node.text);
        break;
    case Kind::Row:
        for (const Node& part : node.parts) {
            paintNode(painter, part, at, font);
            at.rx() += sizeOf(part, font).width;
        }
        break;
    case Kind::Fraction: {
        const QFont inside = smaller(font, kFractionPart);
        const FormulaSize whole = sizeOf(node, font), top = sizeOf(node.parts[0], inside), bottom = sizeOf(node.parts[1], inside);
        const double line = at.y() - kAxisPart * font.pixelSize();
        painter.drawLine(QPointF(at.x() + kBarAsidePx, line), QPointF(at.x() + whole.width - kBarAsidePx, line));
        paintNode(painter, node.parts[0], {at.x() + (whole.width - top.width) / 2, line - kBarGapPx - top.descent}, inside);
        paintNode(painter, node.parts[1], {at.x() + (whole.width - bottom.width) / 2, line + kBarGapPx + bottom.ascent}, inside);
        break;
    }
    case Kind::Script: {
        const QFont inside = smaller(font, kScriptPart);
        paintNode(painter, node.parts[0], at, font);
        const double x = at.x() + sizeOf(node.parts[0], font).width + 0.5;
        paintNode(painter, node.parts[1], {x, at.y() + kLowerPart * font.pixelSize()}, inside);
        paintNode(painter, node.parts[2], {x, at.y() - kRaisePart * font.pixelSize()}, inside);
        break;
    }
    }
}

FormulaSize Formula::measure(const QFont& font) const {
    return sizeOf(m_root, font);
}

void Formula::paint(QPainter& painter, QPointF at, const QFont& font, const QColor& colour) const {
    painter.save();
    painter.setPen(QPen(colour, 1.1));
    paintNode(painter, m_root, at, font);
    painter.restore();
}

} // namespace intersect::ui
