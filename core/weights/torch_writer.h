// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/weights/named_arrays.h"

namespace intersect::weights {

/// Writes arrays as a plain state dict that Python's `torch.load(path, weights_only=True)` opens: a zip archive with a pickle (protocol 2)
/// of an OrderedDict of name to tensor, and one stored entry a tensor, its bytes at a multiple of 64 in the file. The metadata goes into a
/// record of ours that PyTorch does not look at and readWeights gives back. Written atomically; the same arrays give the same bytes. A full
/// disk, a missing right and a name used twice are errors. Takes about the arrays' bytes once more while it runs. Any thread.
Result<void> writeTorch(const std::filesystem::path& path, const ArrayFile& file);

} // namespace intersect::weights
