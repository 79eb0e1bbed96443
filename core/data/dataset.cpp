// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include <algorithm>

#include "core/data/dataset_scan.h"
#include "core/data/health.h"
#include "core/data/label_source.h"

namespace intersect::data {

std::vector<std::string> Dataset::pools() const {
    std::vector<std::string> names;
    for (const Camera& camera : cameras)
        names.push_back(camera.pool);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

Counts countsOf(const Dataset& dataset, const Camera& camera) {
    Counts counts;
    for (const Frame& frame : dataset.framesOf(camera)) {
        ++counts.images;
        counts.labelled += frame.labelled ? 1 : 0;
        counts.boxes += frame.labelCount;
        for (const Label& label : dataset.labelsOf(frame))
            ++counts.classes[label.classId];
    }
    return counts;
}

Result<Dataset> scanDataset(const std::filesystem::path& root, const ScanOptions& options, const ProgressCallback& progress,
                            const StopCheck& stop) {
    if (options.namesOnly)
        return readNames(root, stop);
    auto scan = readDataset(root, options, nullptr, progress, stop);
    if (!scan)
        return failAs(scan);
    Dataset dataset = std::move(scan->dataset);
    scan = DatasetScan{}; // its memory
    if (auto judged = judge(dataset, options, {}, progress, stop); !judged)
        return failAs(judged);
    if (auto others = readOtherLabels(dataset, options, stop); !others)
        return failAs(others);
    return dataset;
}

} // namespace intersect::data
