// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/class_numbers.h"

#include <algorithm>

#include "core/base/files.h"
#include "core/data/data_yaml.h"
#include "core/data/folders.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

/// The file in a folder that names classes: data.yaml, else the first *.names; empty if there is none.
fs::path namesFileIn(const fs::path& folder) {
    std::error_code error;
    if (fs::is_regular_file(folder / "data.yaml", error))
        return folder / "data.yaml";
    std::vector<fs::path> found;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        if (it->path().extension() == ".names" && it->is_regular_file(ignored))
            found.push_back(it->path());
    }
    return found.empty() ? fs::path() : *std::min_element(found.begin(), found.end(), byPathBytes);
}

int indexIn(const std::vector<std::string>& names, const std::string& name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? kUnknownClass : static_cast<int>(found - names.begin());
}

bool allOfCoco(const std::vector<std::string>& names) {
    return !names.empty() && std::all_of(names.begin(), names.end(), [](const std::string& name) { return indexIn(cocoNames(), name) >= 0; });
}

} // namespace

fs::path namesFileAbove(const fs::path& folder) {
    for (fs::path at = absolutePath(folder);; at = at.parent_path()) {
        if (fs::path file = namesFileIn(at); !file.empty())
            return file;
        if (!at.has_relative_path())
            return {};
    }
}

NumberedClasses numberClasses(const std::vector<std::string>& source, bool ordered, const std::optional<ClassTable>& table,
                              const std::vector<std::string>& given, const std::string& givenFrom) {
    NumberedClasses classes;
    if (!given.empty()) {
        classes.names = given;
        classes.from = givenFrom;
    } else {
        const std::vector<std::string> wanted = table ? table->targets() : source;
        if ((table || !ordered) && allOfCoco(wanted)) {
            classes.names = cocoNames();
            classes.from = "All classes are among COCO's 80 and have COCO's numbers.";
        } else {
            classes.names = wanted;
            classes.from = table ? "The classes are numbered in the order of the table." : ordered ? "The classes have the source's own order." : "The classes are numbered in the order of their names.";
            if (!table && !ordered)
                std::sort(classes.names.begin(), classes.names.end());
        }
    }
    for (const std::string& name : source) {
        const std::optional<std::string> target = table ? table->targetOf(name) : std::optional(name);
        classes.idOf.push_back(!target ? kUnknownClass : target->empty() ? kLeftOut : indexIn(classes.names, *target));
    }
    return classes;
}

} // namespace intersect::data
