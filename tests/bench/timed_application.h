// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <utility>

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

namespace intersect::tests {

/// Processor time of this thread so far.
inline double threadMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1000 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// A figure of /proc/self/status ("VmRSS:"), in MB.
inline double residentMb(const char* key) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == key) {
            double kb = 0;
            status >> kb;
            return kb / 1024;
        }
    return 0;
}

/// Times every event that the loop hands out, outermost ones only.
class TimedApplication : public QApplication {
public:
    using QApplication::QApplication;
    struct Longest {
        double wall = 0, own = 0;
        QByteArray what;
        int over16 = 0, events = 0;
    };
    Longest longest;
    void reset() { longest = {}; }
    /// Own time of the events since it was asked last, in ms.
    double takeOwn() { return std::exchange(m_own, 0.0); }

    bool notify(QObject* receiver, QEvent* event) override {
        if (m_depth > 0)
            return QApplication::notify(receiver, event);
        const QByteArray what = QByteArray(receiver->metaObject()->className()) + " event " + QByteArray::number(event->type());
        const double before = threadMs();
        QElapsedTimer wall;
        wall.start();
        ++m_depth;
        const bool result = QApplication::notify(receiver, event);
        --m_depth;
        const double tookWall = static_cast<double>(wall.nsecsElapsed()) / 1e6, tookOwn = threadMs() - before;
        m_own += tookOwn;
        ++longest.events;
        longest.over16 += tookOwn > 16 ? 1 : 0;
        longest.wall = std::max(longest.wall, tookWall);
        if (tookOwn > longest.own) {
            longest.own = tookOwn;
            longest.what = what;
        }
        return result;
    }

private:
    int m_depth = 0;
    double m_own = 0;
};

/// Runs the event loop until something holds.
inline void spin(const std::function<bool()>& until, int atMostMs) {
    QTimer tick; // the loop wakes up at least this often, and sleeps between
    tick.start(5);
    QElapsedTimer timer;
    timer.start();
    while (!until() && timer.elapsed() < atMostMs)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
}

} // namespace intersect::tests
