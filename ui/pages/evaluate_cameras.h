// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "ui/job_runner.h"
#include "ui/pages/evaluate_camera_curves.h"
#include "ui/pages/evaluate_view.h"
#include "ui/widgets/figure.h"

class QScrollArea;

namespace intersect::ui {

/// A small PR curve for every camera on the same axes, with name, labels and AP: which cameras are hard shows at a glance. A click, or the
/// arrow keys and Enter, lead to a camera's frames. GUI thread only.
class CameraCurvesView : public Figure {
    Q_OBJECT
public:
    explicit CameraCurvesView(QWidget* parent = nullptr);
    /// Works the curves out anew where runs or match IoU changed. Does nothing while hidden.
    void setView(const EvaluateView& view);
    const std::vector<CameraCurves>& cameras() const { return m_cameras; }
    /// Where a camera's tile is drawn, in the pixels of the scrolled widget (`cameraTiles`).
    QRect tileRect(int index) const;

    /// Columns camera,run,labels,ap,recall,precision,measured.
    QString dataCsv() const override;

Q_SIGNALS:
    void cameraPicked(const QString& camera);
    void curvesChanged();

protected:
    void paintBody(QPainter& painter) override;
    QSize bodySize() const override;
    QStringList tableHeader() const override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow();
    int columns() const;
    int tileAt(QPoint at) const;
    void fitHeight();
    void paintTile(QPainter& painter, int index) const;
    QString tileText(int index) const;

    EvaluateView m_view;
    std::vector<CameraCurves> m_cameras;
    std::vector<std::shared_ptr<const CameraPairs>> m_pairs;
    QString m_shownKey;
    int m_current = 0, m_hover = -1;
    QScrollArea* m_scroll;
    QWidget* m_tiles;
    JobRunner m_job;
};

} // namespace intersect::ui
