// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/geometry.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/finding.h"

namespace intersect::data {

/// One ground-truth object: class and box (fractions of the image).
struct Label {
    int classId = 0;
    BoxCxcywhn box;
    int line = 0; ///< line in the label file, from 1
};

/// One image file of a camera. Labels and findings stand in the Dataset's flat arrays.
struct Frame {
    std::filesystem::path path; ///< absolute
    std::uint32_t camera = 0;   ///< index into Dataset::cameras
    Size size;                  ///< from the header; 0x0 if unreadable
    bool labelled = false;      ///< a label file exists (it may be empty)
    std::uint32_t labelBegin = 0, labelCount = 0;     ///< range in Dataset::labels
    std::optional<std::int64_t> takenAt;              ///< seconds since 1970 in the camera's local time, if the file name tells, else from the picture's EXIF
};

/// A folder that holds frames directly.
struct Camera {
    std::string pool;             ///< "Q2"; "." where the root holds cameras directly
    std::string name;             ///< "398"
    std::filesystem::path folder; ///< absolute
    std::uint32_t frameBegin = 0, frameCount = 0; ///< range in Dataset::frames
    /// "Q2/398", or "398" for the pool ".".
    std::string id() const { return pool == "." ? name : pool + "/" + name; }
};

/// All pools, cameras and frames below a root. Cameras in the order of their path bytes, frames of a camera likewise.
struct Dataset {
    std::filesystem::path root;
    std::vector<Camera> cameras;
    std::vector<Frame> frames;
    std::vector<Label> labels;
    std::vector<Finding> findings;
    std::vector<std::string> classNames; ///< where label files told them (VOC, COCO, CityCam); empty where all are YOLO's

    std::span<const Frame> framesOf(const Camera& camera) const { return {frames.data() + camera.frameBegin, camera.frameCount}; }
    std::span<const Label> labelsOf(const Frame& frame) const { return {labels.data() + frame.labelBegin, frame.labelCount}; }
    /// The pools in the order of their names, each once.
    std::vector<std::string> pools() const;
};

/// Counts of a camera, pool or data set.
struct Counts {
    std::int64_t images = 0, labelled = 0, boxes = 0;
    std::map<int, std::int64_t> classes; ///< boxes by class id
};
Counts countsOf(const Dataset& dataset, const Camera& camera);

struct ScanOptions {
    int threads = 0;   ///< 0: all cores
    bool deep = false; ///< decode every picture too, and look for frames that are identical or nearly so
    bool namesOnly = false; ///< open neither pictures nor labels: cameras, frames and times alone, which is all a choice by count needs
    bool yoloOnly = false;  ///< leave labels of other formats unread
    bool health = false;         ///< judge what was read too (core/data/health); with `deep` frames that are alike are found in any case
    std::size_t classCount = 0;  ///< health: class ids from here on are outside the names; 0: the names are not known
    std::uint32_t fewFrames = 5;  ///< health: a camera with fewer frames is named; 0: none is
};

/// Reads every camera folder below `root` (sub-folders that hold pictures directly; pools are what lies above them), image headers
/// and YOLO labels. Faults become findings; only a root without any picture is an error. Any thread; parallel inside.
Result<Dataset> scanDataset(const std::filesystem::path& root, const ScanOptions& options = {}, const ProgressCallback& progress = {},
                            const StopCheck& stop = {});

} // namespace intersect::data
