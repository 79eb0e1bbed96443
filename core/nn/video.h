// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include <opencv2/core/mat.hpp>

#include "core/base/geometry.h"
#include "core/base/result.h"

// Video files, through OpenCV's videoio and the FFmpeg it brings. It lies here and not in core/image, because the
// window links that one and would load FFmpeg at every start.
namespace intersect::nn {

/// Reads the frames of a video file one after the other; only the newest is in memory. One thread at a time.
class VideoReader {
public:
    /// Errors (BadInput) name the file and why: missing, empty, no video, larger frames than pictures may have.
    static Result<VideoReader> open(const std::filesystem::path& file);
    VideoReader(VideoReader&&) noexcept;
    VideoReader& operator=(VideoReader&&) noexcept;
    ~VideoReader();

    Size size() const;                    ///< of the frames, upright
    double framesPerSecond() const;       ///< 0: the file does not say
    std::int64_t announcedFrames() const; ///< by the file's head; 0: it does not say
    /// Goes to the next frame; false at the end of the file, or where the rest of it cannot be read.
    bool next();
    /// The frame that next() went to: CV_8UC3, BGR, upright. Errors: it cannot be decoded.
    Result<cv::Mat> frame();

private:
    struct Impl;
    explicit VideoReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// Writes a video file picture by picture: .mp4 and .mov as H.264 (as MPEG-4 where this OpenCV cannot), .avi as Motion
/// JPEG. The first picture's size is the video's, at most kLongestSidePx; others are fitted into it with dark margins.
/// One thread at a time.
class VideoWriter {
public:
    static constexpr int kLongestSidePx = 3840;
    /// Nothing is written yet. Errors: an ending that is none of the three, a rate outside 0.1 to 240.
    static Result<VideoWriter> create(const std::filesystem::path& file, double framesPerSecond);
    VideoWriter(VideoWriter&&) noexcept;
    VideoWriter& operator=(VideoWriter&&) noexcept;
    ~VideoWriter();

    /// Appends a picture, CV_8UC3, BGR. Errors: the file cannot be made.
    Result<void> add(const cv::Mat& bgr);
    /// Closes the file and reads its head back. Errors: nothing was added, or it does not hold all of it (a full disk).
    Result<void> finish();
    std::string codec() const; ///< "H.264", "MPEG-4", "Motion JPEG"; empty before the first picture

private:
    struct Impl;
    explicit VideoWriter(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace intersect::nn
