// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <pugixml.hpp>

#include "core/base/geometry.h"
#include "core/data/annotations.h"
#include "core/data/line_finder.h"
#include "core/data/pixel_box.h"

namespace intersect::data {

/// A larger XML file is not one picture's labels.
constexpr std::uintmax_t kMaxXmlBytes = 16ULL << 20;

/// One XML file of labels: the tree, its lines, and how its fields are read. Entities of a document type are not expanded and nothing outside the
/// file is fetched (pugixml does neither); the tree may be of any depth, as nothing here or there walks down it by calling itself.
class XmlReading {
public:
    /// Parses `text`, which must outlive this; where it is not XML, a finding says so and root() is empty.
    XmlReading(std::string_view text, FileFindings& findings);

    pugi::xml_node root() const { return m_root; }
    /// The line where an element begins; 0 where it cannot be told (UTF-16).
    int lineOf(pugi::xml_node node);
    /// The text of a child without blanks at its ends; empty where there is none.
    static std::string_view textOf(pugi::xml_node parent, const char* child);
    /// `width` and `height` below a node; 0x0 where they are missing or senseless.
    static Size sizeOf(pugi::xml_node parent);
    /// The box of `bndbox` (xmin, ymin, xmax, ymax: the edges in pixels) below an object; a fault is added to the findings.
    std::optional<PixelBox> boxOf(pugi::xml_node object);

private:
    FileFindings& m_findings;
    pugi::xml_document m_document;
    pugi::xml_node m_root;
    LineFinder m_lines;
    bool m_hasLines = false;
};

/// Adds a box to a picture's labels, or the reason why not to the findings.
void addBox(AnnotatedImage& image, int classId, const PixelBox& box, int line, FileFindings& findings);

} // namespace intersect::data
