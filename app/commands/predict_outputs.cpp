// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/predict_outputs.h"

#include <array>

#include "core/base/files.h"
#include "core/detect/candidates_file.h"
#include "core/detect/detections_file.h"
#include "core/nn/save_predictions.h"

namespace intersect::app {
namespace {

Result<void> stage(const std::filesystem::path& folder, std::optional<StagedFolder>& into) {
    auto staged = StagedFolder::in(folder);
    if (!staged)
        return failAs(staged);
    into.emplace(std::move(*staged));
    return {};
}

} // namespace

Result<void> mayWriteAll(const PredictPaths& paths, const Context& context) {
    std::error_code ignored;
    const std::array<std::pair<const char*, const std::filesystem::path*>, 3> files{
        {{"--out", &paths.out}, {"--candidates", &paths.candidates}, {"--save-video", &paths.video}}};
    for (const auto& [name, path] : files) {
        if (path->empty())
            continue;
        if (std::filesystem::is_directory(*path, ignored))
            return fail(ErrorCode::BadInput, path->string() + " is a folder, not a file to write.", *path, 0,
                        "Add a file name behind it.");
        for (const auto& [other, otherPath] : files)
            if (path != otherPath && !otherPath->empty() && absolutePath(*path) == absolutePath(*otherPath))
                return fail(ErrorCode::Usage, std::string(name) + " and " + other + " name the same file.", *path, 0,
                            "Give them two names.");
    }
    for (const std::filesystem::path* path : {&paths.textFolder, &paths.imageFolder})
        if (!path->empty() && std::filesystem::exists(*path, ignored) && !std::filesystem::is_directory(*path, ignored))
            return fail(ErrorCode::BadInput, path->string() + " is a file, not a folder.", *path, 0, "Name a folder.");
    for (const std::filesystem::path* path : {&paths.out, &paths.textFolder, &paths.imageFolder, &paths.video, &paths.candidates})
        if (!path->empty())
            if (const auto may = mayWrite(*path, context); !may)
                return may;
    if (!paths.video.empty())
        if (const auto writer = nn::VideoWriter::create(paths.video, 1); !writer)
            return failAs(writer);
    return {};
}

Result<PredictOutputs> PredictOutputs::open(const PredictPaths& paths, double framesPerSecond) {
    PredictOutputs outputs(paths);
    if (!paths.textFolder.empty())
        if (const auto staged = stage(paths.textFolder, outputs.m_text); !staged)
            return failAs(staged);
    if (!paths.imageFolder.empty())
        if (const auto staged = stage(paths.imageFolder, outputs.m_drawn); !staged)
            return failAs(staged);
    if (!paths.video.empty()) {
        const std::filesystem::path video = absolutePath(paths.video);
        if (const auto staged = stage(video.parent_path(), outputs.m_videoFolder); !staged)
            return failAs(staged);
        auto writer = nn::VideoWriter::create(outputs.m_videoFolder->path() / video.filename(), framesPerSecond);
        if (!writer)
            return failAs(writer);
        outputs.m_video.emplace(std::move(*writer));
    }
    return outputs;
}

Result<void> PredictOutputs::add(const detect::DetectionSet& set, const std::vector<std::filesystem::path>& stems,
                                 const ProgressCallback& progress, const StopCheck& stop) {
    if (m_text)
        if (const auto written = nn::saveYoloDetections(set, stems, m_text->path(), m_paths.withScore); !written)
            return written;
    if (!m_drawn && !m_video)
        return {};
    return nn::saveAnnotated(set, stems, m_drawn ? m_drawn->path() : std::filesystem::path(), m_video ? &*m_video : nullptr,
                             progress, stop);
}

Result<void> PredictOutputs::commit(const detect::DetectionSet& detections, const detect::DetectionSet& candidates) {
    if (m_video)
        if (const auto whole = m_video->finish(); !whole)
            return whole;
    for (std::optional<StagedFolder>* folder : {&m_text, &m_drawn, &m_videoFolder})
        if (*folder)
            if (const auto done = (*folder)->commit(); !done)
                return done;
    if (!m_paths.candidates.empty())
        if (const auto written = detect::writeCandidates(m_paths.candidates, candidates); !written)
            return written;
    if (m_paths.out.empty())
        return {};
    return writeFileAtomically(m_paths.out, m_paths.format == "results" ? detect::formatResultsList(detections)
                                                                        : detect::formatDetections(detections));
}

} // namespace intersect::app
