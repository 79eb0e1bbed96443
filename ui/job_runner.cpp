// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/job_runner.h"

#include <QThread>

namespace intersect::ui {

JobRunner::JobRunner(QObject* parent) : QObject(parent), m_latest(std::make_shared<std::atomic<quint64>>(0)) {}

JobRunner::~JobRunner() {
    cancel();
    // A job on the pool still refers to this object; it notices `cancelled` soon, and we wait for it.
    while (m_running.load() > 0)
        QThread::msleep(1);
}

void JobRunner::cancel() {
    m_latest->store(++m_number);
}

QThreadPool& JobRunner::pool() {
    static QThreadPool shared;
    return shared;
}

} // namespace intersect::ui
