// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/nn/detector.h"

namespace intersect::nn {

/// Which frames of a video are looked at, and how.
struct VideoRequest {
    std::filesystem::path video;  ///< absolute
    std::int64_t every = 1;       ///< frames 0, every, 2 every … are used
    std::int64_t most = 0;        ///< at most so many are used; 0: all
    std::filesystem::path frames; ///< an empty folder to write used frames into, as JPEG
    bool keepFrames = false;      ///< false: they are removed again once they were used
    DetectRequest detect;         ///< its pictures are ignored
};

/// What was found. Pictures are called after where their frame lies in the end: `<frames>/clip_000123.jpg` where
/// frames are kept, else `/folder/clip.mp4#000123`, numbers from 0.
struct VideoDetections {
    DetectResult result;
    double framesPerSecond = 0;   ///< of the frames used: the video's rate by `every`; 0: the video does not say
    std::optional<Error> cutOff;  ///< the file promised clearly more frames than it holds
    bool more = false;            ///< `most` was reached before the end
};

/// The name of frame `number` of a video, without ending: "clip_000123".
std::string videoFrameName(const std::filesystem::path& video, std::int64_t number);

/// Called for some frames at a time, in order, while their pictures are there as files.
using UseFrames = std::function<Result<void>(const detect::DetectionSet& frames)>;

/// Detects on the frames of a video, which are read one after the other: some dozens of them are on the disk at a time
/// (all where they are kept), one in memory. A frame goes through JPEG (quality 95) in either case, so that what was
/// looked at is what a kept frame shows. Progress in frames used; the total is what the file's head says. Errors as
/// VideoReader and Detector; a video without any frame.
Result<VideoDetections> detectOnVideo(Detector& detector, const VideoRequest& request, const UseFrames& use,
                                      const ProgressCallback& progress = {}, const StopCheck& stop = {});

} // namespace intersect::nn
