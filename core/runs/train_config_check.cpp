// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the settings of a training make sense, before anything is read.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "core/base/numbers.h"
#include "core/runs/train_config.h"

namespace intersect::runs {

Result<void> checkTrainConfig(const TrainConfig& config) {
    const auto refuse = [](const std::string& message, const std::string& advice) {
        return fail(ErrorCode::Usage, message, {}, 0, advice);
    };
    if (config.epochs < 1)
        return refuse("--epochs is " + std::to_string(config.epochs) + ".", "Train at least one epoch.");
    if (config.batch < 1)
        return refuse("--batch is " + std::to_string(config.batch) + ".", "Give at least one image a batch.");
    if (config.nbs < 1)
        return refuse("--nbs is " + std::to_string(config.nbs) + ".", "Give at least one image a batch.");
    if (config.seed > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return refuse("--seed is " + std::to_string(config.seed) + ".", "Give a whole number below 2^63.");
    if (config.imgSize < 32 || config.imgSize > 8192 || config.imgSize % 32 != 0)
        return refuse("--img-size is " + std::to_string(config.imgSize) + ".",
                      "It must be a multiple of 32 up to 8192, such as 640.");
    if (config.workers < 1 || config.threads < 0 || config.patience < 0 || config.saveBatches < 0 || config.unfreezeAt < 0)
        return refuse("--workers must be at least 1; --threads, --patience, --save-batches and --unfreeze-at at least 0.",
                      "Correct that number.");
    if (config.precision != "auto" && config.precision != "fp32" && config.precision != "bf16")
        return refuse("--precision is \"" + config.precision + "\".", "Choose auto, fp32 or bf16.");
    if (config.deterministic && config.device != "auto" && config.device != "cpu")
        return refuse("--device is \"" + config.device + "\" with --deterministic: on a GPU some operations give other bits every time.",
                      "Take --device cpu, or leave --deterministic out.");
    if (config.recipe != "yolov5" && config.recipe != "yolov7")
        return refuse("--recipe is \"" + config.recipe + "\".", "Choose yolov5 or yolov7.");
    if (config.hyp.assign != "auto" && config.hyp.assign != "yolov5" && config.hyp.assign != "ota")
        return refuse("--assign is \"" + config.hyp.assign + "\".", "Choose auto, yolov5 or ota.");
    if (config.optimizer != "SGD" && config.optimizer != "Adam" && config.optimizer != "AdamW")
        return refuse("--optimizer is \"" + config.optimizer + "\".", "Choose SGD, Adam or AdamW.");
    if (const auto good = loss::checkLossSpec(config.loss); !good)
        return refuse(good.error().message, good.error().advice);
    if (config.prior && !(*config.prior > 0 && *config.prior < 1))
        return refuse("--prior is " + formatShortest(*config.prior) + ".", "Give a probability between 0 and 1, such as 0.01, or none.");
    if (config.hyp.hsvH > 1 || config.hyp.hsvS > 1 || config.hyp.hsvV > 1)
        return refuse("A hyper-parameter is out of range.", "hsv_h, hsv_s and hsv_v are fractions of at most 1.");
    if (config.hyp.mosaic > 1 || config.hyp.fliplr > 1 || config.hyp.flipud > 1 || config.hyp.scale >= 1 ||
        config.hyp.labelSmoothing >= 1)
        return refuse(
            "A hyper-parameter is out of range.",
            "mosaic, fliplr and flipud are probabilities of at most 1; scale and label_smoothing stay below 1.");
    if (config.hyp.mosaic9 > 1 || config.hyp.mixup > 1 || config.hyp.copyPaste > 1)
        return refuse("A hyper-parameter is out of range.", "mosaic9, mixup and copy_paste are shares of at most 1.");
    if (config.hyp.mixupBeta < 1 || config.hyp.mixupBeta > 1000 || config.hyp.mixupBeta != std::floor(config.hyp.mixupBeta))
        return refuse("A hyper-parameter is out of range.", "mixup_beta is a whole number from 1 to 1000, such as 32.");
    if (config.hyp.lr0 <= 0 || config.hyp.momentum >= 1 || config.hyp.anchorT <= 1)
        return refuse("A hyper-parameter is out of range.", "lr0 is above 0, momentum below 1 and anchor_t above 1.");
    return {};
}

} // namespace intersect::runs
