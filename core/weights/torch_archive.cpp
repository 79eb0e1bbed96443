// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/torch_archive.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <set>

#include <zip.h>

#include "core/weights/zip_end.h"

namespace intersect::weights {
namespace {

constexpr std::uint64_t kMostFile = 4ULL << 30;
constexpr std::uint64_t kAlways = 4ULL << 20; ///< bytes that may be taken whatever the file's size
constexpr const char* kAgain = "Download it again, or export it again from the program that made it.";

zip_t* zipOf(void* handle) {
    return static_cast<zip_t*>(handle);
}

std::uint64_t elementsOf(const PickleValue& tensor) {
    std::uint64_t count = 1; // the pickle machine has proven that this does not overflow
    for (const std::int64_t side : tensor.view->shape)
        count *= static_cast<std::uint64_t>(side);
    return count;
}

/// Copies a strided tensor with at least one element to dense order; bounds were proven by the pickle machine.
void gather(const PickleValue& tensor, std::size_t width, const char* storage, std::byte* out) {
    const auto& [shape, strides] = *tensor.view;
    std::vector<std::int64_t> index(shape.size(), 0);
    std::int64_t at = tensor.integer;
    for (std::int64_t left = 1; left > 0;) {
        std::memcpy(out, storage + static_cast<std::size_t>(at) * width, width);
        out += width;
        left = 0;
        for (std::size_t d = shape.size(); d-- > 0 && left == 0;) {
            at += strides[d];
            if (++index[d] < shape[d]) {
                left = 1;
            } else {
                at -= strides[d] * shape[d];
                index[d] = 0;
            }
        }
    }
}

bool isContiguous(const TensorView& view) {
    std::int64_t expected = 1;
    for (std::size_t d = view.shape.size(); d-- > 0;) {
        if (view.shape[d] != 1 && view.strides[d] != expected)
            return false;
        expected *= view.shape[d];
    }
    return true;
}

std::string reasonOf(zip_error_t& error) {
    std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    return why;
}

} // namespace

void TorchArchive::Close::operator()(void* archive) const {
    zip_discard(zipOf(archive));
}

Result<TorchArchive> TorchArchive::open(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary | std::ios::ate);
    const std::streamoff end = stream.tellg();
    if (!stream || end < 0)
        return fail(ErrorCode::BadInput, path.string() + " cannot be read.", path, 0, "Check the path of the weights.");
    const auto size = static_cast<std::uint64_t>(end);
    std::string tail(std::min<std::uint64_t>(size, kZipEndBytes), '\0');
    stream.seekg(end - static_cast<std::streamoff>(tail.size()));
    stream.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_file_create(path.c_str(), 0, -1, &error);
    if (source == nullptr)
        return fail(ErrorCode::BadInput, path.string() + " cannot be opened as a PyTorch file: " + reasonOf(error) + ".", path, 0, kAgain);
    return fromSource(source, tail, size, path);
}

Result<TorchArchive> TorchArchive::fromBytes(std::string_view bytes, const std::filesystem::path& path) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source == nullptr)
        return fail(ErrorCode::BadInput, path.string() + " cannot be opened as a PyTorch file: " + reasonOf(error) + ".", path, 0, kAgain);
    return fromSource(source, bytes, bytes.size(), path);
}

Result<TorchArchive> TorchArchive::fromSource(void* from, std::string_view end, std::uint64_t size, const std::filesystem::path& path) {
    const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> source(static_cast<zip_source_t*>(from), &zip_source_free);
    const auto refuse = [&](const std::string& why) { return fail(ErrorCode::BadInput, path.string() + " " + why + ".", path, 0, kAgain); };
    switch (zipEnd(end, size)) {
    case ZipEnd::Missing:
        return refuse("is cut off: a PyTorch file ends with a table of contents (zip central directory), and this one has none");
    case ZipEnd::TooLong: return refuse("is a zip archive of more entries than a checkpoint has");
    case ZipEnd::Fine: break;
    }
    if (size > kMostFile)
        return refuse("is larger than the 4 GB this program reads");
    zip_error_t error;
    zip_error_init(&error);
    zip_source_keep(source.get()); // an opened archive frees it, one that fails to open does not
    Handle handle(zip_open_from_source(source.get(), ZIP_RDONLY, &error));
    if (!handle) {
        zip_source_free(source.get());
        const int code = zip_error_code_zip(&error);
        const std::string why = reasonOf(error);
        if (code == ZIP_ER_NOZIP || code == ZIP_ER_INCONS)
            return refuse("is damaged or cut off: its table of contents (zip central directory) does not fit the file");
        return refuse("cannot be opened as a PyTorch file: " + why);
    }
    TorchArchive archive(path, std::move(handle));
    if (const Result<void> checked = archive.checkEntries(size); !checked)
        return failAs(checked);
    archive.m_left = 3 * size + kAlways;
    if (const Result<void> read = archive.readRoot(); !read)
        return failAs(read);
    return archive;
}

Result<void> TorchArchive::checkEntries(std::uint64_t size) {
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, m_path.string() + " " + why + ".", m_path, 0, kAgain);
    };
    zip_t* zip = zipOf(m_handle.get());
    const zip_int64_t entries = zip_get_num_entries(zip, 0);
    if (entries < 0 || static_cast<std::uint64_t>(entries) > kMostZipEntries)
        return refuse("is a zip archive of more entries than a checkpoint has");
    std::uint64_t packed = 0, unpacked = 0;
    std::set<std::string_view> names;
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(entries); ++i) {
        zip_stat_t stat;
        constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
        if (zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &stat) != 0 || (stat.valid & kNeeded) != kNeeded)
            return refuse("has a table of contents that is damaged");
        const std::string name = stat.name;
        if (!names.insert(stat.name).second)
            return refuse("has two entries called " + name);
        if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE)
            return refuse("is packed in a way that is not read (entry " + name + ")");
        if (stat.comp_size > size || (packed += stat.comp_size) > size)
            return refuse("has entries that lie on one another (at " + name + ")");
        if (stat.size > 2 * size + kAlways || (unpacked += stat.size) > 2 * size + kAlways)
            return refuse("would unpack to many times its size (at " + name + "), which no checkpoint does");
        const std::string_view text = stat.name;
        if (m_root.empty() && text.ends_with("/data.pkl") && text.find('/') == text.size() - 9)
            m_root = text.substr(0, text.size() - 8);
    }
    if (m_root.empty())
        return fail(ErrorCode::BadInput, m_path.string() + " is a zip archive, but not one of PyTorch: it has no data.pkl.", m_path, 0,
                    "Give a .pt or .pth file of a detector, or safetensors.");
    return {};
}

Result<void> TorchArchive::readRoot() {
    if (zip_name_locate(zipOf(m_handle.get()), (m_root + "constants.pkl").c_str(), ZIP_FL_ENC_RAW) >= 0)
        return fail(ErrorCode::BadInput, m_path.string() + " is a TorchScript program: exported for use elsewhere, not to be read again.",
                    m_path, 0, "Give the .pt of the training (best.pt or last.pt) or the .safetensors it was exported from.");
    const Result<std::string> order = record("byteorder", 16);
    if (!order)
        return failAs(order);
    if (!order->empty() && *order != "little")
        return fail(ErrorCode::BadInput, m_path.string() + " was written on a big-endian machine, which is not supported.", m_path, 0,
                    "Load and save it again on a PC.");
    PickleLimits limits;
    limits.memory = std::min<std::uint64_t>(limits.memory, m_left);
    std::uint64_t index = 0;
    const Result<std::uint64_t> size = sizeOfEntry("data.pkl", index);
    if (!size)
        return failAs(size);
    if (*size > limits.bytes)
        return refuseEntry("data.pkl", "is larger (" + std::to_string(*size) + " bytes) than it may be");
    std::string bytes(*size, '\0');
    if (Result<void> read = readEntry("data.pkl", index, bytes.data(), bytes.size()); !read)
        return read;
    Result<PickleDocument> pickle = readPickle(std::move(bytes), m_path, limits);
    if (!pickle)
        return failAs(pickle);
    m_pickle = std::move(*pickle);
    m_left -= std::min<std::uint64_t>(m_left, m_pickle.memory);
    return {};
}

tl::unexpected<Error> TorchArchive::refuseEntry(const std::string& name, const std::string& why) const {
    return fail(ErrorCode::BadInput, m_path.string() + ": its entry " + name + " " + why + ".", m_path, 0, kAgain);
}

Result<std::uint64_t> TorchArchive::sizeOfEntry(const std::string& name, std::uint64_t& index) const {
    zip_stat_t stat;
    if (zip_stat(zipOf(m_handle.get()), (m_root + name).c_str(), ZIP_FL_ENC_RAW, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0)
        return refuseEntry(name, "is missing");
    index = stat.index;
    return stat.size;
}

Result<void> TorchArchive::readEntry(const std::string& name, std::uint64_t index, char* into, std::uint64_t size) const {
    const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(zipOf(m_handle.get()), index, 0), &zip_fclose);
    if (!file)
        return refuseEntry(name, "cannot be read");
    std::uint64_t at = 0;
    while (at < size) {
        const zip_int64_t count = zip_fread(file.get(), into + at, size - at);
        if (count <= 0)
            return refuseEntry(name, "is damaged or cut off");
        at += static_cast<std::uint64_t>(count);
    }
    char more = 0; // reading past the end is what compares the checksum
    if (zip_fread(file.get(), &more, 1) != 0)
        return refuseEntry(name, "is damaged: its checksum is another");
    return {};
}

Result<std::string> TorchArchive::record(const std::string& name, std::uint64_t limit) {
    if (zip_name_locate(zipOf(m_handle.get()), (m_root + name).c_str(), ZIP_FL_ENC_RAW) < 0)
        return std::string();
    std::uint64_t index = 0;
    const Result<std::uint64_t> size = sizeOfEntry(name, index);
    if (!size)
        return failAs(size);
    if (*size > limit)
        return refuseEntry(name, "is larger (" + std::to_string(*size) + " bytes) than it may be");
    std::string bytes(*size, '\0');
    if (const Result<void> read = readEntry(name, index, bytes.data(), bytes.size()); !read)
        return failAs(read);
    return bytes;
}

Result<void> TorchArchive::take(std::uint64_t bytes, const std::string& name) {
    if (bytes > m_left)
        return fail(ErrorCode::BadInput, m_path.string() + " describes tensors many times its own size (at " + name + ").", m_path, 0,
                    kAgain);
    m_left -= bytes;
    return {};
}

Result<std::vector<NamedArray>> TorchArchive::arrays(std::vector<FoundTensor> tensors) {
    std::map<std::string_view, Storage> storages;
    for (const FoundTensor& found : tensors)
        ++storages[found.tensor->state->text].uses;
    std::vector<NamedArray> all;
    all.reserve(tensors.size());
    for (FoundTensor& found : tensors) {
        Storage& storage = storages[found.tensor->state->text];
        Result<NamedArray> array = this->array(found, storage);
        if (!array)
            return failAs(array);
        if (--storage.uses == 0) {
            m_left += storage.bytes.size();
            std::string().swap(storage.bytes); // assigning an empty one would keep the memory
        }
        array->name = std::move(found.name);
        all.push_back(std::move(*array));
    }
    return all;
}

Result<NamedArray> TorchArchive::array(const FoundTensor& found, Storage& storage) {
    const PickleValue& tensor = *found.tensor;
    const PickleValue& from = *tensor.state;
    const std::size_t width = sizeOf(from.type);
    const std::uint64_t elements = elementsOf(tensor);
    NamedArray array{{}, from.type, tensor.view->shape, {}};
    if (elements == 0)
        return array;
    if (elements > m_left) // so that the product below stays small
        return failAs(take(elements, found.name));
    if (const Result<void> taken = take(elements * width, found.name); !taken)
        return failAs(taken);
    const std::string entry = "data/" + std::string(from.text);
    std::uint64_t index = 0;
    const Result<std::uint64_t> size = sizeOfEntry(entry, index);
    if (!size)
        return failAs(size);
    const auto wanted = static_cast<std::uint64_t>(from.integer); // elements the storage should have
    if (*size / width < wanted)
        return fail(ErrorCode::BadInput,
                    m_path.string() + ": the values of " + found.name + " are cut off (" + std::to_string(*size) + " bytes of " +
                        std::to_string(wanted * width) + ").",
                    m_path, 0, kAgain);
    array.bytes.resize(elements * width);
    auto* out = reinterpret_cast<char*>(array.bytes.data());
    const bool contiguous = isContiguous(*tensor.view);
    if (contiguous && storage.uses == 1 && storage.bytes.empty() && array.bytes.size() == *size) {
        if (const Result<void> read = readEntry(entry, index, out, *size); !read)
            return failAs(read);
        return array;
    }
    if (storage.bytes.empty()) {
        if (const Result<void> taken = take(*size, found.name); !taken)
            return failAs(taken);
        storage.bytes.resize(*size);
        if (const Result<void> read = readEntry(entry, index, storage.bytes.data(), *size); !read)
            return failAs(read);
    }
    if (contiguous)
        std::memcpy(out, storage.bytes.data() + static_cast<std::size_t>(tensor.integer) * width, array.bytes.size());
    else
        gather(tensor, width, storage.bytes.data(), array.bytes.data());
    return array;
}

} // namespace intersect::weights
