// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include <ATen/core/Tensor.h>

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/nn/network.h"

// Internal to core/nn: it parses torch headers.
namespace intersect::nn {

/// A folded network as the bytes of a TorchScript file: forward(images [b,3,h,w] RGB 0..1) -> [b,rows,5+classes] as Network::decode gives it, for any
/// batch, height and width that are multiples of the largest stride, in the weights' own precision (float32 as written). The tensors are parameters
/// named as in the checkpoint with '_' for '.'. The record config.txt is the one YOLOv5 reads: JSON {shape, stride, names}; `input` is the size it names.
/// Errors: what LibTorch says. Takes about twice the weights. One thread at a time for a network.
Result<std::string> torchScriptBytes(const Network& folded, int batch, Size input);

/// Loads such a file and runs it on [b,3,h,w]; errors name the file.
Result<at::Tensor> runTorchScript(const std::filesystem::path& path, const at::Tensor& images);

} // namespace intersect::nn
