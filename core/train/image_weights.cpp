// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/image_weights.h"

#include <algorithm>
#include <numeric>

namespace intersect::train {

std::vector<double> samplingClassWeights(std::span<const double> counts) {
    std::vector<double> weights;
    for (const double count : counts)
        weights.push_back(1 / std::max(count, 1.0));
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights)
        weight /= sum;
    return weights;
}

std::vector<double> imageWeights(std::span<const Sample> samples, std::span<const double> classAp) {
    std::vector<double> counts(classAp.size(), 0.0);
    for (const Sample& sample : samples)
        for (const data::Label& label : sample.labels)
            counts.at(static_cast<std::size_t>(label.classId)) += 1;
    std::vector<double> classWeights = samplingClassWeights(counts);
    for (std::size_t c = 0; c < classWeights.size(); ++c)
        classWeights[c] *= (1 - classAp[c]) * (1 - classAp[c]);
    std::vector<double> weights;
    for (const Sample& sample : samples) {
        double weight = 0;
        for (const data::Label& label : sample.labels)
            weight += classWeights[static_cast<std::size_t>(label.classId)];
        weights.push_back(weight);
    }
    return weights;
}

std::vector<double> classApOf(const eval::Evaluation& evaluation, std::size_t classes) {
    std::vector<double> ap(classes, evaluation.map5095);
    for (const eval::ClassResult& result : evaluation.classes)
        ap.at(static_cast<std::size_t>(result.classId)) = result.ap5095();
    return ap;
}

} // namespace intersect::train
