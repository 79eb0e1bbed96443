// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/weights/pickle_machine.h"

namespace intersect::weights {

/// The zip archive `torch.save` writes (since PyTorch 1.6): `<root>/data.pkl` and one entry a storage, `<root>/data/<key>`.
class TorchArchive {
public:
    /// Opens the archive and reads its pickle. Refuses what is no whole zip (naming that it is cut off), no PyTorch archive, or big-endian.
    static Result<TorchArchive> open(const std::filesystem::path& path);

    const PickleDocument& pickle() const { return m_pickle; }

    /// The tensor as a dense array with that name; storages are read once and kept. Errors name file and tensor.
    Result<NamedArray> array(const PickleValue& tensor, const std::string& name);

private:
    struct Close {
        void operator()(void* archive) const;
    };
    using Handle = std::unique_ptr<void, Close>; // a zip_t, whose header stays in the .cpp

    TorchArchive(std::filesystem::path path, Handle handle) : m_path(std::move(path)), m_handle(std::move(handle)) {}
    Result<std::string> entry(const std::string& name, std::uint64_t limit);
    Result<const std::string*> storage(const PickleValue& storage);

    std::filesystem::path m_path;
    Handle m_handle;
    std::string m_root;
    PickleDocument m_pickle;
    std::map<std::string, std::string> m_storages;
    std::uint64_t m_bytes = 0; ///< of storages and arrays so far
};

} // namespace intersect::weights
