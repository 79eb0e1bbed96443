// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/label_tree.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/data/annotation_files.h"
#include "core/data/citycam_labels.h"
#include "core/data/coco_labels.h"
#include "core/data/folders.h"
#include "core/data/voc_labels.h"
#include "core/data/xml_reading.h"
#include "core/image/decode.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::pair<const char*, LabelFormat>, 4> kFormats = {
    {{"yolo", LabelFormat::Yolo}, {"coco", LabelFormat::Coco}, {"voc", LabelFormat::Voc}, {"citycam", LabelFormat::CityCam}}};

Size sizeOfPicture(const fs::path& picture) {
    const auto probe = image::probeImage(picture);
    return probe ? probe->size : Size{};
}

/// Where a picture that is not there would be: its name made safe; empty where it is no name at all.
fs::path safePlace(const std::string& file) {
    constexpr std::size_t kLongest = 240; // of one part: file systems take 255 bytes
    fs::path place = fs::path(file).lexically_normal();
    if (place.is_absolute() || place.native().starts_with(".."))
        place = place.filename();
    const bool named = place.has_filename() && place.filename() != "." && place.filename() != "..";
    const bool fits = std::all_of(place.begin(), place.end(), [](const fs::path& part) { return part.native().size() <= kLongest; });
    return named && fits && place.native().size() < 2000 && file.find('\0') == std::string::npos ? place : fs::path();
}

/// Puts the images of annotation files into a tree.
class Builder {
public:
    Builder(fs::path root, const std::vector<fs::path>& pictures) : m_pictures(pictures), m_finder(pictures), m_taken(pictures.size()) { m_tree.root = std::move(root); }

    const PictureFinder& finder() const { return m_finder; }
    const fs::path& picture(std::size_t index) const { return m_pictures[index]; }

    /// `pictureSize`: of the picture itself, 0x0 where it is not there or unreadable. `mayJoin`: further labels of a picture are added to the first.
    void add(const fs::path& from, AnnotatedImage&& image, const std::vector<std::string>& names, std::optional<std::size_t> picture, Size pictureSize,
             const fs::path& placeWithout, bool mayJoin) {
        for (Label& label : image.labels)
            label.classId = m_names.indexOf(names[static_cast<std::size_t>(label.classId)]);
        PlacedLabels placed;
        placed.size = image.size;
        if (picture) {
            placed.picture = m_pictures[*picture];
            placed.place = placed.picture.lexically_relative(m_tree.root);
            m_taken[*picture] = true;
            if (pictureSize.width > 0) {
                if (image.size.width > 0 && !(image.size == pictureSize))
                    m_tree.findings.push_back({"label-image-size", Severity::Warning, from, 0,
                                               "The file says that " + placed.picture.string() + " has " + sizeText(image.size) + " pixels, but it has " + sizeText(pictureSize) +
                                                   "; the boxes are taken as shares of the former.",
                                               "Check whether the picture was made smaller or turned after it was labelled."});
                placed.size = pictureSize;
            }
        } else {
            placed.place = safePlace(placeWithout);
            if (placed.place.empty()) {
                m_tree.findings.push_back({"label-fields", Severity::Error, from, 0, "The name \"" + shownText(placeWithout.native()) + "\" can be no file's name.",
                                           "Correct the picture's name."});
                return;
            }
            m_tree.findings.push_back({"label-without-image", Severity::Warning, from, 0,
                                       "The picture " + shownText(placed.place.filename().native()) + " is not there; its labels are read all the same.", "Bring the picture back, or remove its labels."});
        }
        placed.labels = std::move(image.labels);
        const auto [known, isNew] = m_indexOf.emplace(placed.place.native(), m_tree.pictures.size());
        if (isNew) {
            m_tree.pictures.push_back(std::move(placed));
            return;
        }
        PlacedLabels& first = m_tree.pictures[known->second];
        if (!mayJoin) {
            m_tree.findings.push_back({"label-twice", Severity::Error, from, 0, "Another file labels " + first.place.string() + " already; this one is left out.", "Keep one of the two."});
            return;
        }
        first.labels.insert(first.labels.end(), placed.labels.begin(), placed.labels.end());
        FileFindings findings(from);
        dropDuplicates(first.labels, findings);
        take(findings.take());
    }

    void take(std::vector<Finding>&& findings) { std::move(findings.begin(), findings.end(), std::back_inserter(m_tree.findings)); }
    void knowNames(const std::vector<std::string>& names) {
        for (const std::string& name : names)
            m_names.indexOf(name);
    }

    LabelTree finish(bool ordered) {
        m_tree.names = m_names.names();
        m_tree.ordered = ordered;
        m_tree.withoutLabels = std::count(m_taken.begin(), m_taken.end(), false);
        std::sort(m_tree.pictures.begin(), m_tree.pictures.end(), [](const PlacedLabels& a, const PlacedLabels& b) { return byPathBytes(a.place, b.place); });
        std::stable_sort(m_tree.findings.begin(), m_tree.findings.end(),
                         [](const Finding& a, const Finding& b) { return a.path.native() != b.path.native() ? byPathBytes(a.path, b.path) : a.line < b.line; });
        return std::move(m_tree);
    }

private:
    static std::string sizeText(Size size) { return std::to_string(size.width) + " x " + std::to_string(size.height); }

    const std::vector<fs::path>& m_pictures;
    PictureFinder m_finder;
    std::vector<bool> m_taken;
    NameList m_names;
    std::unordered_map<std::string, std::size_t> m_indexOf;
    LabelTree m_tree;
};

tl::unexpected<Error> nothingIn(const fs::path& root, const char* what, const char* advice) {
    return fail(ErrorCode::BadInput, "There is no " + std::string(what) + " in " + root.string() + " or below it.", root, 0, advice);
}

tl::unexpected<Error> stoppedIn(const fs::path& root) {
    return fail(ErrorCode::Interrupted, "Reading " + root.string() + " was stopped.", root);
}

/// Calls `body(i)` in parallel with progress; false when it was stopped.
bool forEach(std::size_t count, const ProgressCallback& progress, const StopCheck& stop, const std::function<void(std::size_t)>& body) {
    std::atomic<std::size_t> done{0};
    std::atomic<bool> stopped{false};
    const std::thread::id caller = std::this_thread::get_id();
    parallelFor(count, availableCores(), [&](std::size_t i) {
        if (stopped.load(std::memory_order_relaxed) || (stop && stop())) {
            stopped.store(true, std::memory_order_relaxed);
            return;
        }
        body(i);
        const std::size_t now = done.fetch_add(1) + 1;
        if (progress && std::this_thread::get_id() == caller)
            progress(static_cast<std::int64_t>(std::min(now, count - 1)), static_cast<std::int64_t>(count));
    });
    if (progress && !stopped)
        progress(static_cast<std::int64_t>(count), static_cast<std::int64_t>(count));
    return !stopped;
}

/// What one XML file gave.
struct XmlFile {
    XmlLabels kind = XmlLabels::None;
    Annotations annotations;
    std::optional<std::size_t> picture;
    Size pictureSize;
};

XmlFile readXml(const fs::path& path, LabelFormat format, const PictureFinder& finder, const std::vector<fs::path>& pictures) {
    XmlFile file;
    const Result<std::string> text = readFile(path, kMaxXmlBytes);
    if (!text) {
        file.annotations.findings.push_back({"label-unreadable", Severity::Error, path, 0, text.error().message, text.error().advice});
        return file;
    }
    file.kind = xmlLabelsOf(*text);
    const bool isWanted = format == LabelFormat::Voc ? file.kind != XmlLabels::CityCam : file.kind != XmlLabels::Voc;
    if (!isWanted)
        return file;
    const auto parse = [&](Size size) { return format == LabelFormat::Voc ? parseVocLabels(*text, path, size) : parseCityCamLabels(*text, path, size); };
    file.picture = finder.ofXml(path, {});
    if (file.picture)
        file.pictureSize = sizeOfPicture(pictures[*file.picture]);
    file.annotations = parse(file.pictureSize);
    if (!file.picture && !file.annotations.images.empty()) {
        file.picture = finder.ofXml(path, file.annotations.images.front().file);
        if (file.picture) {
            file.pictureSize = sizeOfPicture(pictures[*file.picture]);
            file.annotations = parse(file.pictureSize);
        }
    }
    return file;
}

Result<LabelTree> readXmlTree(const fs::path& root, LabelFormat format, const ProgressCallback& progress, const StopCheck& stop) {
    auto files = findAnnotationFiles(root, stop);
    if (!files)
        return failAs(files);
    if (files->xml.empty())
        return nothingIn(root, "XML file", "Choose the folder of the labels, or another --from.");
    Builder builder(absolutePath(root), files->pictures);
    builder.take(std::move(files->findings));
    if (format == LabelFormat::CityCam)
        builder.knowNames(cityCamTypes());
    std::vector<XmlFile> read(files->xml.size());
    if (!forEach(read.size(), progress, stop, [&](std::size_t i) { read[i] = readXml(files->xml[i], format, builder.finder(), files->pictures); }))
        return stoppedIn(root);
    bool any = false;
    for (std::size_t i = 0; i < read.size(); ++i) {
        const fs::path& path = files->xml[i];
        const bool isOther = read[i].annotations.images.empty() && read[i].annotations.findings.empty();
        if (isOther || (read[i].kind == XmlLabels::None && !read[i].annotations.images.empty())) {
            builder.take({{"label-format", Severity::Warning, path, 0, std::string("The file holds no labels of the format ") + labelFormatName(format) + " and is left out.",
                           "Convert it by itself with the format it has, or move it away."}});
            continue;
        }
        any = true;
        builder.take(std::move(read[i].annotations.findings));
        for (AnnotatedImage& image : read[i].annotations.images) {
            fs::path place = path.lexically_relative(absolutePath(root));
            const fs::path ending = fs::path(image.file).extension();
            place.replace_extension(image::hasImageExtension(image.file) ? ending : fs::path(".jpg"));
            builder.add(path, std::move(image), read[i].annotations.names, read[i].picture, read[i].pictureSize, place, false);
        }
        read[i] = {};
    }
    if (!any)
        return nothingIn(root, format == LabelFormat::Voc ? "Pascal VOC file" : "CityCam file", "Choose the folder of the labels, or another --from.");
    return builder.finish(format == LabelFormat::CityCam);
}

Result<LabelTree> readCocoTree(const fs::path& root, const ProgressCallback& progress, const StopCheck& stop) {
    std::error_code error;
    const fs::path given = absolutePath(root);
    fs::path folder = given;
    const bool isFile = fs::is_regular_file(given, error);
    if (isFile)
        folder = given.parent_path().filename() == "annotations" ? given.parent_path().parent_path() : given.parent_path();
    auto files = findAnnotationFiles(folder, stop);
    if (!files)
        return failAs(files);
    std::vector<fs::path> jsons = files->json;
    if (isFile)
        jsons = {given};
    else if (std::any_of(jsons.begin(), jsons.end(), isNamedAsCoco))
        std::erase_if(jsons, [](const fs::path& json) { return !isNamedAsCoco(json); });
    if (jsons.empty())
        return nothingIn(folder, "JSON file", "Choose the folder of the labels or the file itself, or another --from.");
    Builder builder(folder, files->pictures);
    builder.take(std::move(files->findings));
    for (const fs::path& json : jsons) {
        if (stop && stop())
            return stoppedIn(folder);
        const auto sizeOf = [&](const std::string& name) {
            const auto picture = builder.finder().ofCoco(json, name);
            return picture ? sizeOfPicture(builder.picture(*picture)) : Size{};
        };
        Annotations annotations = readCocoLabels(json, sizeOf);
        builder.take(std::move(annotations.findings));
        builder.knowNames(annotations.names);
        std::vector<std::optional<std::size_t>> pictures(annotations.images.size());
        std::vector<Size> sizes(annotations.images.size());
        const bool whole = forEach(pictures.size(), progress, stop, [&](std::size_t i) {
            pictures[i] = builder.finder().ofCoco(json, annotations.images[i].file);
            if (pictures[i])
                sizes[i] = sizeOfPicture(builder.picture(*pictures[i]));
        });
        if (!whole)
            return stoppedIn(folder);
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const fs::path place = annotations.images[i].file;
            builder.add(json, std::move(annotations.images[i]), annotations.names, pictures[i], sizes[i], place, true);
        }
    }
    return builder.finish(true);
}

Result<LabelTree> readYoloTree(const fs::path& root, const ProgressCallback& progress, const StopCheck& stop) {
    ScanOptions options;
    options.yoloOnly = true;
    auto dataset = scanDataset(root, options, progress, stop);
    if (!dataset)
        return failAs(dataset);
    LabelTree tree;
    tree.root = dataset->root;
    tree.findings = std::move(dataset->findings);
    tree.ordered = true;
    for (const Frame& frame : dataset->frames) {
        if (!frame.labelled) {
            ++tree.withoutLabels;
            continue;
        }
        const auto labels = dataset->labelsOf(frame);
        tree.pictures.push_back({frame.path, frame.path.lexically_relative(tree.root), frame.size, {labels.begin(), labels.end()}});
    }
    if (tree.pictures.empty())
        return nothingIn(root, "YOLO label file", "Choose the folder of the labels, or another --from.");
    return tree;
}

} // namespace

Result<LabelFormat> labelFormatFromName(const std::string& name) {
    for (const auto& [word, format] : kFormats) {
        if (name == word)
            return format;
    }
    return fail(ErrorCode::Usage, "There is no label format \"" + name + "\".", {}, 0, "Choose yolo, coco, voc or citycam.");
}

const char* labelFormatName(LabelFormat format) {
    return kFormats[static_cast<std::size_t>(format)].first;
}

Result<LabelTree> readLabelTree(const fs::path& root, LabelFormat format, const ProgressCallback& progress, const StopCheck& stop) {
    switch (format) {
    case LabelFormat::Coco: return readCocoTree(root, progress, stop);
    case LabelFormat::Yolo: return readYoloTree(root, progress, stop);
    default: return readXmlTree(root, format, progress, stop);
    }
}

} // namespace intersect::data
