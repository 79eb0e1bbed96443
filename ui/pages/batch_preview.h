// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QImage>
#include <QProgressBar>
#include <QPushButton>

#include "ui/job_runner.h"
#include "ui/widgets/inline_message.h"
#include "ui/widgets/themed_label.h"
#include "ui/worker_client.h"

namespace intersect::ui {

/// A picture as large as its place allows, never distorted. GUI thread only.
class FittedPicture : public QWidget {
    Q_OBJECT
public:
    explicit FittedPicture(QWidget* parent = nullptr);
    void setImage(const QImage& image);
    const QImage& image() const { return m_image; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QImage m_image;
};

/// Batches as the next run would see them, drawn by a child process without training: pictures with their boxes, one after the other. GUI thread only.
class BatchPreview : public QDialog {
    Q_OBJECT
public:
    explicit BatchPreview(QWidget* parent = nullptr);
    /// Draws batches with these arguments of `train` (neither --run nor --out among them) into `folder`, which is written over.
    void draw(const QStringList& arguments, const QString& folder);

private:
    void takeEnd(const WorkerClient::End& end);
    void showPicture(qsizetype index);
    WorkerClient m_worker;
    JobRunner m_loading;
    QStringList m_pictures;
    qsizetype m_index = 0;
    FittedPicture* m_view;
    ThemedLabel* m_words;
    QProgressBar* m_bar;
    InlineMessage* m_problem;
    QPushButton *m_before, *m_next, *m_cancel;
};

} // namespace intersect::ui
