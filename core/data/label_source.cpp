// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/label_source.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "core/base/files.h"
#include "core/base/threads.h"
#include "core/data/annotation_files.h"
#include "core/data/annotations.h"
#include "core/data/citycam_labels.h"
#include "core/data/class_numbers.h"
#include "core/data/coco_labels.h"
#include "core/data/data_yaml.h"
#include "core/data/folders.h"
#include "core/data/voc_labels.h"
#include "core/data/xml_reading.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostCocoFiles = 1000;

/// The files of a folder with one of two endings.
struct LabelFiles {
    std::unordered_map<std::string, std::string> xmlOf; ///< the name by the name without ending
    std::vector<fs::path> coco;
};

LabelFiles listLabelFiles(const fs::path& folder) {
    LabelFiles files;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const fs::path& path = it->path();
        std::error_code ignored;
        const bool isXml = path.extension() == ".xml";
        if ((!isXml && !isNamedAsCoco(path)) || path.filename().native().starts_with('.') || !it->is_regular_file(ignored))
            continue;
        if (isXml)
            files.xmlOf.emplace(path.stem().native(), path.filename().native());
        else
            files.coco.push_back(path);
    }
    std::sort(files.coco.begin(), files.coco.end(), byPathBytes);
    return files;
}

/// What one XML file gave its frame.
struct XmlOfFrame {
    std::uint32_t frame = 0;
    fs::path path;
    XmlLabels kind = XmlLabels::None;
    Annotations annotations;
};

void readXml(XmlOfFrame& xml, Size size) {
    const Result<std::string> text = readFile(xml.path, kMaxXmlBytes);
    if (!text) {
        xml.annotations.findings.push_back({"label-unreadable", Severity::Error, xml.path, 0, text.error().message, text.error().advice});
        return;
    }
    xml.kind = xmlLabelsOf(*text);
    if (xml.kind == XmlLabels::CityCam) {
        xml.annotations = parseCityCamLabels(*text, xml.path, size);
        return;
    }
    xml.annotations = parseVocLabels(*text, xml.path, size);
    if (xml.kind == XmlLabels::None && xml.annotations.findings.empty()) {
        xml.annotations = {};
        xml.annotations.findings.push_back({"label-format", Severity::Warning, xml.path, 0, "The XML file beside the frame holds neither VOC's nor CityCam's labels.",
                                            "Move it away if it is not meant to label the frame."});
    }
}

class OtherLabels {
public:
    explicit OtherLabels(Dataset& dataset) : m_dataset(dataset) {}

    void read(int threads, const StopCheck& stop) {
        const std::size_t before = m_dataset.findings.size();
        findCamerasWithout();
        if (m_cameras.empty())
            return;
        readXmlFiles(threads, stop);
        readCocoFiles(stop);
        number();
        if (m_dataset.findings.size() != before)
            std::stable_sort(m_dataset.findings.begin(), m_dataset.findings.end(),
                             [](const Finding& a, const Finding& b) { return a.path.native() != b.path.native() ? byPathBytes(a.path, b.path) : a.line < b.line; });
    }

private:
    void findCamerasWithout() {
        for (const Camera& camera : m_dataset.cameras) {
            const auto frames = m_dataset.framesOf(camera);
            if (std::none_of(frames.begin(), frames.end(), [](const Frame& frame) { return frame.labelled; }))
                m_cameras.push_back(&camera);
        }
    }

    void readXmlFiles(int threads, const StopCheck& stop) {
        std::vector<XmlOfFrame> xmls;
        for (const Camera* camera : m_cameras) {
            const bool isVocFolder = camera->folder.filename() == "JPEGImages";
            std::vector<fs::path> folders = {camera->folder};
            if (isVocFolder)
                folders.push_back(camera->folder.parent_path() / "Annotations");
            for (const fs::path& folder : folders) {
                LabelFiles files = listLabelFiles(folder);
                m_coco.insert(m_coco.end(), files.coco.begin(), files.coco.end());
                for (std::uint32_t i = camera->frameBegin; !files.xmlOf.empty() && i < camera->frameBegin + camera->frameCount; ++i) {
                    const auto found = files.xmlOf.find(m_dataset.frames[i].path.stem().native());
                    if (found != files.xmlOf.end())
                        xmls.push_back({i, folder / found->second, XmlLabels::None, {}});
                }
            }
        }
        parallelFor(xmls.size(), threads > 0 ? threads : availableCores(), [&](std::size_t i) {
            if (!stop || !stop())
                readXml(xmls[i], m_dataset.frames[xmls[i].frame].size);
        });
        for (XmlOfFrame& xml : xmls) {
            if (!xml.annotations.images.empty()) {
                m_ordered = m_ordered && xml.kind == XmlLabels::CityCam;
                ++(xml.kind == XmlLabels::CityCam ? m_cityCam : m_voc);
                if (xml.kind == XmlLabels::CityCam)
                    knowNames(cityCamTypes());
            }
            take(std::move(xml.annotations.findings));
            for (AnnotatedImage& image : xml.annotations.images)
                give(xml.frame, std::move(image), xml.annotations.names);
        }
    }

    /// COCO files in the cameras' folders were met already; here those above, each folder once.
    void readCocoFiles(const StopCheck& stop) {
        std::unordered_set<std::string> seen;
        const auto look = [&](const fs::path& folder) {
            if (!seen.insert(folder.native()).second)
                return;
            const LabelFiles files = listLabelFiles(folder);
            m_coco.insert(m_coco.end(), files.coco.begin(), files.coco.end());
        };
        for (const Camera* camera : m_cameras) {
            seen.insert(camera->folder.native());
            for (fs::path folder = camera->folder;; folder = folder.parent_path()) {
                look(folder);
                look(folder / "annotations");
                if (folder == m_dataset.root || !folder.has_relative_path())
                    break;
            }
        }
        std::sort(m_coco.begin(), m_coco.end(), byPathBytes);
        m_coco.erase(std::unique(m_coco.begin(), m_coco.end()), m_coco.end());
        m_coco.resize(std::min(m_coco.size(), kMostCocoFiles));
        if (m_coco.empty())
            return;
        std::vector<fs::path> pictures;
        std::vector<std::uint32_t> frames;
        for (const Camera* camera : m_cameras)
            for (std::uint32_t i = camera->frameBegin; i < camera->frameBegin + camera->frameCount; ++i) {
                pictures.push_back(m_dataset.frames[i].path);
                frames.push_back(i);
            }
        const PictureFinder finder(pictures);
        for (const fs::path& file : m_coco) {
            if (stop && stop())
                return;
            Annotations annotations = readCocoLabels(file, [&](const std::string& name) {
                const auto picture = finder.ofCoco(file, name);
                return picture ? m_dataset.frames[frames[*picture]].size : Size{};
            });
            take(std::move(annotations.findings));
            knowNames(annotations.names);
            std::size_t missing = 0;
            for (AnnotatedImage& image : annotations.images) {
                if (const auto picture = finder.ofCoco(file, image.file))
                    give(frames[*picture], std::move(image), annotations.names);
                else
                    ++missing;
            }
            if (!annotations.images.empty())
                ++m_cocoFiles;
            if (missing > 0)
                m_dataset.findings.push_back({"label-without-image", Severity::Warning, file, 0,
                                              std::to_string(missing) + " of its " + std::to_string(annotations.images.size()) + " images are no frames of cameras without other labels.",
                                              "Bring the images back, or correct file_name."});
        }
    }

    void knowNames(const std::vector<std::string>& names) {
        for (const std::string& name : names)
            m_names.indexOf(name);
    }
    void take(std::vector<Finding>&& findings) { std::move(findings.begin(), findings.end(), std::back_inserter(m_dataset.findings)); }

    void give(std::uint32_t frame, AnnotatedImage&& image, const std::vector<std::string>& names) {
        std::vector<Label>& labels = m_labels[frame];
        for (const Label& label : image.labels)
            labels.push_back({m_names.indexOf(names[static_cast<std::size_t>(label.classId)]), label.box, label.line});
    }

    /// Numbers the classes and puts the labels into the data set, in the order of the frames.
    void number() {
        if (m_labels.empty())
            return;
        std::vector<std::string> given;
        if (const fs::path file = namesFileAbove(m_dataset.root); !file.empty()) {
            // A list that lacks one of the names belongs to something else.
            const auto names = readClassNames(file);
            const auto isKnown = [&](const std::string& name) { return std::find(names->begin(), names->end(), name) != names->end(); };
            if (names && std::all_of(m_names.names().begin(), m_names.names().end(), isKnown))
                given = *names;
        }
        NumberedClasses classes = numberClasses(m_names.names(), m_ordered, {}, given, {});
        m_dataset.classNames = std::move(classes.names);
        std::vector<std::uint32_t> frames;
        for (const auto& [frame, labels] : m_labels)
            frames.push_back(frame);
        std::sort(frames.begin(), frames.end());
        for (const std::uint32_t i : frames) {
            Frame& frame = m_dataset.frames[i];
            std::vector<Label>& labels = m_labels[i];
            FileFindings findings(frame.path);
            dropDuplicates(labels, findings);
            take(findings.take());
            frame.labelled = true;
            frame.labelBegin = static_cast<std::uint32_t>(m_dataset.labels.size());
            frame.labelCount = static_cast<std::uint32_t>(labels.size());
            for (const Label& label : labels)
                m_dataset.labels.push_back({classes.idOf[static_cast<std::size_t>(label.classId)], label.box, label.line});
        }
        std::string what;
        for (const auto& [count, name] : {std::pair<std::size_t, const char*>{m_voc, "Pascal VOC"}, {m_cityCam, "CityCam"}, {m_cocoFiles, "COCO"}}) {
            if (count > 0)
                what += (what.empty() ? "" : ", ") + std::string(name);
        }
        m_dataset.findings.push_back({"label-other-format", Severity::Note, m_dataset.root, 0,
                                      "Labels of " + std::to_string(frames.size()) + " frames were read from " + what + " files. Training reads YOLO's.",
                                      "Convert them: intersect-cli convert ROOT --from voc|citycam|coco --to yolo --out DIR."});
    }

    Dataset& m_dataset;
    std::vector<const Camera*> m_cameras; ///< without any YOLO label
    std::vector<fs::path> m_coco;
    NameList m_names;
    bool m_ordered = true;
    std::size_t m_voc = 0, m_cityCam = 0, m_cocoFiles = 0;
    std::unordered_map<std::uint32_t, std::vector<Label>> m_labels; ///< by frame; class ids count in m_names
};

} // namespace

Result<void> readOtherLabels(Dataset& dataset, const ScanOptions& options, const StopCheck& stop) {
    if (options.yoloOnly || options.namesOnly)
        return {};
    OtherLabels(dataset).read(options.threads, stop);
    if (stop && stop())
        return fail(ErrorCode::Interrupted, "Reading " + dataset.root.string() + " was stopped.", dataset.root);
    return {};
}

} // namespace intersect::data
