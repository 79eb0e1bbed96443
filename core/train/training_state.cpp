// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_state.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/numbers.h"
#include "core/weights/safetensors.h"

namespace intersect::train {

namespace {

struct Part {
    const char* prefix;
    weights::ArrayFile TrainingState::*arrays;
};
constexpr Part kParts[] = {{"network/", &TrainingState::network}, {"average/", &TrainingState::average}, {"momentum/", &TrainingState::momentum},
                           {"squares/", &TrainingState::squares}, {"steps/", &TrainingState::steps}};

struct IntKey {
    const char* name;
    int TrainingState::*value;
};
constexpr IntKey kInts[] = {{"epoch", &TrainingState::epoch},
                            {"best_epoch", &TrainingState::bestEpoch},
                            {"batches_per_epoch", &TrainingState::batchesPerEpoch},
                            {"threads", &TrainingState::threads}};

struct LongKey {
    const char* name;
    std::int64_t TrainingState::*value;
    std::int64_t least;
};
constexpr LongKey kLongs[] = {{"last_step", &TrainingState::lastStep, -1}, {"ema_updates", &TrainingState::averageUpdates, 0}};

struct DoubleKey {
    const char* name;
    double TrainingState::*value;
};
constexpr DoubleKey kDoubles[] = {{"best_fitness", &TrainingState::bestFitness},
                                  {"best_map50", &TrainingState::bestMap50},
                                  {"best_map50_95", &TrainingState::bestMap5095}};

constexpr const char* kClassAp = "class_ap"; ///< numbers with commas between them; older files have none

std::string listText(const std::vector<double>& values) {
    std::string text;
    for (const double value : values)
        text += (text.empty() ? "" : ",") + formatShortest(value);
    return text;
}

std::optional<std::vector<double>> listOf(const std::string& text) {
    std::vector<double> values;
    if (text.empty())
        return values;
    for (const std::string_view part : splitAt(text, ',')) {
        const auto value = parseDouble(part);
        if (!value || *value < 0 || *value > 1)
            return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

} // namespace

Result<void> writeTrainingState(const std::filesystem::path& path, TrainingState state) {
    weights::ArrayFile file;
    file.metadata = std::move(state.network.metadata);
    for (const IntKey& key : kInts)
        file.metadata[key.name] = std::to_string(state.*key.value);
    for (const LongKey& key : kLongs)
        file.metadata[key.name] = std::to_string(state.*key.value);
    for (const DoubleKey& key : kDoubles)
        file.metadata[key.name] = formatShortest(state.*key.value);
    file.metadata[kClassAp] = listText(state.classAp);
    for (const Part& part : kParts)
        for (weights::NamedArray& array : (state.*part.arrays).arrays) {
            array.name.insert(0, part.prefix);
            file.arrays.push_back(std::move(array));
        }
    return weights::writeSafetensors(path, file);
}

Result<TrainingState> readTrainingState(const std::filesystem::path& path) {
    auto file = weights::readSafetensors(path);
    if (!file)
        return failAs(file);
    TrainingState state;
    const auto wrong = [&path](const std::string& key) {
        return fail(ErrorCode::BadInput, path.string() + " holds no usable " + key + ", so the training cannot go on from it.", path, 0,
                    "Remove that file and resume from the beginning, or train anew from weights/last.safetensors.");
    };
    const auto number = [&file](const char* key, std::int64_t least, std::int64_t most) -> std::optional<std::int64_t> {
        const auto found = file->metadata.find(key);
        const auto value = found == file->metadata.end() ? std::nullopt : parseInt(found->second);
        return value && *value >= least && *value <= most ? value : std::nullopt;
    };
    for (const IntKey& key : kInts) {
        const auto value = number(key.name, 0, std::numeric_limits<int>::max());
        if (!value)
            return wrong(key.name);
        state.*key.value = static_cast<int>(*value);
    }
    for (const LongKey& key : kLongs) {
        const auto value = number(key.name, key.least, std::numeric_limits<std::int64_t>::max());
        if (!value)
            return wrong(key.name);
        state.*key.value = *value;
    }
    for (const DoubleKey& key : kDoubles) {
        const auto found = file->metadata.find(key.name);
        const auto value = found == file->metadata.end() ? std::nullopt : parseDouble(found->second);
        if (!value)
            return wrong(key.name);
        state.*key.value = *value;
    }
    if (const auto found = file->metadata.find(kClassAp); found != file->metadata.end()) {
        auto values = listOf(found->second);
        if (!values)
            return wrong(kClassAp);
        state.classAp = std::move(*values);
    }
    for (weights::NamedArray& array : file->arrays)
        for (const Part& part : kParts)
            if (const std::string prefix = part.prefix; array.name.compare(0, prefix.size(), prefix) == 0) {
                array.name.erase(0, prefix.size());
                (state.*part.arrays).arrays.push_back(std::move(array));
                break;
            }
    state.network.metadata = std::move(file->metadata);
    for (const Part& part : kParts)
        (state.*part.arrays).path = path;
    if (state.network.arrays.empty() || state.network.arrays.size() != state.average.arrays.size())
        return wrong("weights");
    return state;
}

} // namespace intersect::train
