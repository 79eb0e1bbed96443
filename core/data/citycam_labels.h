// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/annotations.h"

namespace intersect::data {

/// The names of CityCam's vehicle types; type 1 stands at index 0. Names and numbers as a public reader of the data set has them; the data set itself
/// was not at hand.
const std::vector<std::string>& cityCamTypes();

/// Reads one frame of CityCam (WebCamT): an XML file a frame, beside it by name (000218.jpg, 000218.xml). Its root, whatever its name, holds
/// `width`, `height`, `frame` (a number), `time`, `weather`, `facing`, `flow` and any number of `vehicle`, each with `id`, `bndbox` (xmin, ymin,
/// xmax, ymax in pixels), `type` (1..10), `direction` and `previous`: the form that public readers of the data set expect. Vehicles one element
/// further down are found too. Only `vehicle`, `type` and `bndbox` are needed; `size` is used where the file tells none. What its readers report as
/// faults of the data set is met: a bare `&` in `weather` is read, edges outside the picture warn, edges in the wrong order are a finding.
/// Names of the result are all ten types; a type that is a word is taken as a name and joins them. One image comes back, none where the text is not
/// XML. Any thread.
Annotations parseCityCamLabels(std::string_view text, const std::filesystem::path& path, Size size = {});

/// What the elements of an XML file say it is.
enum class XmlLabels { None, Voc, CityCam };
/// Tells Pascal VOC from CityCam by the elements below the root; None where it is neither or no XML. Any thread.
XmlLabels xmlLabelsOf(std::string_view text);

} // namespace intersect::data
