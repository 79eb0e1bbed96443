// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/patch_provider.h"

#include <atomic>
#include <memory>
#include <mutex>

#include "core/image/decode.h"
#include "core/image/thumbnail.h"
#include "ui/picture.h"

namespace intersect::ui {
namespace {

constexpr qsizetype kPieceBytes = 40LL * 1024 * 1024;
constexpr qsizetype kFrameBytes = 32LL * 1024 * 1024; ///< whole pictures, so that pieces of the same ones come without decoding

QByteArray fileKey(const std::filesystem::path& file) {
    return QByteArray::fromStdString(file.native());
}

} // namespace

/// Whole pictures used last, bounded in bytes.
struct PatchProvider::Frames {
    std::mutex mutex;
    QCache<QByteArray, cv::Mat> pictures{kFrameBytes};
    std::atomic<int> decodings{0};

    /// Empty if it cannot be read. Any thread.
    cv::Mat of(const QByteArray& file, const std::filesystem::path& path) {
        {
            const std::lock_guard lock(mutex);
            if (const cv::Mat* kept = pictures.object(file))
                return *kept;
        }
        ++decodings;
        const auto decoded = image::decodeImage(path);
        if (!decoded)
            return {};
        const std::lock_guard lock(mutex);
        pictures.insert(file, new cv::Mat(*decoded), static_cast<qsizetype>(decoded->total() * decoded->elemSize()));
        return *decoded;
    }
};

PatchProvider::PatchProvider(QObject* parent)
    : QObject(parent), m_frames(std::make_shared<Frames>()),
      m_queue(
          this,
          [frames = m_frames](const std::vector<Wish>& wishes) {
              const cv::Mat picture = frames->of(wishes.front().group, wishes.front().path);
              std::vector<QImage> pieces(wishes.size());
              for (std::size_t i = 0; i < wishes.size() && !picture.empty(); ++i) {
                  const QRect& window = wishes[i].window;
                  const cv::Mat piece = image::fittedPart(picture, {window.x(), window.y(), window.width(), window.height()},
                                                          {wishes[i].room.width(), wishes[i].room.height()});
                  pieces[i] = toImage(piece).convertToFormat(QImage::Format_RGB32); // what the screen takes as it is
              }
              return pieces;
          },
          [this](std::vector<DecodeQueue<Wish>::Arrival> arrivals) { deliver(std::move(arrivals)); }) {
    m_cache.setMaxCost(kPieceBytes);
    m_together.setSingleShot(true);
    m_together.setInterval(kTogetherMs);
    connect(&m_together, &QTimer::timeout, this, &PatchProvider::ready);
}

QPixmap PatchProvider::patch(const std::filesystem::path& file, const QRect& window, const QSize& room) {
    const QByteArray name = fileKey(file);
    const int corners[] = {window.x(), window.y(), window.width(), window.height()};
    const QByteArray key = name + '\0' + QByteArray(reinterpret_cast<const char*>(corners), sizeof(corners));
    const Piece* piece = m_cache.object(key);
    if ((piece == nullptr || piece->room != room) && !m_failed.contains(name) && !m_pending.contains(key)) {
        m_pending.insert(key);
        if (const auto dropped = m_queue.ask({name, key, file, window, room, m_generation}))
            m_pending.remove(dropped->key);
    }
    return piece != nullptr ? piece->pixmap : QPixmap();
}

bool PatchProvider::failed(const std::filesystem::path& file) const {
    return m_failed.contains(fileKey(file));
}

int PatchProvider::decodings() const {
    return m_frames->decodings;
}

void PatchProvider::clear() {
    m_queue.forgetWaiting();
    ++m_generation;
    m_cache.clear();
    m_pending.clear();
    m_failed.clear();
    const std::lock_guard lock(m_frames->mutex);
    m_frames->pictures.clear();
}

void PatchProvider::deliver(std::vector<DecodeQueue<Wish>::Arrival> arrivals) {
    for (auto& [wish, picture] : arrivals) {
        if (wish.generation != m_generation)
            continue;
        m_pending.remove(wish.key);
        const qsizetype bytes = picture.sizeInBytes();
        if (picture.isNull())
            m_failed.insert(wish.group);
        else
            m_cache.insert(wish.key, new Piece{QPixmap::fromImage(std::move(picture)), wish.room}, bytes);
    }
    if (!m_together.isActive())
        m_together.start();
}

} // namespace intersect::ui
