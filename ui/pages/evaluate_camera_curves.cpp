// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/evaluate_camera_curves.h"

#include <algorithm>
#include <filesystem>
#include <limits>

#include "core/eval/frame_groups.h"

namespace intersect::ui {

CameraPairs cameraPairsOf(const RunEvaluation& run) {
    CameraPairs pairs;
    pairs.set = run.set;
    eval::FrameGroups groups = eval::groupFrames(run.detections().images, eval::GroupBy::Camera);
    pairs.pairings = eval::pairingsOf(run.set->pairing, *run.truth, groups);
    pairs.images.assign(groups.names.size(), 0);
    for (const std::uint32_t group : groups.groupOf)
        ++pairs.images[group];
    pairs.names = std::move(groups.names);
    return pairs;
}

std::vector<CameraCurves> cameraCurvesOf(const std::vector<ShownRun>& runs, const std::vector<std::shared_ptr<const CameraPairs>>& pairs,
                                         double matchIou) {
    std::vector<CameraCurves> cameras;
    for (std::size_t r = 0; r < runs.size(); ++r) {
        for (std::size_t g = 0; g < pairs[r]->names.size(); ++g) {
            const std::string& name = pairs[r]->names[g];
            auto mine = std::find_if(cameras.begin(), cameras.end(), [&](const CameraCurves& one) { return one.name == name; });
            if (mine == cameras.end()) {
                const auto& trained = runs.front().run->trainedCameras;
                cameras.push_back({name,
                                   pairs[r]->images[g],
                                   pairs[r]->pairings[g].labels,
                                   trained.empty() || trained.contains(std::filesystem::path(name).filename().string()),
                                   {}});
                mine = cameras.end() - 1;
            }
            mine->runs.resize(runs.size(), {{}, std::numeric_limits<double>::quiet_NaN()});
            std::vector<PrPath> paths;
            double sum = 0;
            for (const eval::PairedClass& paired : pairs[r]->pairings[g].classes) {
                if (paired.labels == 0)
                    continue;
                const eval::CurveAt at = eval::curveAt(paired, pairs[r]->pairings[g].objects, matchIou);
                paths.push_back(pathOf(at.curve));
                sum += at.ap;
            }
            if (!paths.empty())
                mine->runs[r] = {meanPathOf(paths), sum / static_cast<double>(paths.size())};
        }
    }
    for (CameraCurves& camera : cameras)
        camera.runs.resize(runs.size(), {{}, std::numeric_limits<double>::quiet_NaN()});
    return cameras;
}

} // namespace intersect::ui
