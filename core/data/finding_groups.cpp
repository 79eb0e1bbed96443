// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/finding_groups.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_set>

namespace intersect::data {

std::vector<FindingGroup> groupFindings(std::span<const Finding> findings) {
    std::map<std::string_view, FindingGroup> byCode;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        FindingGroup& group = byCode[findings[i].code];
        // Error is the first of the severities.
        group.severity = group.findings.empty() ? findings[i].severity : std::min(group.severity, findings[i].severity);
        group.findings.push_back(static_cast<std::uint32_t>(i));
    }
    std::vector<FindingGroup> groups;
    for (auto& [code, group] : byCode) {
        group.code = code;
        std::unordered_set<std::string_view> paths;
        for (const std::uint32_t i : group.findings)
            paths.insert(findings[i].path.native());
        group.files = static_cast<std::uint32_t>(paths.size());
        groups.push_back(std::move(group));
    }
    std::stable_sort(groups.begin(), groups.end(), [](const FindingGroup& a, const FindingGroup& b) {
        return a.severity != b.severity ? a.severity < b.severity : a.findings.size() > b.findings.size();
    });
    return groups;
}

} // namespace intersect::data
