// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/dataset_scan.h"

namespace intersect::data {

/// The index of a data set within a workspace's cache folder.
std::filesystem::path indexFile(const std::filesystem::path& cacheFolder);

/// As scanDataset, but what the index in `cacheFolder` holds and the disk has not changed since is not read again; where anything
/// changed the index is written anew. A missing, damaged or foreign index, and a folder that cannot be written to, cost the speed only; an
/// empty `cacheFolder` means none. 100,000 unchanged frames open in some 0.3 s. Any thread; parallel inside.
Result<Dataset> openDataset(const std::filesystem::path& root, const std::filesystem::path& cacheFolder, const ScanOptions& options = {},
                            const ProgressCallback& progress = {}, const StopCheck& stop = {});

/// The bytes of an index: a head (mark, version, length, hash of the rest) and flat arrays, little-endian or not as this machine has it: a
/// cache does not travel.
std::string formatIndex(const DatasetScan& scan);

/// Reads an index of the data set at `root` (absolute); nullopt for anything else or anything wrong in it. Never allocates much more than
/// `bytes` is long.
std::optional<DatasetScan> parseIndex(std::string_view bytes, const std::filesystem::path& root, int threads = 0);

} // namespace intersect::data
