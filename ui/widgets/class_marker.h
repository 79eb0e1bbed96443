// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme.h"
#include "ui/widgets/chart_frame.h"

namespace intersect::ui {

/// The chart marker of a class: the shape of its glyph.
inline MarkerShape markerOfClass(int classId) {
    switch (Theme::instance().classGlyph(classId)) {
    case ClassGlyph::Triangle: return MarkerShape::Triangle;
    case ClassGlyph::Square: return MarkerShape::Square;
    case ClassGlyph::Diamond: return MarkerShape::Diamond;
    case ClassGlyph::Disc: break;
    }
    return MarkerShape::Disc;
}

} // namespace intersect::ui
