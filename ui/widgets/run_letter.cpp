// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/run_letter.h"

#include "ui/theme.h"

namespace intersect::ui {
namespace {

constexpr int kSizePx = 16;

} // namespace

QColor runLetterColour(const QString& letter) {
    const Palette& palette = Theme::instance().palette();
    return letter == QStringLiteral("C") ? palette.runC : letter == QStringLiteral("B") ? palette.runB : palette.runA;
}

void paintRunLetter(QPainter& painter, const QRectF& chip, const QString& letter) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(runLetterColour(letter));
    painter.drawRoundedRect(chip, 3, 3);
    QFont font = Theme::font(FontRole::Caption);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(Theme::instance().palette().surface);
    painter.drawText(chip, Qt::AlignCenter, letter);
}

RunLetter::RunLetter(const QString& letter, QWidget* parent) : QWidget(parent), m_letter(letter) {
    setFixedSize(kSizePx, kSizePx);
    setAccessibleName(tr("Run %1").arg(letter));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RunLetter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    paintRunLetter(painter, QRectF(rect()), m_letter);
}

} // namespace intersect::ui
