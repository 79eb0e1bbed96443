// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/data/dataset.h"
#include "core/runs/class_ap.h"
#include "core/runs/pt_histograms.h"
#include "core/runs/run_folder.h"
#include "core/runs/train_config.h"

namespace intersect::ui {

/// What a run's folder says of its own predictions, epoch by epoch.
struct RunTruth {
    QString name;
    std::vector<runs::PtRecord> records;
    QString problem, advice; ///< why there is no record; empty where there are some
    std::vector<runs::EpochRecord> history;
    std::vector<runs::ClassApEpoch> classAp;
    QStringList classNames; ///< as trained; may be empty
    int valFrames = 0;      ///< 0: not known
    loss::LossSpec loss;    ///< it was trained with
    bool isLossKnown = false;
    std::map<int, qint64> trainBoxes; ///< of each class in its train list, where the data set is open

    /// The name the run was trained with, else the number.
    QString className(int id) const;
};

/// Reads it all from a run's folder; `dataset` (may be null) counts the boxes of the train list. Any thread.
std::shared_ptr<const RunTruth> readRunTruth(const runs::RunPaths& paths, const std::shared_ptr<const data::Dataset>& dataset);

/// One run that can be chosen.
struct RunChoice {
    QString name;
    bool hasRecord = false;
    bool operator==(const RunChoice&) const = default;
};
/// Which of the runs have a record of where their predictions lie; those come first. Any thread.
std::vector<RunChoice> runChoices(const std::vector<runs::RunPaths>& runs);

} // namespace intersect::ui
