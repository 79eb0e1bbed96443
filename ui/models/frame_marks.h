// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/data/dataset.h"

namespace intersect::ui {

/// What the current selection does with a frame.
enum class FrameUse : std::uint8_t { Unused, Chosen, Train, Val, Test };

/// Where the frames of a data set stand in the current selection, and which findings are about which frame; flat, one entry a frame.
struct FrameMarks {
    std::vector<FrameUse> use;
    std::vector<std::uint32_t> findingBegin;  ///< frames + 1 offsets into findingOrder
    std::vector<std::uint32_t> findingOrder;  ///< indices into Dataset::findings
    std::vector<std::uint32_t> otherFindings; ///< findings about no frame of the data set
    std::string problem;                      ///< why the selection's lists could not be read; empty when all is well

    bool hasFindings(std::size_t frame) const { return findingBegin[frame + 1] > findingBegin[frame]; }
    std::size_t findingCount(std::size_t frame) const { return findingBegin[frame + 1] - findingBegin[frame]; }
};

/// The frames used of a camera, pool or data set.
struct UseCounts {
    std::int64_t frames = 0, chosen = 0, train = 0, val = 0, test = 0;
    std::int64_t used() const { return chosen + train + val + test; }
};

/// The marks of `dataset` under the selection folder (train.txt, val.txt, test.txt; selection.yaml where no lists were written yet; may be
/// empty). A list that cannot be read leaves `problem`. Any thread; 100,000 frames take about a tenth of a second.
FrameMarks marksOf(const data::Dataset& dataset, const std::filesystem::path& selectionFolder);

/// Use of the frames [begin, begin + count).
UseCounts useCounts(const FrameMarks& marks, std::size_t begin, std::size_t count);

/// Which frames the grid shows.
struct FrameFilter {
    std::string text;                   ///< part of the file name, any case; empty: all
    std::vector<int> classes;           ///< a frame with boxes must have one of these
    bool allClasses = true;             ///< no restriction by class
    bool withoutLabels = false;         ///< only frames without a label file
    bool withFindings = false;
    int boxesFrom = 0, boxesTo = -1;    ///< -1: no upper end
    bool operator==(const FrameFilter&) const = default;
};

/// The frames of the given cameras that pass, in the order of the data set. Any thread; pure.
std::vector<std::uint32_t> filterFrames(const data::Dataset& dataset, const FrameMarks& marks, const std::vector<std::uint32_t>& cameras,
                                        const FrameFilter& filter);

/// Class ids that occur, ascending.
std::vector<int> classesOf(const data::Dataset& dataset);

} // namespace intersect::ui
