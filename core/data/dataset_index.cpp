// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset_index.h"

#include "core/base/files.h"
#include "core/data/health.h"
#include "core/data/label_source.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMaxIndexBytes = 4ULL << 30;

std::optional<DatasetScan> readIndex(const fs::path& cacheFolder, const fs::path& root, int threads) {
    if (cacheFolder.empty())
        return std::nullopt;
    const Result<std::string> bytes = readFile(indexFile(cacheFolder), kMaxIndexBytes);
    return bytes ? parseIndex(*bytes, root, threads) : std::nullopt;
}

Result<DatasetScan> readChanged(const fs::path& root, const fs::path& cacheFolder, const ScanOptions& options, const DatasetScan* before,
                                const ProgressCallback& progress, const StopCheck& stop) {
    auto scan = readDataset(root, options, before, progress, stop);
    if (scan && !cacheFolder.empty())
        (void)writeFileAtomically(indexFile(cacheFolder), formatIndex(*scan)); // without it the next opening reads again
    return scan;
}

} // namespace

fs::path indexFile(const fs::path& cacheFolder) {
    return cacheFolder / "index.bin";
}

Result<Dataset> openDataset(const fs::path& root, const fs::path& cacheFolder, const ScanOptions& options, const ProgressCallback& progress,
                            const StopCheck& stop) {
    if (options.namesOnly)
        return scanDataset(root, options, progress, stop);
    std::optional<DatasetScan> before = readIndex(cacheFolder, absolutePath(root), options.threads);
    if (!before || !isUnchanged(*before, options.threads, stop)) {
        auto scan = readChanged(root, cacheFolder, options, before ? &*before : nullptr, progress, stop);
        if (!scan)
            return failAs(scan);
        before = std::move(*scan);
    }
    Dataset dataset = std::move(before->dataset);
    before.reset();
    if (auto judged = judge(dataset, options, cacheFolder, progress, stop); !judged)
        return failAs(judged);
    if (auto others = readOtherLabels(dataset, options, stop); !others)
        return failAs(others);
    return dataset;
}

} // namespace intersect::data
