// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace intersect::ui {

/// A large action: icon, title, one line, shortcut. GUI thread only.
class ActionCard : public QAbstractButton {
    Q_OBJECT
public:
    ActionCard(const QString& iconName, const QString& title, const QString& line, const QString& keys, QWidget* parent = nullptr);
    void setLine(const QString& line);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_iconName, m_line, m_keys;
};

} // namespace intersect::ui
