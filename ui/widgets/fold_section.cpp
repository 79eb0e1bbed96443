// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/fold_section.h"

#include <QHBoxLayout>

namespace intersect::ui {

FoldSection::FoldSection(const QString& title, const QString& objectName, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    m_button = new QPushButton(title);
    m_button->setObjectName(objectName);
    m_button->setCheckable(true);
    m_button->setProperty("fold", true);
    head->addWidget(m_button);
    m_caption = new ElidedLabel;
    m_caption->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    head->addWidget(m_caption, 1);
    column->addLayout(head);
    m_body = new QWidget;
    m_content = new QVBoxLayout(m_body);
    m_content->setContentsMargins(0, 0, 0, 0);
    m_content->setSpacing(6);
    m_body->hide();
    column->addWidget(m_body);
    connect(m_button, &QPushButton::toggled, this, [this](bool open) {
        m_body->setVisible(open);
        restyle();
    });
    connect(&Theme::instance(), &Theme::changed, this, &FoldSection::restyle);
    restyle();
}

void FoldSection::setOpen(bool open) {
    m_button->setChecked(open);
}

void FoldSection::setCaption(const QString& text) {
    m_caption->setFullText(text);
}

void FoldSection::restyle() {
    m_button->setIcon(Theme::instance().icon(m_button->isChecked() ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
    m_button->setAccessibleDescription(m_button->isChecked() ? tr("open") : tr("folded"));
}

} // namespace intersect::ui
