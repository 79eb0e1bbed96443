// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/weights/pickle_machine.h"

namespace intersect::weights {

/// A tensor of a pickle with its name in the state dict.
struct FoundTensor {
    std::string name;
    const PickleValue* tensor = nullptr;
};

/// The zip archive `torch.save` writes (since PyTorch 1.6): `<root>/data.pkl` and one entry a storage, `<root>/data/<key>`.
/// All it takes together stays below three times the file (plus 4 MB for what does not grow with it), whatever the file claims.
class TorchArchive {
public:
    /// Opens the archive and reads its pickle. Refuses what is no whole zip (naming that it is cut off), what would unpack to far more than
    /// the file, entries that share a name or bytes, what is no PyTorch archive, or big-endian.
    static Result<TorchArchive> open(const std::filesystem::path& path);

    /// The same from bytes in memory, which must outlive it; `path` is for messages.
    static Result<TorchArchive> fromBytes(std::string_view bytes, const std::filesystem::path& path);

    const PickleDocument& pickle() const { return m_pickle; }

    /// The tensors as dense arrays, in that order and with those names. A storage that is one whole tensor is read straight into its array;
    /// one that several tensors share is let go after the last of them. Errors name file and tensor.
    Result<std::vector<NamedArray>> arrays(std::vector<FoundTensor> tensors);

    /// The bytes of `<root>/<name>`, empty if there is no such entry; an error if it is longer than `limit` or damaged.
    Result<std::string> record(const std::string& name, std::uint64_t limit);

private:
    struct Close {
        void operator()(void* archive) const;
    };
    using Handle = std::unique_ptr<void, Close>; // a zip_t, whose header stays in the .cpp
    struct Storage {
        std::size_t uses = 0; ///< still to come
        std::string bytes;    ///< empty until read
    };

    TorchArchive(std::filesystem::path path, Handle handle) : m_path(std::move(path)), m_handle(std::move(handle)) {}
    static Result<TorchArchive> fromSource(void* source, std::string_view end, std::uint64_t size, const std::filesystem::path& path);
    Result<void> checkEntries(std::uint64_t size);
    Result<void> readRoot();
    tl::unexpected<Error> refuseEntry(const std::string& name, const std::string& why) const;
    Result<std::uint64_t> sizeOfEntry(const std::string& name, std::uint64_t& index) const;
    Result<void> readEntry(const std::string& name, std::uint64_t index, char* into, std::uint64_t size) const;
    Result<NamedArray> array(const FoundTensor& found, Storage& storage);
    Result<void> take(std::uint64_t bytes, const std::string& name);

    std::filesystem::path m_path;
    Handle m_handle;
    std::string m_root;
    PickleDocument m_pickle;
    std::uint64_t m_left = 0; ///< bytes that may still be taken
};

} // namespace intersect::weights
