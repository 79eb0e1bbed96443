// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSettings>

namespace intersect::ui {

/// What the window remembers: theme, geometry, splitters, last page, recent workspaces. One INI file in the user's configuration folder,
/// or in INTERSECT_SETTINGS_DIR. GUI thread only.
QSettings& settings();

} // namespace intersect::ui
