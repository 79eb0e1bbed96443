// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace intersect::data {

/// A data.yaml as YOLOv5, YOLOv7 and Ultralytics read it.
struct DataYaml {
    std::filesystem::path path;             ///< the file itself
    std::filesystem::path train, val, test; ///< absolute; each a list file, an image folder, or empty
    std::vector<std::string> names;         ///< class names; the index is the id
};

/// Reads a data.yaml (`path`, `train`, `val`, `test`, `nc`, `names` as a list or a map). Errors with line: missing names, nc that
/// contradicts names, a list that is not there.
Result<DataYaml> readDataYaml(const std::filesystem::path& path);

/// The class names of a file: `names` of a YAML file (whether its lists are there or not), else one name a line (*.names).
Result<std::vector<std::string>> readClassNames(const std::filesystem::path& path);

/// The text of a data.yaml with absolute paths, nc and names.
std::string formatDataYaml(const DataYaml& data);

/// The images of "train", "val" or "test"; an error if that entry is missing or its list names missing files.
Result<std::vector<std::filesystem::path>> imagesOfSplit(const DataYaml& data, const std::string& split);

/// COCO's 80 class names in their usual order.
const std::vector<std::string>& cocoNames();

} // namespace intersect::data
