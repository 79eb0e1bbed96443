// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include <QCache>
#include <QImage>
#include <QObject>

namespace intersect::ui {

/// Whole pictures of frames, decoded off the window's thread: the wanted one first, then those that will be wanted
/// next. Keeps the last ones, bounded in bytes. GUI thread only.
class PictureLoader : public QObject {
    Q_OBJECT
public:
    static constexpr qsizetype kCacheBytes = 160LL * 1024 * 1024; ///< 19 pictures of 1920x1080
    explicit PictureLoader(QObject* parent = nullptr);
    ~PictureLoader() override;

    /// The picture (Format_RGB32) if it is there; null if it has to be decoded: `came` follows, unless another one is
    /// wanted before. `ahead`: what to decode after it, the likeliest first.
    QImage want(const std::filesystem::path& file, const std::vector<std::filesystem::path>& ahead = {});
    /// Nothing is wanted any more; what is kept stays.
    void stop();
    /// The files may have changed: forgets all pictures; what is wanted still comes.
    void clear();
    void setCacheLimit(qsizetype bytes);
    qsizetype cachedBytes() const { return m_cache.totalCost(); }
    /// Whether the picture is there.
    bool holds(const std::filesystem::path& file) const;

Q_SIGNALS:
    /// The wanted picture; null: it cannot be read.
    void came(const std::filesystem::path& file, const QImage& picture);

private:
    struct Queue;
    void deliver();
    std::shared_ptr<Queue> m_queue;
    QCache<QByteArray, QImage> m_cache;
    std::filesystem::path m_wanted;
    int m_generation = 0;
};

} // namespace intersect::ui
