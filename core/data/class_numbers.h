// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/class_table.h"

namespace intersect::data {

/// How a list of class names came about.
struct NumberedClasses {
    std::vector<std::string> names; ///< the index is the class id
    std::string from;               ///< one sentence for people
    std::vector<int> idOf;          ///< the id of each class of the source; -1: the table leaves it out; -2: nobody names it
};

constexpr int kLeftOut = -1;
constexpr int kUnknownClass = -2;

/// The file that names classes in a folder or in one above it: data.yaml, else the first *.names; empty where there is none.
std::filesystem::path namesFileAbove(const std::filesystem::path& folder);

/// Numbers the classes of label files that name them. `given` names (of a file) count as they are, and a class that they do not have is unknown.
/// Without them: with a table COCO's 80 numbers where all its targets are among COCO's names, else its targets in order; without a table the
/// source's own numbers where it has an order (`ordered`: COCO, CityCam), else COCO's 80 where all names are among them, else the names in the order
/// of their bytes.
NumberedClasses numberClasses(const std::vector<std::string>& source, bool ordered, const std::optional<ClassTable>& table,
                              const std::vector<std::string>& given, const std::string& givenFrom);

} // namespace intersect::data
