// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include <QImage>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QWidget>

#include "core/data/dataset.h"
#include "ui/job_runner.h"
#include "ui/models/frame_marks.h"
#include "ui/widgets/themed_label.h"

namespace intersect::ui {

class CellTable;
class CellView;

/// One picture with its true boxes in class colours, as large as the width allows. GUI thread only.
class FramePicture : public QWidget {
    Q_OBJECT
public:
    explicit FramePicture(QWidget* parent = nullptr);
    void setFrame(std::shared_ptr<const data::Dataset> dataset, std::int64_t frame); ///< -1: none
    void setBoxesShown(bool shown);
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {288, heightForWidth(288)}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::shared_ptr<const data::Dataset> m_dataset;
    std::int64_t m_frame = -1;
    bool m_boxes = true;
    bool m_failed = false;
    QImage m_picture;
    JobRunner m_load;
};

/// Boxes per class: glyph, name, bar, count; the bar is the share of the class with most boxes. GUI thread only.
class ClassBars : public QWidget {
    Q_OBJECT
public:
    struct Bar {
        int classId = 0;
        QString name;
        std::int64_t count = 0;
    };
    explicit ClassBars(QWidget* parent = nullptr);
    void setBars(std::vector<Bar> bars);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<Bar> m_bars;
};

/// Everything about the current frame: picture, file, camera, time, size, use, boxes per class and one by one, findings. GUI thread only.
class FrameDetails : public QWidget {
    Q_OBJECT
public:
    explicit FrameDetails(std::function<QString(int)> className, QWidget* parent = nullptr);
    /// The frame to show (-1: none); `classes` are the rows of the box table, `selection` the name of the current selection.
    void show(std::shared_ptr<const data::Dataset> dataset, std::shared_ptr<const FrameMarks> marks, std::int64_t frame,
              const std::vector<int>& classes, const QString& selection);
    void setBoxesShown(bool shown) { m_picture->setBoxesShown(shown); }

Q_SIGNALS:
    void inspectRequested(const QString& path);
    void pickRequested(); ///< in or out of the selection

private:
    std::function<QString(int)> m_className;
    QWidget* m_content;
    ThemedLabel* m_none;
    ThemedLabel* m_position;
    FramePicture* m_picture;
    QPushButton *m_inspect, *m_pick;
    QLabel* m_values[6];
    ThemedLabel* m_boxCount;
    ClassBars* m_bars;
    CellTable* m_labels;
    CellView* m_labelView;
    ThemedLabel* m_findingCount;
    QListWidget* m_findings;
    QString m_path;
};

/// "07:43:18, 6 min 1 s after": the train frame of the same camera nearest in time; empty if there is none or times are unknown.
QString nearestTrainText(const data::Dataset& dataset, const FrameMarks& marks, std::uint32_t frame);

} // namespace intersect::ui
