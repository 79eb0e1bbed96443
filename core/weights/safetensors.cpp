// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <utility>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/weights/safetensors_header.h"

namespace intersect::weights {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors and NamedArray hold little-endian bytes");

constexpr std::uint64_t kMostHeader = 100'000'000;

/// Reads header and arrays of `size` bytes that `get(offset, into, count)` copies out; false from it means that they could not be read.
template <class Get>
Result<ArrayFile> readArrays(std::uint64_t size, const std::filesystem::path& path, const Get& get) {
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, path.string() + " cannot be read as safetensors: " + why + ".", path, 0,
                    "Copy or export the file again; it may be damaged.");
    };
    std::uint64_t headerLength = 0;
    if (size < sizeof headerLength || !get(0, reinterpret_cast<char*>(&headerLength), sizeof headerLength))
        return refuse("it is cut off");
    if (headerLength > kMostHeader || headerLength > size - sizeof headerLength)
        return refuse("its header is longer than the file: it is cut off");
    const std::uint64_t dataBegin = sizeof headerLength + headerLength;
    std::string text(headerLength, '\0');
    if (!get(sizeof headerLength, text.data(), text.size()))
        return refuse("its header could not be read");
    SafetensorsHeader header = readHeader(text, size - dataBegin);
    if (!header.fault.empty())
        return refuse(header.fault);
    std::string().swap(text);
    ArrayFile file;
    file.path = path;
    file.metadata = std::move(header.metadata);
    file.arrays.reserve(header.entries.size());
    for (HeaderEntry& entry : header.entries) {
        NamedArray& array = file.arrays.emplace_back(NamedArray{std::move(entry.name), entry.type, std::move(entry.shape), {}});
        array.bytes.resize(entry.end - entry.begin);
        if (!array.bytes.empty() && !get(dataBegin + entry.begin, reinterpret_cast<char*>(array.bytes.data()), array.bytes.size()))
            return refuse("the values of " + array.name + " could not be read");
    }
    return file;
}

} // namespace

Result<ArrayFile> parseSafetensors(std::string_view bytes, const std::filesystem::path& path) {
    return readArrays(bytes.size(), path, [&](std::uint64_t offset, char* into, std::size_t count) {
        std::memcpy(into, bytes.data() + offset, count);
        return true;
    });
}

Result<ArrayFile> readSafetensors(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary | std::ios::ate);
    const std::streamoff end = stream.tellg();
    if (!stream || end < 0)
        return fail(ErrorCode::BadInput, path.string() + " cannot be read.", path, 0, "Check the path of the weights.");
    return readArrays(static_cast<std::uint64_t>(end), path, [&](std::uint64_t offset, char* into, std::size_t count) {
        stream.seekg(static_cast<std::streamoff>(offset));
        stream.read(into, static_cast<std::streamsize>(count));
        return stream.gcount() == static_cast<std::streamsize>(count);
    });
}

Result<void> writeSafetensors(const std::filesystem::path& path, const ArrayFile& file) {
    Json header = Json::object();
    if (!file.metadata.empty())
        header["__metadata__"] = file.metadata;
    std::uint64_t offset = 0;
    for (const NamedArray& array : file.arrays) {
        header[array.name] =
            Json{{"dtype", safetensorsName(array.type)}, {"shape", array.shape}, {"data_offsets", {offset, offset + array.bytes.size()}}};
        offset += array.bytes.size();
    }
    std::string text = toText(header);
    text.append((8 - text.size() % 8) % 8, ' '); // so that the values begin at a multiple of eight bytes
    std::string bytes;
    bytes.reserve(sizeof(std::uint64_t) + text.size() + offset);
    const auto length = static_cast<std::uint64_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes += text;
    for (const NamedArray& array : file.arrays)
        bytes.append(reinterpret_cast<const char*>(array.bytes.data()), array.bytes.size());
    return writeFileAtomically(path, bytes);
}

} // namespace intersect::weights
