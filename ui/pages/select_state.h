// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>

#include <QString>
#include <QStringList>

#include "core/select/selection.h"
#include "core/select/split.h"

namespace intersect::ui {

/// Every choice of the Select page, as one value that undo and redo can put back.
struct SelectState {
    QString pool;
    qint64 budget = 200;
    select::Strategy strategy = select::Strategy::Equal;
    QStringList ranking;              ///< camera names of the pool, most useful first
    double ratio = 0.9;
    std::map<QString, qint64> counts; ///< Custom counts: by camera name
    quint32 seed = 777;
    double trainRatio = 0.8;
    select::SplitRule rule = select::SplitRule::Random;
    quint32 splitSeed = 777;
    int leakMinutes = 6;
    QString testPool;                 ///< empty: no test list
    bool operator==(const SelectState&) const = default;
};

/// Whether two states choose the same frames (the split aside).
bool sameFrames(const SelectState& a, const SelectState& b);

/// The state as core's request.
select::SelectionRequest requestOf(const SelectState& state);

/// The arguments of `intersect-cli select` that choose the same frames into `out`.
QStringList selectArguments(const SelectState& state, const QString& root, const QString& out);

/// A folder name that says the strategy and the budget: "prop09-200".
QString suggestedName(const SelectState& state);

} // namespace intersect::ui
