// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/presets.h"

#include <algorithm>
#include <cctype>

namespace intersect::select {
namespace {

constexpr std::int64_t kBudget = 200;
constexpr std::uint32_t kSeed = 777;

SelectionRequest ofExercise(Strategy strategy) {
    SelectionRequest request;
    request.pools = {"Q2"};
    request.count = kBudget;
    request.seed = kSeed;
    request.strategy = strategy;
    return request;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

std::vector<Preset> made() {
    SelectionRequest exact = ofExercise(Strategy::Proportional);
    exact.ranking = {"495", "398", "173", "410", "511", "170"};
    exact.ratio = 0.9;
    SelectionRequest printed = ofExercise(Strategy::Counts);
    printed.counts = {{"495", 44}, {"398", 39}, {"173", 35}, {"410", 31}, {"511", 27}, {"170", 24}};
    return {{"Exercise WAY1", "200 frames of pool Q2 at random.", ofExercise(Strategy::Random)},
            {"Exercise WAY2", "200 frames of pool Q2, 33 or 34 of each camera.", ofExercise(Strategy::Equal)},
            {"Exercise WAY3 exact", "200 frames of pool Q2 by the ranking 495, 398, 173, 410, 511, 170 with exact powers of 0.9: 43, 38, 35, 31, 28, 25.", exact},
            {"Exercise WAY3 as printed", "The same ranking with the weights rounded to 1, .9, .81, .73, .63, .55, as the exercise prints them: 44, 39, 35, 31, 27, 24.", printed}};
}

} // namespace

const std::vector<Preset>& presets() {
    static const std::vector<Preset> kPresets = made();
    return kPresets;
}

Result<Preset> presetFromName(const std::string& name) {
    std::string known;
    for (const Preset& preset : presets()) {
        if (lower(preset.name) == lower(name) || lower(preset.name) == "exercise " + lower(name))
            return preset;
        known += (known.empty() ? "" : ", ") + preset.name;
    }
    return fail(ErrorCode::Usage, "There is no preset \"" + name + "\".", {}, 0, "The presets are " + known + ".");
}

} // namespace intersect::select
