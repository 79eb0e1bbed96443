// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include <QCache>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QSize>

namespace intersect::ui {

/// Small pictures of frames, decoded off the window's thread when something visible asks for them: newest first, few threads of low
/// priority, a cache bounded in bytes. One for the whole program. GUI thread only.
class ThumbnailProvider : public QObject {
    Q_OBJECT
public:
    explicit ThumbnailProvider(QObject* parent = nullptr);
    ~ThumbnailProvider() override;
    static ThumbnailProvider& instance();

    /// The picture of that long side (rounded up to a few sizes); null if it has to be decoded first: `ready` follows.
    QPixmap thumbnail(const std::filesystem::path& file, int longSidePx);
    /// Whether this file turned out not to be readable.
    bool failed(const std::filesystem::path& file) const;
    /// Bytes of pictures held at most.
    void setCacheLimit(qsizetype bytes);
    qsizetype cachedBytes() const { return m_cache.totalCost(); }
    /// Forgets every picture and failure (after the folders were read again).
    void clear();

Q_SIGNALS:
    /// Some pictures arrived: whoever shows frames paints again. Comes once for all that arrived together.
    void ready();

private:
    struct Queue;
    void deliver();
    std::shared_ptr<Queue> m_queue;
    QCache<QByteArray, QPixmap> m_cache;
    QSet<QByteArray> m_pending;
    QSet<QByteArray> m_failed; ///< by file
};

} // namespace intersect::ui
