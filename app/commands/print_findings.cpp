// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/print_findings.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/commands/command.h"

namespace intersect::app {

Json findingsJson(const std::vector<data::Finding>& findings) {
    Json list = Json::array();
    for (const data::Finding& finding : findings)
        list.push_back({{"code", finding.code},
                        {"severity", data::severityName(finding.severity)},
                        {"path", pathText(finding.path)},
                        {"line", finding.line > 0 ? Json(finding.line) : Json(nullptr)},
                        {"message", finding.message},
                        {"advice", finding.advice}});
    return list;
}

void printFindings(const std::vector<data::Finding>& findings) {
    constexpr std::size_t kMost = 50; // the rest stands in --json
    std::map<data::Severity, std::size_t> counts;
    std::size_t shown = 0;
    for (const data::Finding& finding : findings) {
        ++counts[finding.severity];
        if (finding.severity == data::Severity::Note || shown == kMost)
            continue;
        ++shown;
        const Error sentence{ErrorCode::BadInput, finding.message, finding.path, finding.line, finding.advice};
        printLine(fmt::format("{}: {}", data::severityName(finding.severity), describe(sentence)));
    }
    const std::size_t hidden = counts[data::Severity::Error] + counts[data::Severity::Warning] - shown;
    if (hidden > 0)
        printLine(fmt::format("… and {} more; --json lists them all.", hidden));
    printLine(fmt::format("Findings: {} errors, {} warnings, {} notes", counts[data::Severity::Error], counts[data::Severity::Warning], counts[data::Severity::Note]));
}

int exitCodeOfFindings(const std::vector<data::Finding>& findings) {
    return std::any_of(findings.begin(), findings.end(), [](const data::Finding& finding) { return finding.severity == data::Severity::Error; }) ? 1 : 0;
}

} // namespace intersect::app
