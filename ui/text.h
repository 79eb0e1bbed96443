// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include <QFile>
#include <QString>

#include "core/base/json_text.h"

namespace intersect::ui {

/// Between the window's strings and core's: UTF-8, and paths by their bytes.
inline QString qs(const std::string& text) { return QString::fromStdString(text); }
inline QString qs(const char* text) { return QString::fromUtf8(text); }
inline QString qs(const std::filesystem::path& path) { return QFile::decodeName(QByteArray::fromStdString(path.string())); }
inline std::filesystem::path toPath(const QString& text) { return QFile::encodeName(text).toStdString(); }

} // namespace intersect::ui
