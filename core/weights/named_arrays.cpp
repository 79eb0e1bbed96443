// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/named_arrays.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace intersect::weights {
namespace {

float fromHalf(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1FU;
    const std::uint32_t mantissa = half & 0x3FFU;
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7F800000U | (mantissa << 13));
    if (exponent != 0)
        return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
    const float small = static_cast<float>(mantissa) * 0x1.0p-24F;
    return sign != 0 ? -small : small;
}

template <class T>
T load(const std::byte* from) {
    T value;
    std::memcpy(&value, from, sizeof(T));
    return value;
}

template <class T>
void widen(const std::vector<std::byte>& bytes, std::vector<float>& out) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<float>(load<T>(bytes.data() + i * sizeof(T)));
}

} // namespace

std::size_t sizeOf(DType type) {
    switch (type) {
    case DType::F64:
    case DType::I64: return 8;
    case DType::F32:
    case DType::I32: return 4;
    case DType::F16:
    case DType::BF16:
    case DType::I16: return 2;
    case DType::I8:
    case DType::U8:
    case DType::Bool: return 1;
    }
    return 1;
}

const char* nameOf(DType type) {
    switch (type) {
    case DType::F16: return "fp16";
    case DType::BF16: return "bf16";
    case DType::F32: return "fp32";
    case DType::F64: return "fp64";
    case DType::I8: return "int8";
    case DType::U8: return "uint8";
    case DType::I16: return "int16";
    case DType::I32: return "int32";
    case DType::I64: return "int64";
    case DType::Bool: return "bool";
    }
    return "?";
}

bool isFloating(DType type) {
    return type == DType::F16 || type == DType::BF16 || type == DType::F32 || type == DType::F64;
}

std::int64_t NamedArray::elements() const {
    std::int64_t count = 1;
    for (const std::int64_t side : shape)
        count *= side;
    return count;
}

std::vector<float> NamedArray::toFloats() const {
    std::vector<float> values(bytes.size() / sizeOf(type));
    switch (type) {
    case DType::F16:
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = fromHalf(load<std::uint16_t>(bytes.data() + 2 * i));
        break;
    case DType::BF16:
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = std::bit_cast<float>(static_cast<std::uint32_t>(load<std::uint16_t>(bytes.data() + 2 * i)) << 16);
        break;
    case DType::F32: widen<float>(bytes, values); break;
    case DType::F64: widen<double>(bytes, values); break;
    case DType::I8: widen<std::int8_t>(bytes, values); break;
    case DType::U8:
    case DType::Bool: widen<std::uint8_t>(bytes, values); break;
    case DType::I16: widen<std::int16_t>(bytes, values); break;
    case DType::I32: widen<std::int32_t>(bytes, values); break;
    case DType::I64: widen<std::int64_t>(bytes, values); break;
    }
    return values;
}

const NamedArray* ArrayFile::find(const std::string& name) const {
    const auto found = std::find_if(arrays.begin(), arrays.end(), [&](const NamedArray& array) { return array.name == name; });
    return found == arrays.end() ? nullptr : &*found;
}

} // namespace intersect::weights
