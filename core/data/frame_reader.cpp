// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/frame_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/data/yolo_labels.h"
#include "core/image/decode.h"
#include "core/image/open_file.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

bool holds(const std::vector<std::string>& sorted, const std::string& name) {
    return std::binary_search(sorted.begin(), sorted.end(), name);
}

FileStamp lookAt(int folder, const char* name) {
    struct stat status {};
    if (::fstatat(folder, name, &status, 0) != 0)
        return {};
    return {static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec,
            static_cast<std::int64_t>(status.st_size)};
}

FileStamp stampOf(const image::OpenFile& file, std::int64_t nowNs) {
    return {settledTime(file.mtimeNs(), nowNs), static_cast<std::int64_t>(file.size())};
}

} // namespace

FolderReader::FolderReader(const FolderContents& folder, const FolderContents& mirror)
    : m_folder(folder), m_mirror(mirror), m_openedNs(clockNs()) {
    m_fd = ::open(folder.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m_fd < 0)
        m_problem = std::strerror(errno);
    if (!mirror.folder.empty())
        m_mirrorFd = ::open(mirror.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

FolderReader::~FolderReader() {
    for (const int fd : {m_fd, m_mirrorFd})
        if (fd >= 0)
            ::close(fd);
}

LabelPlace FolderReader::findLabel(const std::string& image) {
    m_labelName.assign(image, 0, image.rfind('.'));
    m_labelName += ".txt";
    // A folder of that name hides the mirrored file and cannot be read, as everywhere.
    if (holds(m_folder.texts, m_labelName) || holds(m_folder.folders, m_labelName))
        return LabelPlace::Beside;
    return m_mirrorFd >= 0 && holds(m_mirror.texts, m_labelName) ? LabelPlace::Mirrored : LabelPlace::None;
}

FrameStamps FolderReader::look(const std::string& image) {
    FrameStamps stamps;
    stamps.place = findLabel(image);
    stamps.image = lookAt(m_fd, image.c_str());
    if (stamps.place != LabelPlace::None)
        stamps.label = lookAt(stamps.place == LabelPlace::Beside ? m_fd : m_mirrorFd, m_labelName.c_str());
    return stamps;
}

FrameStamps FolderReader::read(const std::string& image, Frame& frame, std::vector<Label>& labels, std::vector<Finding>& findings) {
    FrameStamps stamps;
    frame.size = {};
    {
        image::OpenFile file(m_fd, image.c_str());
        if (file.isOpen())
            stamps.image = stampOf(file, m_openedNs);
        const Result<image::ImageProbe> probe = image::probeImage(file, frame.path);
        if (!probe) {
            findings.push_back({"image-unreadable", Severity::Error, probe.error().path, 0, probe.error().message, probe.error().advice});
        } else {
            frame.size = probe->size;
            if (!frame.takenAt)
                frame.takenAt = probe->takenAt;
            if (!probe->complete)
                findings.push_back({"image-truncated", Severity::Error, frame.path, 0,
                                    frame.path.string() + " is cut off: the end of the picture is missing.",
                                    "Fetch the file again, or remove it."});
        }
    }
    stamps.place = findLabel(image);
    readLabels(stamps.place, stamps, frame, labels, findings);
    return stamps;
}

void FolderReader::readLabels(LabelPlace place, FrameStamps& stamps, Frame& frame, std::vector<Label>& labels,
                              std::vector<Finding>& findings) {
    frame.labelled = false;
    frame.labelBegin = static_cast<std::uint32_t>(labels.size());
    frame.labelCount = 0;
    if (place == LabelPlace::None)
        return;
    const bool beside = place == LabelPlace::Beside;
    const auto path = [&] { return (beside ? m_folder.folder : m_mirror.folder) / m_labelName; };
    const auto unreadable = [&](const std::string& why) {
        frame.labelled = true;
        const fs::path file = path();
        findings.push_back(
            {"label-unreadable", Severity::Error, file, 0, file.string() + " cannot be read: " + why + ".", "Check its rights."});
    };
    const image::OpenFile file(beside ? m_fd : m_mirrorFd, m_labelName.c_str());
    if (!file.isOpen()) {
        if (file.openError() != ENOENT) // gone since the folder was listed: a frame without labels
            unreadable(std::strerror(file.openError()));
        return;
    }
    stamps.label = stampOf(file, m_openedNs);
    if (file.size() > kMaxLabelBytes) {
        unreadable("it is too large with " + std::to_string(file.size()) + " bytes, at most " + std::to_string(kMaxLabelBytes) +
                   " are read");
        return;
    }
    m_text.resize(std::max<std::size_t>(m_text.size(), file.size()));
    const std::size_t length = file.readAt(0, m_text.data(), file.size());
    if (length < file.size()) {
        unreadable("the file ends early, or the disk fails");
        return;
    }
    frame.labelled = true;
    appendYoloLabels(std::string_view(m_text.data(), length), path, labels, findings);
    frame.labelCount = static_cast<std::uint32_t>(labels.size()) - frame.labelBegin;
}

} // namespace intersect::data
