// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/class_table.h"

#include <yaml-cpp/yaml.h>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/annotations.h"
#include "core/data/text_lines.h"

namespace intersect::data {
namespace {

constexpr std::uintmax_t kMaxTableBytes = 1ULL << 20;
constexpr std::size_t kMostRows = 10'000;

/// What two spellings of one name have in common.
std::string folded(std::string_view name) {
    std::string out(trimmed(name));
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
        else if (c == '_' || c == '-')
            c = ' ';
    }
    return out;
}

struct NumberedRow {
    ClassTable::Row row;
    int line = 0;
};

Result<std::vector<NumberedRow>> rowsOfCsv(std::string_view text, const std::filesystem::path& path) {
    std::vector<NumberedRow> rows;
    TextLines lines(text);
    for (std::string_view line; lines.next(line);) {
        line = trimmed(line);
        if (line.empty() || line.starts_with('#'))
            continue;
        const std::vector<std::string_view> parts = splitAt(line, ',');
        if (parts.size() != 2)
            return fail(ErrorCode::BadInput, path.string() + " has " + std::to_string(parts.size()) + " columns in line " + std::to_string(lines.number()) + ", two are needed.",
                        path, lines.number(), "Write from,to; a comma inside a name needs the table as YAML.");
        if (rows.empty() && folded(parts[0]) == "from" && folded(parts[1]) == "to")
            continue;
        rows.push_back({{std::string(trimmed(parts[0])), std::string(trimmed(parts[1]))}, lines.number()});
    }
    return rows;
}

Result<std::vector<NumberedRow>> rowsOfYaml(std::string_view text, const std::filesystem::path& path) {
    try {
        const YAML::Node root = YAML::Load(std::string(text));
        if (!root.IsMap())
            return fail(ErrorCode::BadInput, path.string() + " is no table of classes.", path, 0, "Write one line a class: taxi: car.");
        std::vector<NumberedRow> rows;
        for (const auto& entry : root) {
            const int line = entry.first.Mark().line + 1;
            if (!entry.first.IsScalar() || !(entry.second.IsScalar() || entry.second.IsNull()))
                return fail(ErrorCode::BadInput, path.string() + " has a row in line " + std::to_string(line) + " that is not one name for one name.", path, line,
                            "Write one line a class: taxi: car.");
            rows.push_back({{std::string(trimmed(entry.first.Scalar())), entry.second.IsNull() ? std::string() : std::string(trimmed(entry.second.Scalar()))}, line});
        }
        return rows;
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::BadInput, path.string() + " is not valid YAML: " + error.msg + ".", path, error.mark.line < 0 ? 0 : error.mark.line + 1,
                    "Correct that line.");
    }
}

} // namespace

std::optional<std::string> ClassTable::targetOf(std::string_view name) const {
    const std::string key = folded(name);
    if (const auto row = m_rowOf.find(key); row != m_rowOf.end())
        return m_rows[row->second].to;
    const auto self = m_selfOf.find(key);
    return self == m_selfOf.end() ? std::nullopt : std::optional(self->second);
}

std::vector<std::string> ClassTable::targets() const {
    NameList names;
    for (const Row& row : m_rows) {
        if (!row.to.empty())
            names.indexOf(row.to);
    }
    return names.names();
}

Result<ClassTable> parseClassTable(std::string_view text, const std::filesystem::path& path) {
    auto rows = path.extension() == ".csv" ? rowsOfCsv(text, path) : rowsOfYaml(text, path);
    if (!rows)
        return failAs(rows);
    if (rows->empty() || rows->size() > kMostRows)
        return fail(ErrorCode::BadInput, path.string() + (rows->empty() ? " maps no class." : " has more than 10,000 rows."), path, 0, "Write one line a class: taxi: car.");
    ClassTable table;
    for (NumberedRow& numbered : *rows) {
        if (numbered.row.from.empty())
            return fail(ErrorCode::BadInput, path.string() + " has no class before the target in line " + std::to_string(numbered.line) + ".", path, numbered.line,
                        "Write the name of a class of the source.");
        if (!table.m_rowOf.emplace(folded(numbered.row.from), table.m_rows.size()).second)
            return fail(ErrorCode::BadInput, path.string() + " maps the class \"" + shownText(numbered.row.from) + "\" twice, in line " + std::to_string(numbered.line) + " again.",
                        path, numbered.line, "Remove one of the two; case, hyphens and underscores make no difference.");
        if (!numbered.row.to.empty())
            table.m_selfOf.emplace(folded(numbered.row.to), numbered.row.to);
        table.m_rows.push_back(std::move(numbered.row));
    }
    return table;
}

Result<ClassTable> readClassTable(const std::filesystem::path& path) {
    const Result<std::string> text = readFile(path, kMaxTableBytes);
    if (!text)
        return failAs(text);
    return parseClassTable(*text, path);
}

} // namespace intersect::data
