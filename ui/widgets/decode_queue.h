// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <QByteArray>
#include <QImage>
#include <QMetaObject>
#include <QObject>
#include <QThreadPool>

#include "core/base/threads.h"

namespace intersect::ui {

/// Decodes pictures off the window's thread: the newest wish first and with it all that wait for the same file, on few threads of low
/// priority; what arrived together is delivered together. A `Wish` has `group`, a QByteArray that says what can be decoded at once.
/// GUI thread only, but for `decode`.
template <class Wish> class DecodeQueue {
public:
    struct Arrival {
        Wish wish;
        QImage picture; ///< null: it cannot be read
    };
    using Decode = std::function<std::vector<QImage>(const std::vector<Wish>&)>; ///< of one group, one picture a wish; any thread
    using Deliver = std::function<void(std::vector<Arrival>)>;                   ///< on the owner's thread

    /// `owner` holds the queue and receives what arrived.
    DecodeQueue(QObject* owner, Decode decode, Deliver deliver) : m_owner(owner), m_decode(std::move(decode)), m_deliver(std::move(deliver)) {
        m_pool.setMaxThreadCount(std::clamp(availableCores() - 1, 1, 3));
        m_pool.setThreadPriority(QThread::LowPriority);
    }
    DecodeQueue(const DecodeQueue&) = delete;
    DecodeQueue& operator=(const DecodeQueue&) = delete;
    ~DecodeQueue() {
        {
            const std::lock_guard lock(m_mutex);
            m_wishes.clear();
            m_owner = nullptr;
        }
        m_pool.clear();
        m_pool.waitForDone();
    }

    /// Wishes for a picture. Returns the oldest wish where too many waited: that one is dropped.
    std::optional<Wish> ask(Wish wish) {
        std::optional<Wish> dropped;
        {
            const std::lock_guard lock(m_mutex);
            m_wishes.push_back(std::move(wish));
            if (m_wishes.size() > kWaitingAtMost) {
                dropped = std::move(m_wishes.front());
                m_wishes.erase(m_wishes.begin());
            }
        }
        m_pool.start([this] { decodeOne(); });
        return dropped;
    }
    /// Forgets the wishes that nobody has begun with.
    void forgetWaiting() {
        const std::lock_guard lock(m_mutex);
        m_wishes.clear();
    }

private:
    static constexpr std::size_t kWaitingAtMost = 400; ///< older wishes are dropped; what is still visible asks again

    void decodeOne() {
        std::vector<Wish> wishes;
        {
            const std::lock_guard lock(m_mutex);
            if (m_wishes.empty())
                return;
            const QByteArray group = m_wishes.back().group;
            const auto others = std::stable_partition(m_wishes.begin(), m_wishes.end(), [&](const Wish& wish) { return wish.group != group; });
            wishes.assign(std::make_move_iterator(others), std::make_move_iterator(m_wishes.end()));
            m_wishes.erase(others, m_wishes.end());
        }
        std::vector<QImage> pictures = m_decode(wishes);
        const std::lock_guard lock(m_mutex);
        for (std::size_t i = 0; i < wishes.size(); ++i)
            m_arrivals.push_back({std::move(wishes[i]), i < pictures.size() ? std::move(pictures[i]) : QImage()});
        if (!m_told && m_owner != nullptr) {
            m_told = true;
            QMetaObject::invokeMethod(m_owner, [this] { deliver(); }, Qt::QueuedConnection);
        }
    }
    void deliver() {
        std::vector<Arrival> arrivals;
        {
            const std::lock_guard lock(m_mutex);
            arrivals.swap(m_arrivals);
            m_told = false;
        }
        m_deliver(std::move(arrivals));
    }

    std::mutex m_mutex;
    std::vector<Wish> m_wishes; ///< the newest at the end
    std::vector<Arrival> m_arrivals;
    bool m_told = false; ///< a delivery is on its way
    QObject* m_owner;
    Decode m_decode;
    Deliver m_deliver;
    QThreadPool m_pool;
};

} // namespace intersect::ui
