// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <QTemporaryDir>
#include <zip.h>

#include "tests/fuzz/zip_checksums.h"

namespace intersect::tests {

/// Bytes of a pickle, put together by hand.
struct Pickle {
    std::string bytes = "\x80\x02";
    Pickle& raw(std::string_view more) {
        bytes += more;
        return *this;
    }
    Pickle& text(const std::string& value) {
        const auto length = static_cast<std::uint32_t>(value.size());
        bytes += 'X';
        bytes.append(reinterpret_cast<const char*>(&length), 4);
        bytes += value;
        return *this;
    }
    Pickle& integer(std::int32_t value) {
        bytes += 'J';
        bytes.append(reinterpret_cast<const char*>(&value), 4);
        return *this;
    }
    /// A tensor of that shape over a storage of that many elements.
    Pickle& tensor(std::int32_t storage, std::int32_t offset, const std::vector<std::int32_t>& shape,
                   const std::vector<std::int32_t>& strides, const std::string& key = "0", const std::string& type = "FloatStorage") {
        raw("ctorch._utils\n_rebuild_tensor_v2\n((")
            .text("storage")
            .raw("ctorch\n" + type + "\n")
            .text(key)
            .text("cpu")
            .integer(storage)
            .raw("tQ");
        integer(offset).raw("(");
        for (const auto side : shape)
            integer(side);
        raw("t(");
        for (const auto stride : strides)
            integer(stride);
        return raw("t\x89)RtR");
    }
    /// An object of a class, its state the dict on which `state` writes "key value" pairs.
    template <class Write>
    Pickle& object(const std::string& module, const std::string& name, const Write& state) {
        raw("c" + module + "\n" + name + "\n)\x81}(");
        state(*this);
        return raw("ub");
    }
};

/// The floats first, first + 1 … as bytes.
inline std::string floatBytes(int count, int first = 0) {
    std::string bytes;
    for (int i = 0; i < count; ++i) {
        const auto value = static_cast<float>(first + i);
        bytes.append(reinterpret_cast<const char*>(&value), 4);
    }
    return bytes;
}

/// A record of an archive, below its root.
struct Record {
    std::string name, bytes;
};

/// A temporary folder with checkpoints in it.
class CheckpointFolder {
public:
    std::filesystem::path operator/(const std::string& name) const { return std::filesystem::path(m_dir.path().toStdString()) / name; }

    /// A PyTorch archive of that pickle and the floats 0, 1, 2 … as storage "0".
    std::filesystem::path archive(const std::string& pickle, int floats) const {
        return archive({{"data.pkl", pickle}, {"data/0", floatBytes(floats)}});
    }

    /// A PyTorch archive of those records.
    std::filesystem::path archive(const std::vector<Record>& records, bool deflate = false) const {
        const std::filesystem::path path = *this / "made.pt";
        std::filesystem::remove(path);
        zip_t* zip = zip_open(path.c_str(), ZIP_CREATE, nullptr);
        for (const Record& record : records) {
            zip_source_t* source = zip_source_buffer(zip, record.bytes.data(), record.bytes.size(), 0);
            const zip_int64_t index = zip_file_add(zip, ("archive/" + record.name).c_str(), source, 0);
            zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
        }
        zip_close(zip);
        return path;
    }

    std::filesystem::path write(const std::string& name, std::string_view bytes) const {
        std::ofstream(*this / name, std::ios::binary) << bytes;
        return *this / name;
    }

private:
    QTemporaryDir m_dir;
};

/// An entry of a zip written byte by byte, which may lie about itself.
struct RawEntry {
    std::string name, data;
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
    std::optional<std::uint32_t> size = {};   ///< what it claims to unpack to
    std::optional<std::uint32_t> offset = {}; ///< where it claims to begin
    std::optional<std::uint32_t> sum = {};    ///< its checksum
};

/// A zip of those entries, whose end record announces `count` entries, or as many as there are.
inline std::string rawZip(const std::vector<RawEntry>& entries, std::optional<std::uint16_t> count = {}) {
    const auto put = [](std::string& to, std::uint64_t value, std::size_t width) {
        to.append(reinterpret_cast<const char*>(&value), width);
    };
    std::string file, table;
    for (const RawEntry& entry : entries) {
        std::string common;
        put(common, 20, 2);
        put(common, entry.flags, 2);
        put(common, entry.method, 2);
        put(common, 0x00210000, 4);
        put(common, entry.sum.value_or(crc32(entry.data.data(), entry.data.size())), 4);
        put(common, entry.data.size(), 4);
        put(common, entry.size.value_or(static_cast<std::uint32_t>(entry.data.size())), 4);
        put(common, entry.name.size(), 2);
        put(common, 0, 2);
        table += "PK\x01\x02";
        put(table, 20, 2);
        table += common;
        table.append(10, '\0'); // comment, disk, attributes
        put(table, entry.offset.value_or(static_cast<std::uint32_t>(file.size())), 4);
        table += entry.name;
        if (!entry.offset)
            file += "PK\x03\x04" + common + entry.name + entry.data;
    }
    const std::size_t begin = file.size(), announced = count.value_or(static_cast<std::uint16_t>(entries.size()));
    file += table + "PK\x05\x06";
    put(file, 0, 4);
    put(file, announced, 2);
    put(file, announced, 2);
    put(file, table.size(), 4);
    put(file, begin, 4);
    put(file, 0, 2);
    return file;
}

} // namespace intersect::tests
