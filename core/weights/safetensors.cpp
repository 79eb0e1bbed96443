// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

#include "core/base/files.h"
#include "core/base/json_text.h"

namespace intersect::weights {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors and NamedArray hold little-endian bytes");

struct TypeName {
    DType type;
    const char* name;
};
constexpr TypeName kTypeNames[] = {{DType::F16, "F16"}, {DType::BF16, "BF16"}, {DType::F32, "F32"}, {DType::F64, "F64"}, {DType::I8, "I8"},
                                   {DType::U8, "U8"},   {DType::I16, "I16"},   {DType::I32, "I32"}, {DType::I64, "I64"}, {DType::Bool, "BOOL"}};

std::optional<DType> typeOf(const std::string& name) {
    for (const TypeName& entry : kTypeNames)
        if (name == entry.name)
            return entry.type;
    return std::nullopt;
}

const char* nameInFile(DType type) {
    for (const TypeName& entry : kTypeNames)
        if (type == entry.type)
            return entry.name;
    return "F32";
}

/// One array of the header, its bytes copied; an empty message on success, else why it is refused.
std::string readEntry(const std::string& name, const nlohmann::json& entry, std::string_view data, NamedArray& out) {
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") || !entry["shape"].is_array() ||
        !entry.contains("data_offsets") || !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2)
        return "its header describes " + name + " incompletely";
    const auto type = typeOf(entry["dtype"].get<std::string>());
    if (!type)
        return name + " is of the unknown type " + entry["dtype"].get<std::string>();
    out.name = name;
    out.type = *type;
    std::uint64_t bytes = sizeOf(*type);
    if (entry["shape"].size() > 16)
        return name + " has too many dimensions";
    for (const nlohmann::json& side : entry["shape"]) {
        if (!side.is_number_unsigned() || __builtin_mul_overflow(bytes, side.get<std::uint64_t>(), &bytes) || bytes > data.size())
            return "the shape of " + name + " does not fit into the file";
        out.shape.push_back(static_cast<std::int64_t>(side.get<std::uint64_t>()));
    }
    const nlohmann::json& offsets = entry["data_offsets"];
    if (!offsets[0].is_number_unsigned() || !offsets[1].is_number_unsigned())
        return "the place of " + name + " is not given in whole numbers";
    const auto begin = offsets[0].get<std::uint64_t>(), end = offsets[1].get<std::uint64_t>();
    if (begin > end || end > data.size())
        return "the values of " + name + " lie outside the file: it is cut off";
    if (end - begin != bytes)
        return "the values of " + name + " do not match its shape";
    out.bytes.resize(bytes);
    if (bytes > 0)
        std::memcpy(out.bytes.data(), data.data() + begin, bytes);
    return {};
}

} // namespace

Result<ArrayFile> parseSafetensors(std::string_view bytes, const std::filesystem::path& path) {
    constexpr std::uint64_t kMostHeader = 100'000'000;
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, path.string() + " cannot be read as safetensors: " + why + ".", path, 0,
                    "Copy or export the file again; it may be damaged.");
    };
    std::uint64_t headerLength = 0;
    if (bytes.size() < sizeof headerLength)
        return refuse("it is cut off");
    std::memcpy(&headerLength, bytes.data(), sizeof headerLength);
    if (headerLength > kMostHeader || headerLength > bytes.size() - sizeof headerLength)
        return refuse("its header is longer than the file: it is cut off");
    const std::string_view headerText = bytes.substr(sizeof headerLength, headerLength);
    const std::string_view data = bytes.substr(sizeof headerLength + headerLength);
    // Depth is bounded here, because the parser recurses when it destroys deep values.
    const auto shallow = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        if (depth > 8)
            throw std::length_error("too deep");
        return true;
    };
    ArrayFile file;
    file.path = path;
    std::vector<std::pair<std::uint64_t, std::size_t>> order; // of the values in the file
    try {
        const auto header = nlohmann::json::parse(headerText, shallow); // sorted by name: a long hostile header stays quick
        if (!header.is_object())
            return refuse("its header is no table");
        std::uint64_t total = 0;
        for (const auto& [name, entry] : header.items()) {
            if (name == "__metadata__") {
                if (!entry.is_object())
                    return refuse("its metadata is no table");
                for (const auto& [key, value] : entry.items())
                    if (value.is_string())
                        file.metadata[key] = value.get<std::string>();
                continue;
            }
            NamedArray array;
            if (const std::string why = readEntry(name, entry, data, array); !why.empty())
                return refuse(why);
            total += array.bytes.size();
            if (total > data.size())
                return refuse("its arrays overlap");
            order.emplace_back(entry["data_offsets"][0].get<std::uint64_t>(), file.arrays.size());
            file.arrays.push_back(std::move(array));
        }
    } catch (const std::exception&) {
        return refuse("its header is no JSON text");
    }
    std::sort(order.begin(), order.end());
    std::vector<NamedArray> sorted;
    sorted.reserve(order.size());
    for (const auto& [begin, index] : order)
        sorted.push_back(std::move(file.arrays[index]));
    file.arrays = std::move(sorted);
    return file;
}

Result<ArrayFile> readSafetensors(const std::filesystem::path& path) {
    const Result<std::string> bytes = readFile(path, 4ULL << 30);
    if (!bytes)
        return failAs(bytes);
    return parseSafetensors(*bytes, path);
}

Result<void> writeSafetensors(const std::filesystem::path& path, const ArrayFile& file) {
    Json header = Json::object();
    if (!file.metadata.empty())
        header["__metadata__"] = file.metadata;
    std::uint64_t offset = 0;
    for (const NamedArray& array : file.arrays) {
        header[array.name] = Json{{"dtype", nameInFile(array.type)}, {"shape", array.shape}, {"data_offsets", {offset, offset + array.bytes.size()}}};
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
