// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/eval/suspect_labels.h"
#include "core/runs/workspace.h"

// What a person said of labels that may be wrong. The data set's own label files are never written: a corrected copy of
// each stands in the workspace, made anew from the original and everything accepted of it, so that taking a decision
// back is exact.
namespace intersect::runs {

/// One decision.
struct ReviewedLabel {
    std::string image; ///< the picture below the data root, with "/"; absolute if it lies elsewhere
    eval::SuspectKind kind = eval::SuspectKind::MissingLabel;
    bool accepted = false;            ///< false: dismissed, the label is right
    std::optional<data::Label> label; ///< the label in question as the file has it; none for MissingLabel
    std::optional<data::Label> found; ///< what the network sees; none for NothingThere
};

/// A label file after the accepted decisions on it, and how many of them found their label no more.
struct CorrectedText {
    std::string text;
    int lost = 0;
};

/// The rows that result: MissingLabel adds one, NothingThere removes one, WrongClass changes its class, BadlyPlaced its
/// box; all other lines stay as they are, byte for byte. Decisions that were dismissed do nothing. Removing wins over
/// changing. Any thread; pure.
CorrectedText correctedLabels(std::string_view original, std::span<const ReviewedLabel> decisions);

/// How decisions call a picture: below the data root, else absolute.
std::string reviewedImage(const std::filesystem::path& image, const std::filesystem::path& dataRoot);

/// The decision on a suspect of these detections and this truth, with the label's row as its file says now. Errors: the
/// label file is not what the truth was read from. Any thread.
Result<ReviewedLabel> decisionOn(const eval::Suspect& suspect, bool accepted, const detect::DetectionSet& detections,
                                 const eval::Truth& truth, const std::filesystem::path& dataRoot);

/// Whether a decision was about this suspect: the same label, or for a missing one a box of that class in that place
/// (IoU 0.7), whatever run saw it. Any thread; pure.
bool isAbout(const ReviewedLabel& decision, const eval::Suspect& suspect, const detect::DetectionSet& detections,
             const eval::Truth& truth, const std::filesystem::path& dataRoot);

/// All decisions of a workspace, in `labels/corrected/review.jsonl`, and the corrected files below it. One thread at a
/// time.
class LabelReview {
public:
    /// Reads what was decided; without a file nothing was. Errors: a file that cannot be read or understood, with its
    /// line; it is left as it is.
    static Result<LabelReview> open(const Workspace& workspace);
    const std::vector<ReviewedLabel>& decisions() const { return m_decisions; } ///< oldest first
    std::int64_t accepted() const;
    std::int64_t dismissed() const;
    /// Remembers a decision and writes the corrected file; on an error both files are as before.
    Result<void> decide(ReviewedLabel decision);
    /// Takes the last decision back and returns it; none if there is none.
    Result<std::optional<ReviewedLabel>> undo();
    /// Where the corrected labels of a picture (as ReviewedLabel::image) stand once something of it is accepted.
    std::filesystem::path correctedFile(const std::string& image) const;
    std::filesystem::path file() const { return m_folder / "review.jsonl"; }

private:
    Result<void> change(std::vector<ReviewedLabel> decisions, const std::string& image);
    Result<void> writeCorrected(const std::vector<ReviewedLabel>& decisions, const std::string& image) const;
    std::filesystem::path m_folder, m_dataRoot;
    std::vector<ReviewedLabel> m_decisions;
};

} // namespace intersect::runs
