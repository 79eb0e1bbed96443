// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/batch_picture.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/files.h"
#include "core/detect/class_hue.h"
#include "core/train/augment.h"

namespace intersect::train {

namespace {

cv::Scalar colourOf(int classId, std::span<const std::string> names) {
    const auto index = static_cast<std::size_t>(classId);
    const int hue = index < names.size() ? detect::classHue(classId, names[index]) : detect::classHue(classId);
    const std::uint32_t rgb = detect::kHuesOnPhoto[static_cast<std::size_t>(hue)];
    return cv::Scalar(rgb & 0xFF, rgb >> 8 & 0xFF, rgb >> 16);
}

} // namespace

cv::Mat drawBatch(const Batch& batch, std::span<const std::string> names) {
    constexpr int kColumns = 4, kMostTiles = kColumns * kColumns, kLongSide = 320;
    const int count = std::min(batch.count, kMostTiles);
    const int columns = std::min(kColumns, static_cast<int>(std::ceil(std::sqrt(count)))), rows = (count + columns - 1) / columns;
    const double scale = static_cast<double>(kLongSide) / std::max(batch.width, batch.height);
    const cv::Size tile(std::max(1, static_cast<int>(std::lround(batch.width * scale))), std::max(1, static_cast<int>(std::lround(batch.height * scale))));
    cv::Mat sheet(rows * tile.height, columns * tile.width, CV_8UC3, cv::Scalar::all(kBorderGrey));
    const std::size_t bytes = static_cast<std::size_t>(batch.width) * static_cast<std::size_t>(batch.height) * 3;
    for (int i = 0; i < count; ++i) {
        const cv::Mat rgb(batch.height, batch.width, CV_8UC3, const_cast<std::uint8_t*>(batch.pixels.data()) + static_cast<std::size_t>(i) * bytes);
        cv::Mat place = sheet(cv::Rect(i % columns * tile.width, i / columns * tile.height, tile.width, tile.height));
        cv::Mat scaled;
        cv::resize(rgb, scaled, tile, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
        cv::cvtColor(scaled, place, cv::COLOR_RGB2BGR);
        const auto x = [&](float fraction) { return static_cast<float>(tile.width) * fraction; };
        const auto y = [&](float fraction) { return static_cast<float>(tile.height) * fraction; };
        for (const TargetRow& row : batch.targets)
            if (row.image == i)
                cv::rectangle(place, cv::Point2f(x(row.cx - row.w / 2), y(row.cy - row.h / 2)), cv::Point2f(x(row.cx + row.w / 2), y(row.cy + row.h / 2)),
                              colourOf(row.classId, names));
    }
    return sheet;
}

Result<void> writeBatchPicture(const std::filesystem::path& path, const Batch& batch, std::span<const std::string> names) {
    std::vector<std::uint8_t> bytes;
    if (!cv::imencode(".jpg", drawBatch(batch, names), bytes))
        return fail(ErrorCode::Failed, path.string() + " cannot be encoded.", path);
    return writeFileAtomically(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

} // namespace intersect::train
