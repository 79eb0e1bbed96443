// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::runs {

/// How many bins of equal width p_t from 0 to 1 is cut into.
constexpr int kPtBins = 50;

/// Predictions by p_t, the probability given to what is true: p for a positive, 1 - p for a negative.
struct PtHistogram {
    std::vector<std::int64_t> count = std::vector<std::int64_t>(kPtBins, 0);
    std::vector<double> loss = std::vector<double>(kPtBins, 0); ///< what the bin adds to the printed loss (gains applied)
    bool operator==(const PtHistogram&) const = default;
};

/// Cells of the val list whose p_t went over 0.5, or fell below it, since the record before.
struct PtCrossings {
    std::int64_t up = 0, down = 0, cells = 0;
    bool operator==(const PtCrossings&) const = default;
};

/// Where the predictions lie after one epoch: the averaged network on the val list.
struct PtRecord {
    int epoch = 0;                                      ///< from 1
    std::map<int, PtHistogram> objectPositives;         ///< objectness of cells that have an object, by its class
    PtHistogram objectNegatives;                        ///< objectness of all other cells
    std::map<int, PtHistogram> classPositives;          ///< class term: of the true class of a cell that has an object
    std::map<int, PtHistogram> classNegatives;          ///< class term: of each class that is not the object's
    std::optional<PtCrossings> positives, negatives;    ///< objectness; not known for the first record of a process
    bool operator==(const PtRecord&) const = default;
};

/// One line of histograms.jsonl: {"epoch","bins","objectness":{"positives":{"2":{"count","loss"}},"negatives":{…}},"classes":{"positives","negatives"},
/// "crossed":{"positives":{"up","down","cells"},"negatives"} or null}. Losses have six digits.
std::string formatPtRecord(const PtRecord& record);

/// Reads histograms.jsonl, epochs ascending; a torn last line is left out. No file: no record. Errors: a line that is no such record.
Result<std::vector<PtRecord>> readPtRecords(const std::filesystem::path& path);

} // namespace intersect::runs
