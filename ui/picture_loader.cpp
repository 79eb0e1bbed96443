// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/picture_loader.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <set>

#include <QThreadPool>

#include "core/base/threads.h"
#include "core/image/decode.h"
#include "ui/picture.h"

namespace intersect::ui {
namespace {

QByteArray keyOf(const std::filesystem::path& file) {
    return QByteArray::fromStdString(file.native());
}

} // namespace

/// Shared with the decoding threads, which end before it does.
struct PictureLoader::Queue {
    struct Arrival {
        std::filesystem::path file;
        QImage picture;
        int generation = 0;
    };
    std::mutex mutex;
    std::deque<std::filesystem::path> wishes; ///< the first is decoded next
    std::set<std::filesystem::path> working;
    std::vector<Arrival> arrivals;
    int generation = 0;
    bool told = false; ///< a delivery is on its way
    PictureLoader* owner = nullptr;
    QThreadPool pool;

    void decodeOne() {
        Arrival arrival;
        {
            const std::lock_guard lock(mutex);
            if (wishes.empty())
                return;
            arrival.file = std::move(wishes.front());
            wishes.pop_front();
            arrival.generation = generation;
            working.insert(arrival.file);
        }
        // In the format that the window's painter is fastest with.
        if (const auto mat = image::decodeImage(arrival.file))
            arrival.picture = toImage(*mat).convertToFormat(QImage::Format_RGB32);
        const std::lock_guard lock(mutex);
        working.erase(arrival.file);
        arrivals.push_back(std::move(arrival));
        if (!told && owner != nullptr) {
            told = true;
            QMetaObject::invokeMethod(
                owner, [loader = owner] { loader->deliver(); }, Qt::QueuedConnection);
        }
    }
};

PictureLoader::PictureLoader(QObject* parent) : QObject(parent), m_queue(std::make_shared<Queue>()) {
    m_queue->owner = this;
    m_queue->pool.setMaxThreadCount(std::clamp(availableCores(), 1, 2));
    m_cache.setMaxCost(kCacheBytes);
}

PictureLoader::~PictureLoader() {
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->wishes.clear();
        m_queue->owner = nullptr;
    }
    m_queue->pool.clear();
    m_queue->pool.waitForDone();
}

QImage PictureLoader::want(const std::filesystem::path& file, const std::vector<std::filesystem::path>& ahead) {
    const QImage* kept = m_cache.object(keyOf(file));
    const QImage picture = kept != nullptr ? *kept : QImage();
    m_wanted = kept != nullptr ? std::filesystem::path() : file;
    std::size_t jobs = 0;
    {
        const std::lock_guard lock(m_queue->mutex);
        m_queue->wishes.clear(); // what was expected before the last step may be behind us
        const auto wish = [this](const std::filesystem::path& one) {
            if (!m_queue->working.contains(one) && std::ranges::find(m_queue->wishes, one) == m_queue->wishes.end())
                m_queue->wishes.push_back(one);
        };
        if (kept == nullptr)
            wish(file);
        for (const std::filesystem::path& one : ahead)
            if (one != file && !m_cache.contains(keyOf(one)))
                wish(one);
        jobs = m_queue->wishes.size();
    }
    for (std::size_t i = 0; i < jobs; ++i)
        m_queue->pool.start([queue = m_queue.get()] { queue->decodeOne(); });
    return picture;
}

void PictureLoader::stop() {
    m_wanted.clear();
    const std::lock_guard lock(m_queue->mutex);
    m_queue->wishes.clear();
}

void PictureLoader::clear() {
    m_cache.clear();
    const std::lock_guard lock(m_queue->mutex); // what is still to be decoded is read anew anyway
    m_queue->generation = ++m_generation;
}

void PictureLoader::setCacheLimit(qsizetype bytes) {
    m_cache.setMaxCost(bytes);
}

bool PictureLoader::holds(const std::filesystem::path& file) const {
    return m_cache.contains(keyOf(file));
}

void PictureLoader::deliver() {
    std::vector<Queue::Arrival> arrivals;
    {
        const std::lock_guard lock(m_queue->mutex);
        arrivals.swap(m_queue->arrivals);
        m_queue->told = false;
    }
    for (const Queue::Arrival& arrival : arrivals) {
        // A picture that cannot be read is tried again the next time.
        if (!arrival.picture.isNull() && arrival.generation == m_generation)
            m_cache.insert(keyOf(arrival.file), new QImage(arrival.picture), arrival.picture.sizeInBytes());
        if (arrival.file != m_wanted)
            continue;
        m_wanted.clear();
        Q_EMIT came(arrival.file, arrival.picture);
    }
}

} // namespace intersect::ui
