// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/status_strip.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

#include "core/base/numbers.h"
#include "ui/models/run_rows.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace intersect::ui {

namespace {

constexpr int kNewsMs = 10000;

double numberOf(const Json& object, const char* key, double otherwise) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : otherwise;
}

} // namespace

StatusStrip::StatusStrip(Session& session, QWidget* parent) : QWidget(parent), m_session(session) {
    setObjectName(QStringLiteral("statusBar"));
    setFixedHeight(30);
    const QFont small = Theme::font(FontRole::Table);
    m_text = new QLabel(this);
    m_text->setObjectName(QStringLiteral("statusText"));
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_job = new QLabel(this);
    m_job->setObjectName(QStringLiteral("jobLabel"));
    m_eta = new QLabel(this);
    m_eta->setObjectName(QStringLiteral("jobEta"));
    for (QLabel* label : {m_text, m_job, m_eta}) {
        label->setFont(small);
        label->setProperty("dim", QStringLiteral("2"));
    }
    m_bar = new QProgressBar(this);
    m_bar->setObjectName(QStringLiteral("jobBar"));
    m_bar->setAccessibleName(tr("Progress of the running training"));
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(140);
    m_action = new QPushButton(this);
    m_action->setObjectName(QStringLiteral("jobAction"));
    m_jobs = new QPushButton(this);
    m_jobs->setObjectName(QStringLiteral("jobsButton"));
    m_jobs->setToolTip(tr("Running and finished trainings of this workspace"));
    for (QPushButton* button : {m_action, m_jobs}) {
        button->setProperty("flat", true);
        button->setProperty("small", true);
        button->setFont(small);
    }
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 1, 8, 0);
    row->setSpacing(10);
    row->addWidget(m_text, 1);
    row->addWidget(m_job);
    row->addWidget(m_bar);
    row->addWidget(m_eta);
    row->addWidget(m_action);
    row->addWidget(m_jobs);

    m_newsTimer.setSingleShot(true);
    m_newsTimer.setInterval(kNewsMs);
    connect(&m_newsTimer, &QTimer::timeout, this, &StatusStrip::showTraining);
    connect(&m_session, &Session::trainingChanged, this, [this] {
        if (!m_session.trainingRun().isEmpty()) {
            m_run = m_session.trainingRun();
            m_epoch = m_epochs = 0;
            m_part = 0;
            m_etaSeconds = m_map50 = -1;
            m_since.start();
            m_newsTimer.stop();
        }
        showTraining();
    });
    connect(&m_session, &Session::runsChanged, this, &StatusStrip::showTraining);
    connect(&m_session, &Session::workspaceChanged, this, &StatusStrip::showTraining);
    connect(&m_session.trainWorker(), &WorkerClient::event, this, &StatusStrip::takeEvent);
    connect(&m_session.trainWorker(), &WorkerClient::ended, this, &StatusStrip::takeEnd);
    connect(m_action, &QPushButton::clicked, this, [this] {
        m_session.setCurrentRun(m_run);
        Q_EMIT m_session.pageRequested(m_action->property("page").toString());
    });
    connect(m_jobs, &QPushButton::clicked, this, &StatusStrip::showJobs);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    showText(tr("No workspace open"));
    showTraining();
}

void StatusStrip::showText(const QString& text) {
    m_whole = text;
    m_text->setToolTip(text);
    resizeEvent(nullptr);
}

void StatusStrip::resizeEvent(QResizeEvent*) {
    m_text->setText(m_text->fontMetrics().elidedText(
        m_whole, Qt::ElideRight,
        std::max(60, width() - 48 - (m_job->isVisibleTo(this) ? m_job->sizeHint().width() : 0) -
                         (m_bar->isVisibleTo(this) ? 250 : 0) - 90)));
}

void StatusStrip::takeEvent(const Json& event) {
    const auto type = event.find("type");
    if (type == event.end() || !type->is_string())
        return;
    const auto name = type->get<std::string>();
    if (name == "progress") {
        m_epoch = int(numberOf(event, "epoch", m_epoch));
        const double of = numberOf(event, "of", 0);
        m_part = of > 0 ? numberOf(event, "batch", 0) / of : 0;
        m_etaSeconds = numberOf(event, "eta_s", m_etaSeconds);
    } else if (name == "epoch") {
        m_epoch = int(numberOf(event, "epoch", m_epoch));
        m_epochs = int(numberOf(event, "of", m_epochs));
        m_part = 1;
    } else if (name == "started") {
        m_epochs = int(numberOf(event, "epochs", m_epochs));
    } else if (name == "done") {
        m_map50 = numberOf(event, "map50", -1);
    } else {
        return;
    }
    showTraining();
}

void StatusStrip::takeEnd(const WorkerClient::End& end) {
    if (m_session.trainingRun().isEmpty())
        return;
    const QString run = m_run;
    const QString spent = durationText(m_since.isValid() ? double(m_since.elapsed()) / 1000 : 0);
    QString news, page, word;
    if (end.ok) {
        news = m_map50 >= 0 ? tr("%1 is done: mAP50 %2 in %3.").arg(run, qs(formatFixed(m_map50, 3)), spent)
                            : tr("%1 is done in %2.").arg(run, spent);
        page = QStringLiteral("evaluate");
        word = tr("Evaluate");
    } else {
        news = end.exitCode == 130 ? tr("%1 was stopped in epoch %2.").arg(run).arg(m_epoch)
                                   : tr("%1 failed in epoch %2.").arg(run).arg(std::max(1, m_epoch));
        page = QStringLiteral("train");
        word = tr("Show");
    }
    // The session clears its running training right after this; then the news stands for ten seconds.
    m_newsTimer.start();
    m_job->setText(news);
    m_job->setProperty("tone", end.ok || end.exitCode == 130 ? QString() : QStringLiteral("err"));
    m_job->setProperty("dim", end.ok || end.exitCode == 130 ? QStringLiteral("2") : QString());
    m_action->setText(word);
    m_action->setProperty("page", page);
    showTraining();
}

void StatusStrip::showTraining() {
    const bool running = m_session.trainWorker().isRunning() && !m_session.trainingRun().isEmpty();
    const bool news = !running && m_newsTimer.isActive();
    m_bar->setVisible(running);
    m_eta->setVisible(running);
    m_action->setVisible(running || news);

    if (running) {
        m_job->setProperty("tone", QString());
        m_job->setText(m_epoch <= 0   ? tr("%1: starting").arg(m_run)
                       : m_epochs > 0 ? tr("%1: epoch %2 of %3").arg(m_run).arg(m_epoch).arg(m_epochs)
                                      : tr("%1: epoch %2").arg(m_run).arg(m_epoch));
        m_bar->setValue(m_epochs > 0 ? int(1000 * (std::max(0, m_epoch - 1) + m_part) / m_epochs) : 0);
        m_eta->setText(m_etaSeconds >= 0 ? tr("ETA %1").arg(durationText(m_etaSeconds)) : tr("ETA …"));
        m_action->setText(tr("Show"));
        m_action->setProperty("page", QStringLiteral("train"));
    } else if (!news) {
        m_job->setProperty("tone", QString());
        m_job->setText(tr("No training is running"));
    }
    refreshLook(m_job);
    m_jobs->setText(tr("Jobs %1").arg(running ? 1 : 0));
    m_jobs->setAccessibleName(m_jobs->text());
    resizeEvent(nullptr);
}

void StatusStrip::showJobs() {
    QMenu menu(this);
    const QStringList runs = m_session.runNames();
    if (runs.isEmpty())
        menu.addAction(tr("No training yet"))->setEnabled(false);
    for (const QString& run : runs.mid(0, 12)) {
        const bool running = run == m_session.trainingRun();
        menu.addAction(running ? tr("%1 (running)").arg(run) : run, this, [this, run] {
            m_session.setCurrentRun(run);
            Q_EMIT m_session.pageRequested(QStringLiteral("train"));
        });
    }
    menu.exec(m_jobs->mapToGlobal(QPoint(0, -menu.sizeHint().height())));
}

void StatusStrip::paintEvent(QPaintEvent*) {
    const Palette& c = Theme::instance().palette();
    QPainter painter(this);
    painter.fillRect(rect(), c.rail);
    painter.fillRect(0, 0, width(), 1, c.line);
}

} // namespace intersect::ui
