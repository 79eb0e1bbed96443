// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/themed_label.h"

namespace intersect::ui {

/// A heading that opens and closes what lies below it; closed at the start, with a caption that says what is set inside. GUI thread only.
class FoldSection : public QWidget {
    Q_OBJECT
public:
    /// The button's object name is `objectName`.
    FoldSection(const QString& title, const QString& objectName, QWidget* parent = nullptr);
    /// Where the folded widgets go.
    QVBoxLayout* content() const { return m_content; }
    void setOpen(bool open);
    bool isOpen() const { return m_button->isChecked(); }
    /// What differs from the usual inside, at the heading's right.
    void setCaption(const QString& text);

private:
    void restyle();
    QPushButton* m_button;
    ElidedLabel* m_caption;
    QWidget* m_body;
    QVBoxLayout* m_content;
};

} // namespace intersect::ui
