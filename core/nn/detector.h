// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/detect/detection.h"
#include "core/detect/nms.h"
#include "core/model/identify.h"

// Torch-free on purpose: a program that includes this never parses a torch header.
namespace intersect::nn {

struct DetectorOptions {
    int imgSize = 640;
    int batch = 16;
    std::string precision = "auto"; ///< auto, fp32, bf16
    std::string device = "auto";    ///< auto (a GPU if LibTorch has one), cpu, cuda, cuda:1 or 1
    int threads = 0; ///< 0: all cores
};

enum class BatchShape {
    PerImage,  ///< each picture in its smallest stride-32 rectangle, no padding: `predict`
    Rectangles ///< sorted by aspect ratio, one rectangle a batch, padding 0.5, INTER_AREA when shrinking: YOLOv5 val, `evaluate`
};

struct DetectRequest {
    std::vector<std::filesystem::path> images;
    BatchShape shape = BatchShape::PerImage;
    detect::NmsOptions nms;
    bool multiLabel = false;
    bool keepCandidates = false; ///< fill DetectResult::candidates (before NMS, unclipped)
    bool mirrored = false;       ///< look at the pictures mirrored left to right; boxes stand where they belong on the picture itself
    bool leaveOutUnreadable = false; ///< a picture that cannot be read is left out and listed instead of ending the job: `predict`
};

struct DetectResult {
    detect::DetectionSet detections; ///< pictures in the order of the request, without those left out; ids from 1 without gaps
    detect::DetectionSet candidates; ///< only if asked for
    std::vector<Error> unreadable;   ///< one a picture left out, in the order of the request; Error::path is the picture
    double seconds = 0;              ///< network and NMS, without reading weights
    double imagesPerSecond = 0;
    std::string precision;           ///< what was computed in and why, as Detector::precision
};

/// What a network makes of pictures, as numbers to compare them by.
struct FeatureTable {
    std::size_t width = 0;
    std::vector<float> values; ///< [images, width] in the order asked for, each row of length 1; a row of zeros for a picture that could not be read
    std::vector<Error> unreadable;
};

/// A network ready to run (everything folded). Not for several threads at once.
class Detector {
public:
    /// Reads a checkpoint of any known kind. precision `auto` takes bf16 where the CPU has it and it was measured to be faster; the first time that takes
    /// about a second, after that it is remembered in the user's cache.
    static Result<Detector> load(const std::filesystem::path& weights, const DetectorOptions& options);
    Detector(Detector&&) noexcept;
    Detector& operator=(Detector&&) noexcept;
    ~Detector();
    const model::NetworkInfo& info() const;
    /// What it computes in and why: "bf16 (1.9 times as fast as fp32 here)".
    const std::string& precision() const;
    /// Detects on all images; a picture that cannot be read is an error naming it, or left out if asked for. Progress in images.
    Result<DetectResult> detect(const DetectRequest& request, const ProgressCallback& progress = {}, const StopCheck& stop = {});
    /// Features of pictures: the output of the last module of the network's backbone, averaged over its cells, scaled to length 1 (yolov5n: 256 numbers).
    /// A picture that cannot be read is listed instead of ending the job. Pictures as `predict` takes them. Progress in images.
    Result<FeatureTable> features(const std::vector<std::filesystem::path>& images, const ProgressCallback& progress = {}, const StopCheck& stop = {});

private:
    struct Impl;
    explicit Detector(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace intersect::nn
