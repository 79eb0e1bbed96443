// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of an index: see dataset_index.h.
#include <algorithm>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/data/dataset_index.h"
#include "core/image/perceptual_hash.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

struct Head {
    std::uint64_t mark = 0x3158444E49585349ULL; // "ISXINDX1" where the lowest byte stands first
    std::uint64_t version = 1;
    std::uint64_t bytes = 0; // behind the head
    std::uint64_t hash = 0;  // of these
};

/// Appends numbers, rows of numbers and texts.
class Writer {
public:
    explicit Writer(std::size_t room) { m_bytes.reserve(room); }
    template <class T>
    void number(T value) {
        static_assert(std::is_arithmetic_v<T>);
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
    }
    /// The row of `of(item)` for all items.
    template <class T, class Items, class Of>
    void row(const Items& items, Of&& of) {
        for (const auto& item : items)
            number<T>(of(item));
    }
    void text(std::string_view text) {
        number(static_cast<std::uint32_t>(text.size()));
        m_bytes.append(text);
    }
    void texts(const std::vector<std::string>& texts) {
        number(static_cast<std::uint32_t>(texts.size()));
        for (const std::string& one : texts)
            text(one);
    }
    std::string& bytes() { return m_bytes; }

private:
    std::string m_bytes;
};

/// Reads the same back; `ok` turns false at the first thing that is not there, and everything read from then on is empty.
class Reader {
public:
    explicit Reader(std::string_view bytes) : m_rest(bytes) {}
    template <class T>
    T number() {
        T value{};
        if (!has(sizeof(T)))
            return value;
        std::memcpy(&value, m_rest.data(), sizeof(T));
        m_rest.remove_prefix(sizeof(T));
        return value;
    }
    /// A count of things of at least `bytesEach` bytes: no more than can be there.
    std::size_t count(std::size_t bytesEach) {
        const std::size_t count = number<std::uint32_t>();
        if (count > m_rest.size() / std::max<std::size_t>(bytesEach, 1))
            ok = false;
        return ok ? count : 0;
    }
    /// Hands `count` numbers to `take(index, value)`.
    template <class T, class Take>
    void row(std::size_t count, Take&& take) {
        if (count > m_rest.size() / sizeof(T)) {
            ok = false;
            return;
        }
        for (std::size_t i = 0; i < count; ++i) {
            T value{};
            std::memcpy(&value, m_rest.data() + i * sizeof(T), sizeof(T));
            take(i, value);
        }
        m_rest.remove_prefix(count * sizeof(T));
    }
    std::string_view text() {
        const std::size_t length = number<std::uint32_t>();
        if (!has(length))
            return {};
        const std::string_view text = m_rest.substr(0, length);
        m_rest.remove_prefix(length);
        return text;
    }
    /// File names in rising order.
    std::vector<std::string> names() {
        std::vector<std::string> names;
        const std::size_t most = count(sizeof(std::uint32_t));
        names.reserve(most);
        for (std::size_t i = 0; i < most && ok; ++i) {
            const std::string_view name = text();
            const bool good = !name.empty() && name.find_first_of(std::string_view("/\0", 2)) == std::string_view::npos &&
                              (names.empty() || names.back() < name);
            ok = ok && good;
            names.emplace_back(name);
        }
        return names;
    }
    bool atEnd() const { return m_rest.empty(); }
    bool ok = true;

private:
    bool has(std::size_t bytes) {
        ok = ok && bytes <= m_rest.size();
        return ok;
    }
    std::string_view m_rest;
};

void write(Writer& out, const FolderContents& folder) {
    out.text(folder.folder.native());
    out.text(folder.problem);
    out.number(folder.stamp.device);
    out.number(folder.stamp.inode);
    out.number(folder.stamp.mtimeNs);
    out.texts(folder.images);
    out.texts(folder.texts);
    out.texts(folder.folders);
}

void read(Reader& in, FolderContents& folder) {
    folder.folder = fs::path(in.text());
    folder.problem = in.text();
    folder.stamp.device = in.number<std::uint64_t>();
    folder.stamp.inode = in.number<std::uint64_t>();
    folder.stamp.mtimeNs = in.number<std::int64_t>();
    folder.images = in.names();
    folder.texts = in.names();
    folder.folders = in.names();
}

void readFolders(Reader& in, std::vector<FolderContents>& folders) {
    constexpr std::size_t kLeast = 44; // bytes of a folder without names
    folders.resize(std::min<std::size_t>(in.count(kLeast), std::numeric_limits<std::uint32_t>::max()));
    for (FolderContents& folder : folders)
        if (in.ok)
            read(in, folder);
}

constexpr std::uint8_t kLabelled = 1, kTimed = 2;

void writeFrames(Writer& out, const DatasetScan& scan) {
    const std::vector<Frame>& frames = scan.dataset.frames;
    out.number(static_cast<std::uint32_t>(frames.size()));
    out.row<std::int32_t>(frames, [](const Frame& frame) { return frame.size.width; });
    out.row<std::int32_t>(frames, [](const Frame& frame) { return frame.size.height; });
    out.row<std::uint8_t>(frames, [](const Frame& frame) {
        return static_cast<std::uint8_t>((frame.labelled ? kLabelled : 0) | (frame.takenAt ? kTimed : 0));
    });
    out.row<std::int64_t>(frames, [](const Frame& frame) { return frame.takenAt.value_or(0); });
    out.row<std::uint32_t>(frames, [](const Frame& frame) { return frame.labelCount; });
    out.row<std::int64_t>(scan.stamps, [](const FrameStamps& stamps) { return stamps.image.mtimeNs; });
    out.row<std::int64_t>(scan.stamps, [](const FrameStamps& stamps) { return stamps.image.bytes; });
    out.row<std::int64_t>(scan.stamps, [](const FrameStamps& stamps) { return stamps.label.mtimeNs; });
    out.row<std::int64_t>(scan.stamps, [](const FrameStamps& stamps) { return stamps.label.bytes; });
    out.row<std::uint8_t>(scan.stamps, [](const FrameStamps& stamps) { return static_cast<std::uint8_t>(stamps.place); });
}

/// Frames and labels of a data set whose cameras and frames are laid out already.
void readFrames(Reader& in, DatasetScan& scan) {
    std::vector<Frame>& frames = scan.dataset.frames;
    std::vector<FrameStamps>& stamps = scan.stamps;
    const std::size_t count = frames.size();
    if (in.count(1) != count) {
        in.ok = false;
        return;
    }
    stamps.resize(count);
    in.row<std::int32_t>(count, [&](std::size_t i, std::int32_t value) { frames[i].size.width = value; });
    in.row<std::int32_t>(count, [&](std::size_t i, std::int32_t value) { frames[i].size.height = value; });
    std::vector<bool> timed(count);
    in.row<std::uint8_t>(count, [&](std::size_t i, std::uint8_t value) {
        frames[i].labelled = (value & kLabelled) != 0;
        timed[i] = (value & kTimed) != 0;
    });
    in.row<std::int64_t>(count,
                         [&](std::size_t i, std::int64_t value) { frames[i].takenAt = timed[i] ? std::optional(value) : std::nullopt; });
    std::uint64_t labels = 0;
    in.row<std::uint32_t>(count, [&](std::size_t i, std::uint32_t value) {
        frames[i].labelBegin = static_cast<std::uint32_t>(labels);
        frames[i].labelCount = value;
        labels += value;
        in.ok = in.ok && labels <= std::numeric_limits<std::uint32_t>::max() && frames[i].size.width >= 0 && frames[i].size.height >= 0;
    });
    in.row<std::int64_t>(count, [&](std::size_t i, std::int64_t value) { stamps[i].image.mtimeNs = value; });
    in.row<std::int64_t>(count, [&](std::size_t i, std::int64_t value) { stamps[i].image.bytes = value; });
    in.row<std::int64_t>(count, [&](std::size_t i, std::int64_t value) { stamps[i].label.mtimeNs = value; });
    in.row<std::int64_t>(count, [&](std::size_t i, std::int64_t value) { stamps[i].label.bytes = value; });
    in.row<std::uint8_t>(count, [&](std::size_t i, std::uint8_t value) {
        in.ok = in.ok && value <= static_cast<std::uint8_t>(LabelPlace::Mirrored);
        stamps[i].place = static_cast<LabelPlace>(value);
    });
    constexpr std::size_t kLabelBytes = 40;
    if (!in.ok || in.count(kLabelBytes) != labels) {
        in.ok = false;
        return;
    }
    std::vector<Label>& rows = scan.dataset.labels;
    rows.resize(static_cast<std::size_t>(labels));
    in.row<std::int32_t>(rows.size(), [&](std::size_t i, std::int32_t value) {
        in.ok = in.ok && value >= 0;
        rows[i].classId = value;
    });
    in.row<std::int32_t>(rows.size(), [&](std::size_t i, std::int32_t value) { rows[i].line = value; });
    const auto side = [&](double BoxCxcywhn::*member) {
        in.row<double>(rows.size(), [&](std::size_t i, double value) {
            in.ok = in.ok && value >= 0 && value <= 1; // no NaN passes
            rows[i].box.*member = value;
        });
    };
    side(&BoxCxcywhn::cx);
    side(&BoxCxcywhn::cy);
    side(&BoxCxcywhn::w);
    side(&BoxCxcywhn::h);
}

void writeLabels(Writer& out, const std::vector<Label>& labels) {
    out.number(static_cast<std::uint32_t>(labels.size()));
    out.row<std::int32_t>(labels, [](const Label& label) { return label.classId; });
    out.row<std::int32_t>(labels, [](const Label& label) { return label.line; });
    out.row<double>(labels, [](const Label& label) { return label.box.cx; });
    out.row<double>(labels, [](const Label& label) { return label.box.cy; });
    out.row<double>(labels, [](const Label& label) { return label.box.w; });
    out.row<double>(labels, [](const Label& label) { return label.box.h; });
}

void writeFindings(Writer& out, const DatasetScan& scan) {
    out.number(static_cast<std::uint32_t>(scan.findingFrame.size()));
    for (std::size_t i = 0; i < scan.findingFrame.size(); ++i) {
        const Finding& finding = scan.dataset.findings[i];
        out.number(scan.findingFrame[i]);
        out.number(static_cast<std::uint8_t>(finding.severity));
        out.number(static_cast<std::int32_t>(finding.line));
        for (const std::string* text : {&finding.code, &finding.path.native(), &finding.message, &finding.advice})
            out.text(*text);
    }
}

void readFindings(Reader& in, DatasetScan& scan) {
    constexpr std::size_t kLeast = 25; // bytes of a finding without texts
    const std::size_t count = in.count(kLeast);
    for (std::size_t i = 0; i < count && in.ok; ++i) {
        const auto frame = in.number<std::uint32_t>();
        const auto severity = in.number<std::uint8_t>();
        Finding& finding = scan.dataset.findings.emplace_back();
        finding.line = in.number<std::int32_t>();
        finding.code = in.text();
        finding.path = fs::path(in.text());
        finding.message = in.text();
        finding.advice = in.text();
        finding.severity = static_cast<Severity>(severity);
        scan.findingFrame.push_back(frame);
        in.ok = in.ok && severity <= static_cast<std::uint8_t>(Severity::Note) &&
                (frame == DatasetScan::kNoFrame || frame < scan.dataset.frames.size());
    }
}

} // namespace

std::string formatIndex(const DatasetScan& scan) {
    constexpr std::size_t kFrameBytes = 120, kLabelBytes = 40; // about
    Writer out(sizeof(Head) + scan.dataset.frames.size() * kFrameBytes + scan.dataset.labels.size() * kLabelBytes);
    out.bytes().assign(sizeof(Head), '\0');
    out.text(scan.dataset.root.native());
    for (const std::vector<FolderContents>* folders : {&scan.folders, &scan.mirrors}) {
        out.number(static_cast<std::uint32_t>(folders->size()));
        for (const FolderContents& folder : *folders)
            write(out, folder);
    }
    writeFrames(out, scan);
    writeLabels(out, scan.dataset.labels);
    writeFindings(out, scan);
    Head head;
    head.bytes = out.bytes().size() - sizeof(Head);
    head.hash = image::contentHash(std::string_view(out.bytes()).substr(sizeof(Head)));
    std::memcpy(out.bytes().data(), &head, sizeof(Head));
    return std::move(out.bytes());
}

std::optional<DatasetScan> parseIndex(std::string_view bytes, const fs::path& root, int threads) {
    Head head;
    const Head wanted;
    if (bytes.size() < sizeof(Head))
        return std::nullopt;
    std::memcpy(&head, bytes.data(), sizeof(Head));
    bytes.remove_prefix(sizeof(Head));
    if (head.mark != wanted.mark || head.version != wanted.version || head.bytes != bytes.size() || head.hash != image::contentHash(bytes))
        return std::nullopt;
    Reader in(bytes);
    DatasetScan scan;
    scan.dataset.root = root;
    if (in.text() != root.native())
        return std::nullopt;
    readFolders(in, scan.folders);
    readFolders(in, scan.mirrors);
    if (!in.ok || !layOutFrames(scan, threads) || scan.mirrors.size() != scan.dataset.cameras.size())
        return std::nullopt;
    readFrames(in, scan);
    if (in.ok)
        readFindings(in, scan);
    if (!in.ok || !in.atEnd())
        return std::nullopt;
    return scan;
}

} // namespace intersect::data
