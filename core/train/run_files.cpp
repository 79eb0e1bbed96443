// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/run_files.h"

#include <algorithm>

#include "core/base/files.h"
#include "core/data/list_files.h"
#include "core/train/batch_picture.h"
#include "core/weights/safetensors.h"

namespace intersect::train {
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> pathsOf(const std::vector<Sample>& samples) {
    std::vector<fs::path> paths;
    for (const Sample& sample : samples)
        paths.push_back(sample.path);
    return paths;
}

/// Whether a killed process left this while it wrote one of a run's files (writeFileAtomically's temporary name).
bool isHalfWritten(const fs::path& path) {
    return path.extension() == ".part";
}

void removeHalfWritten(const runs::RunPaths& paths) {
    std::error_code ignored;
    for (const fs::path& folder : {paths.folder, paths.last().parent_path(), paths.lists()})
        for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored))
            if (isHalfWritten(entry->path()))
                fs::remove(entry->path(), ignored);
}

/// Removes what a run writes; whatever else lies in the folder stays. Killed in between, it leaves a run that can be replaced: the history
/// goes first, so that nothing resumes what is half gone, config.yaml last.
void clearRun(const runs::RunPaths& paths) {
    std::error_code ignored;
    for (const fs::path& path : {paths.events(), paths.resume(), paths.results(), paths.workerLog(), paths.best(), paths.last(),
                                 paths.histograms(), paths.folder / "failed_batch.jpg", paths.folder / "failed_batch.safetensors"})
        fs::remove(path, ignored);
    fs::remove_all(paths.lists(), ignored);
    removeHalfWritten(paths);
    for (fs::directory_iterator entry(paths.folder, ignored), end; entry != end; entry.increment(ignored)) {
        const std::string name = entry->path().filename().string();
        if (name.rfind("candidates-", 0) == 0 || name.rfind("detections-", 0) == 0 || name.rfind("train_batch", 0) == 0)
            fs::remove(entry->path(), ignored);
    }
    fs::remove(paths.config(), ignored);
}

/// Whether anything lies in the folder besides what a run that never began may have left: the lock, a half-written config.
bool holdsMoreThanALock(const fs::path& folder) {
    std::error_code ignored;
    for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored))
        if (entry->path().filename() != ".lock" && !isHalfWritten(entry->path()))
            return true;
    return false;
}

} // namespace

Result<void> mayTrainIn(const fs::path& folder, bool force) {
    std::error_code ignored;
    if (!fs::exists(folder, ignored))
        return {};
    if (!fs::is_directory(folder, ignored))
        return fail(ErrorCode::BadInput, folder.string() + " is a file, not a folder.", folder, 0,
                    "Choose another --run folder.");
    if (!holdsMoreThanALock(folder))
        return {};
    const runs::RunPaths paths{folder};
    const bool run = fs::exists(paths.config(), ignored) || fs::exists(paths.events(), ignored);
    if (!run)
        return fail(ErrorCode::BadInput, folder.string() + " is not empty and holds no run.", folder, 0,
                    "Choose another --run folder.");
    if (!force)
        return fail(ErrorCode::BadInput, folder.string() + " holds a run already.", folder, 0,
                    "Choose another --run folder, or add --force to replace that run.");
    if (runs::isRunLocked(folder))
        return fail(ErrorCode::BadInput, "Another process is writing to the run folder " + folder.string() + ".",
                    folder, 0, "Wait for that training to end, stop it, or choose another --run folder.");
    return {};
}

Result<runs::RunLock> openRunFolder(const runs::RunPaths& paths) {
    if (const auto made = makeFolder(paths.folder); !made)
        return failAs(made);
    auto lock = runs::RunLock::take(paths.folder);
    if (lock)
        clearRun(paths);
    return lock;
}

Result<runs::RunLock> reopenRunFolder(const runs::RunPaths& paths) {
    auto lock = runs::RunLock::take(paths.folder);
    if (lock)
        removeHalfWritten(paths);
    return lock;
}

Result<void> writeRunConfig(const runs::RunPaths& paths, const runs::TrainConfig& config, const TrainingData& data) {
    return writeFileAtomically(paths.config(), runs::formatTrainConfig(config) + "# " + picturesSentence(data, config) + "\n");
}

Result<void> writeRunInputs(const runs::RunPaths& paths, const runs::TrainConfig& config, const TrainingData& data) {
    data::DataYaml yaml = data.yaml;
    yaml.path = paths.lists() / "data.yaml";
    yaml.train = paths.lists() / "train.txt";
    yaml.val = paths.lists() / "val.txt";
    yaml.test = data.test.empty() ? fs::path() : paths.lists() / "test.txt";
    if (const auto written = writeRunConfig(paths, config, data); !written)
        return written;
    for (const auto& [path, text] :
         {std::pair{yaml.train, data::formatImageList(pathsOf(data.train))},
          std::pair{yaml.val, data::formatImageList(pathsOf(data.val))},
          std::pair{yaml.test, data::formatImageList(data.test)}, std::pair{yaml.path, data::formatDataYaml(yaml)}}) {
        if (path.empty())
            continue;
        if (const auto written = writeFileAtomically(path, text); !written)
            return written;
    }
    return {};
}

Result<void> mendListPaths(const runs::RunPaths& paths) {
    data::DataYaml yaml;
    yaml.path = paths.lists() / "data.yaml";
    std::error_code ignored;
    if (!fs::exists(yaml.path, ignored))
        return {};
    auto names = data::readClassNames(yaml.path);
    if (!names)
        return failAs(names);
    yaml.names = std::move(*names);
    yaml.train = paths.lists() / "train.txt";
    yaml.val = paths.lists() / "val.txt";
    if (fs::exists(paths.lists() / "test.txt", ignored))
        yaml.test = paths.lists() / "test.txt";
    const auto text = readFile(yaml.path);
    if (!text)
        return failAs(text);
    const std::string wanted = data::formatDataYaml(yaml);
    return *text == wanted ? Result<void>{} : writeFileAtomically(yaml.path, wanted);
}

Result<void> writeFailedBatch(const runs::RunPaths& paths, const Batch& batch, std::span<const std::string> names) {
    weights::ArrayFile file;
    const auto* pixels = reinterpret_cast<const std::byte*>(batch.pixels.data());
    file.arrays.push_back({"images", weights::DType::U8, {batch.count, batch.height, batch.width, 3}, {pixels, pixels + batch.pixels.size()}});
    std::vector<float> rows;
    for (const TargetRow& row : batch.targets)
        rows.insert(rows.end(), {static_cast<float>(row.image), static_cast<float>(row.classId), row.cx, row.cy, row.w, row.h});
    const auto* values = reinterpret_cast<const std::byte*>(rows.data());
    file.arrays.push_back(
        {"targets", weights::DType::F32, {static_cast<std::int64_t>(batch.targets.size()), 6}, {values, values + rows.size() * sizeof(float)}});
    if (const auto written = weights::writeSafetensors(paths.folder / "failed_batch.safetensors", file); !written)
        return written;
    return writeBatchPicture(paths.folder / "failed_batch.jpg", batch, names);
}

} // namespace intersect::train
