// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include <QString>
#include <QStringList>

#include "ui/pages/losses_curves.h"

namespace intersect::ui {

/// What is worth knowing of one loss.
struct LossTopic {
    QString title;
    QStringList formulas; ///< in the notation of Formula
    QString spoken;       ///< the first one in words
    std::vector<std::pair<QString, QString>> symbols;
    QString source, helps, harms;
    loss::LossSpec spec; ///< of the values at a few p_t
    double smoothing = 0;
};

/// All topics in the order of the list; numbers are those of `choice`. GUI thread (the words are translated).
std::vector<LossTopic> lossTopics(const LossChoice& choice);
/// The topic of a row of the curve list, or of the chosen loss.
int topicOf(const QString& curveId, const LossChoice& choice);

} // namespace intersect::ui
