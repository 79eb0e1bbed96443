// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/train_settings.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <QCryptographicHash>

#include "core/base/numbers.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

/// The hyper-parameters of config.yaml as lines of a hyp file.
QStringList hypLines(const runs::TrainConfig& config) {
    const QString text = qs(runs::formatTrainConfig(config));
    const QString head = QStringLiteral("\nhyp:\n");
    QStringList lines;
    if (const qsizetype at = text.indexOf(head); at >= 0)
        for (const QString& line : text.mid(at + head.size()).split(QLatin1Char('\n')))
            if (line.startsWith(QStringLiteral("  ")))
                lines << line.trimmed();
    return lines;
}

/// What a training is told that names nothing but its recipe.
runs::TrainConfig usualOf(const std::string& recipe) {
    runs::TrainConfig usual;
    runs::applyRecipe(recipe, usual);
    return usual;
}

QString numbersText(const std::vector<double>& numbers) {
    QStringList words;
    for (const double number : numbers)
        words << qs(formatShortest(number));
    return words.join(QLatin1Char(','));
}

/// The options of the loss that are not as usual.
void addLoss(const runs::TrainConfig& config, QStringList& arguments) {
    const loss::LossSpec &spec = config.loss, usual;
    const auto add = [&](const char* option, const QString& value) { arguments << qs(option) << value; };
    const auto addNumber = [&](const char* option, double value, double otherwise) {
        if (value != otherwise)
            add(option, qs(formatShortest(value)));
    };
    add("--loss", qs(loss::lossKindName(spec.kind)));
    const bool focal = spec.kind == loss::LossKind::Focal || spec.kind == loss::LossKind::ClassBalanced || spec.kind == loss::LossKind::QFocal;
    if (focal) {
        add("--gamma", qs(formatShortest(spec.gamma)));
        if (!spec.classAlpha.empty())
            add("--alpha", numbersText(spec.classAlpha));
        else if (spec.alpha)
            add("--alpha", qs(formatShortest(*spec.alpha)));
        if (spec.modulator == loss::Modulator::Geometric)
            add("--modulator", QStringLiteral("geometric"));
    }
    if (spec.kind == loss::LossKind::ClassBalanced || config.classWeights == loss::ClassWeightRule::ClassBalanced)
        add("--beta", qs(formatShortest(spec.beta)));
    if (spec.kind == loss::LossKind::Ohem)
        add("--ohem-ratio", qs(formatShortest(spec.ohemRatio)));
    if (!spec.classPositiveWeight.empty())
        add("--pos-weight", numbersText(spec.classPositiveWeight));
    else
        addNumber("--pos-weight", spec.positiveWeight, usual.positiveWeight);
    addNumber("--term-weight", spec.termWeight, usual.termWeight);
    if (spec.normalise != usual.normalise)
        add("--normalise", qs(loss::normaliseName(spec.normalise)));
    if (spec.terms != usual.terms)
        add("--loss-terms", qs(loss::lossTermsName(spec.terms)));
    if (config.prior)
        add("--prior", qs(formatShortest(*config.prior)));
    if (config.classWeights != loss::ClassWeightRule::None)
        add("--class-weights", qs(loss::classWeightRuleName(config.classWeights)));
}

} // namespace

std::pair<qint64, qint64> trainableWeights(const model::Graph& network, const std::vector<int>& frozen, const std::vector<std::string>& names) {
    qint64 trainable = 0;
    for (const model::TensorSpec& tensor : network.tensors) {
        const bool whole = std::find(frozen.begin(), frozen.end(), tensor.module) != frozen.end();
        const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) { return tensor.name.starts_with(name + "."); });
        if (tensor.isParameter() && !whole && !named)
            trainable += tensor.elements();
    }
    return {trainable, network.parameters()};
}

std::vector<int> firstModules(int count) {
    std::vector<int> modules(static_cast<std::size_t>(std::max(0, count)));
    std::iota(modules.begin(), modules.end(), 0);
    return modules;
}

std::pair<QString, QString> hypFileOf(const runs::TrainConfig& config, const QString& cacheFolder) {
    const QStringList usual = hypLines(usualOf(config.recipe));
    QString text;
    for (const QString& line : hypLines(config))
        if (!usual.contains(line))
            text += line + QLatin1Char('\n');
    if (text.isEmpty())
        return {};
    const QByteArray hash = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha1).toHex().left(10);
    return {cacheFolder + QStringLiteral("/hyp-%1.yaml").arg(QString::fromLatin1(hash)), text};
}

QString freezeText(const std::vector<int>& modules, const std::vector<std::string>& names) {
    if (names.empty() && modules == firstModules(static_cast<int>(modules.size())))
        return QString::number(modules.size());
    QStringList words;
    for (const int module : modules)
        words << QString::number(module);
    for (const std::string& name : names)
        words << qs(name);
    if (words.size() == 1) // one number alone would mean that many
        words << QString();
    return words.join(QLatin1Char(','));
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
    if (!config.freeze.empty() || !config.freezeNames.empty())
        add("--freeze", freezeText(config.freeze, config.freezeNames));
    if (!config.freezeBn)
        add("--freeze-bn", QStringLiteral("off"));
    addLoss(config, arguments);
    if (!hypFile.isEmpty())
        add("--hyp", hypFile);
    add("--seed", QString::number(config.seed));
    const runs::TrainConfig usual = usualOf(config.recipe);
    if (config.recipe != runs::TrainConfig().recipe)
        add("--recipe", qs(config.recipe));
    if (config.hyp.assign != usual.hyp.assign)
        add("--assign", qs(config.hyp.assign));
    const auto addInt = [&](const char* option, int runs::TrainConfig::*value) {
        if (config.*value != usual.*value)
            add(option, QString::number(config.*value));
    };
    addInt("--nbs", &runs::TrainConfig::nbs);
    addInt("--unfreeze-at", &runs::TrainConfig::unfreezeAt);
    addInt("--patience", &runs::TrainConfig::patience);
    addInt("--threads", &runs::TrainConfig::threads);
    addInt("--workers", &runs::TrainConfig::workers);
    addInt("--save-batches", &runs::TrainConfig::saveBatches);
    if (config.optimizer != usual.optimizer)
        add("--optimizer", qs(config.optimizer));
    if (config.precision != usual.precision)
        add("--precision", qs(config.precision));
    if (config.device != usual.device)
        add("--device", qs(config.device));
    if (config.cosLr != usual.cosLr)
        arguments << (config.cosLr ? QStringLiteral("--cos-lr") : QStringLiteral("--linear-lr"));
    if (config.autoanchor)
        arguments << QStringLiteral("--autoanchor");
    if (config.rect)
        arguments << QStringLiteral("--rect");
    if (config.imageWeights)
        arguments << QStringLiteral("--image-weights");
    if (config.deterministic)
        arguments << QStringLiteral("--deterministic");
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
