// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/frame_verdicts.h"

namespace intersect::ui {
namespace {

constexpr std::size_t kKeptAtMost = 256; ///< several windows full

} // namespace

void FrameVerdicts::setInspection(std::shared_ptr<const Inspection> inspection) {
    if (inspection == m_inspection)
        return;
    m_inspection = std::move(inspection);
    m_kept.clear();
}

void FrameVerdicts::setThresholds(double confidence, double matchIou) {
    if (confidence == m_confidence && matchIou == m_matchIou)
        return;
    m_confidence = confidence;
    m_matchIou = matchIou;
    m_kept.clear();
}

const std::vector<InspectedBox>& FrameVerdicts::of(std::uint32_t frame) const {
    static const std::vector<InspectedBox> none;
    if (!m_inspection || frame >= m_inspection->size())
        return none;
    if (const auto found = m_kept.find(frame); found != m_kept.end())
        return found->second;
    if (m_kept.size() >= kKeptAtMost)
        m_kept.clear();
    return m_kept[frame] = inspectFrame(*m_inspection, frame, m_confidence, m_matchIou);
}

} // namespace intersect::ui
