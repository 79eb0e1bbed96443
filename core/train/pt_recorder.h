// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/runs/pt_histograms.h"
#include "core/train/detection_loss.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// Predictions of one kind, added up by bin and, where targets are soft, by how far the target is from the hard one, in tenths.
class PtTally {
public:
    /// `logit` of the truth; `soft`: distance of the target from 1 for a positive, from 0 for a negative.
    void add(float logit, double weight, float target, float soft, float loss);
    void add(const PtTally& other);
    runs::PtHistogram histogram() const;

private:
    struct Sums {
        std::int64_t count = 0;
        double weight = 0, logit = 0, target = 0, loss = 0;
    };
    std::vector<Sums> m_sums; ///< [tenths][bins], as many tenths as were seen
};

/// Gathers where the predictions of one validation lie. Batches must come in the same order each time. One thread.
class PtRecorder {
public:
    /// One level of one batch.
    void add(const ElementsSeen& seen);
    /// What was gathered since the last call, as the record of that epoch.
    runs::PtRecord finish(int epoch);

private:
    std::map<int, PtTally> m_objectPositives, m_classPositives, m_classNegatives;
    PtTally m_objectNegatives;
    std::vector<std::uint8_t> m_easy, m_before; ///< p_t > 0.5 of each cell, in the order of batches and levels: now, at the record before
    std::vector<std::uint8_t> m_positive;       ///< whether the cell has an object; the val list is the same each time
};

} // namespace intersect::train
