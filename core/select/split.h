// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::select {

enum class SplitRule {
    Random,     ///< a seeded shuffle, the first part is train
    Sklearn,    ///< train_test_split, to the index
    Stratified, ///< the ratio holds for every camera, and within it for its rare classes as far as whole frames allow
    Camera,     ///< whole cameras go to train or to val
    TimeBlock   ///< of every camera one stretch of time goes to val, with a gap before train if asked for
};

const char* splitRuleName(SplitRule rule);
Result<SplitRule> splitRuleFromName(const std::string& name);
/// Every rule, in the order they are shown.
const std::vector<SplitRule>& splitRules();

/// Where frames without labels go if there are labelled ones too: YOLO counts every detection on them as false, so that in val they mislead the choice of the best epoch.
enum class Unlabelled { Train, Deal };

struct SplitRequest {
    SplitRule rule = SplitRule::Random;
    double trainRatio = 0.8;         ///< in (0, 1)
    std::optional<double> testRatio; ///< sklearn's test_size instead of train_size (other rounding)
    std::uint32_t seed = 0;
    Unlabelled unlabelled = Unlabelled::Train;
    double gapSeconds = 0; ///< TimeBlock: train frames this near to a val frame of their camera are left out; 0: none
};

/// What a split has to know of a frame.
struct SplitItem {
    std::string camera;                  ///< frames of one camera share it
    std::optional<std::int64_t> takenAt; ///< seconds since 1970
    bool labelled = true;                ///< a label file exists, empty or not
    std::vector<int> classes;            ///< of its labels; only Stratified looks at them
};

/// What the paths of frames and the files beside them tell: camera is the folder, time stands in the name. Labels are read for Stratified only. Any thread.
std::vector<SplitItem> splitItemsOf(const std::vector<std::filesystem::path>& images, SplitRule rule);

/// Indices into the list that was split.
struct Split {
    std::vector<std::size_t> train, val;
    std::vector<std::size_t> dropped; ///< left out, for a gap
    std::vector<std::string> notes;   ///< sentences: what could not be kept, what misleads
};

/// The images at these indices, in their order.
std::vector<std::filesystem::path> imagesAt(const std::vector<std::filesystem::path>& images, const std::vector<std::size_t>& indices);

/// Deals `count` items into train and val without looking at them: Random or Sklearn. Random: seeded shuffle, the first floor(ratio*n) train. Sklearn: identical to
/// train_test_split(random_state=seed), order too. Errors: ratio outside (0, 1), a side that would be empty.
Result<Split> splitIndices(std::size_t count, const SplitRequest& request);

/// Deals frames by any rule. Stratified, Camera and TimeBlock keep the order of the list; the train side has floor(ratio*n) frames (ceil for testRatio),
/// with Camera as near to that as whole cameras of a seeded order come. Errors as splitIndices; Camera: fewer than two cameras; TimeBlock: a gap that leaves no train frame.
/// Same items and request, same split. Any thread; 100,000 frames under 100 ms.
Result<Split> splitFrames(const std::vector<SplitItem>& items, const SplitRequest& request);

} // namespace intersect::select
