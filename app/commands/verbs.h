// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace intersect::app {

struct Verb;

/// Every verb that announced itself, in link order.
std::vector<const Verb*>& verbs();

} // namespace intersect::app
