// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include <c10/core/Device.h>

#include "core/base/result.h"

// Internal to core/nn and core/train: it parses torch headers.
namespace intersect::nn {

/// The device of a wish: `auto` (the first GPU if LibTorch has one, else the CPU), `cpu`, `cuda` (the first GPU), `cuda:1`, or a GPU's number alone as
/// YOLOv5 writes it (`0`). Another word is Usage; a GPU that is not there is BadInput and says why: a LibTorch of the CPU, no GPU at all, or fewer. Any
/// thread.
Result<at::Device> deviceFrom(const std::string& wish);

/// How many GPUs LibTorch can compute on; 0 with a LibTorch of the CPU. Any thread.
int gpuCount();

/// Waits until the device has done all it was given, as a clock that is read must; nothing to do on the CPU.
void finishWork(at::Device device);

/// Bytes of a GPU's own memory that are free; 0: not known, or the CPU.
std::int64_t freeDeviceMemory(at::Device device);

} // namespace intersect::nn
