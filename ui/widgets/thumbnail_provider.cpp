// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/thumbnail_provider.h"

#include <vector>

#include <QCoreApplication>
#include <QImage>

#include "core/image/thumbnail_cache.h"
#include "ui/picture.h"

namespace intersect::ui {
namespace {

constexpr int kSizes[] = {128, 256, 384, 640, 1024};
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

ThumbnailProvider::ThumbnailProvider(QObject* parent)
    : QObject(parent), m_kept(std::make_shared<image::ThumbnailCache>()),
      m_queue(
          this,
          [](const std::vector<Wish>& wishes) {
              const auto mat = wishes.front().kept->thumbnail(wishes.front().path, wishes.front().size);
              return std::vector<QImage>(wishes.size(), mat ? toImage(*mat) : QImage());
          },
          [this](std::vector<DecodeQueue<Wish>::Arrival> arrivals) { deliver(std::move(arrivals)); }) {
    m_cache.setMaxCost(kCacheBytes);
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
    if (const auto dropped = m_queue.ask({key, name, file, size, m_generation, m_kept}))
        m_pending.remove(dropped->group);
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
    if (folder != m_kept->folder())
        m_kept = std::make_shared<image::ThumbnailCache>(folder);
}

void ThumbnailProvider::refresh() {
    m_queue.forgetWaiting();
    m_pending.clear();
    m_failed.clear();
    ++m_generation;
}

void ThumbnailProvider::clear() {
    m_queue.forgetWaiting();
    m_cache.clear();
    m_pending.clear();
    m_failed.clear();
}

void ThumbnailProvider::deliver(std::vector<DecodeQueue<Wish>::Arrival> arrivals) {
    for (DecodeQueue<Wish>::Arrival& arrival : arrivals) {
        const Wish& wish = arrival.wish;
        m_pending.remove(wish.group);
        const qsizetype bytes = arrival.picture.sizeInBytes();
        if (!arrival.picture.isNull()) {
            m_cache.insert(wish.group, new Picture{QPixmap::fromImage(std::move(arrival.picture)), wish.generation}, bytes);
        } else if (wish.generation == m_generation) {
            m_failed.insert(wish.file);
            m_cache.remove(wish.group);
        }
    }
    Q_EMIT ready();
}

} // namespace intersect::ui
