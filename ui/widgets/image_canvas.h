// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <vector>

#include <QImage>
#include <QPixmap>
#include <QTransform>
#include <QWidget>

#include "core/base/geometry.h"
#include "ui/models/box_pair.h"
#include "ui/models/inspection.h"
#include "ui/widgets/heat_painting.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {

/// A picture with verdict boxes over it. The wheel zooms (up to 3200 %); Space and drag or the middle button move it, a double click fits it.
/// The hovered box, else the chosen one, is raised above all and lit together with its partner; a click chooses. The picture and the overlay are
/// kept as they were painted, so that hovering paints what is raised only. Ctrl C copies. GUI thread only.
class ImageCanvas : public QWidget {
    Q_OBJECT
public:
    static constexpr double kMostZoom = 32;
    explicit ImageCanvas(QWidget* parent = nullptr);

    void setClassNames(std::function<QString(int)> nameOf);
    /// The picture is on its way: an empty place of its size.
    void showLoading(Size size);
    /// The picture came; a new size fits it into the view.
    void showPicture(const QImage& picture);
    /// It cannot be read: the sentence stands in its place, the boxes are still drawn.
    void showProblem(const QString& sentence, Size size);
    const QString& problem() const { return m_problem; }
    const QImage& picture() const { return m_picture; }
    void setBoxes(std::vector<InspectedBox> boxes, std::vector<eval::TruthBox> truth);
    const std::vector<InspectedBox>& boxes() const { return m_boxes; }
    /// Boxes to point out.
    void setMarks(std::vector<OverlayMark> marks);
    const std::vector<OverlayMark>& marks() const { return m_look.marks; }

    /// A heat over the picture, below the boxes, with its legend; none takes it away.
    void setHeat(std::optional<ShownHeat> heat);
    const std::optional<ShownHeat>& heat() const { return m_heat; }
    /// Classes that are left out of the picture; a box that is chosen elsewhere still shows.
    void setHiddenClasses(std::set<int> classes);
    const std::set<int>& hiddenClasses() const { return m_look.hidden; }
    void setBoxesShown(bool shown);
    void setTruthShown(bool shown);
    void setLabelsShown(bool shown);
    bool boxesShown() const { return m_look.boxes; }
    bool truthShown() const { return m_look.truth; }
    bool labelsShown() const { return m_look.labels; }
    void setCurrentBox(int index); ///< -1: none
    int currentBox() const { return m_look.current; }

    double zoom() const { return m_zoom; } ///< view pixels per image pixel
    void fit();
    void setZoom(double zoom, const QPointF& anchor); ///< the point of the picture under `anchor` stays there
    void zoomBy(double factor);                       ///< round the middle
    void centreOn(const BoxXyxy& box);                ///< moves the picture if the box is out of sight
    /// Where the picture lies: zoom, and its point in the middle of the view; `fitted`: as large as the view allows.
    struct Place {
        double zoom = 1;
        QPointF centre;
        bool fitted = true;
    };
    Place place() const;
    void setPlace(const Place& place);                  ///< without placeChanged
    void setCross(const std::optional<QPointF>& point); ///< a cross at a point of the picture that is pointed at elsewhere
    const std::optional<QPointF>& cross() const { return m_cross; }
    QPointF viewFromImage(const QPointF& point) const { return transform().map(point); }
    QPointF imageFromView(const QPointF& point) const { return transform().inverted().map(point); }
    /// The smallest box round a point of the view, -1 for none.
    int boxAt(const QPointF& view) const;
    /// What stands at the pointer: "FP car 0.41  IoU 0.21", "truth car" where only a label lies; empty for neither.
    QString hoverText() const;
    /// The pair that is lit: of what is hovered, else of the chosen box; indices into boxes() and truth().
    std::optional<BoxPair> litPair() const;
    const std::vector<eval::TruthBox>& truth() const { return m_truth; }
    /// The picture at its own size with the overlay as it is shown, but for what is hovered.
    QImage pictureWithOverlay() const;
    /// Puts that on the clipboard.
    void copyPicture();

    QSize sizeHint() const override { return {640, 400}; }
    QSize minimumSizeHint() const override { return {200, 140}; }

Q_SIGNALS:
    void boxClicked(int index); ///< -1: beside every box
    void zoomChanged(double zoom);
    void copied();     ///< the picture is on the clipboard
    void saveWanted(); ///< the context menu's Save picture as
    void placeChanged();                               ///< zoomed or moved
    void pointed(const std::optional<QPointF>& point); ///< the pointer's place on the picture; none: it left

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QTransform transform() const { return QTransform(m_zoom, 0, 0, m_zoom, m_origin.x(), m_origin.y()); }
    double fittingZoom() const;
    void setSize(Size size);
    void keepInside();
    void viewChanged();    ///< picture and overlay are drawn anew
    void overlayChanged(); ///< the overlay alone
    void drawScaled();
    void drawPicture(QPainter& painter, const QRectF& whole, double ratio) const;
    void drawOverlay();
    void paintReadOut(QPainter& painter) const;
    void setHovered(int index, const QPointF& at);
    void updateCursor();

    Size m_size;
    QImage m_picture;
    QString m_problem;
    std::optional<ShownHeat> m_heat;
    std::vector<InspectedBox> m_boxes;
    std::vector<eval::TruthBox> m_truth;
    OverlayLook m_look;
    PlacedLabels m_labels; ///< of m_overlay
    QPixmap m_scaled;      ///< what of the picture is in view, at the view's size; null: to be drawn anew
    QPixmap m_overlay;     ///< the boxes at the view's size; null: to be drawn anew
    int m_hoveredTruth = -1;
    double m_zoom = 1;
    QPointF m_origin; ///< of the picture, in the view
    bool m_fitted = true;
    bool m_space = false, m_dragging = false;
    QPointF m_dragFrom, m_pointer;
    std::optional<QPointF> m_cross;
};

} // namespace intersect::ui
