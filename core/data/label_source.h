// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/data/dataset.h"

namespace intersect::data {

/// Gives the frames of cameras without a single YOLO label those of other formats: VOC or CityCam files beside the frames (or in VOC's `Annotations`
/// beside `JPEGImages`), and COCO files (isNamedAsCoco) in the camera's folder, in one above it up to the root, or in a folder `annotations` there.
/// What is found is appended to `labels`; `classNames` are set to the classes' names, numbered as numberClasses does; faults become findings, and
/// a note says which formats were read. A data set in which every camera has YOLO labels, or other files are not, is left as it is; so is any
/// with `yoloOnly` or `namesOnly`. Error: stopped. Any thread; parallel inside.
Result<void> readOtherLabels(Dataset& dataset, const ScanOptions& options, const StopCheck& stop = {});

} // namespace intersect::data
