// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/epoch_plan.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/random.h"
#include "core/nn/batch_plan.h"

namespace intersect::train {

namespace {

/// Tell the streams of an epoch's order from those of its samples.
constexpr std::uint64_t kOrderStream = 0x6F72646572ULL, kChoiceStream = 0x63686F696365ULL, kRectangleStream = 0x72656374ULL;

template <class T>
void shuffle(std::vector<T>& items, RandomStream& random) {
    for (std::size_t i = items.size(); i > 1; --i)
        std::swap(items[i - 1], items[random.below(i)]);
}

std::vector<PlannedInputs> inRectangles(std::span<const Sample> samples, const std::vector<PlannedSample>& order, const runs::TrainConfig& config, int batch,
                                        int stride, RandomStream random) {
    std::vector<Size> sizes;
    for (const PlannedSample& sample : order)
        sizes.push_back(samples[sample.picture].size);
    std::vector<PlannedInputs> batches;
    for (const nn::PlannedBatch& planned : nn::planBatches(sizes, nn::BatchShape::Rectangles, config.imgSize, batch, stride, 0)) {
        PlannedInputs inputs{{}, planned.input};
        for (const std::size_t place : planned.images)
            inputs.samples.push_back(order[place]);
        batches.push_back(std::move(inputs));
    }
    shuffle(batches, random);
    return batches;
}

} // namespace

std::vector<std::size_t> epochOrder(std::uint64_t seed, int epoch, std::size_t count) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t(0));
    RandomStream random{seed, static_cast<std::uint64_t>(epoch), kOrderStream};
    shuffle(order, random);
    return order;
}

std::vector<std::size_t> weightedOrder(std::uint64_t seed, int epoch, std::span<const double> weights) {
    std::vector<double> sums(weights.size());
    std::partial_sum(weights.begin(), weights.end(), sums.begin());
    if (sums.empty() || sums.back() <= 0)
        return epochOrder(seed, epoch, weights.size());
    RandomStream random{seed, static_cast<std::uint64_t>(epoch), kChoiceStream};
    std::vector<std::size_t> order(weights.size());
    for (std::size_t& picture : order) {
        const auto above = std::upper_bound(sums.begin(), sums.end() - 1, random.uniform() * sums.back());
        picture = static_cast<std::size_t>(above - sums.begin());
    }
    return order;
}

EpochPlan planEpoch(std::span<const Sample> samples, const runs::TrainConfig& config, int batch, int stride, int epoch, std::span<const double> imageWeights) {
    EpochPlan plan;
    const bool weighted = !imageWeights.empty();
    const auto pictures = weighted ? weightedOrder(config.seed, epoch, imageWeights) : epochOrder(config.seed, epoch, samples.size());
    std::vector<PlannedSample> order;
    for (std::size_t place = 0; place < pictures.size(); ++place) // a picture that comes twice must not look the same twice
        order.push_back({pictures[place], weighted ? place : pictures[place]});
    if (weighted)
        plan.drawn = pictures;
    if (config.rect) {
        plan.batches = inRectangles(samples, order, config, batch, stride, RandomStream{config.seed, static_cast<std::uint64_t>(epoch), kRectangleStream});
        return plan;
    }
    const auto most = static_cast<std::size_t>(batch);
    for (std::size_t begin = 0; begin < order.size(); begin += most) {
        const auto end = std::min(begin + most, order.size());
        plan.batches.push_back({{order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + static_cast<std::ptrdiff_t>(end)},
                                {config.imgSize, config.imgSize}});
    }
    return plan;
}

} // namespace intersect::train
