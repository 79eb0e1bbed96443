// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

#include "core/weights/pickle_machine.h"

namespace intersect::weights {

/// A JSON list of class names from a pickled list, or a dict of index to name without gaps; nullopt if it is neither, or far too long.
std::optional<std::string> classNamesText(const PickleValue* names);

/// JSON of plain values (the model's yaml); what is not plain, too deep or beyond a bound on count and length becomes null.
std::string settingsText(const PickleValue& value);

} // namespace intersect::weights
