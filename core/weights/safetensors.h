// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/weights/named_arrays.h"

namespace intersect::weights {

/// Reads a safetensors file: 8 bytes of header length, a JSON header, the bytes of the arrays, each read straight into its array. Lengths,
/// types and offsets are checked against the file's size before anything is read. Source: the format's description, safetensors 0.4. Any
/// thread.
Result<ArrayFile> readSafetensors(const std::filesystem::path& path);

/// The same from bytes in memory; `path` is for messages.
Result<ArrayFile> parseSafetensors(std::string_view bytes, const std::filesystem::path& path);

/// Writes arrays and metadata atomically (a reader sees the old or the new file). Any thread.
Result<void> writeSafetensors(const std::filesystem::path& path, const ArrayFile& file);

} // namespace intersect::weights
