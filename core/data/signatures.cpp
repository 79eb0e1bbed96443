// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/signatures.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <thread>
#include <type_traits>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/data/folders.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

using Cells = decltype(image::PictureSignature::cells);

/// What the cache holds of one picture.
struct Row {
    std::uint64_t path = 0; ///< contentHash of its bytes
    std::int64_t mtimeNs = 0;
    std::uint64_t bytes = 0, hash = 0, content = 0;
    Cells cells{};
};
static_assert(std::is_trivially_copyable_v<Row> && sizeof(Row) == 40 + sizeof(Cells), "rows are written as they lie in memory");

struct Head {
    std::uint64_t mark = 0x3147495358495349ULL; // "ISIXSIG1" where the lowest byte stands first
    std::uint64_t rows = 0;
    std::uint64_t hash = 0; // of the rows
};

bool byPath(const Row& a, const Row& b) {
    return a.path < b.path;
}

fs::path cacheFile(const fs::path& folder) {
    return folder / "signatures.bin";
}

/// The rows of a cache, in the order of `path`; none where it is missing or damaged.
std::vector<Row> readRows(const fs::path& folder) {
    if (folder.empty())
        return {};
    const Result<std::string> bytes = readFile(cacheFile(folder));
    Head head;
    if (!bytes || bytes->size() < sizeof(Head))
        return {};
    std::memcpy(&head, bytes->data(), sizeof(Head));
    const std::string_view body = std::string_view(*bytes).substr(sizeof(Head));
    if (head.mark != Head().mark || body.size() % sizeof(Row) != 0 || head.rows != body.size() / sizeof(Row) ||
        head.hash != image::contentHash(body))
        return {};
    std::vector<Row> rows(body.size() / sizeof(Row));
    std::memcpy(static_cast<void*>(rows.data()), body.data(), body.size());
    return std::is_sorted(rows.begin(), rows.end(), byPath) ? rows : std::vector<Row>{};
}

void writeRows(const fs::path& folder, const std::vector<Row>& rows) {
    Head head;
    head.rows = rows.size();
    const std::string_view body(reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(Row));
    head.hash = image::contentHash(body);
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof(Head));
    bytes += body;
    (void)writeFileAtomically(cacheFile(folder), bytes); // without it they are read again
}

/// Old rows, replaced by new ones of the same picture. Those of pictures that are gone stay until there are too many.
std::vector<Row> merged(const std::vector<Row>& old, std::vector<Row> fresh) {
    constexpr std::size_t kMostRows = 1'000'000;
    std::sort(fresh.begin(), fresh.end(), byPath);
    if (old.size() + fresh.size() > kMostRows)
        return fresh;
    std::vector<Row> rows;
    rows.reserve(old.size() + fresh.size());
    std::set_union(fresh.begin(), fresh.end(), old.begin(), old.end(), std::back_inserter(rows), byPath); // of equals the first
    return rows;
}

image::PictureSignature signatureOf(const Row& row) {
    image::PictureSignature signature;
    signature.hash = row.hash;
    signature.content = row.content;
    signature.fileBytes = row.bytes;
    signature.cells = row.cells;
    signature.known = true;
    return signature;
}

} // namespace

Result<std::vector<image::PictureSignature>> readSignatures(const SignatureRequest& request, const ProgressCallback& progress,
                                                            const StopCheck& stop) {
    const std::vector<Row> known = readRows(request.cacheFolder);
    std::vector<image::PictureSignature> signatures(request.count);
    std::vector<Row> fresh;
    std::mutex mutex; // of `fresh` and `failed`
    std::atomic<std::size_t> done{0};
    std::atomic<bool> stopped{false};
    const std::thread::id caller = std::this_thread::get_id();
    const auto readOne = [&](std::size_t i, const fs::path& path) {
        const std::int64_t now = clockNs();
        struct stat status {};
        Row row;
        if (::stat(path.c_str(), &status) == 0) {
            row.path = image::contentHash(path.native());
            row.mtimeNs = settledTime(static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec, now);
            row.bytes = static_cast<std::uint64_t>(status.st_size);
            const auto old = std::lower_bound(known.begin(), known.end(), row, byPath);
            if (old != known.end() && old->path == row.path && old->mtimeNs == row.mtimeNs && old->bytes == row.bytes) {
                signatures[i] = signatureOf(*old);
                return;
            }
        }
        const auto signature = image::readSignature(path);
        if (!signature) {
            const std::lock_guard lock(mutex);
            if (request.failed)
                request.failed(i, signature.error());
            return;
        }
        signatures[i] = *signature;
        if (request.cacheFolder.empty() || row.mtimeNs == kYoung || row.bytes != signature->fileBytes)
            return; // not kept where it may have changed meanwhile
        row.hash = signature->hash;
        row.content = signature->content;
        row.cells = signature->cells;
        const std::lock_guard lock(mutex);
        fresh.push_back(row);
    };
    parallelFor(request.count, request.threads > 0 ? request.threads : availableCores(), [&](std::size_t i) {
        if (stopped.load(std::memory_order_relaxed) || (stop && stop())) {
            stopped.store(true, std::memory_order_relaxed);
            return;
        }
        if (const fs::path& path = request.path(i); !path.empty())
            readOne(i, path);
        const std::size_t now = done.fetch_add(1) + 1;
        if (progress && std::this_thread::get_id() == caller)
            progress(static_cast<std::int64_t>(now), static_cast<std::int64_t>(request.count));
    });
    if (!fresh.empty())
        writeRows(request.cacheFolder, merged(known, std::move(fresh)));
    if (stopped)
        return fail(ErrorCode::Interrupted, "Reading the pictures was stopped.");
    return signatures;
}

} // namespace intersect::data
