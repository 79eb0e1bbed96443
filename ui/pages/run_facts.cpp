// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/run_facts.h"

#include <QCoreApplication>
#include <QStringList>

#include "core/base/numbers.h"
#include "ui/pages/train_settings.h"
#include "ui/text.h"
#include "ui/widgets/loss_preview.h"

namespace intersect::ui {

namespace {

QString tr(const char* text) { return QCoreApplication::translate("RunFacts", text); }

qint64 countOf(const Json& event, const char* key) {
    const auto found = event.find(key);
    return found != event.end() && found->is_number() ? static_cast<qint64>(found->get<double>()) : 0;
}

QString wordOf(const Json& event, const char* key) {
    const auto found = event.find(key);
    return found != event.end() && found->is_string() ? qs(found->get<std::string>()) : QString();
}

QString frozenText(const RunRow& row) {
    const std::vector<int>& frozen = row.config->freeze;
    const std::vector<std::string>& names = row.config->freezeNames;
    if (frozen.empty() && names.empty())
        return tr("nothing frozen");
    const QString layers = tr("%1 layers frozen").arg(frozen.size() + names.size());
    const auto classes = row.summary.started.find("classes");
    const auto known = model::knownModel(wordOf(row.summary.started, "model").toStdString());
    if (!known || classes == row.summary.started.end() || !classes->is_array() || classes->empty())
        return layers;
    const auto network = model::makeGraph(*known, static_cast<int>(classes->size()));
    if (!network)
        return layers;
    const auto [trainable, all] = trainableWeights(*network, frozen, names);
    return all > 0 ? tr("%1, %2 % of the weights").arg(layers, qs(formatFixed(100.0 * static_cast<double>(all - trainable) / static_cast<double>(all), 0))) : layers;
}

} // namespace

QString runFacts(const RunRow& row) {
    const Json& started = row.summary.started;
    QStringList words;
    const qint64 told = countOf(started, "train"), frames = told > 0 ? told : row.trainFrames, unlabelled = countOf(started, "train_unlabelled");
    if (frames > 0)
        words << (unlabelled > 0 ? tr("%1 train frames, %2 of them without labels").arg(qs(formatGrouped(frames)), qs(formatGrouped(unlabelled))) : tr("%1 train frames").arg(qs(formatGrouped(frames))));
    if (const qint64 val = countOf(started, "val"); val > 0)
        words << tr("%1 val").arg(qs(formatGrouped(val)));
    if (!row.config)
        return words.join(QStringLiteral(" · "));
    words << lossText(row.config->loss);
    if (row.config->classWeights != loss::ClassWeightRule::None)
        words << tr("class weights %1").arg(qs(loss::classWeightRuleName(row.config->classWeights)));
    words << frozenText(row);
    const QString precision = wordOf(started, "precision");
    words << (!precision.isEmpty() ? precision : row.config->precision == "auto" ? tr("precision automatic") : qs(row.config->precision));
    words << tr("seed %1").arg(row.config->seed);
    return words.join(QStringLiteral(" · "));
}

} // namespace intersect::ui
