// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace intersect::weights {

/// The entry of a .pt that carries an ArrayFile's metadata, below the archive's root; PyTorch keeps such entries and does not look at them.
inline constexpr const char* kMetadataRecord = "extra/intersect.json";

/// The longest record that is read, bytes.
inline constexpr std::uint64_t kMostMetadata = 1U << 20;

/// The record's text for that metadata: JSON, as the header of a safetensors file holds it.
std::string metadataText(const std::map<std::string, std::string>& metadata);

/// Reads such a text; values that are no text are left out.
Result<std::map<std::string, std::string>> parseMetadata(std::string_view text, const std::filesystem::path& path);

} // namespace intersect::weights
