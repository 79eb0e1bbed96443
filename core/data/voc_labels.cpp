// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/voc_labels.h"

#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/data/xml_reading.h"

namespace intersect::data {
namespace {

/// A text as XML 1.0 can hold it: bytes that are not UTF-8 and control characters become U+FFFD.
std::string xmlText(const std::string& bytes) {
    std::string text;
    for (const char c : pathText(bytes)) {
        switch (c) {
        case '&': text += "&amp;"; break;
        case '<': text += "&lt;"; break;
        case '>': text += "&gt;"; break;
        case '\n': text += "&#10;"; break;
        case '\r': text += "&#13;"; break;
        case '\t': text += "&#9;"; break;
        default: text += static_cast<unsigned char>(c) < 0x20 ? std::string("\xEF\xBF\xBD") : std::string(1, c);
        }
    }
    return text;
}

std::string edge(double pixels) {
    return formatShortest(tidied(pixels, 9));
}

} // namespace

Annotations parseVocLabels(std::string_view text, const std::filesystem::path& path, Size size) {
    Annotations annotations;
    FileFindings findings(path);
    NameList names;
    XmlReading xml(text, findings);
    if (const pugi::xml_node root = xml.root()) {
        AnnotatedImage image;
        image.file = root.child_value("filename");
        image.size = XmlReading::sizeOf(root.child("size"));
        if (image.size.width == 0)
            image.size = size;
        if (image.size.width == 0 && root.child("object"))
            findings.add("label-no-size", Severity::Error, xml.lineOf(root), "The file does not tell the size of its picture, and the picture was not found.",
                         "Bring the picture back, or write \"size\" with width and height.");
        for (const pugi::xml_node object : root.children("object")) {
            if (image.size.width == 0)
                break;
            const std::string_view name = XmlReading::textOf(object, "name");
            if (name.empty()) {
                findings.add("label-class", Severity::Error, xml.lineOf(object), "The object has no \"name\".", "Write the name of its class.");
                continue;
            }
            const int line = xml.lineOf(object);
            if (const auto box = xml.boxOf(object))
                addBox(image, names.indexOf(name), *box, line, findings);
        }
        dropDuplicates(image.labels, findings);
        annotations.images.push_back(std::move(image));
    }
    annotations.names = names.names();
    annotations.findings = findings.take();
    return annotations;
}

std::string formatVocLabels(const AnnotatedImage& image, const std::vector<std::string>& names, const std::string& folder) {
    std::string text = "<annotation>\n  <folder>" + xmlText(folder) + "</folder>\n  <filename>" + xmlText(image.file) + "</filename>\n  <size>\n    <width>" +
                       std::to_string(image.size.width) + "</width>\n    <height>" + std::to_string(image.size.height) +
                       "</height>\n    <depth>3</depth>\n  </size>\n  <segmented>0</segmented>\n";
    for (const Label& label : image.labels) {
        const PixelBox box = toPixels(label.box, image.size);
        text += "  <object>\n    <name>" + xmlText(names.at(static_cast<std::size_t>(label.classId))) +
                "</name>\n    <pose>Unspecified</pose>\n    <truncated>0</truncated>\n    <difficult>0</difficult>\n    <bndbox>\n      <xmin>" + edge(box.x) +
                "</xmin>\n      <ymin>" + edge(box.y) + "</ymin>\n      <xmax>" + edge(box.x + box.w) + "</xmax>\n      <ymax>" + edge(box.y + box.h) +
                "</ymax>\n    </bndbox>\n  </object>\n";
    }
    return text + "</annotation>\n";
}

} // namespace intersect::data
