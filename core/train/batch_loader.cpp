// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/batch_loader.h"

#include <algorithm>
#include <array>
#include <exception>
#include <new>

#include <opencv2/imgproc.hpp>

#include "core/base/threads.h"

namespace intersect::train {

namespace {

constexpr std::size_t kBatchesAhead = 3;
/// Tells the stream of an epoch's order from those of its samples.
constexpr std::uint64_t kOrderStream = 0x6F72646572ULL;

} // namespace

std::vector<std::size_t> epochOrder(std::uint64_t seed, int epoch, std::size_t count) {
    std::vector<std::size_t> order(count);
    for (std::size_t i = 0; i < count; ++i)
        order[i] = i;
    RandomStream random{seed, static_cast<std::uint64_t>(epoch), kOrderStream};
    for (std::size_t i = count; i > 1; --i)
        std::swap(order[i - 1], order[random.below(i)]);
    return order;
}

void appendTargets(const LabelledPicture& picture, int image, std::vector<TargetRow>& rows) {
    constexpr double kInside = 1e-3; // boxes end this many pixels before the far border
    const double w = picture.bgr.cols, h = picture.bgr.rows;
    for (const PixelBox& box : picture.boxes) {
        const double x1 = std::clamp(box.x1, 0.0, w - kInside), x2 = std::clamp(box.x2, 0.0, w - kInside);
        const double y1 = std::clamp(box.y1, 0.0, h - kInside), y2 = std::clamp(box.y2, 0.0, h - kInside);
        rows.push_back({image, box.classId, static_cast<float>((x1 + x2) / 2 / w),
                        static_cast<float>((y1 + y2) / 2 / h), static_cast<float>((x2 - x1) / w),
                        static_cast<float>((y2 - y1) / h)});
    }
}

BatchLoader::BatchLoader(PictureStore& pictures, const runs::TrainConfig& config, int batch, int firstEpoch)
    : m_pictures(pictures), m_config(config), m_batch(batch) {
    const auto count = static_cast<int>(pictures.samples().size());
    m_batchesPerEpoch = (count + batch - 1) / batch;
    m_nextBatch = static_cast<std::int64_t>(firstEpoch) * m_batchesPerEpoch;
    for (int i = 0; i < std::max(1, config.workers); ++i)
        m_threads.emplace_back([this] { work(); });
}

BatchLoader::~BatchLoader() {
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_wanted.notify_all();
}

/// Queues the next batch; the lock is held.
void BatchLoader::startBatch() {
    const auto epoch = static_cast<int>(m_nextBatch / m_batchesPerEpoch);
    const auto place = static_cast<std::size_t>(m_nextBatch % m_batchesPerEpoch);
    if (place == 0)
        m_order = epochOrder(m_config.seed, epoch, m_pictures.samples().size());
    const std::size_t begin = place * static_cast<std::size_t>(m_batch);
    const std::size_t end = std::min(begin + static_cast<std::size_t>(m_batch), m_order.size());
    auto pending = std::make_shared<Pending>();
    pending->epoch = epoch;
    pending->samples.assign(m_order.begin() + static_cast<std::ptrdiff_t>(begin),
                            m_order.begin() + static_cast<std::ptrdiff_t>(end));
    pending->rows.resize(pending->samples.size());
    pending->batch.count = static_cast<int>(pending->samples.size());
    pending->batch.side = m_config.imgSize;
    pending->batch.pixels.resize(pending->samples.size() * static_cast<std::size_t>(m_config.imgSize) *
                                 static_cast<std::size_t>(m_config.imgSize) * 3);
    m_queue.push_back(std::move(pending));
    ++m_nextBatch;
}

void BatchLoader::work() {
    lowerThreadPriority();
    std::unique_lock lock(m_mutex);
    for (;;) {
        std::shared_ptr<Pending> pending;
        m_wanted.wait(lock, [&] {
            if (m_ending)
                return true;
            for (const auto& queued : m_queue)
                if (queued->started < queued->batch.count) {
                    pending = queued;
                    return true;
                }
            return m_queue.size() < kBatchesAhead;
        });
        if (m_ending)
            return;
        if (!pending) {
            try {
                startBatch();
            } catch (const std::bad_alloc&) {
                return; // `next` meets the same in the caller's thread, where it can be told
            }
            pending = m_queue.back();
        }
        makeNext(*pending, lock);
    }
}

/// Makes the batch's next sample; the lock is held before and after, not meanwhile.
void BatchLoader::makeNext(Pending& pending, std::unique_lock<std::mutex>& lock) {
    const int place = pending.started++;
    lock.unlock();
    std::optional<Error> error = makeSample(pending, place);
    lock.lock();
    if (error && !pending.error)
        pending.error = std::move(error);
    if (++pending.finished == pending.batch.count)
        m_ready.notify_all();
}

std::optional<Error> BatchLoader::makeSample(Pending& pending, int place) {
    const std::size_t index = pending.samples[static_cast<std::size_t>(place)];
    RandomStream random{m_config.seed, static_cast<std::uint64_t>(pending.epoch), index};
    try {
        LabelledPicture made;
        if (random.chance(m_config.hyp.mosaic)) {
            std::array<std::size_t, 4> chosen{index, 0, 0, 0};
            for (std::size_t i = 1; i < 4; ++i)
                chosen[i] = random.below(m_pictures.samples().size());
            for (std::size_t i = 4; i > 1; --i)
                std::swap(chosen[i - 1], chosen[random.below(i)]);
            std::array<LabelledPicture, 4> four;
            for (std::size_t i = 0; i < 4; ++i) {
                auto picture = m_pictures.picture(chosen[i]);
                if (!picture)
                    return picture.error();
                four[i] = std::move(*picture);
            }
            made = makeMosaic(four, m_config.imgSize, m_config.hyp, random);
        } else {
            const auto picture = m_pictures.picture(index);
            if (!picture)
                return picture.error();
            made = makeSingle(*picture, m_config.imgSize, m_config.hyp, random);
        }
        colourAndFlip(made, m_config.hyp, random);
        const auto side = static_cast<std::size_t>(m_config.imgSize);
        cv::Mat into(m_config.imgSize, m_config.imgSize, CV_8UC3,
                     pending.batch.pixels.data() + static_cast<std::size_t>(place) * side * side * 3);
        cv::cvtColor(made.bgr, into, cv::COLOR_BGR2RGB);
        appendTargets(made, place, pending.rows[static_cast<std::size_t>(place)]);
    } catch (const std::exception& error) {
        return Error{ErrorCode::Failed, "A training picture could not be made: " + std::string(error.what()) + ".",
                     m_pictures.samples()[index].path, 0, "Check that picture and the memory that is left."};
    }
    return std::nullopt;
}

Result<Batch> BatchLoader::next() {
    std::unique_lock lock(m_mutex);
    if (m_queue.empty())
        startBatch();
    // On a busy machine the low-priority threads may hardly run: the caller makes what it would wait for.
    const std::shared_ptr<Pending> done = m_queue.front();
    while (done->started < done->batch.count)
        makeNext(*done, lock);
    m_ready.wait(lock, [&] { return done->finished == done->batch.count; });
    m_queue.pop_front();
    lock.unlock();
    m_wanted.notify_all();
    if (done->error)
        return tl::unexpected<Error>(*done->error);
    for (const auto& rows : done->rows)
        done->batch.targets.insert(done->batch.targets.end(), rows.begin(), rows.end());
    return std::move(done->batch);
}

} // namespace intersect::train
