// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/nav_rail.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace intersect::ui {

namespace {

constexpr int kRailWidth = 88;
constexpr int kItemHeight = 54;

} // namespace

QPixmap markPixmap(int sizePx, double devicePixelRatio) {
    const Theme& theme = Theme::instance();
    return theme.icon(QStringLiteral("mark"), theme.palette().text).pixmap(QSize(sizePx, sizePx), devicePixelRatio);
}

RailButton::RailButton(const QString& iconName, const QString& word, QWidget* parent)
    : QAbstractButton(parent), m_iconName(iconName) {
    setText(word);
    setAccessibleName(word);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setFixedSize(kRailWidth - 1, kItemHeight);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize RailButton::sizeHint() const {
    return {kRailWidth - 1, kItemHeight};
}

void RailButton::enterEvent(QEnterEvent*) {
    update();
}

void RailButton::leaveEvent(QEvent*) {
    update();
}

void RailButton::paintEvent(QPaintEvent*) {
    const Palette& c = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF item = QRectF(rect()).adjusted(4, 0, -4, 0);
    if (isChecked()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.surface);
        painter.drawRoundedRect(item, 5, 5);
        painter.setBrush(c.accent);
        painter.drawRoundedRect(QRectF(-2, 12, 5, height() - 24), 2, 2);
    } else if (underMouse() && isEnabled()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.hover);
        painter.drawRoundedRect(item, 5, 5);
    }
    if (hasFocus()) {
        painter.setPen(QPen(c.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(item.adjusted(1, 1, -1, -1), 5, 5);
    }
    const QColor colour = isChecked() ? c.accentText : c.text2;
    if (!isEnabled())
        painter.setOpacity(0.45);
    const int size = 22;
    const QPixmap icon = Theme::instance().icon(m_iconName, colour).pixmap(QSize(size, size), devicePixelRatioF());
    painter.drawPixmap(QRect((width() - size) / 2, 7, size, size), icon);
    QFont font = Theme::font(FontRole::Table);
    font.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(colour);
    painter.drawText(QRect(0, 30, width(), 18), Qt::AlignCenter, text());
}

NavRail::NavRail(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("navRail"));
    setAccessibleName(tr("Pages"));
    setFixedWidth(kRailWidth);
    auto* mark = new QLabel(this);
    mark->setObjectName(QStringLiteral("mark"));
    mark->setFixedSize(kRailWidth - 1, 44);
    mark->setAlignment(Qt::AlignCenter);
    const auto paintMark = [mark] { mark->setPixmap(markPixmap(28, mark->devicePixelRatioF())); };
    paintMark();
    connect(&Theme::instance(), &Theme::changed, mark, paintMark);
    m_settings = new RailButton(QStringLiteral("settings"), tr("Settings"), this);
    m_settings->setObjectName(QStringLiteral("settingsButton"));
    m_settings->setCheckable(false);
    m_settings->setToolTip(tr("Settings (Ctrl+,)"));
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(0, 0, 1, 4);
    m_column->setSpacing(2);
    m_column->addWidget(mark);
    m_column->addSpacing(6);
    m_column->addStretch(1);
    m_column->addWidget(m_settings);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void NavRail::addPage(const QString& name, const QString& word, int number) {
    auto* button = new RailButton(name, word, this);
    button->setObjectName(name + QStringLiteral("RailButton"));
    button->setToolTip(QStringLiteral("%1 (Ctrl+%2)").arg(word).arg(number));
    m_column->insertWidget(m_column->count() - 2, button); // before stretch and settings
    m_buttons.insert(name, button);
    connect(button, &QAbstractButton::clicked, this, [this, name] { Q_EMIT pageChosen(name); });
}

void NavRail::setCurrent(const QString& name) {
    for (auto button = m_buttons.cbegin(); button != m_buttons.cend(); ++button)
        button.value()->setChecked(button.key() == name);
}

void NavRail::setPagesEnabled(bool enabled) {
    for (RailButton* button : std::as_const(m_buttons))
        button->setEnabled(enabled);
}

void NavRail::paintEvent(QPaintEvent*) {
    const Palette& c = Theme::instance().palette();
    QPainter painter(this);
    painter.fillRect(rect(), c.rail);
    painter.fillRect(width() - 1, 0, 1, height(), c.line);
}

} // namespace intersect::ui
