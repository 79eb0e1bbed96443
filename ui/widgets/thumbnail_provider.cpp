// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/thumbnail_provider.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include <QCoreApplication>
#include <QImage>
#include <QThreadPool>

#include "core/base/threads.h"
#include "core/image/thumbnail_cache.h"
#include "ui/picture.h"

namespace intersect::ui {
namespace {

constexpr int kSizes[] = {128, 256, 384, 640, 1024};
constexpr std::size_t kWaitingAtMost = 400; ///< older wishes are dropped; what is still visible asks again
constexpr qsizetype kCacheBytes = 28LL * 1024 * 1024;

int roundedSize(int longSidePx) {
    for (const int size : kSizes)
        if (longSidePx <= size)
            return size;
    return kSizes[std::size(kSizes) - 1];
}

QByteArray fileKey(const std::filesystem::path& file) {
    return QByteArray::fromStdString(file.native());
}

QByteArray keyOf(const QByteArray& file, int size) {
    return file + '\0' + QByteArray::number(size);
}

} // namespace

/// Shared with the decoding threads, which may outlive neither it nor the queue's pool.
struct ThumbnailProvider::Queue {
    struct Wish {
        QByteArray key, file;
        std::filesystem::path path;
        int size = 0, generation = 0;
        std::shared_ptr<image::ThumbnailCache> kept;
    };
    struct Arrival {
        QByteArray key, file;
        int generation = 0;
        QImage picture;
    };
    std::mutex mutex;
    std::vector<Wish> wishes; ///< the newest at the end
    std::vector<Arrival> arrivals;
    bool told = false;   ///< a delivery is on its way
    ThumbnailProvider* owner = nullptr;
    std::shared_ptr<image::ThumbnailCache> kept = std::make_shared<image::ThumbnailCache>();
    QThreadPool pool;

    void decodeOne() {
        Wish wish;
        {
            const std::lock_guard lock(mutex);
            if (wishes.empty())
                return;
            wish = std::move(wishes.back());
            wishes.pop_back();
        }
        QImage picture;
        if (const auto mat = wish.kept->thumbnail(wish.path, wish.size))
            picture = toImage(*mat);
        const std::lock_guard lock(mutex);
        arrivals.push_back({wish.key, wish.file, wish.generation, picture});
        if (!told && owner != nullptr) {
            told = true;
            QMetaObject::invokeMethod(owner, [provider = owner] { provider->deliver(); }, Qt::QueuedConnection);
        }
    }
};

ThumbnailProvider::ThumbnailProvider(QObject* parent) : QObject(parent), m_queue(std::make_shared<Queue>()) {
    m_queue->owner = this;
    m_queue->pool.setMaxThreadCount(std::clamp(availableCores() - 1, 1, 3));
    m_queue->pool.setThreadPriority(QThread::LowPriority);
    m_cache.setMaxCost(kCacheBytes);
}

ThumbnailProvider::~ThumbnailProvider() {
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->wishes.clear();
        m_queue->owner = nullptr;
    }
    m_queue->pool.clear();
    m_queue->pool.waitForDone();
}

ThumbnailProvider& ThumbnailProvider::instance() {
    // A child of the application: its pixmaps must go before the platform does.
    static ThumbnailProvider* provider = new ThumbnailProvider(QCoreApplication::instance());
    return *provider;
}

void ThumbnailProvider::wish(const QByteArray& key, const QByteArray& name, const std::filesystem::path& file, int size) {
    if (m_failed.contains(name) || m_pending.contains(key))
        return;
    m_pending.insert(key);
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->wishes.push_back({key, name, file, size, m_generation, m_queue->kept});
        if (m_queue->wishes.size() > kWaitingAtMost) {
            m_pending.remove(m_queue->wishes.front().key);
            m_queue->wishes.erase(m_queue->wishes.begin());
        }
    }
    m_queue->pool.start([queue = m_queue.get()] { queue->decodeOne(); });
}

QPixmap ThumbnailProvider::thumbnail(const std::filesystem::path& file, int longSidePx) {
    const int size = roundedSize(longSidePx);
    const QByteArray name = fileKey(file);
    const QByteArray key = keyOf(name, size);
    const Picture* picture = m_cache.object(key);
    if (picture == nullptr || picture->generation != m_generation)
        wish(key, name, file, size);
    if (picture != nullptr)
        return picture->pixmap;
    // Meanwhile any other size will do.
    for (const int other : kSizes)
        if (const Picture* stand = m_cache.object(keyOf(name, other)))
            return stand->pixmap;
    return {};
}

bool ThumbnailProvider::failed(const std::filesystem::path& file) const {
    return m_failed.contains(fileKey(file));
}

void ThumbnailProvider::setCacheLimit(qsizetype bytes) {
    m_cache.setMaxCost(bytes);
}

void ThumbnailProvider::setFolder(const std::filesystem::path& folder) {
    const std::lock_guard lock(m_queue->mutex);
    if (folder != m_queue->kept->folder())
        m_queue->kept = std::make_shared<image::ThumbnailCache>(folder);
}

void ThumbnailProvider::refresh() {
    const std::lock_guard lock(m_queue->mutex);
    m_queue->wishes.clear();
    m_pending.clear();
    m_failed.clear();
    ++m_generation;
}

void ThumbnailProvider::clear() {
    const std::lock_guard lock(m_queue->mutex);
    m_queue->wishes.clear();
    m_cache.clear();
    m_pending.clear();
    m_failed.clear();
}

void ThumbnailProvider::deliver() {
    std::vector<Queue::Arrival> arrivals;
    {
        const std::lock_guard lock(m_queue->mutex);
        arrivals.swap(m_queue->arrivals);
        m_queue->told = false;
    }
    for (Queue::Arrival& arrival : arrivals) {
        m_pending.remove(arrival.key);
        const qsizetype bytes = arrival.picture.sizeInBytes();
        if (!arrival.picture.isNull()) {
            m_cache.insert(arrival.key, new Picture{QPixmap::fromImage(std::move(arrival.picture)), arrival.generation}, bytes);
        } else if (arrival.generation == m_generation) {
            m_failed.insert(arrival.file);
            m_cache.remove(arrival.key);
        }
    }
    Q_EMIT ready();
}

} // namespace intersect::ui
