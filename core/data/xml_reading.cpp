// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/xml_reading.h"

#include <array>
#include <cmath>

#include "core/base/numbers.h"

namespace intersect::data {

XmlReading::XmlReading(std::string_view text, FileFindings& findings) : m_findings(findings), m_lines(text) {
    if (text.size() > kMaxXmlBytes) {
        m_findings.add("label-unreadable", Severity::Error, 0, "The file is too large for the labels of one picture.", "Check where it comes from.");
        return;
    }
    const pugi::xml_parse_result result = m_document.load_buffer(text.data(), text.size());
    m_hasLines = result.encoding == pugi::encoding_utf8;
    if (!result) {
        const int line = m_hasLines && result.offset >= 0 ? m_lines.lineOf(static_cast<std::size_t>(result.offset)) : 0;
        m_findings.add("label-unreadable", Severity::Error, line, std::string("The file is not valid XML: ") + result.description() + ".",
                       "Write the file again with the program it came from.");
        return;
    }
    m_root = m_document.document_element();
}

int XmlReading::lineOf(pugi::xml_node node) {
    const std::ptrdiff_t offset = node.offset_debug();
    return m_hasLines && offset >= 0 ? m_lines.lineOf(static_cast<std::size_t>(offset)) : 0;
}

std::string_view XmlReading::textOf(pugi::xml_node parent, const char* child) {
    return trimmed(parent.child_value(child));
}

Size XmlReading::sizeOf(pugi::xml_node parent) {
    const auto side = [&](const char* name) {
        const auto value = parseDouble(textOf(parent, name));
        return value && *value >= 1 && *value <= 1e6 && *value == std::floor(*value) ? static_cast<int>(*value) : 0;
    };
    const Size size{side("width"), side("height")};
    return size.width > 0 && size.height > 0 ? size : Size{};
}

std::optional<PixelBox> XmlReading::boxOf(pugi::xml_node object) {
    const pugi::xml_node bounds = object.child("bndbox");
    if (!bounds) {
        m_findings.add("label-fields", Severity::Error, lineOf(object), "The object has no \"bndbox\".", "Remove the object, or draw its box.");
        return std::nullopt;
    }
    std::array<double, 4> edges{};
    constexpr std::array<const char*, 4> kEdges = {"xmin", "ymin", "xmax", "ymax"};
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const std::string_view text = textOf(bounds, kEdges[i]);
        const auto value = parseDouble(text);
        if (!value || !std::isfinite(*value)) {
            m_findings.add("label-number", Severity::Error, lineOf(bounds),
                           text.empty() ? std::string("The box has no \"") + kEdges[i] + "\"."
                                        : std::string("The \"") + kEdges[i] + "\" of the box is not a finite number: \"" + shownText(text) + "\".",
                           "Write xmin, ymin, xmax and ymax in pixels.");
            return std::nullopt;
        }
        edges[i] = *value;
    }
    return PixelBox{edges[0], edges[1], edges[2] - edges[0], edges[3] - edges[1]};
}

void addBox(AnnotatedImage& image, int classId, const PixelBox& box, int line, FileFindings& findings) {
    auto fractions = toFractions(box, image.size);
    if (!fractions) {
        findings.add(std::move(fractions.error()), line);
        return;
    }
    if (fractions->warning)
        findings.add(std::move(*fractions->warning), line);
    image.labels.push_back({classId, fractions->box, line});
}

} // namespace intersect::data
