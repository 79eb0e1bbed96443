// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/commands/command.h"

namespace intersect::app {

/// A column of a table of results: the key in the rows' JSON, and how it looks to people.
struct ResultColumn {
    std::string key;
    int width = 14;
    int decimals = 6; ///< of numbers that are no whole ones; -1: as many as they have
};

/// Prints rows (objects with at least these keys) as a list with --json, as CSV with a header line where `csv` is true (numbers in full,
/// nothing for null), else as aligned text.
void printTable(const Context& context, bool csv, const std::vector<ResultColumn>& columns, const std::vector<Json>& rows);

} // namespace intersect::app
