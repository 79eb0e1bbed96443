// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/losses_cursors.h"

#include <algorithm>
#include <cmath>

#include <QFrame>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/base/numbers.h"
#include "ui/text.h"
#include "ui/widgets/cell_view.h"

namespace intersect::ui {
namespace {

Cell cellOf(const QString& text, bool strong, double order) {
    Cell made;
    made.text = text;
    made.strong = strong;
    made.order = order;
    return made;
}

/// "0.0105", "1.61", "12.3": three digits that say something.
QString valueText(double value) {
    const double size = std::abs(value);
    if (size == 0)
        return QStringLiteral("0");
    if (size < 0.0005)
        return QString::number(value, 'g', 2);
    return qs(formatFixed(value, size < 0.1 ? 4 : 3));
}

/// How many of the easier weigh as one of the harder.
double easyForOneHard(double a, double b) {
    const double low = std::min(std::abs(a), std::abs(b)), high = std::max(std::abs(a), std::abs(b));
    return high / low;
}

} // namespace

LossCursors::LossCursors(QWidget* parent) : QWidget(parent) {
    m_what = new SegmentedButtons({tr("Loss"), tr("Gradient")}, this);
    m_what->setObjectName(QStringLiteral("cursorWhat"));
    m_what->setAccessibleName(tr("What the table shows at the cursors"));
    auto* row = new QHBoxLayout;
    row->addWidget(new ThemedLabel(tr("At the cursors"), FontRole::SectionHeading, Tone::Text, this));
    row->addStretch(1);
    row->addWidget(m_what);
    m_table = new CellTable({{tr("Loss"), false, {}},
                             {tr("A"), true, {}},
                             {tr("B"), true, {}},
                             {tr("A ÷ B"), true, tr("The value at A divided by that at B")},
                             {tr("= easy"), true, tr("One example at the harder cursor weighs as much as this many at the easier")}},
                            this);
    auto* view = new CellView(m_table, this);
    view->setObjectName(QStringLiteral("cursorTable"));
    view->setAccessibleName(tr("Values at the cursors"));
    view->setStretchColumn(0);
    view->fitHeight(11);
    view->setSaveable(QStringLiteral("losses-at-the-cursors"));
    auto* box = new QFrame(this);
    box->setProperty("role", QStringLiteral("box"));
    m_words = new ThemedLabel({}, FontRole::Table, Tone::Text, box);
    m_words->setObjectName(QStringLiteral("lossWords"));
    m_words->setWordWrap(true);
    m_words->setTextFormat(Qt::RichText);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* boxed = new QVBoxLayout(box);
    boxed->setContentsMargins(12, 10, 12, 10);
    boxed->setSpacing(8);
    boxed->addWidget(m_words);
    auto* check = new ThemedLabel(papersCheck(), FontRole::Table, Tone::Text,
                                  box); // by itself: laying out rich text takes long, and this never changes
    check->setObjectName(QStringLiteral("papersCheck"));
    check->setWordWrap(true);
    check->setTextFormat(Qt::RichText);
    check->setTextInteractionFlags(Qt::TextSelectableByMouse);
    boxed->addWidget(check);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(row);
    column->addWidget(view);
    column->addWidget(box);
    connect(m_what, &SegmentedButtons::currentChanged, this, &LossCursors::fill);
}

void LossCursors::show(const std::vector<ShownLoss>& shown, const ShownLoss& chosen, const LossChoice& choice, double a, double b) {
    m_shown = shown;
    m_chosen = chosen;
    m_choice = choice;
    m_a = a;
    m_b = b;
    fill();
}

void LossCursors::fill() {
    const bool isLoss = m_what->current() == 0;
    m_table->setHeading(1, tr("A %1").arg(qs(formatFixed(m_a, 2))), tr("At cursor A, pₜ %1").arg(qs(formatFixed(m_a, 2))));
    m_table->setHeading(2, tr("B %1").arg(qs(formatFixed(m_b, 2))), tr("At cursor B, pₜ %1").arg(qs(formatFixed(m_b, 2))));
    const double side = m_choice.isNegative ? -1 : 1;
    std::vector<std::vector<Cell>> rows;
    for (const ShownLoss& one : m_shown) {
        const loss::LossPoint atA = pointAt(one, m_choice, m_a), atB = pointAt(one, m_choice, m_b);
        const double a = isLoss ? atA.loss : -side * atA.gradient, b = isLoss ? atB.loss : -side * atB.gradient;
        Cell name = cellOf(one.name, one.chosen, 0);
        name.order.reset();
        rows.push_back({name, cellOf(valueText(a), one.chosen, a), cellOf(valueText(b), one.chosen, b),
                        cellOf(ratioText(a / b), one.chosen, a / b),
                        cellOf(ratioText(easyForOneHard(a, b)), one.chosen, easyForOneHard(a, b))});
    }
    m_table->setRows(std::move(rows));
}

void LossCursors::tell() {
    if (const QString words = sentence(); words != m_words->text())
        m_words->setText(words);
}

QString LossCursors::sentence() const {
    const double hard = std::min(m_a, m_b), easy = std::max(m_a, m_b);
    const auto at = [this](const ShownLoss& one, double pt) { return pointAt(one, m_choice, pt); };
    ShownLoss entropy;
    LossChoice plain;
    plain.isNegative = m_choice.isNegative;
    const auto entropyAt = [&](double pt) { return pointAt(entropy, plain, pt); };
    const double weighs = at(m_chosen, hard).loss / at(m_chosen, easy).loss;
    const double entropyWeighs = entropyAt(hard).loss / entropyAt(easy).loss;
    QString text;
    if (hard == easy)
        text = tr("Both cursors stand at pₜ %1. Move one to compare two examples.").arg(qs(formatFixed(hard, 2)));
    else
        text = tr("With <b>%1</b>, <b>%2</b> easy examples (pₜ %3) weigh as much as one hard one (pₜ %4); with cross-entropy %5.")
                   .arg(lossInWords(m_chosen.spec).toHtmlEscaped(), ratioText(weighs), qs(formatFixed(easy, 2)), qs(formatFixed(hard, 2)),
                        ratioText(entropyWeighs));
    return text;
}

QString LossCursors::papersCheck() {
    const ShownLoss entropy;
    const LossChoice plain;
    // The paper's own check, from the formula: gamma 2 makes p_t 0.9 cost 100 times less and 0.968 about 1,000 times less.
    ShownLoss focal;
    focal.spec.kind = loss::LossKind::Focal;
    focal.spec.gamma = 2;
    const auto less = [&](double pt) { return pointAt(entropy, plain, pt).loss / pointAt(focal, plain, pt).loss; };
    return tr("<b>The paper's check.</b> γ 2 makes an easy example, pₜ 0.9, cost %1 times less than cross-entropy, one at 0.968 about %2 "
              "times less. At a "
              "hard one, 0.1, the loss is smaller too, yet the gradient is larger: %3 against %4.")
        .arg(ratioText(less(0.9)), qs(formatGrouped(std::llround(less(0.968) / 50) * 50)),
             qs(formatFixed(std::abs(pointAt(focal, plain, 0.1).gradient), 3)),
             qs(formatFixed(std::abs(pointAt(entropy, plain, 0.1).gradient), 3)));
}

} // namespace intersect::ui
