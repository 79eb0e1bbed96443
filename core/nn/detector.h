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

// Torch-free on purpose: a program that includes this never parses a torch header.
namespace intersect::nn {

struct DetectorOptions {
    int imgSize = 640;
    int batch = 16;
    std::string precision = "auto"; ///< auto, fp32, bf16
    std::string device = "cpu";
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
};

struct DetectResult {
    detect::DetectionSet detections;
    detect::DetectionSet candidates; ///< only if asked for
    double seconds = 0;              ///< network and NMS, without reading weights
    double imagesPerSecond = 0;
};

/// What `inspect` prints.
struct LayerInfo {
    std::string name, type;
    std::int64_t parameters = 0;
};
struct NetworkInfo {
    std::string network;
    std::int64_t parameters = 0;
    std::vector<std::string> classes;
    std::vector<int> strides;
    std::vector<std::vector<double>> anchors; ///< a level: w0,h0,w1,h1 … in input pixels
    std::string precision;                    ///< of the file's weights: fp16, fp32
    std::vector<LayerInfo> layers;
};

/// Reads a checkpoint of any known kind and tells what is in it; refusals name file and reason.
Result<NetworkInfo> inspectWeights(const std::filesystem::path& weights);

/// A network ready to run (batch norm folded). Not for several threads at once.
class Detector {
public:
    static Result<Detector> load(const std::filesystem::path& weights, const DetectorOptions& options);
    Detector(Detector&&) noexcept;
    Detector& operator=(Detector&&) noexcept;
    ~Detector();
    const NetworkInfo& info() const;
    /// Detects on all images; a picture that cannot be read is an error naming it. Progress in images.
    Result<DetectResult> detect(const DetectRequest& request, const ProgressCallback& progress = {}, const StopCheck& stop = {});

private:
    struct Impl;
    explicit Detector(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace intersect::nn
