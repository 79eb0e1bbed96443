// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/select/eligible_frames.h"
#include "core/select/python_random.h"
#include "core/select/selection.h"

namespace intersect::select {

/// The table of quotas of a choice and where a short camera's frames went.
struct QuotaPlan {
    std::vector<CameraQuota> quotas; ///< one a camera, in their order
    std::vector<std::string> notes;
};

/// Equal: the same number of every camera; the frames left over go to cameras drawn by lot (`random` is moved on by that draw), not to the first by name.
QuotaPlan equalQuotas(const std::vector<EligibleCamera>& cameras, std::int64_t count, PythonRandom& random);
/// Proportional: by the request's ranking and ratio or, without a ranking, by its usefulness. Errors: a ratio outside (0, 1], a ranking or usefulness that
/// leaves a camera out, names one twice or one that is not there, a usefulness below 0 or 0 everywhere.
Result<QuotaPlan> proportionalQuotas(const std::vector<EligibleCamera>& cameras, std::int64_t count, const SelectionRequest& request);
/// Counts: as the request says; cameras it does not name give none. Errors: a count above a camera's frames or below its pins, a sum that is not the budget.
Result<QuotaPlan> countedQuotas(const std::vector<EligibleCamera>& cameras, const SelectionRequest& request);

} // namespace intersect::select
