// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/geometry.h"
#include "core/data/dataset.h"
#include "core/data/finding.h"
#include "core/data/text_lines.h"

namespace intersect::data {

/// One picture as an annotation file describes it.
struct AnnotatedImage {
    std::string file;          ///< the picture's name as bytes, as the annotation file has it; may be empty
    Size size;                 ///< pixels, as the annotation file says, else from `SizeLookup`; 0x0: not known
    std::vector<Label> labels; ///< class ids count in Annotations::names; lines are those of the annotation file
};

/// What annotation files of any format say, in the one form all of them are turned into. Faults are findings.
struct Annotations {
    std::vector<std::string> names; ///< class names; the index is Label::classId
    std::vector<AnnotatedImage> images;
    std::vector<Finding> findings;
};

/// The size of a picture by the name that an annotation file gives it; 0x0 where it is not known.
using SizeLookup = std::function<Size(const std::string& file)>;

/// The findings of one file: at most 1000 are kept, of the rest only how many there were (a hostile file has millions).
class FileFindings {
public:
    explicit FileFindings(std::filesystem::path path) : m_path(std::move(path)) {}
    void add(const char* code, Severity severity, int line, std::string message, std::string advice = {});
    void add(Finding finding, int line);
    /// An empty list of the same file.
    FileFindings fresh() const { return FileFindings(m_path); }
    /// All of them, moved out; the last one counts those that were not kept.
    std::vector<Finding> take();

private:
    std::filesystem::path m_path;
    std::vector<Finding> m_findings;
    std::size_t m_more = 0;
};

/// Takes out every label that says the same as an earlier one of its picture; each becomes a warning.
void dropDuplicates(std::vector<Label>& labels, FileFindings& findings);

/// Class names in the order they joined, each once.
class NameList {
public:
    NameList() = default;
    explicit NameList(const std::vector<std::string>& names);
    /// The index of a name, which joins at the end if it is new.
    int indexOf(std::string_view name);
    const std::vector<std::string>& names() const { return m_names; }

private:
    std::vector<std::string> m_names;
    std::unordered_map<std::string, int> m_indexOf;
};

} // namespace intersect::data
