// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/result.h"

namespace intersect::data {

/// A table of class names: what each name of the source is called in the target.
class ClassTable {
public:
    struct Row {
        std::string from;
        std::string to; ///< empty: its boxes are left out
    };
    /// The target of a name: empty where its boxes are left out; nullopt where the table does not know the name. Upper and lower case, blanks,
    /// hyphens and underscores make no difference ("black_sedan" is "Black Sedan"). A name that is only a target stands for itself.
    std::optional<std::string> targetOf(std::string_view name) const;
    const std::vector<Row>& rows() const { return m_rows; }
    /// The targets, each once, in the order of the rows.
    std::vector<std::string> targets() const;

private:
    friend Result<ClassTable> parseClassTable(std::string_view text, const std::filesystem::path& path);
    std::vector<Row> m_rows;
    std::unordered_map<std::string, std::size_t> m_rowOf; ///< by the folded name
    std::unordered_map<std::string, std::string> m_selfOf; ///< targets by their folded name
};

/// Reads a table. `.csv`: two columns `from,to` a line, no quotes, a first line "from,to" is skipped. Any other ending: YAML, `from: to` a line; nothing
/// (or `~`) after the colon leaves the class out. Errors name the line: no table, a name twice, more than 10,000 rows.
Result<ClassTable> parseClassTable(std::string_view text, const std::filesystem::path& path);
Result<ClassTable> readClassTable(const std::filesystem::path& path);

} // namespace intersect::data
