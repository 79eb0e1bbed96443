// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/formula_view.h"

#include <algorithm>
#include <cmath>

#include "ui/theme.h"

namespace intersect::ui {
namespace {

constexpr int kLargestPx = 17, kSmallestPx = 10;
constexpr int kLineGapPx = 12, kAsidePx = 4;

} // namespace

FormulaView::FormulaView(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void FormulaView::setFormulas(const QStringList& formulas, const QString& spoken) {
    m_texts = formulas;
    m_formulas.clear();
    for (const QString& text : formulas)
        m_formulas.push_back(Formula::parse(text));
    setAccessibleName(spoken);
    setToolTip(spoken);
    setFixedHeight(heightFor(width()));
    update();
}

QFont FormulaView::fontFor(int widthPx) const {
    QFont font = Theme::font(FontRole::Body);
    for (int px = kLargestPx; px > kSmallestPx; --px) {
        font.setPixelSize(px);
        if (std::all_of(m_formulas.begin(), m_formulas.end(),
                        [&](const Formula& one) { return one.measure(font).width <= widthPx - 2 * kAsidePx; }))
            return font;
    }
    font.setPixelSize(kSmallestPx);
    return font;
}

int FormulaView::heightFor(int widthPx) const {
    const QFont font = fontFor(widthPx);
    double height = kLineGapPx;
    for (const Formula& one : m_formulas) {
        const FormulaSize size = one.measure(font);
        height += size.ascent + size.descent + kLineGapPx;
    }
    return int(std::ceil(height));
}

QSize FormulaView::sizeHint() const {
    return {260, minimumHeight()};
}

QSize FormulaView::minimumSizeHint() const {
    return {120, minimumHeight()};
}

void FormulaView::resizeEvent(QResizeEvent*) {
    if (const int height = heightFor(width()); height != minimumHeight())
        setFixedHeight(height);
}

void FormulaView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = fontFor(width());
    double y = kLineGapPx;
    for (const Formula& one : m_formulas) {
        const FormulaSize size = one.measure(font);
        one.paint(painter, {kAsidePx, y + size.ascent}, font, Theme::instance().palette().text);
        y += size.ascent + size.descent + kLineGapPx;
    }
}

} // namespace intersect::ui
