// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "core/data/frame_filter.h"

namespace intersect::ui {

/// A filter with its order as one line of JSON, as the settings keep it. Pure.
QByteArray filterText(const data::FrameFilter& filter, data::FrameSort sort);

/// Reads it back; what is missing or makes no sense stays as in a fresh filter. Pure.
void readFilterText(const QByteArray& text, data::FrameFilter& filter, data::FrameSort& sort);

} // namespace intersect::ui
