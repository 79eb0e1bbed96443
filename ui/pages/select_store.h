// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "ui/pages/select_state.h"

namespace intersect::ui {

/// Where the Select page keeps its choices: `select/` in the workspace with page.json, and pins.txt and bars.txt as lists that `intersect-cli select` reads too.
std::filesystem::path selectStore(const std::filesystem::path& workspace);

/// The state, with what was drawn by it and where that was changed by hand.
struct StoredSelection {
    SelectState state;
    std::shared_ptr<const select::Selection> drawn; ///< null: nothing is chosen by this state
    std::vector<std::filesystem::path> frames;      ///< the chosen frames where `select` alone does not give them; else empty
};

/// Writes it, each file only where its text changed; the frames become chosen.txt. Any thread, one at a time.
Result<void> writeSelectState(const std::filesystem::path& workspace, const StoredSelection& stored);

/// What was written last; nothing if there is none or it cannot be read. A drawn selection with a frame that is gone is left out. Any thread.
std::optional<StoredSelection> readSelectState(const std::filesystem::path& workspace);

} // namespace intersect::ui
