// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/batch_loader.h"

#include <algorithm>
#include <cassert>
#include <new>

#include "core/base/threads.h"
#include "core/train/image_weights.h"

namespace intersect::train {

namespace {

constexpr std::size_t kBatchesAhead = 3;

} // namespace

BatchLoader::BatchLoader(PictureStore& pictures, const runs::TrainConfig& config, int batch, int firstEpoch, int stride)
    : m_pictures(pictures), m_config(config), m_batch(batch), m_stride(stride), m_maker(pictures, m_config) {
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

void BatchLoader::beginEpoch(int epoch, std::span<const double> classAp) {
    if (!m_config.imageWeights)
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_imageWeights = imageWeights(m_pictures.samples(), classAp);
        m_toldEpoch = epoch;
    }
    m_wanted.notify_all();
}

void BatchLoader::giveBack(Batch batch) {
    const std::lock_guard lock(m_mutex);
    if (m_spare.size() < kBatchesAhead)
        m_spare.push_back(std::move(batch.pixels));
}

/// Queues the next batch; the lock is held.
void BatchLoader::startBatch() {
    const auto epoch = static_cast<int>(m_nextBatch / m_batchesPerEpoch);
    const auto place = static_cast<std::size_t>(m_nextBatch % m_batchesPerEpoch);
    if (place == 0)
        m_plan = std::make_shared<EpochPlan>(planEpoch(m_pictures.samples(), m_config, m_batch, m_stride, epoch, m_imageWeights));
    auto pending = std::make_shared<Pending>();
    pending->epoch = epoch;
    pending->plan = m_plan;
    pending->inputs = &m_plan->batches[place];
    const Size input = pending->inputs->input;
    const std::size_t count = pending->inputs->samples.size();
    pending->rows.resize(count);
    pending->batch.count = static_cast<int>(count);
    pending->batch.width = input.width;
    pending->batch.height = input.height;
    if (!m_spare.empty()) {
        pending->batch.pixels = std::move(m_spare.back());
        m_spare.pop_back();
    }
    pending->batch.pixels.resize(count * static_cast<std::size_t>(input.width) * static_cast<std::size_t>(input.height) * 3);
    m_queue.push_back(std::move(pending));
    ++m_nextBatch;
}

void BatchLoader::work() {
    lowerThreadPriority();
    SampleMaker maker(m_pictures, m_config);
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
            return m_queue.size() < kBatchesAhead && mayStartBatch();
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
        makeNext(*pending, maker, lock);
    }
}

/// Makes the batch's next sample; the lock is held before and after, not meanwhile.
void BatchLoader::makeNext(Pending& pending, SampleMaker& maker, std::unique_lock<std::mutex>& lock) {
    const auto place = static_cast<std::size_t>(pending.started++);
    lock.unlock();
    const Size input = pending.inputs->input;
    std::uint8_t* rgb = pending.batch.pixels.data() + place * static_cast<std::size_t>(input.width) * static_cast<std::size_t>(input.height) * 3;
    std::optional<Error> error =
        maker.make(pending.inputs->samples[place], pending.epoch, input, pending.plan->drawn, rgb, static_cast<int>(place), pending.rows[place]);
    lock.lock();
    if (error && !pending.error)
        pending.error = std::move(error);
    if (++pending.finished == pending.batch.count)
        m_ready.notify_all();
}

Result<Batch> BatchLoader::next() {
    std::unique_lock lock(m_mutex);
    if (m_queue.empty()) {
        assert(mayStartBatch() && "beginEpoch comes before an epoch's first batch");
        startBatch();
    }
    // On a busy machine the low-priority threads may hardly run: the caller makes what it would wait for.
    const std::shared_ptr<Pending> done = m_queue.front();
    while (done->started < done->batch.count)
        makeNext(*done, m_maker, lock);
    m_ready.wait(lock, [&] { return done->finished == done->batch.count; });
    m_queue.pop_front();
    lock.unlock();
    m_wanted.notify_all();
    if (done->error)
        return tl::unexpected<Error>(*done->error);
    for (const PlannedSample& sample : done->inputs->samples)
        done->batch.samples.push_back(sample.picture);
    for (const auto& rows : done->rows)
        done->batch.targets.insert(done->batch.targets.end(), rows.begin(), rows.end());
    return std::move(done->batch);
}

} // namespace intersect::train
