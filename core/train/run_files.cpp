// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/run_files.h"

#include <algorithm>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/files.h"
#include "core/data/list_files.h"
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
                                 paths.folder / "histograms.jsonl", paths.folder / "failed_batch.jpg", paths.folder / "failed_batch.safetensors"})
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

Result<void> writeRunInputs(const runs::RunPaths& paths, const runs::TrainConfig& config, const TrainingData& data) {
    data::DataYaml yaml = data.yaml;
    yaml.path = paths.lists() / "data.yaml";
    yaml.train = paths.lists() / "train.txt";
    yaml.val = paths.lists() / "val.txt";
    yaml.test = data.test.empty() ? fs::path() : paths.lists() / "test.txt";
    for (const auto& [path, text] :
         {std::pair{paths.config(), runs::formatTrainConfig(config)},
          std::pair{yaml.train, data::formatImageList(pathsOf(data.train))},
          std::pair{yaml.val, data::formatImageList(pathsOf(data.val))},
          std::pair{yaml.test, data::formatImageList(data.test)}, std::pair{yaml.path, data::formatDataYaml(yaml)}}) {
        if (path.empty())
            continue;
        if (const auto written = writeFileAtomically(path, text); !written)
            return written;
    }
    return {};
}

Result<void> writeBatchPicture(const fs::path& path, const Batch& batch) {
    constexpr int kTiles = 4, kTile = 320;
    cv::Mat sheet(kTiles * kTile, kTiles * kTile, CV_8UC3, cv::Scalar(kBorderGrey, kBorderGrey, kBorderGrey));
    const auto side = static_cast<std::size_t>(batch.side);
    for (int i = 0; i < std::min(batch.count, kTiles * kTiles); ++i) {
        const cv::Mat rgb(batch.side, batch.side, CV_8UC3,
                          const_cast<std::uint8_t*>(batch.pixels.data()) +
                              static_cast<std::size_t>(i) * side * side * 3);
        cv::Mat tile = sheet(cv::Rect(i % kTiles * kTile, i / kTiles * kTile, kTile, kTile));
        cv::Mat small;
        cv::resize(rgb, small, {kTile, kTile}, 0, 0, cv::INTER_AREA);
        cv::cvtColor(small, tile, cv::COLOR_RGB2BGR);
        for (const TargetRow& row : batch.targets)
            if (row.image == i)
                cv::rectangle(tile, cv::Point2f((row.cx - row.w / 2) * kTile, (row.cy - row.h / 2) * kTile),
                              cv::Point2f((row.cx + row.w / 2) * kTile, (row.cy + row.h / 2) * kTile),
                              cv::Scalar(0, 200, 255));
    }
    std::vector<std::uint8_t> bytes;
    if (!cv::imencode(".jpg", sheet, bytes))
        return fail(ErrorCode::Failed, path.string() + " cannot be encoded.", path);
    return writeFileAtomically(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Result<void> writeFailedBatch(const runs::RunPaths& paths, const Batch& batch) {
    weights::ArrayFile file;
    const auto* pixels = reinterpret_cast<const std::byte*>(batch.pixels.data());
    file.arrays.push_back({"images", weights::DType::U8, {batch.count, batch.side, batch.side, 3}, {pixels, pixels + batch.pixels.size()}});
    std::vector<float> rows;
    for (const TargetRow& row : batch.targets)
        rows.insert(rows.end(), {static_cast<float>(row.image), static_cast<float>(row.classId), row.cx, row.cy, row.w, row.h});
    const auto* values = reinterpret_cast<const std::byte*>(rows.data());
    file.arrays.push_back(
        {"targets", weights::DType::F32, {static_cast<std::int64_t>(batch.targets.size()), 6}, {values, values + rows.size() * sizeof(float)}});
    if (const auto written = weights::writeSafetensors(paths.folder / "failed_batch.safetensors", file); !written)
        return written;
    return writeBatchPicture(paths.folder / "failed_batch.jpg", batch);
}

} // namespace intersect::train
