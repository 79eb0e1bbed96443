// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace intersect::weights {

enum class DType : std::uint8_t { F16, BF16, F32, F64, I8, U8, I16, I32, I64, Bool };

/// Bytes of one value.
std::size_t sizeOf(DType type);

/// "fp16", "bf16", "fp32", "fp64", "int8" …
const char* nameOf(DType type);

/// Whether values of the type are floating-point numbers.
bool isFloating(DType type);

/// A dense, contiguous, row-major array with its bytes, little-endian.
struct NamedArray {
    std::string name;
    DType type = DType::F32;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
    std::int64_t elements() const;
    /// Values widened or narrowed to float.
    std::vector<float> toFloats() const;
};

/// Arrays in file order and text metadata. Checkpoints use the keys: `network` (yolov5n …), `names` (JSON list of class names), `strides`
/// and `anchors` (JSON; a level: w0,h0,w1,h1 … in input pixels), `epoch`, `yaml` (JSON of the model's yaml), `modules` (classes of a
/// pickled module, with commas).
struct ArrayFile {
    std::vector<NamedArray> arrays;
    std::map<std::string, std::string> metadata;
    std::filesystem::path path = {}; ///< where it was read from, for messages; may be empty
    const NamedArray* find(const std::string& name) const;
};

} // namespace intersect::weights
