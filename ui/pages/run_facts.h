// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/models/run_rows.h"

namespace intersect::ui {

/// "160 train frames, 12 of them without labels · 40 val · focal γ 2 · 10 layers frozen, 59 % of the weights · bf16 · seed 0": what a run trains on
/// and how, as its first events and config.yaml say; what they do not say is left out.
QString runFacts(const RunRow& row);

} // namespace intersect::ui
