// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <unordered_set>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/data/folders.h"
#include "core/data/taken_at.h"
#include "core/data/yolo_labels.h"
#include "core/image/decode.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

/// What one frame's files say.
struct Reading {
    Size size;
    std::vector<Finding> findings;
    LabelFile labels;
};

Finding imageFinding(const char* code, const Error& error) {
    return {code, Severity::Error, error.path, 0, error.message, error.advice};
}

Reading readFrame(const fs::path& path, bool deep) {
    Reading reading;
    const Result<image::ImageProbe> probe = image::probeImage(path);
    if (!probe) {
        reading.findings.push_back(imageFinding("image-unreadable", probe.error()));
    } else {
        reading.size = probe->size;
        if (!probe->complete)
            reading.findings.push_back({"image-truncated", Severity::Error, path, 0,
                                        path.string() + " is cut off: the end of the picture is missing.", "Fetch the file again, or remove it."});
        else if (deep)
            if (const auto picture = image::decodeImage(path); !picture)
                reading.findings.push_back(imageFinding("image-unreadable", picture.error()));
    }
    reading.labels = readYoloLabels(path);
    return reading;
}

/// Label files without an image of their name, beside the images and in the folder `labels` that mirrors `images`.
void findLabelsWithoutImage(const FolderContents& camera, std::vector<Finding>& findings) {
    std::unordered_set<std::string> stems;
    for (const std::string& name : camera.images)
        stems.insert(fs::path(name).stem().string());
    const auto look = [&](const FolderContents& folder) {
        for (const std::string& name : folder.texts) {
            // Labelling tools leave their list of class names there.
            if (name == "classes.txt" || stems.contains(fs::path(name).stem().string()))
                continue;
            findings.push_back({"label-without-image", Severity::Warning, folder.folder / name, 0,
                                (folder.folder / name).string() + " belongs to no image: " + camera.folder.string() + " holds none of that name.",
                                "Bring the image back, or remove the file."});
        }
    };
    look(camera);
    const fs::path mirror = labelPathOf(camera.folder / "\x01.jpg").parent_path(); // a name that no file has
    if (mirror != camera.folder)
        look(listFolder(mirror));
}

Camera cameraOf(const fs::path& root, const fs::path& folder) {
    Camera camera;
    camera.folder = folder;
    camera.name = folder.filename().string();
    camera.pool = folder == root ? "." : folder.parent_path().lexically_relative(root).string();
    return camera;
}

} // namespace

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

Result<Dataset> scanDataset(const fs::path& root, const ScanOptions& options, const ProgressCallback& progress, const StopCheck& stop) {
    Dataset dataset;
    dataset.root = absolutePath(root);
    const auto folders = walkFolders(dataset.root, stop);
    if (!folders)
        return failAs(folders);
    for (const FolderContents& contents : *folders) {
        if (!contents.problem.empty())
            dataset.findings.push_back({"folder-unreadable", Severity::Error, contents.folder, 0,
                                        contents.folder.string() + " cannot be read: " + contents.problem + ".", "Check its rights; its frames are not counted."});
        if (contents.images.empty())
            continue;
        Camera camera = cameraOf(dataset.root, contents.folder);
        camera.frameBegin = static_cast<std::uint32_t>(dataset.frames.size());
        camera.frameCount = static_cast<std::uint32_t>(contents.images.size());
        for (const std::string& name : contents.images) {
            Frame frame;
            frame.path = contents.folder / name;
            frame.camera = static_cast<std::uint32_t>(dataset.cameras.size());
            frame.takenAt = takenAtOf(std::string_view(name).substr(0, name.rfind('.')));
            dataset.frames.push_back(std::move(frame));
        }
        dataset.cameras.push_back(std::move(camera));
        if (!options.namesOnly)
            findLabelsWithoutImage(contents, dataset.findings);
    }
    if (dataset.frames.empty())
        return fail(ErrorCode::BadInput, "There is no image in the folder " + dataset.root.string() + " or below it.", dataset.root, 0,
                    "Choose a folder whose sub-folders (cameras) hold JPEG, PNG, BMP, WebP or TIFF files.");

    if (options.namesOnly)
        return dataset;

    const std::size_t total = dataset.frames.size();
    std::vector<Reading> readings(total);
    std::atomic<std::size_t> done{0};
    std::atomic<bool> stopped{false};
    const std::thread::id caller = std::this_thread::get_id();
    parallelFor(total, options.threads > 0 ? options.threads : availableCores(), [&](std::size_t i) {
        if (stopped.load(std::memory_order_relaxed) || (stop && stop())) {
            stopped.store(true, std::memory_order_relaxed);
            return;
        }
        readings[i] = readFrame(dataset.frames[i].path, options.deep);
        const std::size_t now = done.fetch_add(1) + 1;
        if (progress && std::this_thread::get_id() == caller)
            progress(static_cast<std::int64_t>(std::min(now, total - 1)), static_cast<std::int64_t>(total));
    });
    if (stopped)
        return fail(ErrorCode::Interrupted, "Reading " + dataset.root.string() + " was stopped.", dataset.root);

    for (std::size_t i = 0; i < total; ++i) {
        Frame& frame = dataset.frames[i];
        Reading& reading = readings[i];
        frame.size = reading.size;
        frame.labelled = reading.labels.exists;
        frame.labelBegin = static_cast<std::uint32_t>(dataset.labels.size());
        frame.labelCount = static_cast<std::uint32_t>(reading.labels.labels.size());
        dataset.labels.insert(dataset.labels.end(), reading.labels.labels.begin(), reading.labels.labels.end());
        std::move(reading.findings.begin(), reading.findings.end(), std::back_inserter(dataset.findings));
        std::move(reading.labels.findings.begin(), reading.labels.findings.end(), std::back_inserter(dataset.findings));
        reading = {};
    }
    std::stable_sort(dataset.findings.begin(), dataset.findings.end(), [](const Finding& a, const Finding& b) {
        return a.path.native() != b.path.native() ? byPathBytes(a.path, b.path) : a.line < b.line;
    });
    if (progress)
        progress(static_cast<std::int64_t>(total), static_cast<std::int64_t>(total));
    return dataset;
}

} // namespace intersect::data
