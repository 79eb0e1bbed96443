// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

#include <QString>
#include <QStringList>

#include "core/model/graph.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"

namespace intersect::ui {

/// Trainable numbers of a network with its modules `frozen` frozen, and of all of it: {trainable, all}.
std::pair<qint64, qint64> trainableWeights(const model::Graph& network, const std::vector<int>& frozen, const std::vector<std::string>& names = {});

/// 0, 1 … count - 1.
std::vector<int> firstModules(int count);

/// Modules to freeze as `--freeze` reads them: a count of first ones, else numbers with commas.
QString freezeText(const std::vector<int>& modules, const std::vector<std::string>& names = {});

/// The arguments of `intersect-cli train` for a form's settings; `hypFile` holds what is no option of its own (the hyper-parameters), empty: nothing does.
QStringList trainArguments(const runs::TrainConfig& config, const QString& runFolder, const QString& hypFile = {});

/// Where the workspace keeps the hyp file of these settings, and its text (the hyper-parameters that are not the usual ones); both empty where all are.
std::pair<QString, QString> hypFileOf(const runs::TrainConfig& config, const QString& cacheFolder);

/// The arguments that start an earlier run's settings again from `weights` in a new run folder.
QStringList trainAgainArguments(const runs::RunPaths& earlier, const runs::TrainConfig& config, const QString& weights, const QString& runFolder);

/// "<selection>-<loss>-<n>" with the first n that is free among `taken`.
QString nextRunName(const QString& selection, const loss::LossSpec& loss, const QStringList& taken);

/// The learning rate of an epoch (from 1) as planned: linear or half a cosine from lr0 to lr0*lrf, one epoch late as YOLOv5 trains; in warm-up (its
/// epochs, at least 100 batches of `trainFrames`) it grows from 0.
double plannedRate(const runs::TrainConfig& config, int epoch, qint64 trainFrames);

} // namespace intersect::ui
