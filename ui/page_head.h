// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include "ui/pages/page.h"

namespace intersect::ui {

/// Title, what is shown, Copy command and the page's own buttons. GUI thread only.
class PageHead : public QWidget {
    Q_OBJECT
public:
    explicit PageHead(QWidget* parent = nullptr);
    void show(Page* page);
    QPushButton* copyButton() const { return m_copy; }
    void copyCommand();

Q_SIGNALS:
    void copied(const QString& command);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fillSubtitle();
    Page* m_page = nullptr;
    QLabel *m_title, *m_subtitle;
    QPushButton* m_copy;
    QHBoxLayout* m_row;
    QList<QAbstractButton*> m_shown;
};

} // namespace intersect::ui
