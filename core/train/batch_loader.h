// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/runs/train_config.h"
#include "core/train/targets.h"
#include "core/train/training_data.h"

namespace intersect::train {

/// One batch: pixels RGB interleaved [count, side, side, 3] and the true objects as fractions of the side, in the order
/// of the images.
struct Batch {
    int count = 0, side = 0;
    std::vector<std::uint8_t> pixels;
    std::vector<TargetRow> targets;
};

/// The order in which an epoch (from 0) shows `count` samples: the same for the same seed.
std::vector<std::size_t> epochOrder(std::uint64_t seed, int epoch, std::size_t count);

/// The rows of a picture's boxes: fractions of width and height, clipped to the picture. `image`: its place in the
/// batch.
void appendTargets(const LabelledPicture& picture, int image, std::vector<TargetRow>& rows);

/// Makes augmented training batches ahead of time on low-priority threads. Sample i of epoch e draws from
/// RandomStream{seed, e, i} alone, so that the batches are the same whatever the number of threads. `next` is for one
/// thread.
class BatchLoader {
public:
    /// Begins with the first batch of epoch `firstEpoch` (from 0).
    BatchLoader(PictureStore& pictures, const runs::TrainConfig& config, int batch, int firstEpoch = 0);
    ~BatchLoader();
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;

    int batchesPerEpoch() const { return m_batchesPerEpoch; }
    /// The next batch, epoch after epoch; waits for it. A picture that can no longer be read is an error naming it.
    Result<Batch> next();

private:
    struct Pending {
        Batch batch;
        int epoch = 0;
        std::vector<std::size_t> samples;
        std::vector<std::vector<TargetRow>> rows; ///< by place in the batch
        int started = 0, finished = 0;
        std::optional<Error> error;
    };
    void work();
    void startBatch();
    void makeNext(Pending& pending, std::unique_lock<std::mutex>& lock);
    std::optional<Error> makeSample(Pending& pending, int place);

    PictureStore& m_pictures;
    const runs::TrainConfig m_config;
    int m_batch, m_batchesPerEpoch;
    std::mutex m_mutex;
    std::condition_variable m_wanted, m_ready;
    std::deque<std::shared_ptr<Pending>> m_queue; ///< oldest first
    std::int64_t m_nextBatch = 0;
    std::vector<std::size_t> m_order; ///< of the epoch of m_nextBatch
    bool m_ending = false;
    std::vector<std::jthread> m_threads;
};

} // namespace intersect::train
