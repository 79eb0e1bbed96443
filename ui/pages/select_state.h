// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/select/selection.h"
#include "core/select/split.h"

namespace intersect::ui {

/// What says how useful a camera is to the proportional strategy.
enum class CameraWeight { Ranking, Boxes, Missed, Novelty, Results };

/// "" (a ranking), "boxes", "missed", "novelty", "results": the word of `--by`.
const char* cameraWeightName(CameraWeight by);

/// Frames that no rule drew: a list of another machine, or two selections joined.
struct GivenList {
    QString name; ///< "a + b", "imported.txt"
    QString note; ///< what is to be said of it: how many paths were matched
    std::vector<std::filesystem::path> images;
    bool operator==(const GivenList&) const = default;
};

/// Every choice of the Select page, as one value that undo and redo can put back.
struct SelectState {
    using Paths = std::set<std::filesystem::path>;
    QString pool;
    qint64 budget = 200;
    select::Strategy strategy = select::Strategy::Equal;
    CameraWeight by = CameraWeight::Ranking;
    QStringList ranking;              ///< camera names of the pool, most useful first
    double ratio = 0.9;
    QString results;                  ///< table file of CameraWeight::Results
    std::map<QString, qint64> counts; ///< Custom counts: by camera name
    std::map<QString, double> shares; ///< Custom counts: each camera's share before rounding, by which the rest follows an edit
    std::set<QString> locked;         ///< cameras whose count keeps still when others change
    select::DiverseRule diverse = select::DiverseRule::KCenter;
    bool perCamera = false;           ///< Most objects to Disagreement: deal the budget to the cameras equally first
    QString weights, otherWeights;    ///< networks; the other one is for Disagreement alone (empty: the mirror image)
    bool withoutNear = false;         ///< of near-duplicates choose one at most
    quint32 seed = 777;
    Paths pins, bars;                 ///< frames that are always, or never, chosen
    Paths added, removed;             ///< frames put in and taken out of what was drawn; a new draw forgets them
    std::shared_ptr<const GivenList> given; ///< in place of what a rule draws
    double trainRatio = 0.8;
    bool asTestSize = false;          ///< scikit-learn: test_size = 1 - ratio in place of train_size
    select::SplitRule rule = select::SplitRule::Random;
    quint32 splitSeed = 777;
    select::Unlabelled unlabelled = select::Unlabelled::Train;
    int gapMinutes = 0;               ///< time blocks: train frames this near to a val frame are left out
    int leakMinutes = 6;
    QString testPool;                 ///< empty: no test list
    bool operator==(const SelectState&) const = default;
};

/// Whether two states draw the same frames; what was done to single frames by hand and the split aside.
bool sameDraw(const SelectState& a, const SelectState& b);
/// Whether single frames are treated alike.
bool sameHand(const SelectState& a, const SelectState& b);
/// Whether a network has to look at the frames, or near-duplicates to be found: `intersect-cli` does that, not the window.
bool needsWorker(const SelectState& state);
/// What is missing before the frames can be chosen, as a sentence: weights, a table; empty: nothing.
QString missingFor(const SelectState& state);
/// How many frames are asked for; the sum in Custom counts.
qint64 budgetOf(const SelectState& state);

/// The state as core's request, without the measures that only the worker has.
select::SelectionRequest requestOf(const SelectState& state);
select::SplitRequest splitRequestOf(const SelectState& state);

/// The arguments of `intersect-cli select` that choose the same frames into `out`; `lists` is the folder of pins.txt and bars.txt.
QStringList selectArguments(const SelectState& state, const QString& root, const QString& lists, const QString& out);
/// The arguments of `intersect-cli split` that deal `list` into the folder `out`.
QStringList splitArguments(const SelectState& state, const QString& root, const QString& list, const QString& out);

/// A folder name that says the strategy and the budget: "prop09-200".
QString suggestedName(const SelectState& state);

} // namespace intersect::ui
