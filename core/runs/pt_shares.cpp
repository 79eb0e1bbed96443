// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/pt_shares.h"

#include <algorithm>
#include <numeric>

namespace intersect::runs {
namespace {

PtShares sharesOf(const PtShares& sums) {
    const double whole = std::accumulate(sums.begin(), sums.end(), 0.0);
    PtShares shares{};
    if (whole > 0)
        std::transform(sums.begin(), sums.end(), shares.begin(), [whole](double sum) { return sum / whole; });
    return shares;
}

template <class Use>
void eachBin(const std::vector<const PtHistogram*>& histograms, Use use) {
    for (const PtHistogram* histogram : histograms)
        for (const PtBin& bin : histogram->bins)
            use(bin);
}

} // namespace

PtBinsOf binsOf(const PtRecord& record, const PtChoice& choice) {
    PtBinsOf bins;
    const auto take = [&](const std::map<int, PtHistogram>& byClass, std::vector<const PtHistogram*>& into) {
        for (const auto& [id, histogram] : byClass)
            if (!choice.classId || *choice.classId == id)
                into.push_back(&histogram);
    };
    const bool objectness = choice.term == PtTerm::Objectness;
    if (choice.positives)
        take(objectness ? record.objectPositives : record.classPositives, bins.positives);
    if (choice.negatives && objectness)
        bins.negatives.push_back(&record.objectNegatives);
    else if (choice.negatives)
        take(record.classNegatives, bins.negatives);
    return bins;
}

loss::Examples examplesOf(const PtRecord& record, const PtChoice& choice) {
    PtChoice both = choice;
    both.positives = both.negatives = true;
    const PtBinsOf bins = binsOf(record, both);
    loss::Examples examples;
    const auto into = [](std::vector<loss::ExampleGroup>& groups) {
        return [&groups](const PtBin& bin) { groups.push_back({static_cast<double>(bin.count), bin.logit, bin.target}); };
    };
    eachBin(bins.positives, into(examples.positives));
    eachBin(bins.negatives, into(examples.negatives));
    return examples;
}

std::int64_t PtBars::total() const {
    return std::accumulate(negatives.begin(), negatives.end(), std::accumulate(positives.begin(), positives.end(), std::int64_t{0}));
}

PtBars countBars(const PtRecord& record, const PtChoice& choice) {
    const PtBinsOf bins = binsOf(record, choice);
    PtBars bars;
    eachBin(bins.positives, [&](const PtBin& bin) { bars.positives[static_cast<std::size_t>(ptBarOf(bin.bin))] += bin.count; });
    eachBin(bins.negatives, [&](const PtBin& bin) { bars.negatives[static_cast<std::size_t>(ptBarOf(bin.bin))] += bin.count; });
    return bars;
}

PtShares recordedShares(const PtRecord& record, const PtChoice& choice) {
    const PtBinsOf bins = binsOf(record, choice);
    PtShares sums{};
    const auto add = [&](const PtBin& bin) { sums[static_cast<std::size_t>(ptBarOf(bin.bin))] += bin.loss; };
    eachBin(bins.positives, add);
    eachBin(bins.negatives, add);
    return sharesOf(sums);
}

PtShares lossShares(const PtRecord& record, const PtChoice& choice, const loss::LossSpec& spec, const loss::PairWeights<double>& pair) {
    const loss::LossSpec element = choice.term == PtTerm::Objectness ? loss::objectnessSpec(spec) : loss::classSpec(spec);
    const auto factors = loss::factorsOf(element, pair);
    const PtBinsOf bins = binsOf(record, choice);
    PtShares sums{};
    const auto add = [&](const PtBin& bin, bool positive, double part) {
        const double one = loss::elementLoss(element, positive ? bin.logit : -bin.logit, bin.target, positive ? 1.0 : 0.0, factors);
        sums[static_cast<std::size_t>(ptBarOf(bin.bin))] += one * bin.weight * part;
    };
    eachBin(bins.positives, [&](const PtBin& bin) { add(bin, true, 1); });
    // OHEM counts the positives even where only negatives are shown.
    const bool mined = element.kind == loss::LossKind::Ohem;
    const std::vector<double> kept = mined ? loss::keptParts(element, examplesOf(record, choice)) : std::vector<double>{};
    std::size_t group = 0;
    eachBin(bins.negatives, [&](const PtBin& bin) { add(bin, false, mined ? kept[group++] : 1); });
    return sharesOf(sums);
}

} // namespace intersect::runs
