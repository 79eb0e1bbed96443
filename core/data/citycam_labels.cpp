// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/citycam_labels.h"

#include "core/base/numbers.h"
#include "core/data/xml_reading.h"

namespace intersect::data {
namespace {

/// The vehicles of a frame: below the root, or one element further down.
std::vector<pugi::xml_node> vehiclesOf(pugi::xml_node root) {
    std::vector<pugi::xml_node> vehicles;
    for (const pugi::xml_node child : root.children()) {
        if (std::string_view(child.name()) == "vehicle")
            vehicles.push_back(child);
        else
            for (const pugi::xml_node below : child.children("vehicle"))
                vehicles.push_back(below);
    }
    return vehicles;
}

/// The index of a type in the names: its number, or a word.
std::optional<int> typeOf(std::string_view text, NameList& names) {
    const auto number = parseInt(text);
    if (number)
        return *number >= 1 && *number <= static_cast<std::int64_t>(cityCamTypes().size()) ? std::optional(static_cast<int>(*number - 1)) : std::nullopt;
    if (text.empty() || parseDouble(text))
        return std::nullopt;
    return names.indexOf(text);
}

} // namespace

const std::vector<std::string>& cityCamTypes() {
    static const std::vector<std::string> types = {"taxi", "black sedan", "other cars", "little truck", "middle truck",
                                                   "big truck", "van", "middle bus", "big bus", "other vehicles"};
    return types;
}

Annotations parseCityCamLabels(std::string_view text, const std::filesystem::path& path, Size size) {
    Annotations annotations;
    NameList names(cityCamTypes());
    FileFindings findings(path);
    XmlReading xml(text, findings);
    if (const pugi::xml_node root = xml.root()) {
        AnnotatedImage image;
        image.size = XmlReading::sizeOf(root);
        if (image.size.width == 0)
            image.size = size;
        const std::vector<pugi::xml_node> vehicles = vehiclesOf(root);
        if (image.size.width == 0 && !vehicles.empty())
            findings.add("label-no-size", Severity::Error, xml.lineOf(root), "The file does not tell the size of its frame, and the picture was not found.",
                         "Bring the picture back, or write width and height.");
        for (const pugi::xml_node vehicle : vehicles) {
            if (image.size.width == 0)
                break;
            const std::string_view type = XmlReading::textOf(vehicle, "type");
            const int line = xml.lineOf(vehicle);
            const auto classId = typeOf(type, names);
            if (!classId)
                findings.add("label-class", Severity::Error, line,
                             type.empty() ? std::string("The vehicle has no \"type\".")
                                          : "The vehicle's type \"" + shownText(type) + "\" is not one of CityCam's ten (1 to " + std::to_string(cityCamTypes().size()) + ").",
                             "Write the number of its type.");
            else if (const auto box = xml.boxOf(vehicle))
                addBox(image, *classId, *box, line, findings);
        }
        dropDuplicates(image.labels, findings);
        annotations.images.push_back(std::move(image));
    }
    annotations.names = names.names();
    annotations.findings = findings.take();
    return annotations;
}

XmlLabels xmlLabelsOf(std::string_view text) {
    FileFindings ignored{{}};
    const XmlReading xml(text, ignored);
    const pugi::xml_node root = xml.root();
    if (!root)
        return XmlLabels::None;
    if (!vehiclesOf(root).empty())
        return XmlLabels::CityCam;
    if (root.child("object") || (std::string_view(root.name()) == "annotation" && (root.child("size") || root.child("filename"))))
        return XmlLabels::Voc;
    return root.child("width") && root.child("height") && (root.child("frame") || root.child("flow") || root.child("facing")) ? XmlLabels::CityCam : XmlLabels::None;
}

} // namespace intersect::data
