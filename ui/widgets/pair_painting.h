// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

#include <QCoreApplication>
#include <QPainter>
#include <QString>
#include <QTransform>

#include "core/eval/truth.h"
#include "ui/models/box_pair.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {

/// What the window says of a pair.
class PairWords {
    Q_DECLARE_TR_FUNCTIONS(PairWords)
public:
    static QString object(const QString& className); ///< "truth car"
    /// "IoU 0.812".
    static QString overlap(const BoxPair& pair);
    /// "passes 0.80", "below 0.50"; "another class" or "found twice" where that is why it is none.
    static QString verdict(const BoxPair& pair, const std::vector<InspectedBox>& boxes,
                           std::span<const eval::TruthBox> truth);
};

/// What lies above an overlay: the chosen box in its white frame and the hovered one, each with its label, and both
/// boxes of `pair`: what they share is hatched, what only one of them covers is tinted, and a panel tells the IoU on a
/// strip with marks at 0.5, 0.75 and 0.9. `labels` are those of the overlay. GUI thread, or any thread on an image.
void paintRaised(QPainter& painter, const std::vector<InspectedBox>& boxes, std::span<const eval::TruthBox> truth,
                 const QTransform& viewFromImage, const QRectF& room, const OverlayLook& look,
                 const PlacedLabels& labels, const std::optional<BoxPair>& pair);

} // namespace intersect::ui
