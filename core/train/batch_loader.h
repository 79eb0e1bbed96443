// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/runs/train_config.h"
#include "core/train/epoch_plan.h"
#include "core/train/sample_maker.h"
#include "core/train/targets.h"
#include "core/train/training_data.h"

namespace intersect::train {

/// One batch: pixels RGB interleaved [count, height, width, 3] and the true objects as fractions of the input, in the order
/// of the images.
struct Batch {
    int count = 0, width = 0, height = 0;
    std::vector<std::uint8_t> pixels;
    std::vector<TargetRow> targets;
    std::vector<std::size_t> samples; ///< of the train list, by place in the batch
};

/// Makes augmented training batches ahead of time on low-priority threads. Each sample draws from a random stream of its
/// own (seed, epoch, sample), so that the batches are the same whatever the number of threads. Used by one thread.
class BatchLoader {
public:
    /// Begins with the first batch of epoch `firstEpoch` (from 0). `stride`: the network's largest, for rectangles.
    BatchLoader(PictureStore& pictures, const runs::TrainConfig& config, int batch, int firstEpoch = 0, int stride = 32);
    ~BatchLoader();
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;

    int batchesPerEpoch() const { return m_batchesPerEpoch; }
    /// With image weights, before the first batch of every epoch: the last AP@0.5:0.95 of each class (0 before the first validation), which
    /// the epoch's pictures are drawn by. Without them it changes nothing.
    void beginEpoch(int epoch, std::span<const double> classAp);
    /// The next batch, epoch after epoch; waits for it. A picture that can no longer be read is an error naming it.
    Result<Batch> next();
    /// Takes a used batch's memory for a later one.
    void giveBack(Batch batch);

private:
    struct Pending {
        Batch batch;
        int epoch = 0;
        std::shared_ptr<const EpochPlan> plan;
        const PlannedInputs* inputs = nullptr;    ///< in the plan
        std::vector<std::vector<TargetRow>> rows; ///< by place in the batch
        int started = 0, finished = 0;
        std::optional<Error> error;
    };
    bool mayStartBatch() const { return !m_config.imageWeights || m_nextBatch < static_cast<std::int64_t>(m_toldEpoch + 1) * m_batchesPerEpoch; }
    void work();
    void startBatch();
    void makeNext(Pending& pending, SampleMaker& maker, std::unique_lock<std::mutex>& lock);

    PictureStore& m_pictures;
    const runs::TrainConfig m_config;
    int m_batch, m_batchesPerEpoch, m_stride;
    std::mutex m_mutex;
    std::condition_variable m_wanted, m_ready;
    std::deque<std::shared_ptr<Pending>> m_queue; ///< oldest first
    std::vector<std::vector<std::uint8_t>> m_spare;
    std::int64_t m_nextBatch = 0;
    std::shared_ptr<const EpochPlan> m_plan; ///< of the epoch of m_nextBatch
    int m_toldEpoch = -1;                    ///< the last beginEpoch
    std::vector<double> m_imageWeights;      ///< for m_toldEpoch
    bool m_ending = false;
    SampleMaker m_maker; ///< of the thread that calls `next`
    std::vector<std::jthread> m_threads;
};

} // namespace intersect::train
