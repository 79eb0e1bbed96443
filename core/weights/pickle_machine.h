// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/weights/named_arrays.h"

namespace intersect::weights {

/// How a tensor lies in its storage: sizes and strides in elements, outermost first; proven to lie inside.
struct TensorView {
    std::vector<std::int64_t> shape, strides;
};

/// A plain value out of a pickle. Objects of any class are only a name with arguments and state: nothing was called to make them.
struct PickleValue {
    enum class Kind : std::uint8_t { None, Bool, Int, Float, Text, Bytes, List, Tuple, Dict, Set, Global, Object, Storage, Tensor };
    Kind kind = Kind::None;
    DType type = DType::F32;  ///< Storage
    std::int64_t integer = 0; ///< Int, Bool; Storage: its number of elements; Tensor: offset in the storage, elements
    double real = 0;          ///< Float
    std::string_view text;    ///< Text, Bytes; Global, Object: "module.Class"; Storage: its key in the archive
    std::vector<const PickleValue*> items; ///< List, Tuple, Set; Dict: key, value, key, value …; Object: constructor arguments
    const PickleValue* state = nullptr;    ///< Object: what BUILD gave it; Tensor: its Storage
    const TensorView* view = nullptr;      ///< Tensor

    /// The value a Dict has for a text key; nullptr if there is none or this is no Dict.
    const PickleValue* at(std::string_view key) const;
};

/// The values of one pickle; they live as long as it does, at the same place when it is moved (and may refer to each other in circles).
struct PickleDocument {
    std::deque<PickleValue> values;
    std::deque<TensorView> views;
    std::deque<std::string> texts; ///< the pickle's own bytes, and names put together of two parts
    const PickleValue* root = nullptr;
    std::size_t memory = 0; ///< about how many bytes all this takes
};

/// Bounds of the machine, far above what a detector needs.
struct PickleLimits {
    std::size_t bytes = 32U << 20;
    std::size_t memory = 256U << 20; ///< of the pickle and all values made of it
    std::size_t marks = 1000;        ///< nested open marks
};

/// Reads a pickle (protocol 2 to 5, as PyTorch writes it) without executing it: globals are names, REDUCE and NEWOBJ make plain values for
/// a few known names (tensors, ordered dictionaries, sets) and opaque objects for all others. Persistent ids are PyTorch's storages. An
/// opcode it does not know, a bound exceeded, or a tensor that reaches outside its storage is an error; `path` is for messages. Any thread.
Result<PickleDocument> readPickle(std::string bytes, const std::filesystem::path& path, const PickleLimits& limits = {});

} // namespace intersect::weights
