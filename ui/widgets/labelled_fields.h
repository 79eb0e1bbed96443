// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

namespace intersect::ui {

/// A word and the fields that belong to it in one row, which a flowing bar does not tear apart; the word is the first field's buddy. GUI
/// thread only.
QWidget* labelledFields(const QString& label, const QList<QWidget*>& fields, QWidget* parent);

} // namespace intersect::ui
