// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/eval/comparison.h"
#include "ui/models/frame_errors.h"
#include "ui/models/inspection.h"

// Two inspections of the same frames beside each other: A and B, which may be two networks or one at two thresholds.
namespace intersect::ui {

/// What another run found on the frames of an inspection, in their order. Made once, then only read.
struct OtherFound {
    std::shared_ptr<const Inspection> inspection; ///< truth, frames and cameras are those of the first
    std::vector<char> missing;                    ///< by frame: 1 where the other knows nothing of it
    std::int64_t missingFrames = 0;               ///< frames of the first that the other does not have
    std::int64_t extraFrames = 0;                 ///< frames of the other that the first does not have
};

/// The first beside itself.
OtherFound sameFound(std::shared_ptr<const Inspection> first);

/// Reads a detections file for the frames of `first`; relative file names stand below `dataRoot`. With candidates of the same images their
/// boxes take the place of the detections, suppressed at `nmsIou`. Errors: as readDetections, no frame in common, other classes. Any thread.
Result<OtherFound> loadOther(const Inspection& first, const std::filesystem::path& detectionsFile, const std::filesystem::path& dataRoot,
                             const std::filesystem::path& candidatesFile = {}, double nmsIou = 0);

/// One side: what was found, and the thresholds it is judged at.
struct ComparedSide {
    std::shared_ptr<const Inspection> found;
    eval::Judgement judge;
};

/// Two sides of the same frames and the same truth.
struct ComparedPair {
    ComparedSide a, b;
    std::vector<char> missing; ///< by frame: 1 where one of the two knows nothing of it, so that nothing can be said
    bool knows(std::size_t frame) const { return frame < missing.size() && missing[frame] == 0; }
};

/// One box of a frame and what became of it from A to B: a true object, or a false detection.
struct ComparedBox {
    eval::BoxChange from;
    BoxXyxy box; ///< of the object, else of the false detection (of A's where both have it)
    int classId = 0;
    int placeA = -1, placeB = -1; ///< in ComparedFrame::a and ::b; -1: that side has no such box
    bool isObject() const { return from.truth >= 0; }
};

/// A frame as both sides see it.
struct ComparedFrame {
    std::vector<InspectedBox> a, b;  ///< as inspectFrame gives them
    std::vector<ComparedBox> boxes;  ///< differences first: objects before false detections
};

/// Both sides have the same to say about this box.
constexpr bool agree(eval::Change change) {
    return change == eval::Change::BothRight || change == eval::Change::BothWrong;
}

/// Both sides of one frame, which both must know. Any thread; pure.
ComparedFrame compareFrame(const ComparedPair& pair, std::size_t frame);

struct ChangeCounts {
    std::int64_t fixed = 0, broken = 0, bothWrong = 0, bothRight = 0;
    std::int64_t all() const { return fixed + broken + bothWrong + bothRight; }
};

/// What changed from A to B on all frames.
struct ComparedFrames {
    std::vector<eval::FrameChange> frames;
    std::vector<eval::BoxChange> boxes; ///< all but those right in both: broken, fixed, wrong in both; each surest first, then largest
};

/// Compares all frames that both know; null if `cancelled` said so meanwhile. Any thread; pure.
std::shared_ptr<const ComparedFrames> compareFrames(const ComparedPair& pair, const std::function<bool()>& cancelled = {});

/// What changed on some frames: of their true objects, and of false detections (fixed: gone, broken: new).
struct ChangeSums {
    std::int64_t frames = 0; ///< that both know
    ChangeCounts objects, inventions;
};
/// Sums over these frames; each stands there once. Any thread; pure.
ChangeSums sumsOf(const ComparedPair& pair, const ComparedFrames& compared, std::span<const std::uint32_t> frames);

/// The surest of the detections of a change, 0 without any; and the box it is about.
float scoreOf(const ComparedPair& pair, const eval::BoxChange& change);
BoxXyxy boxOf(const ComparedPair& pair, const eval::BoxChange& change);
int classOf(const ComparedPair& pair, const eval::BoxChange& change);

/// How the frames of a comparison are ordered.
enum class ChangeOrder { Broken, Fixed, BothWrong };

/// Frames by the chosen count descending, ties by broken, fixed, wrong in both, then as they were.
void orderByChange(std::vector<std::uint32_t>& rows, const ComparedFrames& compared, ChangeOrder order);

/// Errors by type of the frames that both know: detections at or above the side's confidence, and missed objects. Any thread; pure.
ErrorCounts errorCounts(const FrameErrors& errors, const ComparedSide& side, const std::vector<char>& missing);

} // namespace intersect::ui
