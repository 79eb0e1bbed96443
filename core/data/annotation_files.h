// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/data/finding.h"

namespace intersect::data {

/// Pictures and the files that may label them, below a folder; absolute paths in the order of their bytes.
struct AnnotationFiles {
    std::vector<std::filesystem::path> pictures, xml, json;
    std::vector<Finding> findings; ///< folders that cannot be read
};

/// Lists a folder and all below it. Links to folders are followed, each real folder once; what begins with a dot is left out. Errors: a root that is
/// not there, stopped.
Result<AnnotationFiles> findAnnotationFiles(const std::filesystem::path& root, const StopCheck& stop = {});

/// Whether a JSON file is named as COCO's object files are: `_annotations.coco.json`, `*.coco.json`, `instances*.json`, or any `.json` in a folder
/// `annotations` that is not named for captions, keypoints or panoptic segments.
bool isNamedAsCoco(const std::filesystem::path& json);

/// Finds the picture that an annotation file means.
class PictureFinder {
public:
    /// `pictures`: absolute paths, which are copied.
    explicit PictureFinder(const std::vector<std::filesystem::path>& pictures);

    /// The index of the picture of an XML file: the one of its name beside it; where the file lies in a folder `Annotations`, `annotations` or
    /// `xmls`, the one of its name in `JPEGImages` or `images`; where no picture lies beside it, the one picture called `named`.
    std::optional<std::size_t> ofXml(const std::filesystem::path& xml, const std::string& named) const;
    /// The index of the picture that a COCO file calls `file`: relative to the JSON file's folder or the one above, there or in `images`, or in the
    /// folder that the file is named for (instances_val2017.json: val2017); else the only one whose path ends so.
    std::optional<std::size_t> ofCoco(const std::filesystem::path& json, const std::string& file) const;

private:
    std::optional<std::size_t> at(const std::filesystem::path& path) const;
    std::optional<std::size_t> onlyOneEnding(const std::string& file) const;

    std::vector<std::string> m_paths;
    std::unordered_map<std::string, std::size_t> m_byPath, m_byPlace; ///< with and without the ending
    std::unordered_map<std::string, std::vector<std::size_t>> m_byName;
    std::unordered_set<std::string> m_folders;
};

} // namespace intersect::data
