// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

#include "core/base/result.h"
#include "core/select/split.h"

namespace intersect::select {

/// The rules that look at the frames. `chosen` are the indices to deal, in list order, `trainCount` of them to train; the result holds indices of `items`.
Split splitStratified(const std::vector<SplitItem>& items, std::span<const std::size_t> chosen, std::size_t trainCount, std::uint32_t seed);
Result<Split> splitByCamera(const std::vector<SplitItem>& items, std::span<const std::size_t> chosen, std::size_t trainCount, std::uint32_t seed);
Result<Split> splitByTimeBlock(const std::vector<SplitItem>& items, std::span<const std::size_t> chosen, std::size_t trainCount, std::uint32_t seed, double gapSeconds);

} // namespace intersect::select
