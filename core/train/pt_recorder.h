// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/runs/pt_histograms.h"
#include "core/train/detection_loss.h"

// Internal to core/train: it parses torch headers.
namespace intersect::train {

/// Gathers where the predictions of one validation lie. Batches must come in the same order each time. One thread.
class PtRecorder {
public:
    /// One level of one batch.
    void add(const ElementsSeen& seen);
    /// What was gathered since the last call, as the record of that epoch.
    runs::PtRecord finish(int epoch);

private:
    runs::PtRecord m_record;
    std::vector<std::uint8_t> m_easy, m_before; ///< p_t > 0.5 of each cell, in the order of batches and levels: now, at the record before
    std::vector<std::uint8_t> m_positive;       ///< whether the cell has an object; the val list is the same each time
};

} // namespace intersect::train
