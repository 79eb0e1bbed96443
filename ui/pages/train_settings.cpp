// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_settings.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

std::pair<qint64, qint64> trainableWeights(const model::Graph& network, int frozen) {
    qint64 trainable = 0;
    for (int module = frozen; module < static_cast<int>(network.modules.size()); ++module)
        trainable += network.parametersOf(module);
    return {trainable, network.parameters()};
}

std::pair<QString, QString> hypFileOf(const runs::TrainConfig& config, const QString& cacheFolder) {
    if (config.hyp.lr0 == runs::HyperParameters().lr0)
        return {};
    const QString rate = qs(formatShortest(config.hyp.lr0));
    return {cacheFolder + QStringLiteral("/hyp-lr0-%1.yaml").arg(rate), QStringLiteral("lr0: %1\n").arg(rate)};
}

QStringList trainArguments(const runs::TrainConfig& config, const QString& runFolder, const QString& hypFile) {
    QStringList arguments{QStringLiteral("train"), qs(config.data), QStringLiteral("--weights"), config.weights.empty() ? QStringLiteral("none") : qs(config.weights)};
    const auto add = [&](const char* option, const QString& value) { arguments << qs(option) << value; };
    if (config.weights.empty())
        add("--model", qs(config.model));
    add("--run", runFolder);
    add("--epochs", QString::number(config.epochs));
    add("--batch", QString::number(config.batch));
    add("--img-size", QString::number(config.imgSize));
    if (!config.freeze.empty())
        add("--freeze", QString::number(config.freeze.size()));
    add("--loss", qs(loss::lossKindName(config.loss.kind)));
    if (config.loss.kind == loss::LossKind::Focal) {
        add("--gamma", qs(formatShortest(config.loss.gamma)));
        if (config.loss.alpha)
            add("--alpha", qs(formatShortest(*config.loss.alpha)));
    }
    if (!hypFile.isEmpty())
        add("--hyp", hypFile);
    add("--seed", QString::number(config.seed));
    return arguments;
}

QStringList trainAgainArguments(const runs::RunPaths& earlier, const runs::TrainConfig& config, const QString& weights, const QString& runFolder) {
    return {QStringLiteral("train"), qs(config.data), QStringLiteral("--config"), qs(earlier.config()),
            QStringLiteral("--weights"), weights.isEmpty() ? QStringLiteral("none") : weights, QStringLiteral("--run"), runFolder};
}

QString nextRunName(const QString& selection, const loss::LossSpec& loss, const QStringList& taken) {
    QString word = qs(loss::lossKindName(loss.kind));
    if (loss.kind == loss::LossKind::Focal)
        word += qs(formatShortest(loss.gamma)).remove(QLatin1Char('.'));
    for (int n = 1;; ++n)
        if (const QString name = QStringLiteral("%1-%2-%3").arg(selection, word).arg(n); !taken.contains(name))
            return name;
}

double plannedRate(const runs::TrainConfig& config, int epoch, qint64 trainFrames) {
    const double x = std::max(0, epoch - 2);
    const double factor = config.cosLr ? (1 - std::cos(x * std::numbers::pi / config.epochs)) / 2 * (config.hyp.lrf - 1) + 1
                                       : (1 - x / config.epochs) * (1 - config.hyp.lrf) + config.hyp.lrf;
    const double batches = std::max(1.0, std::ceil(static_cast<double>(trainFrames) / std::max(1, config.batch)));
    const double warmUp = config.hyp.warmupEpochs > 0 ? std::max(config.hyp.warmupEpochs, 100 / batches) : 0;
    return config.hyp.lr0 * factor * (epoch < warmUp ? epoch / warmUp : 1);
}

} // namespace intersect::ui
