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

/// How many bars of equal width p_t from 0 to 1 is shown in.
constexpr int kPtBars = 20;

/// How many bins predictions are counted in. A loss falls by powers of 1 - p_t where p_t is near 1, and nearly all predictions are there,
/// so the bins are equal in the logit of the truth (ln(p_t / (1 - p_t)), at most 1/8 wide from -17.9 to 17.9, the two outermost open) and
/// every edge of a bar is one of theirs.
int ptBinCount();
/// The bin of a logit of the truth: x for a positive, -x for a negative. What is no number is as wrong as can be. Any thread; pure.
int ptBinOf(float logit);
/// The bar that a bin lies in.
int ptBarOf(int bin);

/// Predictions of one bin that have nearly one target.
struct PtBin {
    int bin = 0;
    std::int64_t count = 0;
    double weight =
        0; ///< what they weigh together in a mean over all elements, without the gain of the term: sum of level balance / elements
    double logit = 0;  ///< mean logit of the truth, weighted
    double target = 0; ///< mean target, weighted: 0..1, for objectness the IoU of the cell's box
    double loss = 0;   ///< what they add to the printed loss, gains applied
    bool operator==(const PtBin&) const = default;
};

/// Predictions by p_t, the probability given to what is true: p for a positive, 1 - p for a negative. Bins ascend; those without
/// predictions are left out, those with several targets stand several times.
struct PtHistogram {
    std::vector<PtBin> bins;
    bool operator==(const PtHistogram&) const = default;
};

/// Cells of the val list whose p_t went over 0.5, or fell below it, since the record before.
struct PtCrossings {
    std::int64_t up = 0, down = 0, cells = 0;
    bool operator==(const PtCrossings&) const = default;
};

/// Where a class's negatives are counted when no object of the val list is of it.
constexpr int kPtOtherClasses = -1;

/// Where the predictions lie after one epoch: the averaged network on the val list. A training of up to 100 epochs records each of them, a
/// longer one about 100.
struct PtRecord {
    int epoch = 0;                                      ///< from 1
    std::map<int, PtHistogram> objectPositives;         ///< objectness of cells that have an object, by its class
    PtHistogram objectNegatives;                        ///< objectness of all other cells
    std::map<int, PtHistogram> classPositives;          ///< class term: of the true class of a cell that has an object
    std::map<int, PtHistogram> classNegatives;          ///< class term: of each class that is not the object's; kPtOtherClasses together
    std::optional<PtCrossings> positives, negatives;    ///< objectness; not known for the first record of a process
    bool operator==(const PtRecord&) const = default;
};

/// One line of histograms.jsonl:
/// {"epoch","bins","objectness":{"positives":{"2":{"bin","count","weight","logit","target","loss"}},"negatives":{…}},
/// "classes":{"positives","negatives"},"crossed":{"positives":{"up","down","cells"},"negatives"} or null}; a histogram is columns of one
/// length. Numbers have five digits.
std::string formatPtRecord(const PtRecord& record);

/// Reads histograms.jsonl, epochs ascending; a torn last line is left out. No file: no record. Errors: a line that is no such record, or
/// one with other bins (written before bins were equal in the logit).
Result<std::vector<PtRecord>> readPtRecords(const std::filesystem::path& path);

} // namespace intersect::runs
