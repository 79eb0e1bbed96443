// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/theme.h"

namespace intersect::ui {

/// The style sheet of all standard controls for one set of tokens. Dynamic properties choose a look: `primary`, `flat`, `danger`, `small`, `segment` on
/// buttons; `pane` ("side", "surface") on plain widgets; `dim` ("2", "3") on labels.
QString styleSheetOf(const Palette& palette, bool dark);

} // namespace intersect::ui
