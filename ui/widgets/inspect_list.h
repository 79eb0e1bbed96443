// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

#include <QListView>
#include <QWidget>

#include "ui/models/inspect_list_model.h"

namespace intersect::ui {

/// The small picture of a frame with round corners, grey until it is there, and its boxes if any. GUI thread only.
void paintFrameThumb(QPainter& painter, const QRectF& room, const detect::ImageEntry& image,
                     const std::vector<InspectedBox>& boxes = {}, const std::function<QString(int)>& className = {});

/// The frames of a run at the left of Inspect: small picture, camera and time, FN FP TP. Letters go to the page. GUI thread only.
class InspectList : public QListView {
    Q_OBJECT
public:
    explicit InspectList(QWidget* parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

/// The frames before and after the current one of the same camera, with their counts; a click goes there. GUI thread only.
class NeighbourStrip : public QWidget {
    Q_OBJECT
public:
    /// `model` has the verdicts that the small pictures show.
    explicit NeighbourStrip(const InspectListModel& model, QWidget* parent = nullptr);
    /// The frame in the middle; `counts` by frame. `current` < 0 empties the strip.
    void show(std::shared_ptr<const Inspection> inspection, const std::vector<VerdictCounts>& counts, std::int64_t current);
    QSize sizeHint() const override { return {400, 84}; }
    QSize minimumSizeHint() const override { return {200, 84}; }
    /// The frame under x, -1 for none.
    std::int64_t frameAt(double x) const;

Q_SIGNALS:
    void frameChosen(quint32 frame);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    struct Tile {
        QRectF picture;
        std::uint32_t frame;
        VerdictCounts counts;
    };
    std::vector<Tile> tiles() const;
    const InspectListModel& m_model;
    std::shared_ptr<const Inspection> m_inspection;
    std::vector<VerdictCounts> m_counts;
    std::vector<std::uint32_t> m_camera; ///< the frames of the current one's camera, in time order
    std::int64_t m_current = -1;
};

} // namespace intersect::ui
