// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFileInfoList>
#include <QStringList>

namespace intersect::ui {

class Session;

/// Start networks that came with the program: beside it when installed, in the source tree when built.
QFileInfoList shippedWeights();

/// Whether a file name ends like weights we read (.pt, .pth, .safetensors), and the same as a filter of a file dialog.
bool isWeightsName(const QString& file);
QString weightsFilter();

/// Weights files that pictures were detected with before, newest first; those that are gone are left out. GUI thread
/// only.
QStringList recentWeights();
/// Puts a file at the front of them and remembers that.
void rememberWeights(const QString& file);
/// Every network one may choose, each once: those used before, the best of every run of the workspace, those that came with the program. GUI thread only.
QStringList knownWeights(const Session& session);
/// Takes a file out of them again: it was refused.
void forgetWeights(const QString& file);

} // namespace intersect::ui
