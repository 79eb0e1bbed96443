// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/torch_writer.h"

#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <zip.h>

#include "core/base/files.h"
#include "core/weights/metadata_record.h"

namespace intersect::weights {
namespace {

constexpr std::uint64_t kAlignment = 64;

/// PyTorch's name for a storage of that type.
const char* storageName(DType type) {
    switch (type) {
    case DType::F16: return "HalfStorage";
    case DType::BF16: return "BFloat16Storage";
    case DType::F32: return "FloatStorage";
    case DType::F64: return "DoubleStorage";
    case DType::I8: return "CharStorage";
    case DType::U8: return "ByteStorage";
    case DType::I16: return "ShortStorage";
    case DType::I32: return "IntStorage";
    case DType::I64: return "LongStorage";
    case DType::Bool: return "BoolStorage";
    }
    return "FloatStorage";
}

/// Writes the few opcodes a state dict needs; what repeats is named once and remembered.
class StateDictPickle {
public:
    StateDictPickle() {
        m_bytes = "\x80\x02";
        emptyDict();
        m_bytes += '(';
    }
    void tensor(const NamedArray& array, std::size_t key) {
        text(array.name);
        global("torch._utils", "_rebuild_tensor_v2");
        m_bytes += "((";
        remembered("storage");
        global("torch", storageName(array.type));
        text(std::to_string(key));
        remembered("cpu");
        integer(array.elements());
        m_bytes += "tQ";
        integer(0);
        integers(array.shape);
        std::vector<std::int64_t> strides(array.shape.size(), 1);
        for (std::size_t d = strides.size(); d-- > 1;)
            strides[d - 1] = strides[d] * std::max<std::int64_t>(array.shape[d], 1);
        integers(strides);
        m_bytes += '\x89'; // requires_grad
        emptyDict();       // backward hooks
        m_bytes += "tR";
    }
    std::string finish() { return std::move(m_bytes) + "u."; }

private:
    template <class T>
    void raw(T value) {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(const std::string& value) {
        m_bytes += 'X';
        raw(static_cast<std::uint32_t>(value.size()));
        m_bytes += value;
    }
    /// True if the value was written before and is now recalled; else the caller writes it, then `remember`s it.
    bool recalled(const std::string& what) {
        const auto known = m_memo.find(what);
        if (known == m_memo.end())
            return false;
        m_bytes += 'h';
        raw(known->second);
        return true;
    }
    void remember(const std::string& what) {
        const auto index = static_cast<std::uint8_t>(m_memo.size()); // there are less than twenty
        m_memo.emplace(what, index);
        m_bytes += 'q';
        raw(index);
    }
    void remembered(const std::string& value) {
        if (recalled(value))
            return;
        text(value);
        remember(value);
    }
    void global(const std::string& module, const std::string& name) {
        const std::string line = module + "\n" + name + "\n";
        if (recalled(line))
            return;
        m_bytes += 'c' + line;
        remember(line);
    }
    void emptyDict() {
        global("collections", "OrderedDict");
        m_bytes += ")R";
    }
    void integer(std::int64_t value) {
        if (value >= 0 && value < 256) {
            m_bytes += 'K';
            raw(static_cast<std::uint8_t>(value));
        } else if (value >= 0 && value <= INT32_MAX) {
            m_bytes += 'J';
            raw(static_cast<std::int32_t>(value));
        } else {
            m_bytes += "\x8a\x08";
            raw(value);
        }
    }
    void integers(const std::vector<std::int64_t>& values) {
        m_bytes += '(';
        for (const std::int64_t value : values)
            integer(value);
        m_bytes += 't';
    }

    std::string m_bytes;
    std::map<std::string, std::uint8_t> m_memo;
};

/// A zip archive of stored entries put together in memory.
class StoredZip {
public:
    explicit StoredZip(std::string root) : m_root(std::move(root)) {
        m_source = zip_source_buffer_create(nullptr, 0, 0, nullptr);
        if (m_source == nullptr)
            return;
        zip_source_keep(m_source);
        m_zip = zip_open_from_source(m_source, ZIP_TRUNCATE, nullptr);
        if (m_zip == nullptr)
            zip_source_free(m_source);
    }
    StoredZip(const StoredZip&) = delete;
    StoredZip& operator=(const StoredZip&) = delete;
    ~StoredZip() {
        if (m_zip != nullptr)
            zip_discard(m_zip);
        if (m_source != nullptr)
            zip_source_free(m_source);
    }

    /// Adds an entry whose bytes stay where they are until `finish`. Its data begin at a multiple of 64 of the file: a header field of
    /// zeros before them fills the gap, as PyTorch does it.
    void add(const std::string& name, const void* bytes, std::size_t size) {
        constexpr std::uint64_t kHeader = 30, kFieldHeader = 4;
        constexpr zip_uint16_t kPaddingField = 0x4246; // "FB", PyTorch's
        static const std::array<zip_uint8_t, kAlignment> kZeros{};
        if (m_zip == nullptr || m_failed)
            return;
        const std::string full = m_root + name;
        zip_source_t* source = zip_source_buffer(m_zip, bytes, size, 0);
        const zip_int64_t added = source != nullptr ? zip_file_add(m_zip, full.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
        if (added < 0) {
            zip_source_free(source);
            m_failed = true;
            return;
        }
        const auto index = static_cast<zip_uint64_t>(added);
        const std::uint64_t begin = m_offset + kHeader + full.size() + kFieldHeader;
        const std::uint64_t padding = (kAlignment - begin % kAlignment) % kAlignment;
        m_failed |= zip_set_file_compression(m_zip, index, ZIP_CM_STORE, 0) != 0;
        m_failed |= zip_file_set_dostime(m_zip, index, 0, 0x0021, 0) != 0; // 1 January 1980: no clock in the file
        m_failed |= zip_file_extra_field_set(m_zip, index, kPaddingField, ZIP_EXTRA_FIELD_NEW, kZeros.data(),
                                             static_cast<zip_uint16_t>(padding), ZIP_FL_LOCAL) != 0;
        m_offset = begin + padding + size;
    }

    /// The archive's bytes; empty if something failed.
    std::string finish() {
        if (m_zip == nullptr || m_failed || zip_close(m_zip) != 0)
            return {};
        m_zip = nullptr;
        zip_stat_t stat;
        if (zip_source_stat(m_source, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 || zip_source_open(m_source) != 0)
            return {};
        std::string bytes(stat.size, '\0');
        const zip_int64_t read = zip_source_read(m_source, bytes.data(), bytes.size());
        zip_source_close(m_source);
        return read == static_cast<zip_int64_t>(bytes.size()) ? bytes : std::string();
    }

private:
    std::string m_root;
    zip_source_t* m_source = nullptr;
    zip_t* m_zip = nullptr;
    std::uint64_t m_offset = 0;
    bool m_failed = false;
};

} // namespace

Result<void> writeTorch(const std::filesystem::path& path, const ArrayFile& file) {
    std::set<std::string_view> names;
    StateDictPickle pickle;
    for (std::size_t i = 0; i < file.arrays.size(); ++i) {
        if (!names.insert(file.arrays[i].name).second)
            return fail(ErrorCode::Failed, path.string() + " cannot be written: two tensors are called " + file.arrays[i].name + ".", path);
        pickle.tensor(file.arrays[i], i);
    }
    const std::string program = pickle.finish(), order = "little", version = "3\n", metadata = metadataText(file.metadata);
    StoredZip zip("archive/");
    zip.add("data.pkl", program.data(), program.size());
    zip.add("byteorder", order.data(), order.size());
    for (std::size_t i = 0; i < file.arrays.size(); ++i)
        zip.add("data/" + std::to_string(i), file.arrays[i].bytes.data(), file.arrays[i].bytes.size());
    zip.add(kMetadataRecord, metadata.data(), metadata.size());
    zip.add("version", version.data(), version.size());
    const std::string bytes = zip.finish();
    if (bytes.empty())
        return fail(ErrorCode::Failed, path.string() + " cannot be written: its zip archive could not be made.", path, 0,
                    "It may be larger than the memory that is free.");
    return writeFileAtomically(path, bytes);
}

} // namespace intersect::weights
