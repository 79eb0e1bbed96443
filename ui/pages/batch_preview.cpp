// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/batch_preview.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "core/base/json_text.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

constexpr int kBatches = 3;

} // namespace

FittedPicture::FittedPicture(QWidget* parent) : QWidget(parent) {
    setMinimumSize(320, 240);
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

void FittedPicture::setImage(const QImage& image) {
    m_image = image;
    update();
}

void FittedPicture::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), Theme::instance().palette().sunken);
    if (m_image.isNull())
        return;
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QSize fitted = m_image.size().scaled(size(), Qt::KeepAspectRatio);
    painter.drawImage(QRect(QPoint((width() - fitted.width()) / 2, (height() - fitted.height()) / 2), fitted), m_image);
}

BatchPreview::BatchPreview(QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("batchPreview"));
    setWindowTitle(tr("Batches of the next run"));
    resize(820, 720);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(8);
    m_view = new FittedPicture;
    m_view->setObjectName(QStringLiteral("previewPicture"));
    m_view->setAccessibleName(tr("A batch with its boxes"));
    column->addWidget(m_view, 1);
    m_problem = new InlineMessage(InlineMessage::Kind::Error);
    m_problem->setObjectName(QStringLiteral("previewProblem"));
    m_problem->hide();
    column->addWidget(m_problem);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    m_before = new QPushButton(tr("Before"));
    m_before->setObjectName(QStringLiteral("previewBeforeButton"));
    m_next = new QPushButton(tr("Next"));
    m_next->setObjectName(QStringLiteral("previewNextButton"));
    m_words = new ThemedLabel({}, FontRole::Body, Tone::Text2);
    m_words->setObjectName(QStringLiteral("previewWords"));
    m_bar = new QProgressBar;
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(8);
    m_bar->setMaximumWidth(160);
    m_bar->setAccessibleName(tr("The batches are being drawn"));
    m_cancel = new QPushButton(tr("Cancel"));
    m_cancel->setObjectName(QStringLiteral("previewCancelButton"));
    for (QWidget* widget : {static_cast<QWidget*>(m_before), static_cast<QWidget*>(m_next), static_cast<QWidget*>(m_words)})
        row->addWidget(widget);
    row->addStretch(1);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);
    column->addLayout(row);
    connect(m_before, &QPushButton::clicked, this, [this] { showPicture(m_index - 1); });
    connect(m_next, &QPushButton::clicked, this, [this] { showPicture(m_index + 1); });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_worker.isRunning())
            m_worker.kill(); // it writes nothing that must be kept
        else
            close();
    });
    connect(&m_worker, &WorkerClient::ended, this, &BatchPreview::takeEnd);
    connect(&m_worker, &WorkerClient::progressLine, this, [this](const QString& line) { m_words->setToolTip(line); });
}

void BatchPreview::draw(const QStringList& arguments, const QString& folder) {
    m_pictures.clear();
    m_view->setImage({});
    m_problem->hide();
    m_before->setEnabled(false);
    m_next->setEnabled(false);
    m_bar->show();
    m_cancel->setText(tr("Cancel"));
    m_words->setText(tr("Drawing %1 batches").arg(kBatches));
    m_worker.start(arguments + QStringList{QStringLiteral("--preview-batches"), QString::number(kBatches), QStringLiteral("--out"), folder, QStringLiteral("--force"), QStringLiteral("--json")}, false);
}

void BatchPreview::takeEnd(const WorkerClient::End& end) {
    m_bar->hide();
    m_cancel->setText(tr("Close"));
    m_words->setText({});
    if (!end.ok) {
        m_problem->show(end.message, end.advice);
        return;
    }
    const Json answer = Json::parse(end.output.constBegin(), end.output.constEnd(), nullptr, false);
    if (answer.is_object() && answer.contains("pictures") && answer["pictures"].is_array())
        for (const Json& picture : answer["pictures"])
            if (picture.is_string())
                m_pictures << qs(picture.get<std::string>());
    if (m_pictures.isEmpty())
        m_problem->show(tr("The worker drew no batch."), tr("Look at the train list of the selection."));
    else
        showPicture(0);
}

void BatchPreview::showPicture(qsizetype index) {
    if (index < 0 || index >= m_pictures.size())
        return;
    m_index = index;
    m_words->setText(tr("Batch %1 of %2").arg(index + 1).arg(m_pictures.size()));
    m_before->setEnabled(index > 0);
    m_next->setEnabled(index + 1 < m_pictures.size());
    m_loading.start([file = m_pictures[index]](const JobRunner::Cancelled&) { return QImage(file); },
                    [this, file = m_pictures[index]](const QImage& image) {
                        if (image.isNull())
                            m_problem->show(tr("This picture cannot be read: %1").arg(file), {});
                        m_view->setImage(image);
                    });
}

} // namespace intersect::ui
