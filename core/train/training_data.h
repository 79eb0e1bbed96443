// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/geometry.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/data_yaml.h"
#include "core/data/dataset.h"
#include "core/data/finding.h"
#include "core/train/augment.h"

namespace intersect::train {

/// One picture with its true objects.
struct Sample {
    std::filesystem::path path;
    Size size; ///< of the picture, pixels
    std::vector<data::Label> labels;
};

/// What a data.yaml leads to, checked.
struct TrainingData {
    data::DataYaml yaml;
    std::vector<Sample> train, val;
    std::vector<std::filesystem::path> test;
    std::vector<data::Finding> findings; ///< label rows that are left out
};

/// Reads data.yaml, lists, labels and picture headers. Refused, with path and line: a list that names missing files,
/// train and val with a picture in common, a picture that cannot be read, a class id that has no name, a train list
/// without any object. Bad label rows become findings.
Result<TrainingData> loadTrainingData(const std::filesystem::path& dataYaml, const StopCheck& stop = {});

/// How many have no object: background, as YOLO trains on them.
std::size_t unlabelledCount(const std::vector<Sample>& samples);

/// "Train: 160 pictures, 20 of them without an object (background). Val: …": how many of each list, for log and config.yaml.
std::string picturesSentence(const TrainingData& data, const runs::TrainConfig& config);

/// Decoded pictures, scaled so that their long side is the network's, kept in memory up to a bound (then decoded anew
/// each time). Any thread.
class PictureStore {
public:
    /// `forTraining`: enlarges and shrinks by INTER_LINEAR; else shrinks by INTER_AREA, as validation does.
    PictureStore(const std::vector<Sample>& samples, int imgSize, bool forTraining, std::size_t limitBytes);
    /// The picture and its boxes in pixels of it. The pixels are shared: do not draw on them.
    Result<LabelledPicture> picture(std::size_t index);
    const std::vector<Sample>& samples() const { return m_samples; }

private:
    const std::vector<Sample>& m_samples;
    int m_imgSize;
    bool m_forTraining;
    std::size_t m_limitBytes;
    std::mutex m_mutex;
    std::size_t m_bytes = 0;
    std::vector<cv::Mat> m_pictures;
};

} // namespace intersect::train
