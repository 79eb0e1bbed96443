// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include <QCheckBox>
#include <QGridLayout>
#include <QPushButton>
#include <QSet>

#include "ui/widgets/image_canvas.h"

namespace intersect::ui {

/// "Shown": what canvases show, in a menu that stays open: boxes, truth, words, and each class. Hidden classes are
/// remembered by name as long as the button lives, so that they stay hidden in another run. GUI thread only.
class ShownButton : public QPushButton {
    Q_OBJECT
public:
    /// A class that the pictures have.
    struct Entry {
        int id = 0;
        QString name;
        qint64 boxes = 0; ///< true ones, and found ones at the confidence
    };
    explicit ShownButton(std::vector<ImageCanvas*> canvases, QWidget* parent = nullptr);
    /// The classes to choose from, the first on top; what is hidden of them leaves the canvases.
    void setClasses(const std::vector<Entry>& classes);
    QCheckBox* truthCheck() const { return m_truth; }
    bool hides(const QString& name) const { return m_hidden.contains(name); }
    QStringList hiddenNames() const; ///< of the present classes, in their order

Q_SIGNALS:
    void hiddenChanged();

private:
    void apply();
    std::vector<ImageCanvas*> m_canvases;
    QCheckBox* m_truth;
    QGridLayout* m_list;
    QPushButton* m_all;
    std::vector<Entry> m_classes;
    std::vector<QCheckBox*> m_checks;
    QSet<QString> m_hidden;
};

} // namespace intersect::ui
