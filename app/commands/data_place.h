// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>

#include "core/base/result.h"
#include "core/runs/workspace.h"

namespace intersect::app {

/// What ROOT means: the data folder of the workspace there or the folder itself, and what a workspace adds: where its index lies and how many class names it has
/// (none of both for a plain folder).
struct DataPlace {
    std::filesystem::path root, cache;
    std::size_t classCount = 0;
};
inline Result<DataPlace> dataPlaceOf(const std::filesystem::path& root) {
    std::error_code ignored;
    if (!std::filesystem::exists(root / "workspace.yaml", ignored))
        return DataPlace{root, {}, 0};
    const auto workspace = runs::openWorkspace(root);
    if (!workspace)
        return failAs(workspace);
    return DataPlace{workspace->dataRoot, workspace->cache(), workspace->names.size()};
}

/// A seed for who gave none; the verb prints and records it.
inline std::uint32_t drawSeed() {
    return std::random_device{}();
}

} // namespace intersect::app
