// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include <QColor>
#include <QString>
#include <QStringList>

#include "core/loss/curves.h"
#include "core/loss/loss_spec.h"
#include "ui/widgets/chart_heading.h"

namespace intersect::ui {

/// One loss on the Losses page: its formula with its numbers, and how it is drawn.
struct ShownLoss {
    QString name; ///< "CE", "γ 2"
    loss::LossSpec spec;
    QColor colour;
    bool chosen = false;               ///< the one the left side describes: thick
    double positive = 1, negative = 1; ///< weights of balanced and class-balanced, for positives and negatives
    QString id;                        ///< which row of the list it is: "Gamma2", "Balanced" … "Chosen"
    MarkerShape marker = MarkerShape::None;
};

/// What the left side of the Losses page is set to.
struct LossChoice {
    loss::LossSpec spec;         ///< the chosen loss
    double balance = 0.999;      ///< alpha of balanced cross-entropy where it is the chosen loss, 0..1
    bool isNegative = false;     ///< the curves are those of an example without an object
    double target = 1;           ///< of a positive, 0..1; a negative's is 0
    double smoothing = 0;        ///< label smoothing, 0..1
    QStringList shown;           ///< ids of the checked rows
};

/// How many positives and negatives there are, which balanced and class-balanced weigh by.
struct ExampleCounts {
    double positives = 10, negatives = 10000;
};

/// A row of the list of curves: what a check box shows and hides.
struct CurveRow {
    const char* id;
    QString word, toolTip;
    bool isShownAtFirst = false;
};
std::vector<CurveRow> curveRows();

/// The losses whose rows are checked, in the order of the list; where the chosen one is another row's, that row is drawn as the chosen. GUI
/// thread (the colours are the theme's).
std::vector<ShownLoss> shownLosses(const LossChoice& choice, const ExampleCounts& counts);
/// The chosen loss alone, whether it is shown or not.
ShownLoss chosenLoss(const LossChoice& choice, const ExampleCounts& counts);

/// "focal, γ 2, α 0.25": a loss in words.
QString lossInWords(const loss::LossSpec& spec);

/// The target the example is trained to, after smoothing.
double exampleTarget(const LossChoice& choice);
/// Value and exact derivative by the logit of the example at each logit. Pure; any thread.
std::vector<loss::LossPoint> curveAt(const ShownLoss& shown, const LossChoice& choice, std::span<const double> logits);
/// The same at p_t, the probability given to what is true (p of a positive, 1 - p of a negative; 0 < p_t < 1).
loss::LossPoint pointAt(const ShownLoss& shown, const LossChoice& choice, double pt);
/// The logit x of the example whose p_t this is, and back.
double logitAt(double pt, bool isNegative);
double ptAt(double logit, bool isNegative);

/// "0.42", "15", "978", "501 k": a ratio as people read it; "∞" and "–" where it is none.
QString ratioText(double ratio);

} // namespace intersect::ui
