// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_state.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

using select::Strategy;

QString tr(const char* text) { return QCoreApplication::translate("SelectState", text); }

bool looksAtFrames(Strategy strategy) {
    return strategy == Strategy::Diverse || strategy == Strategy::Uncertain || strategy == Strategy::Disagreement;
}

bool ordersFrames(Strategy strategy) {
    return looksAtFrames(strategy) || strategy == Strategy::MostObjects || strategy == Strategy::MostClasses;
}

bool usesWeights(const SelectState& state) {
    return looksAtFrames(state.strategy) || (state.strategy == Strategy::Proportional && (state.by == CameraWeight::Missed || state.by == CameraWeight::Novelty));
}

} // namespace

const char* cameraWeightName(CameraWeight by) {
    switch (by) {
    case CameraWeight::Boxes: return "boxes";
    case CameraWeight::Missed: return "missed";
    case CameraWeight::Novelty: return "novelty";
    case CameraWeight::Results: return "results";
    case CameraWeight::Ranking: break;
    }
    return "";
}

bool sameDraw(const SelectState& a, const SelectState& b) {
    const bool sameList = a.given == b.given || (a.given && b.given && *a.given == *b.given);
    if (!sameList)
        return false;
    if (a.given)
        return true;
    if (a.pool != b.pool || a.strategy != b.strategy || a.withoutNear != b.withoutNear)
        return false;
    if (a.strategy == Strategy::All)
        return true;
    if (a.seed != b.seed)
        return false;
    if (a.strategy == Strategy::Counts)
        return a.counts == b.counts;
    if (a.budget != b.budget || (usesWeights(a) && a.weights != b.weights))
        return false;
    if (ordersFrames(a.strategy) && a.perCamera != b.perCamera)
        return false;
    if (a.strategy == Strategy::Diverse)
        return a.diverse == b.diverse;
    if (a.strategy == Strategy::Disagreement)
        return a.otherWeights == b.otherWeights;
    if (a.strategy != Strategy::Proportional)
        return true;
    if (a.by != b.by || (a.by == CameraWeight::Results && a.results != b.results))
        return false;
    return a.by != CameraWeight::Ranking || (a.ranking == b.ranking && a.ratio == b.ratio);
}

bool sameHand(const SelectState& a, const SelectState& b) {
    return a.pins == b.pins && a.bars == b.bars && a.added == b.added && a.removed == b.removed;
}

bool needsWorker(const SelectState& state) {
    return !state.given && (state.withoutNear || usesWeights(state));
}

QString missingFor(const SelectState& state) {
    if (state.given)
        return {};
    if (usesWeights(state) && state.weights.isEmpty())
        return tr("This choice needs a network that looks at the frames: choose its weights at the left.");
    if (state.strategy == Strategy::Proportional && state.by == CameraWeight::Results && state.results.isEmpty())
        return tr("This choice needs the table of earlier results: choose a file with one camera and one number a line at the left.");
    return {};
}

qint64 budgetOf(const SelectState& state) {
    if (state.given)
        return static_cast<qint64>(state.given->images.size());
    if (state.strategy != Strategy::Counts)
        return state.budget;
    qint64 sum = 0;
    for (const auto& [camera, count] : state.counts)
        sum += count;
    return sum;
}

select::SelectionRequest requestOf(const SelectState& state) {
    select::SelectionRequest request;
    request.pools = {state.pool.toStdString()};
    request.strategy = state.strategy;
    request.seed = state.seed;
    request.count = state.budget;
    request.perCamera = state.perCamera;
    request.diverse = state.diverse;
    request.pins.assign(state.pins.begin(), state.pins.end());
    request.bars.assign(state.bars.begin(), state.bars.end());
    if (state.strategy == Strategy::Proportional && state.by == CameraWeight::Ranking) {
        for (const QString& camera : state.ranking)
            request.ranking.push_back(camera.toStdString());
        request.ratio = state.ratio;
    }
    if (state.strategy == Strategy::Proportional && state.by != CameraWeight::Ranking)
        request.settings.emplace_back("by", cameraWeightName(state.by));
    if (state.strategy == Strategy::Counts) {
        request.count = 0;
        for (const auto& [camera, count] : state.counts)
            request.counts.emplace(camera.toStdString(), count);
    }
    return request;
}

select::SplitRequest splitRequestOf(const SelectState& state) {
    select::SplitRequest request;
    request.rule = state.rule;
    request.trainRatio = state.trainRatio;
    if (state.rule == select::SplitRule::Sklearn && state.asTestSize)
        request.testRatio = 1 - state.trainRatio;
    request.seed = state.splitSeed;
    request.unlabelled = state.unlabelled;
    if (state.rule == select::SplitRule::TimeBlock)
        request.gapSeconds = 60.0 * state.gapMinutes;
    return request;
}

QStringList selectArguments(const SelectState& state, const QString& root, const QString& lists, const QString& out) {
    QStringList arguments{QStringLiteral("select"), root, QStringLiteral("--pool"), state.pool};
    if (state.strategy != Strategy::Counts && state.strategy != Strategy::All)
        arguments << QStringLiteral("--count") << QString::number(state.budget);
    arguments << QStringLiteral("--strategy") << qs(select::strategyName(state.strategy));
    if (state.strategy == Strategy::Proportional) {
        if (state.by == CameraWeight::Ranking)
            arguments << QStringLiteral("--ranking") << state.ranking.join(QLatin1Char(',')) << QStringLiteral("--ratio") << qs(formatShortest(state.ratio));
        else
            arguments << QStringLiteral("--by") << qs(cameraWeightName(state.by));
        if (state.by == CameraWeight::Results)
            arguments << QStringLiteral("--results") << state.results;
    }
    if (state.strategy == Strategy::Counts) {
        QStringList counts;
        for (const auto& [camera, count] : state.counts)
            counts << camera + QLatin1Char('=') + QString::number(count);
        arguments << QStringLiteral("--counts") << counts.join(QLatin1Char(','));
    }
    if (ordersFrames(state.strategy) && state.perCamera)
        arguments << QStringLiteral("--per-camera");
    if (usesWeights(state))
        arguments << QStringLiteral("--weights") << state.weights;
    if (state.strategy == Strategy::Disagreement && !state.otherWeights.isEmpty())
        arguments << QStringLiteral("--weights") << state.otherWeights;
    if (state.strategy == Strategy::Diverse && state.diverse != select::DiverseRule::KCenter)
        arguments << QStringLiteral("--diverse-by") << qs(select::diverseRuleName(state.diverse));
    if (state.withoutNear)
        arguments << QStringLiteral("--exclude-near-duplicates");
    if (!state.pins.empty())
        arguments << QStringLiteral("--pin") << lists + QStringLiteral("/pins.txt");
    if (!state.bars.empty())
        arguments << QStringLiteral("--bar") << lists + QStringLiteral("/bars.txt");
    arguments << QStringLiteral("--seed") << QString::number(state.seed) << QStringLiteral("--out") << out;
    return arguments;
}

QStringList splitArguments(const SelectState& state, const QString& root, const QString& list, const QString& out) {
    QStringList arguments{QStringLiteral("split"), list};
    const select::SplitRequest request = splitRequestOf(state);
    if (request.testRatio)
        arguments << QStringLiteral("--test-size") << qs(formatShortest(*request.testRatio));
    else
        arguments << QStringLiteral("--train-ratio") << qs(formatShortest(request.trainRatio));
    arguments << QStringLiteral("--rule") << qs(select::splitRuleName(state.rule)) << QStringLiteral("--seed") << QString::number(state.splitSeed);
    if (state.unlabelled == select::Unlabelled::Deal)
        arguments << QStringLiteral("--unlabelled") << QStringLiteral("deal");
    if (request.gapSeconds > 0)
        arguments << QStringLiteral("--gap") << qs(formatShortest(request.gapSeconds));
    arguments << QStringLiteral("--leak-within") << QString::number(60 * state.leakMinutes);
    if (!state.testPool.isEmpty())
        arguments << QStringLiteral("--test") << (state.testPool == QStringLiteral(".") ? root : root + QLatin1Char('/') + state.testPool);
    return arguments << QStringLiteral("--out") << out;
}

QString suggestedName(const SelectState& state) {
    QString word = qs(select::strategyName(state.strategy));
    if (state.strategy == Strategy::Proportional)
        word = state.by == CameraWeight::Ranking ? QStringLiteral("prop") + qs(formatShortest(state.ratio)).remove(QLatin1Char('.'))
                                                 : QStringLiteral("prop-") + qs(cameraWeightName(state.by));
    if (state.given)
        word = QString(state.given->name).replace(QRegularExpression(QStringLiteral("[^\\w-]+")), QStringLiteral("-"));
    if (state.strategy == Strategy::All && !state.given)
        return word + QLatin1Char('-') + state.pool;
    return word + QLatin1Char('-') + QString::number(budgetOf(state));
}

} // namespace intersect::ui
