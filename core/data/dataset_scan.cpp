// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/dataset_scan.h"

#include <algorithm>
#include <atomic>
#include <malloc.h>
#include <map>
#include <numeric>
#include <string_view>
#include <thread>
#include <utility>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/data/taken_at.h"
#include "core/data/yolo_labels.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

constexpr std::uint32_t kFramesAtOnce = 256;

/// Some frames of one camera, read by one thread.
struct Batch {
    std::uint32_t camera = 0, begin = 0, end = 0;
    std::vector<Label> labels;
    std::vector<Finding> findings;
    std::vector<std::uint32_t> findingFrame;
};

/// Whether one of the sorted image names is `stem` with an ending.
bool hasImage(const std::vector<std::string>& images, std::string_view stem, std::string& buffer) {
    buffer.assign(stem);
    buffer += '.';
    for (auto image = std::lower_bound(images.begin(), images.end(), buffer); image != images.end() && image->starts_with(buffer); ++image)
        if (image->rfind('.') == stem.size())
            return true;
    return false;
}

/// Label files without an image of their name in one folder of a camera's labels.
void findLabelsWithoutImage(const FolderContents& camera, const FolderContents& labels, std::vector<Finding>& findings) {
    std::string buffer;
    for (const std::string& name : labels.texts) {
        // Labelling tools leave their list of class names there.
        if (name == "classes.txt" || hasImage(camera.images, std::string_view(name).substr(0, name.size() - 4), buffer))
            continue;
        const fs::path file = labels.folder / name;
        findings.push_back({"label-without-image", Severity::Warning, file, 0,
                            file.string() + " belongs to no image: " + camera.folder.string() + " holds none of that name.",
                            "Bring the image back, or remove the file."});
    }
}

Camera cameraOf(const fs::path& root, const fs::path& folder) {
    Camera camera;
    camera.folder = folder;
    camera.name = folder.filename().string();
    camera.pool = folder == root ? "." : folder.parent_path().lexically_relative(root).string();
    return camera;
}

Finding unreadableFolder(const fs::path& folder, const std::string& why) {
    return {"folder-unreadable",
            Severity::Error,
            folder,
            0,
            folder.string() + " cannot be read: " + why + ".",
            "Check its rights; its frames are not counted."};
}

/// Fills cameras and makes room for their frames, from the folders that hold images. Returns the folder of each camera.
Result<std::vector<const FolderContents*>> layOut(const std::vector<FolderContents>& folders, Dataset& dataset) {
    std::vector<const FolderContents*> folderOf;
    std::size_t frames = 0;
    for (const FolderContents& contents : folders) {
        if (contents.images.empty())
            continue;
        Camera camera = cameraOf(dataset.root, contents.folder);
        camera.frameBegin = static_cast<std::uint32_t>(frames);
        camera.frameCount = static_cast<std::uint32_t>(contents.images.size());
        frames += contents.images.size();
        dataset.cameras.push_back(std::move(camera));
        folderOf.push_back(&contents);
    }
    if (frames == 0)
        return fail(ErrorCode::BadInput, "There is no image in the folder " + dataset.root.string() + " or below it.", dataset.root, 0,
                    "Choose a folder whose sub-folders (cameras) hold JPEG, PNG, BMP, WebP or TIFF files.");
    dataset.frames.resize(frames);
    return folderOf;
}

void nameFrame(Frame& frame, std::uint32_t camera, const FolderContents& folder, const std::string& name) {
    frame.path = folder.folder / name;
    frame.camera = camera;
    frame.takenAt = takenAtOf(std::string_view(name).substr(0, name.rfind('.')));
}

std::vector<Batch> batchesOf(const Dataset& dataset) {
    std::vector<Batch> batches;
    for (std::uint32_t camera = 0; camera < dataset.cameras.size(); ++camera)
        for (std::uint32_t at = 0; at < dataset.cameras[camera].frameCount; at += kFramesAtOnce) {
            Batch& batch = batches.emplace_back();
            batch.camera = camera;
            batch.begin = dataset.cameras[camera].frameBegin + at;
            batch.end = batch.begin + std::min(kFramesAtOnce, dataset.cameras[camera].frameCount - at);
        }
    return batches;
}

/// What was read before, by frame.
class Before {
public:
    Before(const DatasetScan* scan, const Dataset& now, const std::vector<const FolderContents*>& folderOf) : m_scan(scan) {
        if (scan == nullptr)
            return;
        m_old.assign(now.frames.size(), DatasetScan::kNoFrame);
        std::map<std::string_view, const Camera*> cameras;
        for (const Camera& camera : scan->dataset.cameras)
            cameras.emplace(camera.folder.native(), &camera);
        for (std::size_t i = 0; i < now.cameras.size(); ++i) {
            const auto found = cameras.find(now.cameras[i].folder.native());
            if (found != cameras.end())
                match(*found->second, now.cameras[i], folderOf[i]->images);
        }
        for (std::size_t i = 0; i < scan->findingFrame.size(); ++i)
            if (scan->findingFrame[i] != DatasetScan::kNoFrame)
                m_findings.emplace_back(scan->findingFrame[i], static_cast<std::uint32_t>(i));
        std::sort(m_findings.begin(), m_findings.end());
    }
    /// Takes over a frame that is the same; false if it must be read.
    bool take(std::size_t index, const FrameStamps& now, Frame& frame, std::vector<Label>& labels, std::vector<Finding>& findings) const {
        const std::uint32_t old = m_old[index];
        if (!isSame(m_scan->stamps[old], now))
            return false;
        const Frame& from = m_scan->dataset.frames[old];
        frame.size = from.size;
        frame.labelled = from.labelled;
        frame.takenAt = from.takenAt;
        frame.labelBegin = static_cast<std::uint32_t>(labels.size());
        frame.labelCount = from.labelCount;
        const auto rows = m_scan->dataset.labelsOf(from);
        labels.insert(labels.end(), rows.begin(), rows.end());
        for (auto it = std::lower_bound(m_findings.begin(), m_findings.end(), std::pair(old, 0U));
             it != m_findings.end() && it->first == old; ++it)
            findings.push_back(m_scan->dataset.findings[it->second]);
        return true;
    }
    bool knows(std::size_t index) const { return m_scan != nullptr && m_old[index] != DatasetScan::kNoFrame; }

private:
    /// Both lists of names are sorted.
    void match(const Camera& old, const Camera& now, const std::vector<std::string>& names) {
        const auto frames = m_scan->dataset.framesOf(old);
        std::size_t at = 0;
        const auto nameOf = [&](const Frame& frame) {
            return std::string_view(frame.path.native()).substr(frame.path.native().rfind('/') + 1);
        };
        for (std::size_t i = 0; i < names.size(); ++i) {
            while (at < frames.size() && nameOf(frames[at]) < names[i])
                ++at;
            if (at < frames.size() && nameOf(frames[at]) == names[i])
                m_old[now.frameBegin + i] = old.frameBegin + static_cast<std::uint32_t>(at);
        }
    }
    const DatasetScan* m_scan;
    std::vector<std::uint32_t> m_old;                                ///< the old frame of each frame
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_findings; ///< old frame and finding
};

/// Puts what the batches read into one row, in the order of the frames.
void join(std::vector<Batch>& batches, DatasetScan& scan) {
    Dataset& dataset = scan.dataset;
    std::size_t labels = 0;
    for (const Batch& batch : batches)
        labels += batch.labels.size();
    dataset.labels.reserve(labels);
    const std::size_t quarter = batches.size() / 4 + 1;
    for (std::size_t index = 0; index < batches.size(); ++index) {
        if (index % quarter == 0)
            ::malloc_trim(0); // gives back what the batches before held in many pieces
        Batch& batch = batches[index];
        const auto before = static_cast<std::uint32_t>(dataset.labels.size());
        for (std::uint32_t i = batch.begin; i < batch.end; ++i)
            dataset.frames[i].labelBegin += before;
        dataset.labels.insert(dataset.labels.end(), batch.labels.begin(), batch.labels.end());
        std::move(batch.findings.begin(), batch.findings.end(), std::back_inserter(dataset.findings));
        scan.findingFrame.insert(scan.findingFrame.end(), batch.findingFrame.begin(), batch.findingFrame.end());
        batch = {};
    }
    ::malloc_trim(0);
}

bool inOrder(const Finding& a, const Finding& b) {
    const int order = a.path.native().compare(b.path.native());
    return order != 0 ? order < 0 : a.line < b.line;
}

/// sortFindings, with the frames they are of.
void sortFindingsOf(DatasetScan& scan) {
    std::vector<Finding>& findings = scan.dataset.findings;
    if (std::is_sorted(findings.begin(), findings.end(), inOrder))
        return;
    std::vector<std::uint32_t> order(findings.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return inOrder(findings[a], findings[b]); });
    std::vector<Finding> sorted;
    std::vector<std::uint32_t> frames;
    sorted.reserve(order.size());
    frames.reserve(order.size());
    for (const std::uint32_t i : order) {
        sorted.push_back(std::move(findings[i]));
        frames.push_back(scan.findingFrame[i]);
    }
    findings = std::move(sorted);
    scan.findingFrame = std::move(frames);
}

bool sameFolders(const DatasetScan& scan) {
    const auto same = [](const FolderContents& contents) { return contents.problem.empty() && stampOf(contents.folder) == contents.stamp; };
    return std::all_of(scan.folders.begin(), scan.folders.end(), same) &&
           std::all_of(scan.mirrors.begin(), scan.mirrors.end(),
                       [&](const FolderContents& mirror) { return mirror.folder.empty() || same(mirror); });
}

tl::unexpected<Error> stoppedReading(const fs::path& root) {
    return fail(ErrorCode::Interrupted, "Reading " + root.string() + " was stopped.", root);
}

int threadsOf(const ScanOptions& options) {
    return options.threads > 0 ? options.threads : availableCores();
}

} // namespace

void sortFindings(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(), inOrder);
}

Result<void> layOutFrames(DatasetScan& scan, int threads) {
    const auto folderOf = layOut(scan.folders, scan.dataset);
    if (!folderOf)
        return failAs(folderOf);
    const std::vector<Batch> batches = batchesOf(scan.dataset);
    parallelFor(batches.size(), threads > 0 ? threads : availableCores(), [&](std::size_t index) {
        const Batch& batch = batches[index];
        const FolderContents& folder = *(*folderOf)[batch.camera];
        const std::uint32_t first = scan.dataset.cameras[batch.camera].frameBegin;
        for (std::uint32_t i = batch.begin; i < batch.end; ++i)
            nameFrame(scan.dataset.frames[i], batch.camera, folder, folder.images[i - first]);
    });
    return {};
}

Result<Dataset> readNames(const fs::path& root, const StopCheck& stop) {
    DatasetScan scan;
    scan.dataset.root = absolutePath(root);
    auto folders = walkAllFolders(scan.dataset.root, stop);
    if (!folders)
        return failAs(folders);
    scan.folders = std::move(*folders);
    if (const auto laidOut = layOutFrames(scan, 0); !laidOut)
        return failAs(laidOut);
    for (const FolderContents& contents : scan.folders)
        if (!contents.problem.empty())
            scan.dataset.findings.push_back(unreadableFolder(contents.folder, contents.problem));
    return std::move(scan.dataset);
}

Result<DatasetScan> readDataset(const fs::path& root, const ScanOptions& options, const DatasetScan* before,
                                const ProgressCallback& progress, const StopCheck& stop) {
    DatasetScan scan;
    Dataset& dataset = scan.dataset;
    dataset.root = absolutePath(root);
    const bool keepFolders = before != nullptr && before->dataset.root == dataset.root && sameFolders(*before);
    if (keepFolders) {
        scan.folders = before->folders;
    } else {
        auto walked = walkAllFolders(dataset.root, stop);
        if (!walked)
            return failAs(walked);
        scan.folders = std::move(*walked);
    }
    const auto laidOut = layOut(scan.folders, dataset);
    if (!laidOut)
        return failAs(laidOut);
    const std::vector<const FolderContents*>& folderOf = *laidOut;
    scan.mirrors.resize(folderOf.size());
    for (std::size_t i = 0; i < folderOf.size(); ++i) {
        const fs::path mirror = labelPathOf(folderOf[i]->folder / "\x01.jpg").parent_path(); // a name that no file has
        if (mirror != folderOf[i]->folder)
            scan.mirrors[i] = listFolder(mirror);
        scan.mirrors[i].problem.clear(); // it may well be missing
    }

    const std::size_t total = dataset.frames.size();
    scan.stamps.resize(total);
    const Before known(before != nullptr && before->dataset.root == dataset.root ? before : nullptr, dataset, folderOf);
    std::vector<Batch> batches = batchesOf(dataset);
    std::atomic<std::size_t> done{0};
    std::atomic<bool> stopped{false};
    const std::thread::id caller = std::this_thread::get_id();
    parallelFor(batches.size(), threadsOf(options), [&](std::size_t index) {
        Batch& batch = batches[index];
        const FolderContents& folder = *folderOf[batch.camera];
        FolderReader reader(folder, scan.mirrors[batch.camera]);
        const std::uint32_t first = dataset.cameras[batch.camera].frameBegin;
        if (!reader.problem().empty() && batch.begin == first) { // vanished since it was listed
            batch.findings.push_back(unreadableFolder(folder.folder, reader.problem()));
            batch.findingFrame.push_back(DatasetScan::kNoFrame);
        }
        for (std::uint32_t i = batch.begin; i < batch.end; ++i) {
            if (stopped.load(std::memory_order_relaxed) || (stop && stop())) {
                stopped.store(true, std::memory_order_relaxed);
                return;
            }
            const std::string& name = folder.images[i - first];
            Frame& frame = dataset.frames[i];
            nameFrame(frame, batch.camera, folder, name);
            if (!reader.problem().empty())
                continue;
            if (known.knows(i)) {
                scan.stamps[i] = reader.look(name);
                if (!known.take(i, scan.stamps[i], frame, batch.labels, batch.findings))
                    scan.stamps[i] = reader.read(name, frame, batch.labels, batch.findings);
            } else {
                scan.stamps[i] = reader.read(name, frame, batch.labels, batch.findings);
            }
            batch.findingFrame.resize(batch.findings.size(), i);
        }
        const std::size_t now = done.fetch_add(batch.end - batch.begin) + (batch.end - batch.begin);
        if (progress && std::this_thread::get_id() == caller)
            progress(static_cast<std::int64_t>(std::min(now, total - 1)), static_cast<std::int64_t>(total));
    });
    if (stopped)
        return stoppedReading(dataset.root);

    for (const FolderContents& contents : scan.folders)
        if (!contents.problem.empty())
            dataset.findings.push_back(unreadableFolder(contents.folder, contents.problem));
    for (std::size_t i = 0; i < folderOf.size(); ++i)
        for (const FolderContents* labels : {folderOf[i], static_cast<const FolderContents*>(&scan.mirrors[i])})
            findLabelsWithoutImage(*folderOf[i], *labels, dataset.findings);
    scan.findingFrame.assign(dataset.findings.size(), DatasetScan::kNoFrame);
    join(batches, scan);
    sortFindingsOf(scan);
    if (progress)
        progress(static_cast<std::int64_t>(total), static_cast<std::int64_t>(total));
    return scan;
}

bool isUnchanged(const DatasetScan& scan, int threads, const StopCheck& stop) {
    if (!sameFolders(scan))
        return false;
    const std::vector<Batch> batches = batchesOf(scan.dataset);
    std::map<std::string_view, const FolderContents*> folderOf;
    for (const FolderContents& contents : scan.folders)
        folderOf.emplace(contents.folder.native(), &contents);
    std::atomic<bool> changed{false};
    parallelFor(batches.size(), threads > 0 ? threads : availableCores(), [&](std::size_t index) {
        const Batch& batch = batches[index];
        const Camera& camera = scan.dataset.cameras[batch.camera];
        if (changed.load(std::memory_order_relaxed) || (stop && stop())) {
            changed.store(true, std::memory_order_relaxed);
            return;
        }
        const FolderContents& folder = *folderOf.at(camera.folder.native());
        FolderReader reader(folder, scan.mirrors[batch.camera]);
        for (std::uint32_t i = batch.begin; i < batch.end; ++i)
            if (!isSame(scan.stamps[i], reader.look(folder.images[i - camera.frameBegin]))) {
                changed.store(true, std::memory_order_relaxed);
                return;
            }
    });
    return !changed;
}

} // namespace intersect::data
