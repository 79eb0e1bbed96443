// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/train/targets.h"
#include "tests/support/shared_data.h"

namespace intersect::tests {

inline std::filesystem::path trainingFile(const std::string& name) {
    return shared("reference/yolov5_training/" + name);
}

inline Json trainingJson(const std::string& name) {
    return parseJson(readFile(trainingFile(name)).value(), name).value();
}

/// A CSV of the reference: rows as maps from column to text.
inline std::vector<std::map<std::string, std::string>> trainingTable(const std::string& name) {
    std::vector<std::map<std::string, std::string>> rows;
    const std::string text = readFile(trainingFile(name)).value();
    std::vector<std::string_view> columns;
    for (const std::string_view line : splitAt(text, '\n')) {
        if (trimmed(line).empty())
            continue;
        const auto cells = splitAt(trimmed(line), ',');
        if (columns.empty()) {
            columns = cells;
            continue;
        }
        std::map<std::string, std::string> row;
        for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i)
            row[std::string(columns[i])] = std::string(cells[i]);
        rows.push_back(std::move(row));
    }
    return rows;
}

inline double numberIn(const std::map<std::string, std::string>& row, const std::string& column) {
    const auto value = parseDouble(row.at(column));
    if (!value)
        throw std::runtime_error(column + " is no number");
    return *value;
}

/// The 37 objects of the reference batch.
inline std::vector<train::TargetRow> batchTargets() {
    std::vector<train::TargetRow> targets;
    for (const auto& row : trainingTable("batch_targets.csv"))
        targets.push_back({static_cast<int>(numberIn(row, "image")), static_cast<int>(numberIn(row, "class")),
                           static_cast<float>(numberIn(row, "cx")), static_cast<float>(numberIn(row, "cy")),
                           static_cast<float>(numberIn(row, "w")), static_cast<float>(numberIn(row, "h"))});
    return targets;
}

/// yolov5n's anchors in cells of the levels with strides 8, 16, 32, at 640x384.
inline std::vector<train::LevelShape> levelsAt640x384() {
    return {{80, 48, {{1.25F, 1.625F}, {2.0F, 3.75F}, {4.125F, 2.875F}}},
            {40, 24, {{1.875F, 3.8125F}, {3.875F, 2.8125F}, {3.6875F, 7.4375F}}},
            {20, 12, {{3.625F, 2.8125F}, {4.875F, 6.1875F}, {11.65625F, 10.1875F}}}};
}

} // namespace intersect::tests
