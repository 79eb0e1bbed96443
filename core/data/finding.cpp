// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/finding.h"

namespace intersect::data {

const char* severityName(Severity severity) {
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Note:
        return "note";
    }
    return "note";
}

} // namespace intersect::data
