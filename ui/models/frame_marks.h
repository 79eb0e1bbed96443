// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/data/frame_filter.h"

namespace intersect::ui {

using data::FrameUse;

/// Where the frames of a data set stand in the current selection, and which findings are about which frame; flat, one entry a frame.
struct FrameMarks {
    std::vector<FrameUse> use;
    std::vector<std::uint32_t> findingBegin;  ///< frames + 1 offsets into findingOrder
    std::vector<std::uint32_t> findingOrder;  ///< indices into Dataset::findings
    std::vector<std::uint32_t> otherFindings; ///< findings about no frame of the data set
    std::string problem;                      ///< why the selection's lists could not be read; empty when all is well

    /// What the filter looks at.
    data::FrameContext context() const { return {use, findingBegin, findingOrder}; }
    /// The frame a finding is about, -1 for none; looks through all frames' findings.
    std::int64_t frameOfFinding(std::uint32_t finding) const;
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

} // namespace intersect::ui
