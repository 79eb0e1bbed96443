// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/select/selection.h"
#include "core/select/split.h"

namespace intersect::runs {

/// A folder of the user's that holds selections, runs and caches of one data set (design section 5).
struct Workspace {
    std::filesystem::path folder;   ///< absolute
    std::filesystem::path dataRoot; ///< absolute
    std::vector<std::string> names; ///< class names; the index is the id

    std::filesystem::path selections() const { return folder / "selections"; }
    std::filesystem::path runs() const { return folder / "runs"; }
    std::filesystem::path cache() const { return folder / "cache"; }
};

/// Writes workspace.yaml and the empty folders; an existing workspace is opened only if it is of the same data root.
Result<Workspace> createWorkspace(const std::filesystem::path& folder, const std::filesystem::path& dataRoot, const std::vector<std::string>& names);
/// Reads workspace.yaml; errors name file, line and next step.
Result<Workspace> openWorkspace(const std::filesystem::path& folder);
/// Names of the selections and of the runs, in the order of their bytes.
std::vector<std::string> selectionNames(const Workspace& workspace);
std::vector<std::string> runNames(const Workspace& workspace);

/// selection.yaml: rule, seed, quotas, frames.
std::string formatSelection(const select::Selection& selection);
Result<select::Selection> readSelection(const std::filesystem::path& file);
/// Whether a file is a selection, told by its first line, whatever its name.
bool isSelectionFile(const std::filesystem::path& file);
/// The images of a selection file (told by its first line, whatever its name), of a list file, of a folder, or one image.
Result<std::vector<std::filesystem::path>> imagesOfListOrSelection(const std::filesystem::path& source);

/// The three lists and data.yaml of a split, written together or not at all: nothing is touched unless all can be written.
struct SplitLists {
    std::vector<std::filesystem::path> train, val, test;
    std::vector<std::string> names;
};
/// Refuses lists that overlap and, without `force`, a folder that has such files already. Removes stale train.cache/val.cache if asked.
Result<void> writeSplitLists(const std::filesystem::path& folder, const SplitLists& lists, bool force, bool removeStaleCaches = false);

} // namespace intersect::runs
