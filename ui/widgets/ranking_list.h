// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>
#include <QStringList>

namespace intersect::ui {

/// Cameras in an order the user sets by dragging or Alt+Up and Alt+Down; each row shows its rank and its weight ratio^rank. GUI thread only.
class RankingList : public QListWidget {
    Q_OBJECT
public:
    explicit RankingList(QWidget* parent = nullptr);
    void setRanking(const QStringList& cameras, double ratio);
    QStringList ranking() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The user moved a camera; `what` names it ("move 9705 up").
    void reordered(const QStringList& cameras, const QString& what);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QStringList m_shown;
};

} // namespace intersect::ui
