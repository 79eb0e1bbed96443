// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/pt_recorder.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>

namespace intersect::train {

namespace {

at::Tensor flatFloats(const at::Tensor& values) {
    return values.to(at::kCPU, at::kFloat).contiguous();
}

void count(runs::PtHistogram& histogram, float pt, float loss) {
    const auto bin = static_cast<std::size_t>(std::clamp(static_cast<int>(pt * runs::kPtBins), 0, runs::kPtBins - 1));
    ++histogram.count[bin];
    histogram.loss[bin] += static_cast<double>(loss);
}

} // namespace

void PtRecorder::add(const ElementsSeen& seen) {
    const at::Tensor probabilities = flatFloats(seen.objectness.sigmoid()), losses = flatFloats(seen.objectnessLoss);
    const at::Tensor owners = seen.owners.to(at::kCPU).contiguous();
    const float *p = probabilities.const_data_ptr<float>(), *loss = losses.const_data_ptr<float>();
    const auto* owner = owners.const_data_ptr<std::int32_t>();
    const auto cells = static_cast<std::size_t>(probabilities.numel());
    m_easy.reserve(m_easy.size() + cells);
    for (std::size_t i = 0; i < cells; ++i) {
        const bool positive = owner[i] >= 0;
        const float pt = positive ? p[i] : 1 - p[i];
        count(positive ? m_record.objectPositives[owner[i]] : m_record.objectNegatives, pt, loss[i]);
        m_easy.push_back(pt > 0.5F ? 1 : 0);
        m_positive.push_back(positive ? 1 : 0);
    }
    if (!seen.classes.defined())
        return;
    const at::Tensor classes = flatFloats(seen.classes.sigmoid()), classLosses = flatFloats(seen.classLoss);
    const at::Tensor trueClasses = seen.trueClasses.to(at::kCPU).contiguous();
    const auto* truth = trueClasses.const_data_ptr<std::int64_t>();
    const std::int64_t rows = classes.size(0), columns = classes.size(1);
    const float *q = classes.const_data_ptr<float>(), *classLoss = classLosses.const_data_ptr<float>();
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column, ++q, ++classLoss) {
            const auto id = static_cast<int>(column);
            if (column == truth[row])
                count(m_record.classPositives[id], *q, *classLoss);
            else
                count(m_record.classNegatives[id], 1 - *q, *classLoss);
        }
}

runs::PtRecord PtRecorder::finish(int epoch) {
    runs::PtRecord record = std::exchange(m_record, {});
    record.epoch = epoch;
    if (!m_before.empty() && m_before.size() == m_easy.size()) {
        record.positives.emplace();
        record.negatives.emplace();
        for (std::size_t i = 0; i < m_easy.size(); ++i) {
            runs::PtCrossings& side = m_positive[i] != 0 ? *record.positives : *record.negatives;
            ++side.cells;
            side.up += m_easy[i] > m_before[i] ? 1 : 0;
            side.down += m_easy[i] < m_before[i] ? 1 : 0;
        }
    }
    m_before = std::exchange(m_easy, {});
    m_positive.clear();
    return record;
}

} // namespace intersect::train
