// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.h"
#include "core/weights/named_arrays.h"

namespace intersect::weights {

/// Reads the weights of a detector, whatever holds them: a PyTorch archive (.pt, .pth: a pickled YOLOv5 or YOLOv7 module, its EMA
/// preferred, or a plain state dict) or safetensors; told by content, not by name. Arrays carry state-dict names (`model.0.conv.weight`),
/// metadata as ArrayFile says. Nothing in the file is executed, and what it takes stays below three times the file. What cannot be read is
/// refused with file and reason. Any thread; about 20 ms for yolov5n.
Result<ArrayFile> readWeights(const std::filesystem::path& path);

/// The same for the bytes of a PyTorch archive in memory; `path` is for messages.
Result<ArrayFile> readTorchBytes(std::string_view bytes, const std::filesystem::path& path);

} // namespace intersect::weights
