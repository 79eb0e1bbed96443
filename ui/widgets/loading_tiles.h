// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

namespace intersect::ui {

/// What stands in the grid's place while folders are read: grey tiles where pictures will be, after 200 ms, and a sentence that counts. GUI thread only.
class LoadingTiles : public QWidget {
    Q_OBJECT
public:
    explicit LoadingTiles(QWidget* parent = nullptr);
    void setSentence(const QString& sentence);
    QString sentence() const { return m_sentence; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QTimer m_delay;
    bool m_visible = false;
    QString m_sentence;
};

} // namespace intersect::ui
