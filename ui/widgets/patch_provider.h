// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <QCache>
#include <QObject>
#include <QPixmap>
#include <QRect>
#include <QSet>
#include <QTimer>

#include "ui/widgets/decode_queue.h"

namespace intersect::ui {

/// Pieces of frames at the size they are shown, decoded off the window's thread when something visible asks for them. One decoding of a frame
/// serves all pieces of it that wait; pieces and the frames used last are kept, both bounded in bytes. GUI thread only.
class PatchProvider : public QObject {
    Q_OBJECT
public:
    explicit PatchProvider(QObject* parent = nullptr);

    /// The piece `window` of a picture (pixels of the image), reduced or enlarged to fit into `room` (device pixels); null if it has to be made
    /// first: `ready` follows. Made for another room it is returned until the right one is there.
    QPixmap patch(const std::filesystem::path& file, const QRect& window, const QSize& room);
    /// Whether this file turned out not to be readable.
    bool failed(const std::filesystem::path& file) const;
    /// Whether nothing is on its way.
    bool isIdle() const { return m_pending.isEmpty(); }
    /// Bytes of pieces held at most.
    void setCacheLimit(qsizetype bytes) { m_cache.setMaxCost(bytes); }
    qsizetype cachedBytes() const { return m_cache.totalCost(); }
    /// How many pictures were decoded so far.
    int decodings() const;
    /// Files may have changed: everything is made again when it is asked for.
    void clear();

Q_SIGNALS:
    /// Some pieces arrived. Comes at most once in kTogetherMs, so that whoever paints them again does not do so for each.
    void ready();

private:
    struct Frames; ///< decoded ones, shared with the decoding threads
    struct Wish {
        QByteArray group; ///< the file
        QByteArray key;   ///< file and window
        std::filesystem::path path;
        QRect window;
        QSize room;
        int generation = 0;
    };
    struct Piece {
        QPixmap pixmap;
        QSize room; ///< what it was made for
    };
    static constexpr int kTogetherMs = 15;
    void deliver(std::vector<DecodeQueue<Wish>::Arrival> arrivals);
    std::shared_ptr<Frames> m_frames;
    QCache<QByteArray, Piece> m_cache;
    QSet<QByteArray> m_pending; ///< keys
    QSet<QByteArray> m_failed;  ///< files
    int m_generation = 0;
    QTimer m_together;
    DecodeQueue<Wish> m_queue; ///< last: its threads end first
};

} // namespace intersect::ui
