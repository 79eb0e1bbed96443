// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/command.h"
#include "core/base/staged_folder.h"
#include "core/detect/detection.h"
#include "core/nn/video.h"

namespace intersect::app {

/// What `predict` is to write; an empty path is not written.
struct PredictPaths {
    std::filesystem::path out;         ///< the JSON file
    std::filesystem::path textFolder;  ///< YOLO label files
    std::filesystem::path imageFolder; ///< pictures with boxes
    std::filesystem::path video;       ///< a video of them
    std::filesystem::path candidates;  ///< boxes before NMS
    std::string format = "coco";       ///< of `out`: coco, results
    bool withScore = false;
};

/// Everything that can be refused before any work: outputs that are there already (without --force), or that would take
/// each other's place.
Result<void> mayWriteAll(const PredictPaths& paths, const Context& context);

/// The outputs of one call, written beside their places and put there together by commit(); without it nothing of them
/// stays.
class PredictOutputs {
public:
    /// `framesPerSecond`: of the video.
    static Result<PredictOutputs> open(const PredictPaths& paths, double framesPerSecond);
    /// Label files, drawn pictures and video frames of these pictures, one stem a picture as nn::outputStems gives them.
    /// May be called again for the next ones. Told of drawn pictures.
    Result<void> add(const detect::DetectionSet& set, const std::vector<std::filesystem::path>& stems,
                     const ProgressCallback& progress, const StopCheck& stop);
    /// Puts everything in its place; the JSON file comes last, so that where it is, everything is.
    Result<void> commit(const detect::DetectionSet& detections, const detect::DetectionSet& candidates);
    std::string codec() const { return m_video ? m_video->codec() : std::string(); }

private:
    explicit PredictOutputs(PredictPaths paths) : m_paths(std::move(paths)) {}
    PredictPaths m_paths;
    std::optional<StagedFolder> m_text, m_drawn, m_videoFolder; ///< the later one goes first
    std::optional<nn::VideoWriter> m_video;
};

} // namespace intersect::app
