// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "ui/models/inspection.h"

namespace intersect::ui {

/// The verdicts of single frames at the thresholds of now, matched when somebody asks and kept until something changes:
/// for small pictures that show their boxes. GUI thread only.
class FrameVerdicts {
public:
    void setInspection(std::shared_ptr<const Inspection> inspection);
    void setThresholds(double confidence, double matchIou);
    const std::shared_ptr<const Inspection>& inspection() const { return m_inspection; }
    /// As inspectFrame; empty for a frame that is not there. Stands until the next call.
    const std::vector<InspectedBox>& of(std::uint32_t frame) const;

private:
    std::shared_ptr<const Inspection> m_inspection;
    double m_confidence = 0.25, m_matchIou = 0.5;
    mutable std::unordered_map<std::uint32_t, std::vector<InspectedBox>> m_kept;
};

} // namespace intersect::ui
