// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <type_traits>

#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <QThreadPool>

namespace intersect::ui {

/// Runs window-side work off the window's thread, newest wins: a newer start() makes the older job's result void, and its
/// `cancelled()` true. Input by value or shared const. One runner per kind of work of a widget. GUI thread only.
class JobRunner : public QObject {
    Q_OBJECT
public:
    using Cancelled = std::function<bool()>;
    explicit JobRunner(QObject* parent = nullptr);
    ~JobRunner() override;

    /// `work(cancelled)` runs on the pool and must not throw; `done(result)` runs on the window's thread, unless a newer job was started or the runner is gone.
    template <class Work, class Done>
    void start(Work work, Done done) {
        const quint64 number = ++m_number;
        auto latest = m_latest;
        latest->store(number);
        QPointer<JobRunner> self(this);
        const Cancelled cancelled = [latest, number] { return latest->load() != number; };
        m_running.fetch_add(1);
        pool().start([this, self, number, cancelled, work = std::move(work), done = std::move(done)]() mutable {
            using Value = std::invoke_result_t<Work, Cancelled>;
            auto value = std::make_shared<Value>(work(cancelled));
            QMetaObject::invokeMethod(
                this,
                [self, number, value, done = std::move(done)]() mutable {
                    if (self && self->m_number == number)
                        done(std::move(*value));
                },
                Qt::QueuedConnection);
            m_running.fetch_sub(1);
        });
    }
    /// Makes the running job's result void.
    void cancel();
    /// The pool all window-side work shares.
    static QThreadPool& pool();

private:
    quint64 m_number = 0;
    std::shared_ptr<std::atomic<quint64>> m_latest;
    std::atomic<int> m_running{0};
};

} // namespace intersect::ui
