// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/data/finding.h"
#include "core/loss/class_weights.h"
#include "core/loss/loss_spec.h"

namespace intersect::runs {

/// Hyper-parameters by YOLOv5's names and defaults (`hyp.scratch-low` of release 7.0).
struct HyperParameters {
    double lr0 = 0.01, lrf = 0.01, momentum = 0.937, weightDecay = 0.0005;
    double warmupEpochs = 3.0, warmupMomentum = 0.8, warmupBiasLr = 0.1;
    double box = 0.05, cls = 0.5, clsPw = 1.0, obj = 1.0, objPw = 1.0, anchorT = 4.0, labelSmoothing = 0.0;
    double hsvH = 0.015, hsvS = 0.7, hsvV = 0.4;
    double degrees = 0.0, translate = 0.1, scale = 0.5, shear = 0.0, perspective = 0.0, flipud = 0.0, fliplr = 0.5,
           mosaic = 1.0;
    double mosaic9 = 0.0;    ///< chance that a mosaic is of nine pictures, not four (YOLOv7: 0.2)
    double mixup = 0.0;      ///< chance that a mosaic is mixed with a second one
    double mixupBeta = 32.0; ///< a mixture's share is drawn from Beta(b, b), b whole (YOLOv7: 8)
    double copyPaste = 0.0;  ///< share of a mosaic's objects that are pasted once more, mirrored
    std::string assign = "auto"; ///< auto (ota for YOLOv7 networks), yolov5, ota; `loss_ota` in YOLOv7's files
};

/// Everything one training is told. Each field is a key of config.yaml, named as YOLOv5 names it where it has one.
struct TrainConfig {
    std::filesystem::path data;    ///< data.yaml
    std::filesystem::path weights; ///< start weights; empty: random start of `model`
    std::string model = "yolov5n";
    int epochs = 100;
    int batch = 16;
    int imgSize = 640;
    std::vector<int> freeze; ///< indices of frozen modules (`--freeze 10` is 0..9)
    /// Frozen by name: `backbone` (until the network is known, then indices stand for it), blocks such as `model.4.m.0`.
    std::vector<std::string> freezeNames;
    bool freezeBn = true; ///< the statistics of frozen batch norms stay too (YOLOv5: they move)
    int unfreezeAt = 0;   ///< epoch (from 1) from which on nothing is frozen; 0: never
    loss::LossSpec loss;
    loss::ClassWeightRule classWeights = loss::ClassWeightRule::None; ///< on the class loss, from the train list's boxes
    std::optional<double> prior; ///< objectness that every cell starts with; none: the start bias stays
    HyperParameters hyp;
    std::uint64_t seed = 0;
    bool rect = false;         ///< batches of pictures of like shape in the smallest rectangle that holds them; no mosaic
    bool imageWeights = false; ///< pictures are drawn by their classes' rarity and last AP, instead of each once an epoch
    int nbs = 64; ///< nominal batch: smaller batches are accumulated until about so many images make one step
    std::string optimizer = "SGD"; ///< SGD, Adam or AdamW
    std::string recipe = "yolov5"; ///< yolov5 or yolov7: shortest warm-up and the end of the linear schedule
    bool cosLr = false;
    bool autoanchor = false;       ///< anchors made of the train list's boxes, where they fit better
    int patience = 100;
    int threads = 0;                ///< 0: all cores
    int workers = 1;                ///< loader threads
    int saveBatches = 0;            ///< pictures of the first N batches into the run folder
    std::string precision = "auto"; ///< auto, fp32, bf16
    std::string device = "auto";    ///< auto (a GPU if there is one), cpu, cuda, cuda:1, or a GPU's number
    bool deterministic = false;     ///< only operations that give the same bits every time; auto is fp32, on the CPU
};

/// Reads config.yaml; unknown keys become findings (severity warning) in `findings`.
Result<TrainConfig> readTrainConfig(const std::filesystem::path& path, std::vector<data::Finding>& findings);
/// The same from text; `path` names its file in errors and is where relative paths start.
Result<TrainConfig> parseTrainConfig(const std::string& text, const std::filesystem::path& path, std::vector<data::Finding>& findings);
/// The text of config.yaml: every key, so that a run can be repeated from it.
std::string formatTrainConfig(const TrainConfig& config);
/// Reads a public hyp file over `hyp`; fl_gamma > 0 makes `loss` focal with that gamma and alpha 0.25; unknown keys
/// become findings.
Result<void> readHyp(const std::filesystem::path& path, HyperParameters& hyp, loss::LossSpec& loss,
                     std::vector<data::Finding>& findings);
/// Takes YOLOv7's recipe over where `name` is yolov7: its schedule and, from its hyp files, lrf 0.1, cls 0.3, obj 0.7, the
/// cosine wave and OTA; for yolov5 only the schedule. Augmentation stays.
void applyRecipe(const std::string& name, TrainConfig& config);
/// Sets what is frozen: `10` (the first ten modules), `backbone`, or indices and names with commas (`0,3,model.4.m.0`).
Result<void> parseFreeze(const std::string& text, TrainConfig& config);
/// Refuses numbers no training can be made of (no epochs, a size that is no multiple of 32, an unknown precision, a loss
/// that checkLossSpec refuses), naming the option. Which devices there are it does not know.
Result<void> checkTrainConfig(const TrainConfig& config);

} // namespace intersect::runs
