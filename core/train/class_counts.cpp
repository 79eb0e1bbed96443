// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/class_counts.h"

#include <string>

namespace intersect::train {

std::vector<double> classCounts(const TrainingData& data) {
    std::vector<double> counts(data.yaml.names.size(), 0.0);
    for (const Sample& sample : data.train)
        for (const data::Label& label : sample.labels)
            counts.at(static_cast<std::size_t>(label.classId)) += 1;
    return counts;
}

Result<void> checkLossClasses(const runs::TrainConfig& config, std::size_t classes) {
    const auto check = [classes](const std::vector<double>& list, const std::string& option) -> Result<void> {
        if (list.empty() || list.size() == classes)
            return {};
        return fail(ErrorCode::Usage,
                    option + " has " + std::to_string(list.size()) + " numbers, but there are " +
                        std::to_string(classes) + " classes.",
                    {}, 0, "Give one number for all, or one for each class.");
    };
    if (const auto good = check(config.loss.classAlpha, "--alpha"); !good)
        return good;
    return check(config.loss.classPositiveWeight, "--pos-weight");
}

} // namespace intersect::train
