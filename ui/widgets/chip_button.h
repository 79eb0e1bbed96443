// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace intersect::ui {

/// A checkable pill with a word, and a class glyph before it where the chip stands for a class. GUI thread only.
class ChipButton : public QAbstractButton {
    Q_OBJECT
public:
    /// `classId` < 0: no glyph.
    explicit ChipButton(const QString& text, int classId = -1, QWidget* parent = nullptr);
    int classId() const { return m_classId; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    int m_classId;
};

} // namespace intersect::ui
