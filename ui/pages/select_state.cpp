// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_state.h"

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

bool sameFrames(const SelectState& a, const SelectState& b) {
    if (a.pool != b.pool || a.strategy != b.strategy || a.seed != b.seed)
        return false;
    if (a.strategy == select::Strategy::Counts)
        return a.counts == b.counts;
    if (a.budget != b.budget)
        return false;
    return a.strategy != select::Strategy::Proportional || (a.ranking == b.ranking && a.ratio == b.ratio);
}

select::SelectionRequest requestOf(const SelectState& state) {
    select::SelectionRequest request;
    request.pools = {state.pool.toStdString()};
    request.strategy = state.strategy;
    request.seed = state.seed;
    request.count = state.budget;
    if (state.strategy == select::Strategy::Proportional) {
        for (const QString& camera : state.ranking)
            request.ranking.push_back(camera.toStdString());
        request.ratio = state.ratio;
    }
    if (state.strategy == select::Strategy::Counts) {
        request.count = 0;
        for (const auto& [camera, count] : state.counts)
            request.counts.emplace(camera.toStdString(), count);
    }
    return request;
}

QStringList selectArguments(const SelectState& state, const QString& root, const QString& out) {
    QStringList arguments{QStringLiteral("select"), root, QStringLiteral("--pool"), state.pool};
    if (state.strategy != select::Strategy::Counts)
        arguments << QStringLiteral("--count") << QString::number(state.budget);
    arguments << QStringLiteral("--strategy") << qs(select::strategyName(state.strategy));
    if (state.strategy == select::Strategy::Proportional)
        arguments << QStringLiteral("--ranking") << state.ranking.join(QLatin1Char(',')) << QStringLiteral("--ratio") << qs(formatShortest(state.ratio));
    if (state.strategy == select::Strategy::Counts) {
        QStringList counts;
        for (const auto& [camera, count] : state.counts)
            counts << camera + QLatin1Char('=') + QString::number(count);
        arguments << QStringLiteral("--counts") << counts.join(QLatin1Char(','));
    }
    arguments << QStringLiteral("--seed") << QString::number(state.seed) << QStringLiteral("--out") << out;
    return arguments;
}

QString suggestedName(const SelectState& state) {
    QString word = qs(select::strategyName(state.strategy));
    if (state.strategy == select::Strategy::Proportional)
        word = QStringLiteral("prop") + qs(formatShortest(state.ratio)).remove(QLatin1Char('.'));
    qint64 count = state.budget;
    if (state.strategy == select::Strategy::Counts) {
        count = 0;
        for (const auto& [camera, frames] : state.counts)
            count += frames;
    }
    return word + QLatin1Char('-') + QString::number(count);
}

} // namespace intersect::ui
