// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/annotations.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace intersect::data {
namespace {

constexpr std::size_t kMostFindings = 1000;

auto keyOf(const Label& label) {
    return std::make_tuple(label.classId, label.box.cx, label.box.cy, label.box.w, label.box.h);
}

} // namespace

void FileFindings::add(const char* code, Severity severity, int line, std::string message, std::string advice) {
    add({code, severity, {}, 0, std::move(message), std::move(advice)}, line);
}

void FileFindings::add(Finding finding, int line) {
    if (m_findings.size() == kMostFindings) {
        ++m_more;
        return;
    }
    finding.path = m_path;
    finding.line = line;
    m_findings.push_back(std::move(finding));
}

std::vector<Finding> FileFindings::take() {
    if (m_more > 0)
        m_findings.push_back({"label-more", Severity::Error, m_path, 0, "The file has " + std::to_string(m_more) + " more faults, which are not listed.",
                              "Write the file again with the program it came from."});
    m_more = 0;
    return std::move(m_findings);
}

void dropDuplicates(std::vector<Label>& labels, FileFindings& findings) {
    std::vector<std::size_t> order(labels.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return std::make_tuple(keyOf(labels[a]), a) < std::make_tuple(keyOf(labels[b]), b); });
    std::vector<bool> again(labels.size());
    for (std::size_t i = 1; i < order.size(); ++i)
        again[order[i]] = keyOf(labels[order[i]]) == keyOf(labels[order[i - 1]]);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (again[i])
            findings.add("label-duplicate", Severity::Warning, labels[i].line, "The box stands twice in its picture and is not counted twice.", "Remove one of the two.");
        else
            labels[kept++] = labels[i];
    }
    labels.resize(kept);
}

NameList::NameList(const std::vector<std::string>& names) {
    for (const std::string& name : names)
        indexOf(name);
}

int NameList::indexOf(std::string_view name) {
    const auto [place, isNew] = m_indexOf.emplace(name, static_cast<int>(m_names.size()));
    if (isNew)
        m_names.emplace_back(name);
    return place->second;
}

} // namespace intersect::data
