// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>

#include "core/loss/loss_spec.h"

namespace intersect::loss {

/// How large a term is beside plain BCE, unweighted and averaged over all elements: 1 is as large.
struct LossSize {
    double loss = 1;
    double gradient = 1; ///< of the sum of all |derivatives| with respect to the logits
};

struct LossSizes {
    LossSize objectness, cls;
};

/// What lossSizes assumes of a training in its first epochs; a first batch, whose head knows nothing yet, may give a third of
/// it (measured: focal 1.5 with alpha 0.25 on objectness 0.04). Logits are spread logistically (quantile mean + width ln(q /
/// (1-q))).
struct StandIn {
    double cells = 16 * 25200;         ///< of a batch: YOLOv5, 16 pictures of 640x640; only `sum` reads it
    double positiveShare = 0.005;      ///< of the cells
    double positiveTarget = 0.5;       ///< objectness they are to have, the IoU of their box
    double positiveMean = -3;          ///< objectness logit of cells with an object
    double negativeMean = -6;          ///< of all other cells
    double trueMean = 0;               ///< logit of the true class
    double otherMean = -2;             ///< of the other classes
    double width = 1;                  ///< of every spread
};

/// How the choice changes the size of the objectness and the class term, estimated on the stand-in. `classCounts`: boxes
/// of each class; empty: four classes, equally frequent. `classWeights`: of the columns of the class term; empty: 1 each.
/// `spec` must pass checkLossSpec; its lists are as long as `classCounts` or empty. Milliseconds. Any thread; pure.
LossSizes lossSizes(const LossSpec& spec, std::span<const double> classCounts, std::span<const double> classWeights, const StandIn& standIn = {});

/// Three digits: "0.123", "8.33", "1,240".
std::string sizeText(double ratio);

/// One sentence about a term, or nothing where it is within 2 % of BCE: "The objectness term is 0.12 times as large as with
/// BCE, its gradient 0.2 times; `obj: 8.3` in the hyp file would compensate." `gain` is the term's present gain, `key` its
/// name in the hyp file, `where` stands after BCE (" on the first batch").
std::string sizeSentence(const std::string& term, const LossSize& size, const std::string& key, double gain, const std::string& where);

} // namespace intersect::loss
