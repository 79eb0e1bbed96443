// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include <QCache>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QSize>

#include "ui/widgets/decode_queue.h"

namespace intersect::image {
class ThumbnailCache;
}

namespace intersect::ui {

/// Small pictures of frames, decoded off the window's thread when something visible asks for them: newest first, few threads of low
/// priority, a cache bounded in bytes, and a folder that keeps those of large pictures. One for the whole program. GUI thread only.
class ThumbnailProvider : public QObject {
    Q_OBJECT
public:
    explicit ThumbnailProvider(QObject* parent = nullptr);
    static ThumbnailProvider& instance();

    /// The picture of that long side (rounded up to a few sizes); null if it has to be decoded first: `ready` follows.
    QPixmap thumbnail(const std::filesystem::path& file, int longSidePx);
    /// Whether this file turned out not to be readable.
    bool failed(const std::filesystem::path& file) const;
    /// Bytes of pictures held at most.
    void setCacheLimit(qsizetype bytes);
    qsizetype cachedBytes() const { return m_cache.totalCost(); }
    /// The folder that keeps thumbnails (`cache/thumbnails` of the workspace); may be deleted at any time; empty: none is kept.
    void setFolder(const std::filesystem::path& folder);
    /// Files may have changed: pictures are shown as they are until they were made again, failures are forgotten.
    void refresh();
    /// Forgets every picture and failure.
    void clear();

Q_SIGNALS:
    /// Some pictures arrived: whoever shows frames paints again. Comes once for all that arrived together.
    void ready();

private:
    struct Wish {
        QByteArray group; ///< file and size
        QByteArray file;
        std::filesystem::path path;
        int size = 0, generation = 0;
        std::shared_ptr<image::ThumbnailCache> kept;
    };
    struct Picture {
        QPixmap pixmap;
        int generation = 0; ///< made before the last refresh: shown, and asked for again
    };
    void deliver(std::vector<DecodeQueue<Wish>::Arrival> arrivals);
    void wish(const QByteArray& key, const QByteArray& name, const std::filesystem::path& file, int size);
    std::shared_ptr<image::ThumbnailCache> m_kept;
    QCache<QByteArray, Picture> m_cache;
    int m_generation = 0;
    QSet<QByteArray> m_pending;
    QSet<QByteArray> m_failed; ///< by file
    DecodeQueue<Wish> m_queue; ///< last: its threads end first
};

} // namespace intersect::ui
