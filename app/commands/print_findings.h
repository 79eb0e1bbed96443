// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/base/json_text.h"
#include "core/data/finding.h"

namespace intersect::app {

/// Findings as `--json` lists them.
Json findingsJson(const std::vector<data::Finding>& findings);
/// Prints the first 50 errors and warnings, and how many there are of each severity.
void printFindings(const std::vector<data::Finding>& findings);
/// 1 if one of them is an error, else 0.
int exitCodeOfFindings(const std::vector<data::Finding>& findings);

} // namespace intersect::app
