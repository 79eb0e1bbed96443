// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"

namespace intersect::runs {

/// Frames added to and taken out of a selection by hand.
struct SelectionEdit {
    enum class List { Train, Val }; ///< which list an added frame goes to, where the selection has lists
    struct Added {
        std::filesystem::path image; ///< absolute
        List list = List::Train;
        bool pinned = true; ///< a frame put in by hand stays when the selection is drawn again
        bool operator==(const Added&) const = default;
    };
    std::vector<Added> add;
    std::vector<std::filesystem::path> remove; ///< absolute
    bool isEmpty() const { return add.empty() && remove.empty(); }
};

/// Changes the selection of a folder: selection.yaml with its counts, and train.txt and val.txt where they were written. What is in already is not
/// added, what is not in is not removed. A folder without any of these files gets a selection made by hand (strategy `by-hand`). Returns the
/// edit that takes this one back. Errors: a frame of test.txt (the whole edit is refused), files that cannot be read or written. Any thread.
Result<SelectionEdit> editSelection(const std::filesystem::path& folder, const SelectionEdit& edit);

} // namespace intersect::runs
