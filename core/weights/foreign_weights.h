// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/weights/torch_archive.h"

namespace intersect::weights {

/// What to give instead of a file that is refused.
inline constexpr const char* kWantedWeights =
    "Give a checkpoint of YOLOv5 (release 6 or 7) or YOLOv7 (.pt), or a .safetensors of this program.";

/// The public detector this program does not run whose state dict has such names (YOLOX, NanoDet, FastestDet); empty if it is none of them.
std::string_view foreignFamily(const std::vector<FoundTensor>& tensors);

/// Why a file that is neither a zip archive nor safetensors is refused: an ONNX graph (naming whose, from the names in it), another format,
/// an older PyTorch's, or nothing known. `head` is its first bytes; at most 2 MB more are read.
tl::unexpected<Error> refuseForeign(const std::filesystem::path& path, std::string_view head);

} // namespace intersect::weights
