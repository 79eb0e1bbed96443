// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/folders.h"
#include "core/data/frame_reader.h"

namespace intersect::data {

/// A data set with all that is needed to see later what changed on disk, and to read only that again.
struct DatasetScan {
    static constexpr std::uint32_t kNoFrame = ~0U;
    Dataset dataset;                         ///< its findings are those of folders and files, in the order of path and line
    std::vector<std::uint32_t> findingFrame; ///< the frame of each finding, kNoFrame: a folder's
    std::vector<FrameStamps> stamps;         ///< of each frame
    std::vector<FolderContents> folders;     ///< every folder at and below the root, in the order of path bytes
    std::vector<FolderContents> mirrors;     ///< of each camera the folder of labels that mirrors it; an empty path where it has none
};

/// Reads names, headers, end markers and labels below `root`. What `before` holds (of the same root) and is unchanged on disk by time and
/// size is taken from there. `options`: threads alone are looked at. Errors as scanDataset. Any thread; parallel inside.
Result<DatasetScan> readDataset(const std::filesystem::path& root, const ScanOptions& options, const DatasetScan* before = nullptr,
                                const ProgressCallback& progress = {}, const StopCheck& stop = {});

/// Whether every folder and file still has the time and size it had. 100,000 frames take some 0.1 s from a warm cache. Any thread; parallel
/// inside.
bool isUnchanged(const DatasetScan& scan, int threads, const StopCheck& stop = {});

/// Fills the cameras of `scan` and the path, camera and time by name of each frame from its folders; fails where they hold no image.
/// Parallel inside.
Result<void> layOutFrames(DatasetScan& scan, int threads);

/// Cameras, frames and times from the names alone; nothing is opened.
Result<Dataset> readNames(const std::filesystem::path& root, const StopCheck& stop = {});

/// Puts findings in the order of path bytes and line.
void sortFindings(std::vector<Finding>& findings);

} // namespace intersect::data
