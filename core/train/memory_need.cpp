// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/memory_need.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <string>

#include "core/base/numbers.h"

namespace intersect::train {

namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;
constexpr double kProgram = 0.4 * kGiB; ///< libraries, weights, decoded pictures of a small list
constexpr double kSurely = 1.5;

double elementsOf(const model::Value& value, int side) {
    const double cells = static_cast<double>(side) / value.stride;
    return cells * cells * value.channels;
}

/// Values of a picture that are kept for the way back, in bytes.
double keptBytes(const model::Graph& graph, const Frozen& frozen, int side, double bytes) {
    double kept = 0;
    for (const model::Op& op : graph.ops) {
        if (frozen.prefix[static_cast<std::size_t>(op.module)])
            continue;
        const double out = elementsOf(graph.values[static_cast<std::size_t>(op.output)], side) * bytes;
        switch (op.kind) {
        case model::OpKind::Conv: kept += op.norm >= 0 ? 2 * out : out; break; // before its norm, and what the next one reads
        case model::OpKind::MaxPool: kept += out + out / bytes * 8; break;     // and which value was the largest
        case model::OpKind::Upsample: break;
        case model::OpKind::BatchNorm:
        case model::OpKind::ChannelAdd:
        case model::OpKind::ChannelScale:
        case model::OpKind::Concat:
        case model::OpKind::Add: kept += out; break;
        }
    }
    return kept;
}

/// The number in a file of one number; none where it says `max` or is not there.
std::int64_t numberIn(const char* path) {
    std::ifstream file(path);
    std::string word;
    file >> word;
    return parseInt(word).value_or(0);
}

} // namespace

std::int64_t trainingBytes(const runs::TrainConfig& config, const model::Graph& graph, const Frozen& frozen, int images) {
    const double bytes = config.precision == "bf16" ? 2 : 4;
    double largest = 0;
    for (const model::Value& value : graph.values)
        largest = std::max(largest, elementsOf(value, config.imgSize) * bytes);
    const double pixels = 3.0 * config.imgSize * config.imgSize;
    // Of a picture: what is kept, gradients on their way, the input as numbers, and the bytes of batches made ahead.
    const double each = keptBytes(graph, frozen, config.imgSize, bytes) + 4 * largest + pixels * (4 + bytes) + 4 * pixels;
    // Gradients, momentum and average beside the weights themselves.
    const double learned = static_cast<double>(frozen.allWeights) * 4 * 4;
    return static_cast<std::int64_t>(kProgram + learned + each * images);
}

std::int64_t freeMemory() {
    std::ifstream info("/proc/meminfo");
    std::int64_t free = 0;
    for (std::string line; std::getline(info, line);)
        if (line.starts_with("MemAvailable:")) {
            const std::string_view rest = trimmed(std::string_view(line).substr(13));
            free = parseInt(rest.substr(0, rest.find(' '))).value_or(0) * 1024;
        }
    const std::int64_t most = numberIn("/sys/fs/cgroup/memory.max");
    if (most > 0)
        free = std::min(free > 0 ? free : std::numeric_limits<std::int64_t>::max(), std::max<std::int64_t>(1, most - numberIn("/sys/fs/cgroup/memory.current")));
    return free;
}

Result<void> checkMemory(const runs::TrainConfig& config, const model::Graph& graph, const Frozen& frozen, int images, std::int64_t free) {
    const auto needs = [&](int batch) { return static_cast<double>(trainingBytes(config, graph, frozen, batch)); };
    if (free <= 0 || needs(images) <= kSurely * static_cast<double>(free))
        return {};
    int fits = images;
    while (fits > 1 && needs(fits) > static_cast<double>(free))
        fits /= 2;
    const auto gigabytes = [](double bytes) { return formatFixed(bytes / 1e9, 1) + " GB"; };
    return fail(ErrorCode::Failed,
                "Batches of " + std::to_string(images) + " pictures of " + std::to_string(config.imgSize) + " px need about " + gigabytes(needs(images)) +
                    " of memory, and " + gigabytes(static_cast<double>(free)) + " are free.",
                {}, 0, needs(fits) <= static_cast<double>(free) ? "Take --batch " + std::to_string(fits) + "." : "Take a smaller --img-size.");
}

} // namespace intersect::train
