// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QHash>
#include <QWidget>

class QVBoxLayout;

namespace intersect::ui {

/// The program's mark, two overlapping rounded squares, painted to a size.
QPixmap markPixmap(int sizePx, double devicePixelRatio);

/// One item of the rail: icon over word, 54 px high; the active one on `surface` with an accent bar at the left.
class RailButton : public QAbstractButton {
    Q_OBJECT
public:
    RailButton(const QString& iconName, const QString& word, QWidget* parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_iconName;
};

/// The rail at the left edge, in the order of the work, Settings at its foot. GUI thread only.
class NavRail : public QWidget {
    Q_OBJECT
public:
    explicit NavRail(QWidget* parent = nullptr);
    void addPage(const QString& name, const QString& word, int number);
    void setCurrent(const QString& name);
    void setPagesEnabled(bool enabled);
    RailButton* button(const QString& name) const { return m_buttons.value(name); }
    RailButton* settingsButton() const { return m_settings; }

Q_SIGNALS:
    void pageChosen(const QString& name);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* m_column;
    QHash<QString, RailButton*> m_buttons;
    RailButton* m_settings;
};

} // namespace intersect::ui
