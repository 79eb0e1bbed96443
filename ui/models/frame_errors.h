// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <QCoreApplication>
#include <QString>

#include "core/eval/error_types.h"
#include "ui/models/inspection.h"

namespace intersect::ui {

/// Why the boxes of an inspection are wrong, by TIDE's rules over all confidences at IoU 0.5. Made once, then only
/// read.
struct FrameErrors {
    eval::ErrorReport report;
    std::vector<std::uint32_t> begin; ///< one per frame and one behind: places in report.errors
    std::int64_t wrong = 0;           ///< detections that have an error
    std::int64_t missing =
        0; ///< objects that no detection is right about: the missed ones, and those of misplaced or misnamed detections
    std::span<const eval::FoundError> of(std::size_t frame) const {
        return {report.errors.data() + begin[frame], begin[frame + 1] - begin[frame]};
    }
    bool nothingWrong() const { return wrong == 0 && missing == 0; }
};

/// Counts by eval::ErrorType.
using ErrorCounts = std::array<std::int64_t, eval::kErrorTypes>;

/// Finds the errors of all frames, each of which must be judged. Any thread; pure.
std::shared_ptr<const FrameErrors> findFrameErrors(const Inspection& inspection);

/// The errors of one frame by detections at or above the confidence; missed objects have no score and always count. Any
/// thread; pure.
ErrorCounts errorCountsAt(const FrameErrors& errors, const Inspection& inspection, std::size_t frame,
                          double confidence);

/// The error of a box of a frame: a detection's own; of an object that it was missed, or the error of the surest
/// detection at or above the confidence that is about it. Any thread; pure.
std::optional<eval::ErrorType> errorOf(const FrameErrors& errors, const Inspection& inspection, std::size_t frame,
                                       const InspectedBox& box, double confidence);

/// The boxes of a frame that have an error of this type: detections at or above the confidence, or missed objects. Any
/// thread; pure.
std::vector<BoxXyxy> boxesWithError(const FrameErrors& errors, const Inspection& inspection, std::size_t frame,
                                    eval::ErrorType type, double confidence);

/// Leaves only frames with an error of this type at the confidence. Any thread.
void keepFramesWithError(std::vector<std::uint32_t>& rows, const FrameErrors& errors, const Inspection& inspection,
                         eval::ErrorType type, double confidence);

/// Orders frames by how many errors of this type they have at the confidence, without one by the most of any type; ties
/// stay. Any thread.
void sortByErrors(std::vector<std::uint32_t>& rows, const FrameErrors& errors, const Inspection& inspection,
                  std::optional<eval::ErrorType> type, double confidence);

/// What the window calls the types of error.
class ErrorWords {
    Q_DECLARE_TR_FUNCTIONS(ErrorWords)
public:
    static QString name(eval::ErrorType type); ///< "Localisation"
    static QString hint(eval::ErrorType type); ///< "right class, badly placed"
    static QString rule(eval::ErrorType type); ///< the rule, and when it is asked
};

} // namespace intersect::ui
