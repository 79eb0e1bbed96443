// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QTreeView>

namespace intersect::ui {

/// Pools and cameras with their counts and a bar of the frames in use. Arrows move and fold. GUI thread only.
class CameraTree : public QTreeView {
    Q_OBJECT
public:
    explicit CameraTree(QWidget* parent = nullptr);
    void setModel(QAbstractItemModel* model) override;

Q_SIGNALS:
    void chosen(const QModelIndex& index); ///< the current row changed

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    QSet<QString> m_folded; ///< pools the user folded: they stay so when folders were read again
};

} // namespace intersect::ui
