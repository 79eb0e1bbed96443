// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/pt_recorder.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/ATen.h>

namespace intersect::train {

namespace {

constexpr float kFarthest = 88; ///< what a logit counts as at most; beyond it e^-x is no float

at::Tensor flatFloats(const at::Tensor& values) {
    return values.to(at::kCPU, at::kFloat).contiguous();
}

std::map<int, runs::PtHistogram> histogramsOf(std::map<int, PtTally> tallies) {
    std::map<int, runs::PtHistogram> histograms;
    for (const auto& [id, tally] : tallies)
        histograms[id] = tally.histogram();
    return histograms;
}

} // namespace

void PtTally::add(float logit, double weight, float target, float soft, float loss) {
    const auto bins = static_cast<std::size_t>(runs::ptBinCount());
    const auto tenth = static_cast<std::size_t>(std::clamp(static_cast<int>(soft * 10), 0, 9));
    if (m_sums.size() < (tenth + 1) * bins)
        m_sums.resize((tenth + 1) * bins);
    Sums& sums = m_sums[tenth * bins + static_cast<std::size_t>(runs::ptBinOf(logit))];
    ++sums.count;
    sums.weight += weight;
    sums.logit += weight * static_cast<double>(std::fmin(std::fmax(logit, -kFarthest), kFarthest));
    sums.target += weight * static_cast<double>(target);
    sums.loss += std::isfinite(loss) ? static_cast<double>(loss) : 0;
}

void PtTally::add(const PtTally& other) {
    m_sums.resize(std::max(m_sums.size(), other.m_sums.size()));
    for (std::size_t i = 0; i < other.m_sums.size(); ++i) {
        m_sums[i].count += other.m_sums[i].count;
        m_sums[i].weight += other.m_sums[i].weight;
        m_sums[i].logit += other.m_sums[i].logit;
        m_sums[i].target += other.m_sums[i].target;
        m_sums[i].loss += other.m_sums[i].loss;
    }
}

runs::PtHistogram PtTally::histogram() const {
    runs::PtHistogram histogram;
    const auto bins = static_cast<std::size_t>(runs::ptBinCount());
    for (std::size_t bin = 0; bin < bins; ++bin)
        for (std::size_t at = bin; at < m_sums.size(); at += bins)
            if (const Sums& sums = m_sums[at]; sums.count > 0)
                histogram.bins.push_back({static_cast<int>(bin), sums.count, sums.weight, sums.logit / sums.weight,
                                          std::clamp(sums.target / sums.weight, 0.0, 1.0), sums.loss});
    return histogram;
}

void PtRecorder::add(const ElementsSeen& seen) {
    const at::Tensor logits = flatFloats(seen.objectness), losses = flatFloats(seen.objectnessLoss),
                     targets = flatFloats(seen.objectnessTarget);
    const at::Tensor owners = seen.owners.to(at::kCPU).contiguous();
    const float *x = logits.const_data_ptr<float>(), *loss = losses.const_data_ptr<float>(), *target = targets.const_data_ptr<float>();
    const auto* owner = owners.const_data_ptr<std::int32_t>();
    const auto cells = static_cast<std::size_t>(logits.numel());
    m_easy.reserve(m_easy.size() + cells);
    m_positive.reserve(m_positive.size() + cells);
    for (std::size_t i = 0; i < cells; ++i) {
        const bool positive = owner[i] >= 0;
        const float truth = positive ? x[i] : -x[i];
        if (positive)
            m_objectPositives[owner[i]].add(truth, seen.objectnessWeight, target[i], 1 - target[i], loss[i]);
        else
            m_objectNegatives.add(truth, seen.objectnessWeight, target[i], target[i], loss[i]);
        m_easy.push_back(truth > 0 ? 1 : 0);
        m_positive.push_back(positive ? 1 : 0);
    }
    if (!seen.classes.defined())
        return;
    const at::Tensor classes = flatFloats(seen.classes), classLosses = flatFloats(seen.classLoss);
    const at::Tensor trueClasses = seen.trueClasses.to(at::kCPU).contiguous();
    const auto* truth = trueClasses.const_data_ptr<std::int64_t>();
    const std::int64_t rows = classes.size(0), columns = classes.size(1);
    const float *q = classes.const_data_ptr<float>(), *classLoss = classLosses.const_data_ptr<float>();
    const auto yes = static_cast<float>(seen.classTargets.positive), no = static_cast<float>(seen.classTargets.negative);
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column, ++q, ++classLoss) {
            const auto id = static_cast<int>(column);
            if (column == truth[row])
                m_classPositives[id].add(*q, seen.classWeight, yes, 1 - yes, *classLoss);
            else
                m_classNegatives[id].add(-*q, seen.classWeight, no, no, *classLoss);
        }
}

runs::PtRecord PtRecorder::finish(int epoch) {
    runs::PtRecord record;
    record.epoch = epoch;
    PtTally others;
    std::erase_if(m_classNegatives, [&](const auto& entry) {
        const bool none = !m_classPositives.contains(entry.first);
        if (none)
            others.add(entry.second);
        return none;
    });
    record.objectPositives = histogramsOf(std::exchange(m_objectPositives, {}));
    record.objectNegatives = std::exchange(m_objectNegatives, {}).histogram();
    record.classPositives = histogramsOf(std::exchange(m_classPositives, {}));
    record.classNegatives = histogramsOf(std::exchange(m_classNegatives, {}));
    if (auto histogram = others.histogram(); !histogram.bins.empty())
        record.classNegatives[runs::kPtOtherClasses] = std::move(histogram);
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
