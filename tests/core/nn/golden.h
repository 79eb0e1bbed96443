// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>
#include <nlohmann/json.hpp>

#include "tests/support/npy.h"
#include "tests/support/shared_data.h"

namespace intersect::tests {

inline nlohmann::json sharedJson(const std::string& below) {
    return nlohmann::json::parse(readFile(shared(below)).value());
}

/// A .npy of float32 or uint8 below the shared folder as a tensor.
template <class T>
at::Tensor sharedTensor(const std::string& below) {
    NpyArray<T> array = readNpy<T>(shared(below));
    const std::vector<std::int64_t> shape(array.shape.begin(), array.shape.end());
    const auto type = std::is_same_v<T, float> ? at::kFloat : at::kByte;
    return at::from_blob(array.values.data(), shape, at::TensorOptions().dtype(type)).clone();
}

} // namespace intersect::tests
