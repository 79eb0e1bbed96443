// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/batch_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "core/image/decode.h"

namespace intersect::nn {
namespace {

double ratioOf(Size size) {
    return static_cast<double>(size.height) / size.width;
}

std::vector<PlannedBatch> bySmallestRectangle(std::span<const Size> sizes, int imgSize, std::size_t batch, int stride) {
    std::vector<PlannedBatch> batches;
    std::map<std::pair<int, int>, std::size_t> open; // input size -> the batch that still has room
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const Size input = image::smallestRectangle(sizes[i], imgSize, stride);
        const auto [at, isNew] = open.try_emplace({input.width, input.height}, batches.size());
        if (!isNew && batches[at->second].images.size() >= batch)
            at->second = batches.size();
        if (at->second == batches.size())
            batches.push_back({{}, input});
        batches[at->second].images.push_back(i);
    }
    return batches;
}

std::vector<PlannedBatch> byAspectRatio(std::span<const Size> sizes, int imgSize, std::size_t batch, int stride, double padding) {
    std::vector<std::size_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ratioOf(sizes[a]) < ratioOf(sizes[b]); });
    const auto side = [&](double fraction) { return static_cast<int>(std::ceil(fraction * imgSize / stride + padding)) * stride; };
    std::vector<PlannedBatch> batches;
    for (std::size_t begin = 0; begin < order.size(); begin += batch) {
        const std::size_t end = std::min(begin + batch, order.size());
        const double least = ratioOf(sizes[order[begin]]), most = ratioOf(sizes[order[end - 1]]);
        double height = 1, width = 1;
        if (most < 1)
            height = most;
        else if (least > 1)
            width = 1 / least;
        batches.push_back({{order.begin() + static_cast<std::ptrdiff_t>(begin), order.begin() + static_cast<std::ptrdiff_t>(end)}, {side(width), side(height)}});
    }
    return batches;
}

/// Long side to imgSize, as the validation loader does before it draws the border.
cv::Mat scaledToSide(const cv::Mat& bgr, int imgSize) {
    const double ratio = static_cast<double>(imgSize) / std::max(bgr.cols, bgr.rows);
    if (ratio == 1)
        return bgr;
    cv::Mat scaled;
    const cv::Size size(static_cast<int>(std::ceil(bgr.cols * ratio)), static_cast<int>(std::ceil(bgr.rows * ratio)));
    cv::resize(bgr, scaled, size, 0, 0, ratio > 1 ? cv::INTER_LINEAR : cv::INTER_AREA);
    return scaled;
}

void toFloats(const cv::Mat& bgr, float* out) {
    static const std::array<float, 256> kFraction = [] {
        std::array<float, 256> table{};
        for (std::size_t i = 0; i < table.size(); ++i)
            table[i] = static_cast<float>(i) / 255.0F;
        return table;
    }();
    for (int y = 0; y < bgr.rows; ++y) {
        const auto* row = bgr.ptr<unsigned char>(y);
        for (int x = 0; x < bgr.cols; ++x, row += 3, out += 3) {
            out[0] = kFraction[row[2]];
            out[1] = kFraction[row[1]];
            out[2] = kFraction[row[0]];
        }
    }
}

} // namespace

std::vector<PlannedBatch> planBatches(std::span<const Size> sizes, BatchShape shape, int imgSize, int batch, int stride, double padding) {
    const auto most = static_cast<std::size_t>(std::max(batch, 1));
    return shape == BatchShape::PerImage ? bySmallestRectangle(sizes, imgSize, most, stride) : byAspectRatio(sizes, imgSize, most, stride, padding);
}

Result<image::LetterboxTransform> loadInto(const std::filesystem::path& path, BatchShape shape, int imgSize, Size input, float* out) {
    const Result<cv::Mat> decoded = image::decodeImage(path);
    if (!decoded)
        return failAs(decoded);
    try {
        const Size own{decoded->cols, decoded->rows};
        if (shape == BatchShape::PerImage) {
            const image::LetterboxTransform transform = image::letterboxTransform(own, input);
            toFloats(image::letterbox(*decoded, transform), out);
            return transform;
        }
        const cv::Mat scaled = scaledToSide(*decoded, imgSize);
        image::LetterboxTransform transform = image::letterboxTransform({scaled.cols, scaled.rows}, input, false);
        toFloats(image::letterbox(scaled, transform, true), out);
        // Back to the picture itself: the reference divides both axes by the ratio of the heights.
        transform.ratioX = transform.ratioY = transform.ratioY * scaled.rows / own.height;
        transform.image = own;
        return transform;
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, path.string() + " could not be resized: " + error.what() + ".", path);
    }
}

} // namespace intersect::nn
