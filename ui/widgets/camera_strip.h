// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <QWidget>

#include "core/data/dataset.h"
#include "ui/models/frame_marks.h"

namespace intersect::ui {

/// The map above the grid: one segment per camera, in it one tick per used frame in time order (train, val, test; unused is the ground), and a
/// frame round what the grid shows. Where ticks would be under a pixel wide a segment is a stacked bar. Click jumps, drag scrolls. GUI thread only.
class CameraStrip : public QWidget {
    Q_OBJECT
public:
    explicit CameraStrip(QWidget* parent = nullptr);
    void setCameras(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks, std::vector<std::uint32_t> cameras);
    /// The first and last frame the grid shows, indices into Dataset::frames; begin > end: none.
    void setShown(std::uint32_t begin, std::uint32_t end);
    void setCurrent(std::int64_t frame); ///< -1: none

    QSize sizeHint() const override { return {400, 52}; }
    QSize minimumSizeHint() const override { return {200, 52}; }
    /// The frame under x of the strip, -1 between segments.
    std::int64_t frameAt(double x) const;
    /// Where a frame's tick begins; -1 if its camera is not shown.
    double xOf(std::uint32_t frame) const;

Q_SIGNALS:
    void frameChosen(quint32 frame);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Segment {
        std::uint32_t camera = 0;
        double left = 0, width = 0;
        UseCounts use;
    };
    std::vector<Segment> segments() const;
    void paintWords(QPainter& painter, const Segment& segment) const;
    void choose(double x);
    std::shared_ptr<const data::Dataset> m_dataset;
    std::shared_ptr<const FrameMarks> m_marks;
    std::vector<std::uint32_t> m_cameras;
    std::vector<UseCounts> m_use;
    std::uint32_t m_shownBegin = 1, m_shownEnd = 0;
    std::int64_t m_current = -1;
};

} // namespace intersect::ui
