// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace intersect::nn {

/// The bytes of one protobuf message, appended field by field; a repeated field is written once a value. ONNX needs no more of protobuf than this, and
/// LibTorch's include folder holds headers of a protobuf of its own, which would shadow the system's wherever torch is included.
/// Source: the protocol buffers encoding (tag = field * 8 + wire type; varints of 7 bits, least significant first).
class ProtobufMessage {
public:
    /// int32, int64, bool, enum.
    ProtobufMessage& integer(int field, std::int64_t value);
    /// float.
    ProtobufMessage& real(int field, float value);
    /// string, bytes.
    ProtobufMessage& bytes(int field, std::string_view value);
    ProtobufMessage& message(int field, const ProtobufMessage& value) { return bytes(field, value.m_bytes); }

    const std::string& encoded() const { return m_bytes; }

private:
    void varint(std::uint64_t value);
    std::string m_bytes;
};

} // namespace intersect::nn
