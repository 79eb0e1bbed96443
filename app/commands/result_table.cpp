// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/result_table.h"

#include <fmt/format.h>

#include "core/base/numbers.h"

namespace intersect::app {
namespace {

std::string textOf(const Json& value, int decimals) {
    if (value.is_null())
        return "-";
    if (value.is_boolean())
        return value.get<bool>() ? "yes" : "no";
    if (value.is_number_float())
        return decimals < 0 ? formatShortest(value.get<double>()) : formatFixed(value.get<double>(), decimals);
    return value.is_string() ? value.get<std::string>() : toText(value);
}

std::string csvOf(const Json& value) {
    if (value.is_null())
        return {};
    if (value.is_number_float())
        return formatShortest(value.get<double>());
    return value.is_string() ? value.get<std::string>() : toText(value);
}

} // namespace

void printTable(const Context& context, bool csv, const std::vector<ResultColumn>& columns, const std::vector<Json>& rows) {
    if (context.json) {
        printJson(Json(rows));
        return;
    }
    const auto line = [&](const auto& cellOf, bool aligned) {
        std::string text;
        for (std::size_t i = 0; i < columns.size(); ++i)
            text += aligned ? fmt::format("{:>{}}", cellOf(columns[i]), columns[i].width) : (i == 0 ? "" : ",") + cellOf(columns[i]);
        printLine(text);
    };
    line([](const ResultColumn& column) { return column.key; }, !csv);
    for (const Json& row : rows)
        line([&](const ResultColumn& column) { return csv ? csvOf(row.at(column.key)) : textOf(row.at(column.key), column.decimals); },
             !csv);
}

} // namespace intersect::app
