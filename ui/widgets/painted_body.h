// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <utility>

#include <QPainter>
#include <QWidget>

namespace intersect::ui {

/// The body of a figure that its owner paints; it follows the mouse. GUI thread only.
class PaintedBody : public QWidget {
public:
    PaintedBody(QWidget* parent, const QString& objectName, std::function<void(QPainter&)> paint) : QWidget(parent), m_paint(std::move(paint)) {
        setObjectName(objectName);
        setMouseTracking(true);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        m_paint(painter);
    }

private:
    std::function<void(QPainter&)> m_paint;
};

} // namespace intersect::ui
