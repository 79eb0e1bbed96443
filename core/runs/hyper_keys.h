// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runs/train_config.h"

// Internal to core/runs: the keys of hyp files and of `hyp` in config.yaml.
namespace intersect::runs {

struct HyperKey {
    const char* name;
    double HyperParameters::*value;
};

/// The hyper-parameters in the order of YOLOv5's file, then those of our own.
inline constexpr HyperKey kHyperKeys[] = {
    {"lr0", &HyperParameters::lr0},
    {"lrf", &HyperParameters::lrf},
    {"momentum", &HyperParameters::momentum},
    {"weight_decay", &HyperParameters::weightDecay},
    {"warmup_epochs", &HyperParameters::warmupEpochs},
    {"warmup_momentum", &HyperParameters::warmupMomentum},
    {"warmup_bias_lr", &HyperParameters::warmupBiasLr},
    {"box", &HyperParameters::box},
    {"cls", &HyperParameters::cls},
    {"cls_pw", &HyperParameters::clsPw},
    {"obj", &HyperParameters::obj},
    {"obj_pw", &HyperParameters::objPw},
    {"anchor_t", &HyperParameters::anchorT},
    {"label_smoothing", &HyperParameters::labelSmoothing},
    {"hsv_h", &HyperParameters::hsvH},
    {"hsv_s", &HyperParameters::hsvS},
    {"hsv_v", &HyperParameters::hsvV},
    {"degrees", &HyperParameters::degrees},
    {"translate", &HyperParameters::translate},
    {"scale", &HyperParameters::scale},
    {"shear", &HyperParameters::shear},
    {"perspective", &HyperParameters::perspective},
    {"flipud", &HyperParameters::flipud},
    {"fliplr", &HyperParameters::fliplr},
    {"mosaic", &HyperParameters::mosaic},
    {"mixup", &HyperParameters::mixup},
    {"copy_paste", &HyperParameters::copyPaste},
    {"mosaic9", &HyperParameters::mosaic9},
    {"mixup_beta", &HyperParameters::mixupBeta},
};

/// `fl_gamma` and `loss_ota` choose a loss and an assignment and are read apart.
/// A key of public hyp files that is known but changes nothing here; `why` is told where its value is above 0, none: nothing to tell.
struct IdleKey {
    const char* name;
    const char* why;
};
inline constexpr IdleKey kIdleKeys[] = {
    {"iou_t", nullptr}, // YOLOv5 and YOLOv7 read it and never use it
    {"anchors", "anchors changes nothing: the anchors are those of the network"},
    {"paste_in", "paste_in is not applied: it pastes objects by their outlines, and labels have boxes only"},
};

/// The key that only YOLOv7's hyp files have, and what its recipe has without a key for it. Source: YOLOv7 `utils/datasets.py`.
inline constexpr const char* kYolov7Key = "paste_in";
inline constexpr double kYolov7Mosaic9 = 0.2, kYolov7MixupBeta = 8;

} // namespace intersect::runs
