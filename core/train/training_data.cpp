// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_data.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include <opencv2/imgproc.hpp>

#include "core/base/threads.h"
#include "core/data/yolo_labels.h"
#include "core/image/decode.h"

namespace intersect::train {
namespace fs = std::filesystem;

namespace {

/// Reads the labels and headers of a list; the first fault ends it.
Result<std::vector<Sample>> readSamples(const std::vector<fs::path>& images, const data::DataYaml& yaml,
                                        std::vector<data::Finding>& findings, const StopCheck& stop) {
    std::vector<Sample> samples(images.size());
    std::vector<std::optional<Error>> faults(images.size());
    std::vector<std::vector<data::Finding>> rows(images.size());
    std::atomic<bool> stopped{false};
    parallelFor(images.size(), availableCores(), [&](std::size_t i) {
        if (stopped || (stop && stop())) {
            stopped = true;
            return;
        }
        const auto probe = image::probeImage(images[i]);
        if (!probe) {
            faults[i] = probe.error();
            return;
        }
        if (!probe->complete) {
            faults[i] = Error{ErrorCode::BadInput, images[i].string() + " is cut off: its end is missing.", images[i],
                              0, "Copy the picture again, or take it out of the lists."};
            return;
        }
        data::LabelFile labels = data::readYoloLabels(images[i]);
        samples[i] = {images[i], probe->size, std::move(labels.labels)};
        rows[i] = std::move(labels.findings);
        for (const data::Label& label : samples[i].labels) {
            if (label.classId < static_cast<int>(yaml.names.size()))
                continue;
            const fs::path path = data::labelPathOf(images[i]);
            faults[i] = Error{ErrorCode::BadInput,
                              path.string() + ":" + std::to_string(label.line) + ": class " +
                                  std::to_string(label.classId) + " has no name: " + yaml.path.string() + " names " +
                                  std::to_string(yaml.names.size()) + " classes.",
                              path, label.line, "Correct the label, or add the class to names."};
            return;
        }
    });
    if (stopped)
        return fail(ErrorCode::Interrupted, "Stopped while the data were read.");
    const auto faulty =
        std::count_if(faults.begin(), faults.end(), [](const auto& fault) { return fault.has_value(); });
    if (faulty > 0) {
        Error first = **std::find_if(faults.begin(), faults.end(), [](const auto& fault) { return fault.has_value(); });
        first.code = ErrorCode::BadInput;
        if (faulty > 1)
            first.message += " (" + std::to_string(faulty) + " pictures of the lists have such a fault.)";
        return tl::unexpected<Error>(first);
    }
    for (const auto& found : rows)
        std::copy_if(found.begin(), found.end(), std::back_inserter(findings), [](const data::Finding& finding) {
            return finding.severity != data::Severity::Note; // an empty label file is no row left out
        });
    return samples;
}

} // namespace

Result<TrainingData> loadTrainingData(const fs::path& dataYaml, const StopCheck& stop) {
    auto yaml = data::readDataYaml(dataYaml);
    if (!yaml)
        return failAs(yaml);
    TrainingData all;
    all.yaml = std::move(*yaml);
    const auto train = data::imagesOfSplit(all.yaml, "train");
    if (!train)
        return failAs(train);
    const auto val = data::imagesOfSplit(all.yaml, "val");
    if (!val)
        return failAs(val);
    if (!all.yaml.test.empty()) {
        auto test = data::imagesOfSplit(all.yaml, "test");
        if (!test)
            return failAs(test);
        all.test = std::move(*test);
    }
    for (const auto& [images, name] : {std::pair{&*train, "train"}, std::pair{&*val, "val"}})
        if (images->empty())
            return fail(ErrorCode::BadInput,
                        "The " + std::string(name) + " list of " + dataYaml.string() + " has no picture.", dataYaml, 0,
                        "Write the lists again with `split`.");
    const std::set<fs::path> trained(train->begin(), train->end());
    const auto common =
        std::count_if(val->begin(), val->end(), [&](const fs::path& path) { return trained.count(path) > 0; });
    if (common > 0) {
        const auto first =
            std::find_if(val->begin(), val->end(), [&](const fs::path& path) { return trained.count(path) > 0; });
        return fail(ErrorCode::BadInput,
                    "Train and val of " + dataYaml.string() + " have " + std::to_string(common) +
                        " pictures in common, such as " + first->string() +
                        ": the score would be copied, not measured.",
                    dataYaml, 0, "Deal the pictures anew with `split`.");
    }
    for (const auto& [images, samples] : {std::pair{&*train, &all.train}, std::pair{&*val, &all.val}}) {
        auto read = readSamples(*images, all.yaml, all.findings, stop);
        if (!read)
            return failAs(read);
        *samples = std::move(*read);
    }
    if (unlabelledCount(all.val) == all.val.size())
        return fail(ErrorCode::BadInput,
                    "No picture of the val list has a labelled object, so no epoch could be told from another: " +
                        dataYaml.string() + ".",
                    data::labelPathOf(all.val.front().path), 0, "Choose labelled frames for val.");
    if (unlabelledCount(all.train) == all.train.size())
        return fail(ErrorCode::BadInput,
                    "No picture of the train list has a labelled object: " + dataYaml.string() +
                        " cannot be trained on.",
                    data::labelPathOf(all.train.front().path), 0,
                    "Labels are expected beside each picture, as that .txt file.");
    return all;
}

std::size_t unlabelledCount(const std::vector<Sample>& samples) {
    return static_cast<std::size_t>(std::count_if(samples.begin(), samples.end(), [](const Sample& sample) { return sample.labels.empty(); }));
}

std::string picturesSentence(const TrainingData& data, const runs::TrainConfig& config) {
    const auto list = [](const char* name, const std::vector<Sample>& samples) {
        const std::size_t without = unlabelledCount(samples);
        return std::string(name) + ": " + std::to_string(samples.size()) + " pictures, " + (without > 0 ? std::to_string(without) : "none") +
               " of them without an object (background).";
    };
    std::string sentence = list("Train", data.train) + " " + list("Val", data.val);
    if (config.imageWeights && unlabelledCount(data.train) > 0)
        sentence += " By image weights, a picture without an object is never shown.";
    return sentence;
}

PictureStore::PictureStore(const std::vector<Sample>& samples, int imgSize, bool forTraining, std::size_t limitBytes)
    : m_samples(samples), m_imgSize(imgSize), m_forTraining(forTraining), m_limitBytes(limitBytes),
      m_pictures(samples.size()) {}

Result<LabelledPicture> PictureStore::picture(std::size_t index) {
    const Sample& sample = m_samples[index];
    LabelledPicture out;
    {
        const std::lock_guard lock(m_mutex);
        out.bgr = m_pictures[index];
    }
    if (out.bgr.empty()) {
        auto decoded = image::decodeImage(sample.path);
        if (!decoded)
            return failAs(decoded);
        const double ratio = static_cast<double>(m_imgSize) / std::max(decoded->cols, decoded->rows);
        if (ratio != 1) {
            const cv::Size size(std::min(m_imgSize, static_cast<int>(std::ceil(decoded->cols * ratio))),
                                std::min(m_imgSize, static_cast<int>(std::ceil(decoded->rows * ratio))));
            cv::resize(*decoded, out.bgr, size, 0, 0, m_forTraining || ratio > 1 ? cv::INTER_LINEAR : cv::INTER_AREA);
        } else {
            out.bgr = *decoded;
        }
        const std::size_t bytes = out.bgr.total() * out.bgr.elemSize();
        const std::lock_guard lock(m_mutex);
        if (m_pictures[index].empty() && m_bytes + bytes <= m_limitBytes) {
            m_bytes += bytes;
            m_pictures[index] = out.bgr;
        }
    }
    out.boxes.reserve(sample.labels.size());
    const double w = out.bgr.cols, h = out.bgr.rows;
    for (const data::Label& label : sample.labels)
        out.boxes.push_back({label.classId, (label.box.cx - label.box.w / 2) * w, (label.box.cy - label.box.h / 2) * h,
                             (label.box.cx + label.box.w / 2) * w, (label.box.cy + label.box.h / 2) * h});
    return out;
}

} // namespace intersect::train
