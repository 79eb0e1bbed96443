// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/detect/detection.h"
#include "core/eval/pairing.h"
#include "core/eval/truth.h"

namespace intersect::eval {

/// By what frames are told apart.
enum class GroupBy { Camera, Pool, Hour };

/// Frames dealt into named groups.
struct FrameGroups {
    std::vector<std::string> names;
    std::vector<std::uint32_t> groupOf; ///< one per image
};

/// The camera of a picture: the name of its folder, with the folder above as the pool. "." stands for a part that is
/// missing.
std::string cameraOf(const std::filesystem::path& image);

/// Deals the frames. Camera: one group a folder, named "pool/camera" (by its whole path where that name is not the only one), in the order
/// of the paths. Pool: the folder above the camera. Hour: "00" .. "23", the hour of day in the file's name (local time), and "unknown".
FrameGroups groupFrames(const std::vector<detect::ImageEntry>& images, GroupBy by);

/// All frames as one group, "all".
FrameGroups wholeGroup(std::size_t images);

/// How good the detector is on one group of frames.
struct GroupResult {
    std::string name;
    std::int64_t images = 0, labels = 0;
    double map50 = 0, map5095 = 0;     ///< over the classes this group has labels of, YOLOv5's definition; NaN without labels
    double precision = 0, recall = 0;  ///< means over these classes at the confidence, YOLOv5's interpolation; NaN without labels
    std::int64_t tp = 0, fp = 0, fn = 0; ///< all classes, score >= confidence, at the match IoU
    double countError = 0; ///< mean over frames of |boxes found - objects there|, vehicles a frame
    double countBias = 0;  ///< mean over frames of boxes found - objects there: below 0 it counts too few
};

/// The pairs of each group by themselves, in the order of the groups; places of objects stay those of the whole.
std::vector<Pairing> pairingsOf(const Pairing& pairing, const Truth& truth, const FrameGroups& groups);

/// The figures of every group; one confidence and match IoU for all, so that groups share one operating point. Uses `threads` threads;
/// any thread; pure.
std::vector<GroupResult> evaluateGroups(const Pairing& pairing, const Truth& truth, const FrameGroups& groups, double confidence,
                                        double matchIou = 0.5, int threads = 1);

} // namespace intersect::eval
