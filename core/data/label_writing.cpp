// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/label_writing.h"

#include <unordered_map>

#include "core/base/files.h"
#include "core/base/staged_folder.h"
#include "core/data/coco_labels.h"
#include "core/data/pixel_box.h"
#include "core/data/voc_labels.h"
#include "core/data/yolo_labels.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

/// Where YOLO looks for the labels of a picture at that place: see labelPathOf; the last folder `images` is mirrored.
fs::path yoloPlaceOf(const fs::path& picture) {
    std::vector<fs::path> parts(picture.begin(), picture.end());
    for (std::size_t i = parts.size(); i-- > 0;) {
        if (i + 1 < parts.size() && parts[i] == "images") {
            parts[i] = "labels";
            break;
        }
    }
    fs::path place;
    for (const fs::path& part : parts)
        place /= part;
    return place.replace_extension(".txt");
}

/// A box without the last digits that arithmetic left, still within 0..1.
BoxCxcywhn tidiedBox(const BoxCxcywhn& box) {
    constexpr int kDecimals = 12;
    return {tidied(box.cx, kDecimals), tidied(box.cy, kDecimals), tidied(box.w, kDecimals), tidied(box.h, kDecimals)};
}

/// Links or copies one picture; false with a reason where neither works.
Result<void> placePicture(const fs::path& picture, const fs::path& place, PictureCopies how) {
    if (auto made = makeFolder(place.parent_path()); !made)
        return made;
    std::error_code error;
    if (how == PictureCopies::Copy) {
        fs::copy_file(picture, place, error);
    } else {
        const fs::path real = fs::canonical(picture, error); // a link to a link would break with the first one
        if (!error)
            fs::create_symlink(real, place, error);
        if (error)
            fs::create_hard_link(picture, place, error);
    }
    if (!error)
        return {};
    return fail(ErrorCode::Failed, place.string() + " cannot be " + (how == PictureCopies::Copy ? "copied: " : "linked: ") + error.message() + ".", place, 0,
                how == PictureCopies::Copy ? "Free some space on that disk, or choose another folder." : "Choose --images copy or --images none.");
}

class Writer {
public:
    Writer(const std::vector<std::string>& names, const LabelWriting& writing, const fs::path& staged, std::vector<Finding>& findings)
        : m_names(names), m_writing(writing), m_staged(staged), m_findings(findings) {
        m_written.boxesOf.resize(names.size());
    }

    Result<void> write(const PlacedLabels& picture) {
        const bool inPixels = m_writing.to != LabelFormat::Yolo;
        if (inPixels && picture.size.width == 0) {
            m_findings.push_back({"label-no-size", Severity::Error, picture.picture.empty() ? picture.place : picture.picture, 0,
                                  "The size of " + picture.place.string() + " is not known, so its boxes cannot be written in pixels; they are left out.", "Bring the picture back, or fetch it again."});
            return {};
        }
        AnnotatedImage image{picture.place.native(), picture.size, {}};
        for (const Label& label : picture.labels) {
            if (m_writing.to == LabelFormat::Voc && !hasEdges(label.box, picture.size)) {
                m_findings.push_back({"label-size", Severity::Error, picture.picture, label.line, "A box is too small to be told by its edges; it is left out.", "Remove the box."});
                continue;
            }
            image.labels.push_back({label.classId, tidiedBox(label.box), label.line});
            ++m_written.boxesOf[static_cast<std::size_t>(label.classId)];
            ++m_written.boxes;
        }
        ++m_written.images;
        if (m_writing.to == LabelFormat::Coco) {
            m_coco.push_back(std::move(image));
        } else if (auto done = writeOwnFile(picture, std::move(image)); !done) {
            return done;
        }
        if (m_writing.pictures == PictureCopies::None || picture.picture.empty())
            return {};
        ++m_written.pictures;
        return placePicture(picture.picture, m_staged / picture.place, m_writing.pictures);
    }

    Result<void> finish() {
        std::string list;
        for (const std::string& name : m_names)
            list += name + "\n";
        if (auto done = writeStagedFile(m_staged / "classes.names", list); !done)
            return done;
        if (m_writing.to == LabelFormat::Coco) {
            if (auto done = writeStagedFile(m_staged / "_annotations.coco.json", formatCocoLabels(m_coco, m_names)); !done)
                return done;
        }
        return writeStagedFile(m_staged / "conversion.yaml", m_writing.record);
    }

    WrittenLabels written() const { return m_written; }

private:
    /// Whether the decimals that a VOC file is written with keep the edges apart.
    static bool hasEdges(const BoxCxcywhn& box, Size size) {
        constexpr double kLeast = 1e-8;
        const PixelBox pixels = toPixels(box, size);
        return pixels.w > kLeast && pixels.h > kLeast;
    }

    Result<void> writeOwnFile(const PlacedLabels& picture, AnnotatedImage&& image) {
        const bool isYolo = m_writing.to == LabelFormat::Yolo;
        const fs::path place = isYolo ? yoloPlaceOf(picture.place) : fs::path(picture.place).replace_extension(".xml");
        image.file = picture.place.filename().native();
        const std::string text = isYolo ? formatYoloLabels(image.labels) : formatVocLabels(image, m_names, picture.place.parent_path().filename().string());
        const auto [known, isNew] = m_textOf.emplace(place.native(), std::hash<std::string>{}(text));
        if (isNew)
            return writeStagedFile(m_staged / place, text);
        if (isYolo && known->second == std::hash<std::string>{}(text))
            return {}; // two pictures that differ in their ending share one label file
        m_findings.push_back({"label-twice", Severity::Error, picture.picture, 0,
                              "Two pictures that differ only in their ending would share " + place.string() + "; the labels of the second are left out.", "Rename one of the two."});
        return {};
    }

    const std::vector<std::string>& m_names;
    const LabelWriting& m_writing;
    const fs::path& m_staged;
    std::vector<Finding>& m_findings;
    std::vector<AnnotatedImage> m_coco;
    std::unordered_map<std::string, std::size_t> m_textOf;
    WrittenLabels m_written;
};

} // namespace

void renumberLabels(LabelTree& tree, const NumberedClasses& classes) {
    std::vector<std::int64_t> gone(classes.idOf.size());
    std::vector<const PlacedLabels*> first(classes.idOf.size());
    std::vector<int> firstLine(classes.idOf.size());
    for (PlacedLabels& picture : tree.pictures) {
        std::size_t kept = 0;
        for (const Label& label : picture.labels) {
            const auto source = static_cast<std::size_t>(label.classId);
            const int id = classes.idOf[source];
            if (id >= 0) {
                picture.labels[kept++] = {id, label.box, label.line};
                continue;
            }
            if (gone[source]++ == 0) {
                first[source] = &picture;
                firstLine[source] = label.line;
            }
        }
        picture.labels.resize(kept);
    }
    for (std::size_t i = 0; i < gone.size(); ++i) {
        if (gone[i] == 0)
            continue;
        const std::string boxes = std::to_string(gone[i]) + (gone[i] == 1 ? " box" : " boxes") + " of the class \"" + shownText(tree.names[i]) + "\"";
        const fs::path where = first[i]->picture.empty() ? tree.root / first[i]->place : first[i]->picture;
        if (classes.idOf[i] == kLeftOut)
            tree.findings.push_back({"class-left-out", Severity::Note, where, firstLine[i], boxes + " are left out, as the table says.", {}});
        else
            tree.findings.push_back({"class-unknown", Severity::Error, where, firstLine[i], boxes + " are left out: neither the table nor the list of names has that class.",
                                     "Add it to the table of --map, or to the names of --names."});
    }
}

Result<WrittenLabels> writeLabelTree(const LabelTree& tree, const std::vector<std::string>& names, const LabelWriting& writing, std::vector<Finding>& findings,
                                     const ProgressCallback& progress, const StopCheck& stop) {
    auto staged = StagedFolder::in(writing.out);
    if (!staged)
        return failAs(staged);
    Writer writer(names, writing, staged->path(), findings);
    const auto total = static_cast<std::int64_t>(tree.pictures.size());
    for (std::int64_t i = 0; i < total; ++i) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "Writing " + writing.out.string() + " was stopped; nothing was written.", writing.out);
        if (auto done = writer.write(tree.pictures[static_cast<std::size_t>(i)]); !done)
            return failAs(done);
        if (progress)
            progress(i, total);
    }
    if (auto done = writer.finish(); !done)
        return failAs(done);
    if (auto done = staged->commit(); !done)
        return failAs(done);
    if (progress)
        progress(total, total);
    return writer.written();
}

} // namespace intersect::data
