// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/yolo_labels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/text_lines.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostFaults = 1000; // told one by one; a file of something else may have millions
constexpr std::array<const char*, 5> kColumns = {"class", "centre x", "centre y", "width", "height"};

/// A class id: a whole number >= 0; "2.0" counts as 2, as other readers take it.
std::optional<int> parseClass(std::string_view text) {
    constexpr int kLargest = std::numeric_limits<int>::max();
    if (const auto whole = parseInt(text))
        return *whole >= 0 && *whole <= kLargest ? std::optional<int>(static_cast<int>(*whole)) : std::nullopt;
    const auto number = parseDouble(text);
    if (!number || !(*number >= 0) || *number > kLargest || *number != std::floor(*number))
        return std::nullopt;
    return static_cast<int>(*number);
}

/// Splits a trimmed row at its blanks; returns the number of its parts, of which the first five are kept.
std::size_t split(std::string_view row, std::array<std::string_view, 5>& parts) {
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    std::size_t count = 0;
    for (std::size_t at = 0; at < row.size(); ++count) {
        const std::size_t begin = at;
        while (at < row.size() && !isBlank(row[at]))
            ++at;
        if (count < parts.size())
            parts[count] = row.substr(begin, at - begin);
        while (at < row.size() && isBlank(row[at]))
            ++at;
    }
    return count;
}

/// Reads one row; a fault comes back as a finding without path and line.
tl::expected<Label, Finding> parseRow(std::string_view row) {
    const auto fault = [](const char* code, std::string message, std::string advice) {
        return tl::unexpected<Finding>(Finding{code, Severity::Error, {}, 0, std::move(message), std::move(advice)});
    };
    std::array<std::string_view, 5> parts;
    const std::size_t columns = split(row, parts);
    if (columns != 5)
        return fault("label-columns",
                     "The row has " + std::to_string(columns) + (columns == 1 ? " column" : " columns") + ", five are needed: \"" + shownText(row) + "\".",
                     columns > 5 ? "Write class, centre x, centre y, width, height; confidences and polygons do not belong here."
                                      : "Write class, centre x, centre y, width, height.");
    const auto classId = parseClass(parts[0]);
    if (!classId)
        return fault("label-class", "The class \"" + shownText(parts[0]) + "\" is not a whole number from 0 on.", "Write the index of the class in the list of names.");
    std::array<double, 5> value{};
    for (std::size_t i = 1; i < 5; ++i) {
        const auto number = parseDouble(parts[i]);
        if (!number || !std::isfinite(*number))
            return fault("label-number", std::string("The ") + kColumns[i] + " \"" + shownText(parts[i]) + "\" is not a finite number.",
                         "Write a number from 0 to 1 with a point.");
        value[i] = *number;
    }
    for (std::size_t i = 1; i < 5; ++i) {
        if (value[i] < 0 || value[i] > 1)
            return fault("label-range", std::string("The ") + kColumns[i] + " " + shownText(parts[i]) + " is outside 0 to 1.",
                         "Divide by the width or height of the image, or correct the row.");
    }
    if (value[3] <= 0 || value[4] <= 0)
        return fault("label-size", "The box has no area: width " + shownText(parts[3]) + ", height " + shownText(parts[4]) + ".", "Remove the row, or draw the box again.");
    return Label{*classId, {value[1], value[2], value[3], value[4]}, 0};
}

auto keyOf(const Label& label) {
    return std::make_tuple(label.classId, label.box.cx, label.box.cy, label.box.w, label.box.h);
}

/// Whether any two labels say the same, looked up without sorting: most files have a few rows.
bool hasTwins(std::span<const Label> labels) {
    constexpr std::size_t kFew = 64;
    if (labels.size() > kFew)
        return true; // may be
    for (std::size_t i = 1; i < labels.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (labels[i].box.cx == labels[j].box.cx && keyOf(labels[i]) == keyOf(labels[j]))
                return true;
    return false;
}

/// Takes out every label from `begin` on that says the same as an earlier one; each becomes a warning.
void dropDuplicates(std::vector<Label>& labels, std::size_t begin, const std::function<fs::path()>& path, std::vector<Finding>& findings) {
    const std::span<Label> rows = std::span(labels).subspan(begin);
    if (!hasTwins(rows))
        return;
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return std::make_tuple(keyOf(rows[a]), a) < std::make_tuple(keyOf(rows[b]), b); });
    std::vector<bool> duplicate(order.size());
    int firstLine = 0;
    std::size_t told = 0;
    for (std::size_t i = 1; i < order.size(); ++i) {
        const Label& label = rows[order[i]];
        const Label& before = rows[order[i - 1]];
        if (keyOf(label) != keyOf(before)) {
            firstLine = 0;
            continue;
        }
        firstLine = firstLine == 0 ? before.line : firstLine;
        duplicate[order[i]] = true;
        if (++told > kMostFaults)
            continue;
        findings.push_back({"label-duplicate", Severity::Warning, path(), label.line,
                            "The row says the same as line " + std::to_string(firstLine) + " and is not counted twice.", "Remove one of the two."});
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!duplicate[i])
            rows[kept++] = rows[i];
    }
    labels.resize(begin + kept);
}

} // namespace

fs::path labelPathOf(const fs::path& image) {
    fs::path beside = image;
    beside.replace_extension(".txt");
    const std::string folder = image.parent_path().string();
    // The last folder called "images", as a whole name.
    std::size_t at = folder.size();
    for (;;) {
        at = folder.rfind("images", at);
        if (at == std::string::npos)
            return beside;
        const bool begins = at == 0 || folder[at - 1] == '/';
        const bool ends = at + 6 == folder.size() || folder[at + 6] == '/';
        if (begins && ends)
            break;
        if (at == 0)
            return beside;
        --at;
    }
    std::error_code ignored;
    if (fs::exists(beside, ignored))
        return beside;
    return fs::path(folder.substr(0, at) + "labels" + folder.substr(at + 6)) / beside.filename();
}

void appendYoloLabels(std::string_view text, const std::function<fs::path()>& path, std::vector<Label>& labels, std::vector<Finding>& findings) {
    const std::size_t firstLabel = labels.size(), firstFinding = findings.size();
    TextLines lines(text);
    bool empty = true;
    std::size_t faults = 0;
    for (std::string_view line; lines.next(line);) {
        const std::string_view row = trimmed(line);
        if (row.empty())
            continue;
        empty = false;
        auto label = parseRow(row);
        if (label) {
            label->line = lines.number();
            labels.push_back(*label);
        } else if (++faults <= kMostFaults) {
            label.error().path = path();
            label.error().line = lines.number();
            findings.push_back(std::move(label.error()));
        }
    }
    if (faults > kMostFaults)
        findings.push_back({"label-rows", Severity::Error, path(), lines.number(),
                            std::to_string(faults - kMostFaults) + " more rows of this file are no labels.", "Check that it is a label file at all."});
    if (empty)
        findings.push_back({"label-empty", Severity::Note, path(), 0, "The label file is empty: the image counts as one without objects.", {}});
    dropDuplicates(labels, firstLabel, path, findings);
    std::stable_sort(findings.begin() + static_cast<std::ptrdiff_t>(firstFinding), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.line < b.line; });
}

LabelFile parseYoloLabels(std::string_view text, const fs::path& path) {
    LabelFile file;
    file.exists = true;
    appendYoloLabels(text, [&] { return path; }, file.labels, file.findings);
    return file;
}

LabelFile readYoloLabels(const fs::path& image) {
    const fs::path path = labelPathOf(image);
    std::error_code error;
    if (!fs::exists(path, error) && !error)
        return {};
    const Result<std::string> text = readFile(path, kMaxLabelBytes);
    if (!text) {
        LabelFile file;
        file.exists = true;
        file.findings.push_back({"label-unreadable", Severity::Error, path, 0, text.error().message, text.error().advice});
        return file;
    }
    return parseYoloLabels(*text, path);
}

std::string formatYoloLabels(std::span<const Label> labels) {
    std::string text;
    for (const Label& label : labels) {
        text += std::to_string(label.classId);
        for (const double value : {label.box.cx, label.box.cy, label.box.w, label.box.h})
            text += " " + formatShortest(value);
        text += "\n";
    }
    return text;
}

} // namespace intersect::data
