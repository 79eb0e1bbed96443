// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/runs/label_decision.h"
#include "core/runs/workspace.h"

namespace intersect::runs {

/// All decisions of a workspace on labels that may be wrong, in `labels/corrected/review.jsonl`. The data set's own
/// label files are never written: a corrected copy of each stands below that folder, made anew from the original and
/// everything accepted of it, so that taking a decision back is exact; beside it a link to the picture, so that YOLO
/// finds the corrected labels where it looks for them. Every change reads the decisions, changes and writes them under
/// a lock: what another window decided meanwhile stays. One thread at a time.
class LabelReview {
public:
    /// Reads what was decided; without a file nothing was. Corrected files that are not what the decisions and the
    /// original make (a crash between two files, an original that changed) are written anew. Errors: a file that cannot
    /// be read or understood, with its line; it is left as it is.
    static Result<LabelReview> open(const Workspace& workspace);
    const std::vector<ReviewedLabel>& decisions() const { return m_decisions; } ///< oldest first, as of the last look at the file
    std::int64_t accepted() const;
    std::int64_t dismissed() const;
    /// How many accepted corrections change nothing, because their label is not in its file any more.
    std::int64_t lost() const;
    /// Reads the decisions again if another window or process changed them; whether that was so.
    Result<bool> refresh();
    /// Remembers a decision, in place of an earlier one on the same question, and writes the corrected file; on an
    /// error both files are as before.
    Result<void> decide(ReviewedLabel decision);
    /// Takes the last decision back and returns it: the last of this object, then those that were there when it was
    /// opened; never what another window decided meanwhile. None if there is none.
    Result<std::optional<ReviewedLabel>> undo();
    /// Decides again what was last taken back; none if there is none, or another window decided on it meanwhile.
    Result<std::optional<ReviewedLabel>> redo();
    bool canUndo() const { return !m_undo.empty(); }
    bool canRedo() const { return !m_redo.empty(); }
    /// Where the corrected labels of a picture (as ReviewedLabel::image) stand once something of it is accepted, and the link to it.
    std::filesystem::path correctedFile(const std::string& image) const;
    std::filesystem::path correctedPicture(const std::string& image) const;
    std::filesystem::path file() const { return m_folder / "review.jsonl"; }

private:
    /// Given the decisions as they stand, changes them; the picture it is about, or none where there is nothing to change.
    using Change = std::function<std::optional<std::string>(std::vector<ReviewedLabel>&)>;
    Result<bool> change(const Change& how);
    Result<std::vector<ReviewedLabel>> read() const;
    Result<void> write(const std::vector<ReviewedLabel>& decisions) const;
    Result<void> writeCorrected(const std::vector<ReviewedLabel>& decisions, const std::string& image);
    Result<void> linkPicture(const std::string& image) const;
    std::filesystem::path pictureOf(const std::string& image) const;
    std::filesystem::path m_folder, m_dataRoot;
    std::vector<ReviewedLabel> m_decisions, m_undo, m_redo;
    std::map<std::string, int> m_lost; ///< by picture
    std::filesystem::file_time_type m_readAt{};
};

/// What writeCorrectedLists made.
struct CorrectedLists {
    std::string name;                              ///< folder below selections/
    std::int64_t train = 0, val = 0, test = 0;     ///< frames that use corrected labels
};

/// The ending of such folders.
constexpr const char* kCorrectedEnding = "-corrected";

/// Writes the lists of a split (folder name below selections/, with data.yaml) again as `<name>-corrected`, each frame
/// with accepted corrections by its link beside the corrected labels, so that YOLO and `train` use those. Replaces
/// earlier lists of that name, and removes YOLO's caches beside them. Errors: as readDataYaml and writeSplitLists; a
/// selection of the user's own of that name; a workspace below a folder called images, where YOLO would look for labels
/// elsewhere. Any thread.
Result<CorrectedLists> writeCorrectedLists(const Workspace& workspace, const std::string& name, const LabelReview& review);

} // namespace intersect::runs
