// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/torch_archive.h"

#include <algorithm>
#include <cstring>

#include <zip.h>

namespace intersect::weights {
namespace {

constexpr std::uint64_t kMostBytes = 4ULL << 30; ///< of all storages and arrays together
constexpr const char* kAgain = "Download it again, or export it again from the program that made it.";

zip_t* zipOf(void* handle) {
    return static_cast<zip_t*>(handle);
}

/// Copies a strided tensor with at least one element to dense order; bounds were proven by the pickle machine.
void gather(const PickleValue& tensor, std::size_t width, const char* storage, std::byte* out) {
    std::vector<std::int64_t> index(tensor.shape.size(), 0);
    std::int64_t at = tensor.integer;
    for (std::int64_t left = 1; left > 0;) {
        std::memcpy(out, storage + static_cast<std::size_t>(at) * width, width);
        out += width;
        left = 0;
        for (std::size_t d = tensor.shape.size(); d-- > 0 && left == 0;) {
            at += tensor.strides[d];
            if (++index[d] < tensor.shape[d]) {
                left = 1;
            } else {
                at -= tensor.strides[d] * tensor.shape[d];
                index[d] = 0;
            }
        }
    }
}

bool isContiguous(const PickleValue& tensor) {
    std::int64_t expected = 1;
    for (std::size_t d = tensor.shape.size(); d-- > 0;) {
        if (tensor.shape[d] != 1 && tensor.strides[d] != expected)
            return false;
        expected *= tensor.shape[d];
    }
    return true;
}

} // namespace

void TorchArchive::Close::operator()(void* archive) const {
    zip_discard(zipOf(archive));
}

Result<TorchArchive> TorchArchive::open(const std::filesystem::path& path) {
    int code = 0;
    Handle handle(zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (!handle) {
        if (code == ZIP_ER_NOZIP || code == ZIP_ER_INCONS)
            return fail(ErrorCode::BadInput,
                        path.string() + " is cut off: a PyTorch file ends with a table of contents (zip central directory), and this one has none.",
                        path, 0, kAgain);
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        const std::string why = zip_error_strerror(&error);
        zip_error_fini(&error);
        return fail(ErrorCode::BadInput, path.string() + " cannot be opened as a PyTorch file: " + why + ".", path, 0, kAgain);
    }
    TorchArchive archive(path, std::move(handle));
    zip_t* zip = zipOf(archive.m_handle.get());
    const zip_int64_t entries = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < entries && archive.m_root.empty(); ++i) {
        const char* name = zip_get_name(zip, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
        const std::string_view text = name != nullptr ? name : "";
        if (text.ends_with("/data.pkl") && text.find('/') == text.size() - 9)
            archive.m_root = text.substr(0, text.size() - 8);
    }
    if (archive.m_root.empty())
        return fail(ErrorCode::BadInput, path.string() + " is a zip archive, but not one of PyTorch: it has no data.pkl.", path, 0,
                    "Give a .pt or .pth file of a detector, or safetensors.");
    if (zip_name_locate(zip, (archive.m_root + "constants.pkl").c_str(), ZIP_FL_ENC_RAW) >= 0)
        return fail(ErrorCode::BadInput, path.string() + " is a TorchScript program, not a checkpoint.", path, 0,
                    "Give the .pt file of the training (best.pt or last.pt).");
    if (zip_name_locate(zip, (archive.m_root + "byteorder").c_str(), ZIP_FL_ENC_RAW) >= 0) {
        const Result<std::string> order = archive.entry("byteorder", 16);
        if (!order)
            return failAs(order);
        if (*order != "little")
            return fail(ErrorCode::BadInput, path.string() + " was written on a big-endian machine, which is not supported.", path);
    }
    const PickleLimits limits;
    const Result<std::string> bytes = archive.entry("data.pkl", limits.bytes);
    if (!bytes)
        return failAs(bytes);
    Result<PickleDocument> pickle = readPickle(*bytes, path, limits);
    if (!pickle)
        return failAs(pickle);
    archive.m_pickle = std::move(*pickle);
    return archive;
}

Result<std::string> TorchArchive::entry(const std::string& name, std::uint64_t limit) {
    zip_t* zip = zipOf(m_handle.get());
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, m_path.string() + ": its entry " + name + " " + why + ".", m_path, 0, kAgain);
    };
    zip_stat_t stat;
    if (zip_stat(zip, (m_root + name).c_str(), ZIP_FL_ENC_RAW, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0)
        return refuse("is missing");
    if (stat.size > limit)
        return refuse("is larger (" + std::to_string(stat.size) + " bytes) than it may be");
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(zip, stat.index, 0), &zip_fclose);
    if (!file)
        return refuse("cannot be read");
    std::string bytes(stat.size, '\0');
    std::size_t at = 0;
    while (at < bytes.size()) {
        const zip_int64_t count = zip_fread(file.get(), bytes.data() + at, bytes.size() - at);
        if (count <= 0)
            return refuse("is damaged or cut off");
        at += static_cast<std::size_t>(count);
    }
    return bytes;
}

Result<const std::string*> TorchArchive::storage(const PickleValue& storage) {
    const auto found = m_storages.find(storage.text);
    if (found != m_storages.end())
        return &found->second;
    const Result<std::string> bytes = entry("data/" + storage.text, kMostBytes - std::min(kMostBytes, m_bytes));
    if (!bytes)
        return failAs(bytes);
    m_bytes += bytes->size();
    return &m_storages.emplace(storage.text, *bytes).first->second;
}

Result<NamedArray> TorchArchive::array(const PickleValue& tensor, const std::string& name) {
    const PickleValue& from = *tensor.state;
    NamedArray array;
    array.name = name;
    array.type = from.type;
    array.shape = tensor.shape;
    const std::size_t width = sizeOf(from.type);
    const std::uint64_t elements = static_cast<std::uint64_t>(array.elements());
    if (elements * width > kMostBytes - std::min(kMostBytes, m_bytes))
        return fail(ErrorCode::BadInput, m_path.string() + " holds more than 4 GB of tensors (at " + name + ").", m_path);
    m_bytes += elements * width;
    if (elements == 0)
        return array;
    const Result<const std::string*> bytes = storage(from);
    if (!bytes)
        return failAs(bytes);
    if ((*bytes)->size() / width < static_cast<std::uint64_t>(from.integer))
        return fail(ErrorCode::BadInput,
                    m_path.string() + ": the values of " + name + " are cut off (" + std::to_string((*bytes)->size()) + " bytes of " +
                        std::to_string(static_cast<std::uint64_t>(from.integer) * width) + ").",
                    m_path, 0, kAgain);
    array.bytes.resize(elements * width);
    if (isContiguous(tensor))
        std::memcpy(array.bytes.data(), (*bytes)->data() + static_cast<std::size_t>(tensor.integer) * width, array.bytes.size());
    else
        gather(tensor, width, (*bytes)->data(), array.bytes.data());
    return array;
}

} // namespace intersect::weights
