// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/protobuf_message.h"

#include <bit>

namespace intersect::nn {
namespace {

enum WireType : unsigned { kVarint = 0, kLengthDelimited = 2, kFixed32 = 5 };

std::uint64_t tag(int field, WireType type) {
    return static_cast<std::uint64_t>(field) << 3 | type;
}

} // namespace

void ProtobufMessage::varint(std::uint64_t value) {
    for (; value > 0x7F; value >>= 7)
        m_bytes.push_back(static_cast<char>((value & 0x7F) | 0x80));
    m_bytes.push_back(static_cast<char>(value));
}

ProtobufMessage& ProtobufMessage::integer(int field, std::int64_t value) {
    varint(tag(field, kVarint));
    varint(static_cast<std::uint64_t>(value));
    return *this;
}

ProtobufMessage& ProtobufMessage::real(int field, float value) {
    varint(tag(field, kFixed32));
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8)
        m_bytes.push_back(static_cast<char>(bits >> shift & 0xFF));
    return *this;
}

ProtobufMessage& ProtobufMessage::bytes(int field, std::string_view value) {
    varint(tag(field, kLengthDelimited));
    varint(value.size());
    m_bytes.append(value);
    return *this;
}

} // namespace intersect::nn
