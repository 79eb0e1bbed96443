// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/folders.h"

namespace intersect::data {

/// Time and size of a file, by which a change is seen.
struct FileStamp {
    static constexpr std::int64_t kNoFile = std::numeric_limits<std::int64_t>::min();
    std::int64_t mtimeNs = kNoFile; ///< kNoFile: there is none; kYoung: it may change without a new time
    std::int64_t bytes = 0;
};

/// Whether a file that had the stamp `before` certainly is the same now.
inline bool isSame(const FileStamp& before, const FileStamp& now) {
    return before.mtimeNs == now.mtimeNs && before.bytes == now.bytes && before.mtimeNs != kYoung;
}

/// Where a frame's label file is.
enum class LabelPlace : std::uint8_t { None, Beside, Mirrored };

/// The stamps of a frame's two files.
struct FrameStamps {
    FileStamp image, label;
    LabelPlace place = LabelPlace::None;
};

inline bool isSame(const FrameStamps& before, const FrameStamps& now) {
    return before.place == now.place && isSame(before.image, now.image) && isSame(before.label, now.label);
}

/// Reads or looks at the files of one folder's frames, by names relative to the open folder. One thread.
class FolderReader {
public:
    /// `mirror` is the folder of labels that mirrors this one; its path is empty where there is none. Both must outlive the reader.
    FolderReader(const FolderContents& folder, const FolderContents& mirror);
    FolderReader(const FolderReader&) = delete;
    FolderReader& operator=(const FolderReader&) = delete;
    ~FolderReader();
    /// Why the folder cannot be opened now; empty: it could.
    const std::string& problem() const { return m_problem; }

    /// Time, size and place of the two files, without opening them.
    FrameStamps look(const std::string& image);

    /// Reads header and end of the image and its labels. Sets size, labelled and labelCount of `frame`, and takenAt where the name told
    /// nothing and the picture does; appends labels and findings, in the order of their files. Returns the stamps from before reading; a
    /// file changed within the last two seconds is kYoung.
    FrameStamps read(const std::string& image, Frame& frame, std::vector<Label>& labels, std::vector<Finding>& findings);

private:
    LabelPlace findLabel(const std::string& image);
    void readLabels(LabelPlace place, FrameStamps& stamps, Frame& frame, std::vector<Label>& labels, std::vector<Finding>& findings);
    const FolderContents& m_folder;
    const FolderContents& m_mirror;
    int m_fd = -1, m_mirrorFd = -1;
    std::int64_t m_openedNs = 0;
    std::string m_problem;
    std::string m_labelName; ///< of the image looked at last
    std::string m_text;
};

} // namespace intersect::data
