// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/panes.h"

#include <QResizeEvent>

#include "ui/theme.h"

namespace intersect::ui {

namespace {

// Widths of a page (the window's less the rail's 88) below which a side folds.
constexpr int kFoldRightBelow = 1200 - 88;
constexpr int kFoldLeftBelow = 1000 - 88;

} // namespace

Panes::Panes(const QString& objectName, QWidget* left, QWidget* centre, QWidget* right, int leftWidth, int rightWidth,
             QWidget* parent)
    : QSplitter(Qt::Horizontal, parent), m_left(left), m_right(right) {
    setObjectName(objectName);
    setChildrenCollapsible(false);
    setHandleWidth(1);
    QList<int> widths;
    if (left != nullptr) {
        addWidget(left);
        left->setMinimumWidth(qMin(leftWidth, 200));
        widths << leftWidth;
    }
    addWidget(centre);
    widths << 1440 - 88 - leftWidth - rightWidth;
    if (right != nullptr) {
        addWidget(right);
        right->setMinimumWidth(qMin(rightWidth, 240));
        widths << rightWidth;
    }
    for (int i = 0; i < count(); ++i)
        setStretchFactor(i, widget(i) == centre ? 1 : 0);
    setSizes(widths);
}

void Panes::resizeEvent(QResizeEvent* event) {
    QSplitter::resizeEvent(event);
    if (parentWidget() == nullptr)
        return;
    const bool foldRight = m_right != nullptr && width() <= kFoldRightBelow;
    const bool foldLeft = m_left != nullptr && width() <= kFoldLeftBelow;
    if (foldRight != m_rightFolded) {
        m_rightFolded = foldRight;
        fold(m_right, m_rightButton, foldRight, true);
    }
    if (foldLeft != m_leftFolded) {
        m_leftFolded = foldLeft;
        fold(m_left, m_leftButton, foldLeft, false);
    }
    placeButtons();
}

void Panes::setRightWanted(bool wanted) {
    if (m_right == nullptr || wanted == m_rightWanted)
        return;
    m_rightWanted = wanted;
    m_right->setVisible(wanted && !m_rightFolded);
    if (m_rightButton != nullptr)
        m_rightButton->setVisible(wanted && m_rightFolded);
    placeButtons();
}

void Panes::fold(QWidget* pane, QPushButton*& button, bool folded, bool atRight) {
    const bool wanted = pane != m_right || m_rightWanted;
    pane->setVisible(!folded && wanted);
    if (button == nullptr) {
        button = new QPushButton(parentWidget()); // a child of the splitter would become a pane
        button->setProperty("small", true);
        button->setObjectName(atRight ? QStringLiteral("foldRightButton") : QStringLiteral("foldLeftButton"));
        button->setAccessibleName(atRight ? tr("Show or hide the right pane") : tr("Show or hide the left pane"));
        button->setToolTip(button->accessibleName());
        connect(button, &QPushButton::clicked, this, [this, pane] {
            pane->setVisible(pane->isHidden());
            placeButtons();
        });
    }
    button->setVisible(folded && wanted);
}

void Panes::placeButtons() {
    const auto place = [this](QPushButton* button, QWidget* pane, bool atRight) {
        if (button == nullptr || button->isHidden())
            return;
        const bool open = !pane->isHidden();
        button->setIcon(
            Theme::instance().icon(open == atRight ? QStringLiteral("chevron-right") : QStringLiteral("chevron-left")));
        button->setFixedWidth(28);
        button->adjustSize();
        const int edge = open ? pane->width() : 0;
        button->move(
            pos() + QPoint(atRight ? width() - edge - button->width() - 4 : edge + 4, height() - button->height() - 6));
        button->raise();
    };
    place(m_rightButton, m_right, true);
    place(m_leftButton, m_left, false);
}

QWidget* makeSidePane(QWidget* parent) {
    auto* pane = new QWidget(parent);
    pane->setAttribute(Qt::WA_StyledBackground);
    pane->setProperty("pane", QStringLiteral("side"));
    return pane;
}

QLabel* makeHeading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(Theme::font(FontRole::SectionHeading));
    return label;
}

QLabel* makeHint(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(Theme::font(FontRole::Caption));
    label->setProperty("dim", QStringLiteral("3"));
    label->setWordWrap(true);
    return label;
}

QWidget* makeSeparator(QWidget* parent) {
    auto* line = new QFrame(parent);
    line->setProperty("role", QStringLiteral("separator"));
    line->setFixedHeight(1);
    return line;
}

} // namespace intersect::ui
