// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace intersect::data {

/// What a selection does with a frame.
enum class FrameUse : std::uint8_t { Unused, Chosen, Train, Val, Test };
constexpr std::size_t kFrameUses = 5;

/// How large an object is in its picture, in COCO's sense: below 32² px, below 96² px, from there on.
enum class ObjectSize : std::uint8_t { Small, Medium, Large };
constexpr std::size_t kObjectSizes = 3;

/// The size class of a box of a picture of `frame` pixels (width times height of the box against 32² and 96², as COCO's evaluation
/// does with areas); nullopt for a picture of unknown size.
std::optional<ObjectSize> objectSizeOf(const Label& label, Size frame);

/// The hour of day, 0..23, of seconds since 1970 in the camera's local time.
int hourOf(std::int64_t takenAt);

/// Which frames to show. All conditions hold together; those about boxes look at the same boxes: "from 5 boxes", "truck", "large" means
/// at least five large trucks.
struct FrameFilter {
    std::string text;                     ///< part of the file name, any case of ASCII letters; empty: all
    bool allClasses = true;               ///< no restriction by class
    std::vector<int> classes;             ///< else only boxes of these count
    std::array<bool, kObjectSizes> sizes{true, true, true}; ///< only boxes of these size classes count
    int boxesFrom = 0, boxesTo = -1;      ///< so many boxes that count; -1: no upper end
    int hourFrom = 0, hourTo = 24;        ///< taken at or after `hourFrom` and before `hourTo` o'clock; from > to goes over midnight
    bool withoutLabels = false;           ///< only frames without a label file
    bool withFindings = false;            ///< only frames with a finding
    std::string findingCode;              ///< only frames with a finding of this code; empty: any
    std::array<bool, kFrameUses> uses{true, true, true, true, true}; ///< by FrameUse
    bool operator==(const FrameFilter&) const = default;

    bool anySize() const { return sizes[0] && sizes[1] && sizes[2]; }
    bool anyHour() const { return hourFrom == 0 && hourTo == 24; }
    bool anyUse() const;
};

/// What the filter looks at beside the data set: use and findings of the frames. Empty spans: nothing is used, nothing is found.
struct FrameContext {
    std::span<const FrameUse> use;               ///< one a frame
    std::span<const std::uint32_t> findingBegin; ///< frames + 1 offsets into findingOrder
    std::span<const std::uint32_t> findingOrder; ///< indices into Dataset::findings
};

/// How many frames each choice of the filter stands for: those that pass with this choice alone in its group and all other groups as they are set.
struct FilterCounts {
    std::map<int, std::int64_t> classes; ///< every class of the data set
    std::array<std::int64_t, kObjectSizes> sizes{};
    std::array<std::int64_t, 24> hours{};
    std::array<std::int64_t, kFrameUses> uses{};
    std::int64_t withoutLabels = 0, withFindings = 0;
    bool operator==(const FilterCounts&) const = default;
};

/// How the frames that pass are ordered.
enum class FrameSort : std::uint8_t { CameraTime, Time, MostBoxes, FewestBoxes };

/// The frames that pass.
struct FilteredFrames {
    std::vector<std::uint32_t> frames; ///< indices into Dataset::frames, in the order asked for
    FilterCounts counts;
};

/// The frames of the given cameras that pass, and the counts beside each choice. By boxes means the boxes that count; equal ones and those
/// without a time stay in the order of the data set. Any thread; pure; one pass, a few milliseconds for 100,000 frames. Stopped, it ends early with what it has.
FilteredFrames filterFrames(const Dataset& dataset, const FrameContext& context, std::span<const std::uint32_t> cameras, const FrameFilter& filter,
                            FrameSort sort = FrameSort::CameraTime, const StopCheck& stop = {});

/// Class ids that occur, ascending.
std::vector<int> classesOf(const Dataset& dataset);

} // namespace intersect::data
