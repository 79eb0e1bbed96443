// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/cameras.h"

#include <cmath>
#include <limits>
#include <map>

namespace intersect::eval {

std::string cameraOf(const std::filesystem::path& image) {
    const std::filesystem::path folder = image.parent_path();
    const std::string name = folder.filename().string(), pool = folder.parent_path().filename().string();
    if (name.empty())
        return ".";
    return pool.empty() ? name : pool + "/" + name;
}

detect::DetectionSet subsetOf(const detect::DetectionSet& detections, const std::vector<std::size_t>& chosen) {
    detect::DetectionSet subset;
    subset.names = detections.names;
    subset.begin.push_back(0);
    for (const std::size_t image : chosen) {
        const auto mine = detections.of(image);
        subset.images.push_back(detections.images[image]);
        subset.detections.insert(subset.detections.end(), mine.begin(), mine.end());
        subset.begin.push_back(static_cast<std::uint32_t>(subset.detections.size()));
    }
    return subset;
}

Truth subsetOf(const Truth& truth, const std::vector<std::size_t>& chosen) {
    Truth subset;
    subset.begin.push_back(0);
    for (const std::size_t image : chosen) {
        const auto mine = truth.of(image);
        subset.boxes.insert(subset.boxes.end(), mine.begin(), mine.end());
        subset.begin.push_back(static_cast<std::uint32_t>(subset.boxes.size()));
    }
    return subset;
}

std::vector<CameraResult> evaluateByCamera(const detect::DetectionSet& detections, const Truth& truth,
                                           double confidence, int maxDetections) {
    // A camera is a folder; two folders whose short names are equal stay two rows, named by their whole paths.
    std::map<std::filesystem::path, std::vector<std::size_t>> images;
    std::map<std::string, int> named;
    for (std::size_t image = 0; image < detections.images.size(); ++image) {
        std::vector<std::size_t>& mine = images[detections.images[image].file.parent_path()];
        if (mine.empty())
            ++named[cameraOf(detections.images[image].file)];
        mine.push_back(image);
    }
    std::vector<CameraResult> results;
    for (const auto& [folder, chosen] : images) {
        std::string camera = cameraOf(detections.images[chosen.front()].file);
        if (named[camera] > 1)
            camera = folder.string();
        const Evaluation mine = evaluateYolov5(subsetOf(detections, chosen), subsetOf(truth, chosen), maxDetections);
        CameraResult result{camera, mine.images, mine.labels, mine.map50, mine.map5095, 0, 0};
        const double last = static_cast<double>(mine.confidences.size() - 1);
        const auto at = static_cast<std::size_t>(std::lround(std::min(std::max(confidence, 0.0), 1.0) * last));
        result.precision = mine.meanPrecision[at];
        result.recall = mine.meanRecall[at];
        if (mine.labels == 0)
            result.map50 = result.map5095 = result.precision = result.recall = std::numeric_limits<double>::quiet_NaN();
        results.push_back(result);
    }
    return results;
}

} // namespace intersect::eval
