// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/side_pane.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>

namespace intersect::ui {

namespace {

/// A scroll area that asks for the width its content needs, so that nothing is cut off at the side.
class PaneScroll : public QScrollArea {
public:
    using QScrollArea::QScrollArea;

protected:
    void resizeEvent(QResizeEvent* event) override {
        QScrollArea::resizeEvent(event);
        if (widget() == nullptr)
            return;
        setMinimumWidth(widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width());
        if (QWidget* pane = parentWidget(); pane != nullptr && pane->minimumWidth() < minimumWidth() + 1) // else the scroll bar lies outside it
            pane->setMinimumWidth(minimumWidth() + 1);
    }
};

} // namespace

SidePane::SidePane(Side side, QWidget* parent) : QWidget(parent), m_side(side) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(side == Side::Right ? 1 : 0, 0, side == Side::Left ? 1 : 0, 0);
    outer->setSpacing(0);
    auto* scroll = new PaneScroll(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* content = new QWidget;
    content->setObjectName(QStringLiteral("paneContent"));
    m_sections = new QVBoxLayout(content);
    m_sections->setContentsMargins(0, 12, 0, 12);
    m_sections->setSpacing(12);
    scroll->setWidget(content);
    scroll->setStyleSheet(QStringLiteral("QScrollArea { background: transparent; border: none; } #paneContent { background: transparent; }"));
    scroll->viewport()->setAutoFillBackground(false);
    outer->addWidget(scroll, 1);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

QVBoxLayout* SidePane::addSection(const QString& heading, ThemedLabel** caption) {
    if (m_sections->count() > 0)
        m_sections->addWidget(new HairLine(this));
    auto* section = new QVBoxLayout;
    section->setContentsMargins(16, 0, 16, 0);
    section->setSpacing(8);
    if (!heading.isEmpty()) {
        auto* row = new QHBoxLayout;
        row->addWidget(new ThemedLabel(heading, FontRole::SectionHeading));
        row->addStretch(1);
        if (caption != nullptr) {
            *caption = new ThemedLabel({}, FontRole::Caption, Tone::Text3);
            row->addWidget(*caption);
        }
        section->addLayout(row);
    }
    m_sections->addLayout(section);
    return section;
}

QVBoxLayout* SidePane::footer() {
    if (m_footer == nullptr) {
        auto* outer = static_cast<QVBoxLayout*>(layout());
        outer->addWidget(new HairLine(this));
        m_footer = new QVBoxLayout;
        m_footer->setContentsMargins(16, 12, 16, 12);
        m_footer->setSpacing(8);
        outer->addLayout(m_footer);
    }
    return m_footer;
}

void SidePane::addStretch() {
    m_sections->addStretch(1);
}

void SidePane::addRow(QVBoxLayout* section, const QString& label, QWidget* field, int labelWidthPx) {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    auto* text = new ThemedLabel(label, FontRole::Body, Tone::Text2);
    text->setMinimumWidth(labelWidthPx);
    text->setBuddy(field);
    row->addWidget(text);
    row->addWidget(field, 1);
    section->addLayout(row);
}

void SidePane::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Palette& palette = Theme::instance().palette();
    painter.fillRect(rect(), palette.window);
    const int x = m_side == Side::Left ? width() - 1 : 0;
    painter.fillRect(QRect(x, 0, 1, height()), palette.line);
}

void widenSpin(QWidget* spin) {
    spin->setFixedWidth(std::max(74, spin->minimumWidth()));
}

HairLine::HairLine(QWidget* parent) : QWidget(parent) {
    setFixedHeight(1);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void HairLine::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), Theme::instance().palette().line);
}

SurfaceArea::SurfaceArea(QWidget* parent) : QWidget(parent) {
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void SurfaceArea::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), Theme::instance().palette().surface);
}

} // namespace intersect::ui
