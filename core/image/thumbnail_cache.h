// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include <opencv2/core/mat.hpp>

#include "core/base/result.h"

namespace intersect::image {

/// Thumbnails kept in a folder, so that large pictures are decoded once: small JPEGs named by path, size and time of the picture. A picture
/// hardly larger than its thumbnail is not kept, since decoding it costs no more. The folder may be deleted at any time, and may be unwritable:
/// then nothing is kept. Bounded: the thumbnails not used for longest go first. Any thread.
class ThumbnailCache {
public:
    static constexpr std::uintmax_t kLimitBytes = 256ULL << 20;
    /// An empty folder keeps nothing.
    explicit ThumbnailCache(std::filesystem::path folder = {}, std::uintmax_t limitBytes = kLimitBytes);

    /// As decodeThumbnail, from the folder where it is there and the picture unchanged since.
    Result<cv::Mat> thumbnail(const std::filesystem::path& picture, int longSidePx);

    /// Deletes the oldest thumbnails until at most nine tenths of the limit are left, and what broken off writing left. Called by itself now and then.
    void trim();
    /// The file that keeps a thumbnail, there or not; empty if the picture is not there.
    std::filesystem::path fileFor(const std::filesystem::path& picture, int longSidePx) const;
    const std::filesystem::path& folder() const { return m_folder; }

private:
    void keep(const std::filesystem::path& file, const cv::Mat& picture);
    std::filesystem::path m_folder;
    std::uintmax_t m_limit;
    std::atomic<std::uintmax_t> m_written; ///< bytes since the last trim
    std::atomic<std::uint32_t> m_number{0};
    std::mutex m_trimming;
};

} // namespace intersect::image
