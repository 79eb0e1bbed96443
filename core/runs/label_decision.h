// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/data/dataset.h"
#include "core/eval/suspect_labels.h"

// What a person said of one label that may be wrong, and what that makes of its file.
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

/// Whether two decisions answer the same question: that suspicion of the same label, or of a missing one of that class in that place. Pure.
bool sameQuestion(const ReviewedLabel& a, const ReviewedLabel& b);

/// A decision as a line of review.jsonl, and back; none where the line is no decision. `file` names it in errors.
std::string formatDecision(const ReviewedLabel& decision);
std::optional<ReviewedLabel> decisionFrom(std::string_view line, const std::filesystem::path& file);

} // namespace intersect::runs
