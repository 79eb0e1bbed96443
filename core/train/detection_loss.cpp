// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/detection_loss.h"

#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/loss/losses.h"

namespace intersect::train {

namespace {

constexpr double kEpsilon = 1e-7;

at::Tensor longTensor(const std::vector<std::int64_t>& values) {
    return at::tensor(values, at::kLong);
}

/// The assignments of a level as columns, ready to index the output with.
struct Columns {
    c10::List<std::optional<at::Tensor>> where; ///< image, anchor, gj, gi
    at::Tensor classes;                         ///< [n] int64
    at::Tensor boxes, anchors;                  ///< [n,4], [n,2] cells
};

Columns columnsOf(const std::vector<Assignment>& rows, const LevelShape& level) {
    const std::size_t n = rows.size();
    std::vector<std::int64_t> image(n), anchor(n), gj(n), gi(n), classes(n);
    at::Tensor boxes = at::empty({static_cast<std::int64_t>(n), 4});
    at::Tensor anchors = at::empty({static_cast<std::int64_t>(n), 2});
    float* box = boxes.data_ptr<float>();
    float* size = anchors.data_ptr<float>();
    for (std::size_t i = 0; i < n; ++i, box += 4, size += 2) {
        const Assignment& row = rows[i];
        image[i] = row.image;
        anchor[i] = row.anchor;
        gj[i] = row.gj;
        gi[i] = row.gi;
        classes[i] = row.classId;
        box[0] = row.tx;
        box[1] = row.ty;
        box[2] = row.tw;
        box[3] = row.th;
        size[0] = level.anchors[static_cast<std::size_t>(row.anchor)][0];
        size[1] = level.anchors[static_cast<std::size_t>(row.anchor)][1];
    }
    Columns columns;
    for (const auto* part : {&image, &anchor, &gj, &gi})
        columns.where.push_back(longTensor(*part));
    columns.classes = longTensor(classes);
    columns.boxes = boxes;
    columns.anchors = anchors;
    return columns;
}

/// Complete IoU of boxes cx cy w h, row by row. [n]
at::Tensor completeIou(const at::Tensor& predicted, const at::Tensor& truth) {
    const auto column = [](const at::Tensor& boxes, std::int64_t i) { return boxes.select(1, i); };
    const at::Tensor w1 = column(predicted, 2), h1 = column(predicted, 3), w2 = column(truth, 2), h2 = column(truth, 3);
    const at::Tensor left1 = column(predicted, 0) - w1 / 2, right1 = column(predicted, 0) + w1 / 2;
    const at::Tensor top1 = column(predicted, 1) - h1 / 2, bottom1 = column(predicted, 1) + h1 / 2;
    const at::Tensor left2 = column(truth, 0) - w2 / 2, right2 = column(truth, 0) + w2 / 2;
    const at::Tensor top2 = column(truth, 1) - h2 / 2, bottom2 = column(truth, 1) + h2 / 2;

    const at::Tensor overlap = (at::minimum(right1, right2) - at::maximum(left1, left2)).clamp_min(0) *
                               (at::minimum(bottom1, bottom2) - at::maximum(top1, top2)).clamp_min(0);
    const at::Tensor iou = overlap / (w1 * h1 + w2 * h2 - overlap + kEpsilon);
    const at::Tensor hullW = at::maximum(right1, right2) - at::minimum(left1, left2);
    const at::Tensor hullH = at::maximum(bottom1, bottom2) - at::minimum(top1, top2);
    const at::Tensor diagonal = hullW * hullW + hullH * hullH + kEpsilon;
    const at::Tensor apart = ((left2 + right2 - left1 - right1).pow(2) + (top2 + bottom2 - top1 - bottom1).pow(2)) / 4;
    const at::Tensor shape =
        (at::atan(w2 / h2) - at::atan(w1 / h1)).pow(2) * (4 / (std::numbers::pi * std::numbers::pi));
    at::Tensor weight;
    {
        const at::NoGradGuard constant;
        weight = shape / (shape - iou + (1 + kEpsilon));
    }
    return iou - (apart / diagonal + shape * weight);
}

/// How much the objectness of each level counts.
double levelBalance(std::size_t level, std::size_t levels) {
    constexpr double kThree[] = {4.0, 1.0, 0.4};
    constexpr double kMore[] = {4.0, 1.0, 0.25, 0.06, 0.02};
    return levels == 3 ? kThree[level] : kMore[std::min<std::size_t>(level, 4)];
}

LevelShape shapeOf(const at::Tensor& raw, const at::Tensor& anchors) {
    LevelShape level;
    level.ny = static_cast<int>(raw.size(2));
    level.nx = static_cast<int>(raw.size(3));
    const at::Tensor values = anchors.to(at::kFloat).contiguous();
    const float* value = values.data_ptr<float>();
    for (std::int64_t i = 0; i < anchors.size(0); ++i)
        level.anchors.push_back({value[2 * i], value[2 * i + 1]});
    return level;
}

/// One level's share: the loss as a tensor and the gathered values it depends on.
struct LevelLoss {
    at::Tensor box, cls, obj; ///< scalars; undefined where there is nothing
    at::Tensor rows, objectness;
    c10::List<std::optional<at::Tensor>> where;
};

LevelLoss levelLoss(const at::Tensor& raw, const LevelShape& level, std::span<const TargetRow> targets,
                    const DetectionLossSpec& spec, bool withGradients) {
    LevelLoss out;
    const auto leaf = [withGradients](const at::Tensor& values) {
        return values.to(at::kFloat).contiguous().set_requires_grad(withGradients);
    };
    const std::int64_t classes = raw.size(4) - 5;
    const at::Tensor detached = raw.detach();
    out.objectness = leaf(detached.select(4, 4).clone());
    at::Tensor wanted = at::zeros(out.objectness.sizes());

    const std::vector<Assignment> rows = assignTargets(targets, level, spec.anchorT);
    if (!rows.empty()) {
        const Columns columns = columnsOf(rows, level);
        out.where = columns.where;
        out.rows = leaf(at::index(detached, columns.where));
        const at::Tensor centre = out.rows.narrow(1, 0, 2).sigmoid() * 2 - 0.5;
        const at::Tensor size = (out.rows.narrow(1, 2, 2).sigmoid() * 2).pow(2) * columns.anchors;
        const at::Tensor iou = completeIou(at::cat({centre, size}, 1), columns.boxes);
        out.box = (1.0 - iou).mean();

        // Several rows may hit one cell: the last one stands.
        const at::Tensor quality = iou.detach().clamp_min(0).contiguous();
        const float* value = quality.data_ptr<float>();
        auto cells = wanted.accessor<float, 4>();
        for (std::size_t i = 0; i < rows.size(); ++i)
            cells[rows[i].image][rows[i].anchor][rows[i].gj][rows[i].gi] = value[i];

        if (classes > 1) {
            const auto smooth = loss::smoothTargets(spec.labelSmoothing);
            const at::Tensor logits = out.rows.narrow(1, 5, classes);
            at::Tensor truth = at::full(logits.sizes(), smooth.negative);
            truth.scatter_(1, columns.classes.unsqueeze(1), smooth.positive);
            loss::LossSpec element = spec.element;
            element.positiveWeight *= spec.clsPositiveWeight;
            out.cls = loss::elementLoss(element, logits, truth).mean();
        }
    }
    loss::LossSpec element = spec.element;
    element.positiveWeight *= spec.objPositiveWeight;
    out.obj = loss::elementLoss(element, out.objectness, wanted).mean();
    return out;
}

double valueOf(const at::Tensor& scalar) {
    return scalar.defined() ? scalar.item<double>() : 0.0;
}

} // namespace

DetectionLossValue detectionLoss(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets,
                                 const DetectionLossSpec& spec, bool withGradients) {
    const at::AutoGradMode gradients(withGradients);
    DetectionLossValue value;
    const auto images = static_cast<double>(raw.front().size(0));
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const LevelShape shape = shapeOf(raw[i], spec.anchorsInCells[static_cast<std::int64_t>(i)]);
        const LevelLoss level = levelLoss(raw[i], shape, targets, spec, withGradients);
        const double objGain = spec.gains.obj * levelBalance(i, raw.size());
        value.box += valueOf(level.box) * spec.gains.box;
        value.cls += valueOf(level.cls) * spec.gains.cls;
        value.obj += valueOf(level.obj) * objGain;
        if (!withGradients)
            continue;
        at::Tensor sum = level.obj * (objGain * images);
        if (level.box.defined())
            sum = sum + level.box * (spec.gains.box * images);
        if (level.cls.defined())
            sum = sum + level.cls * (spec.gains.cls * images);
        sum.backward();
        const at::NoGradGuard constant;
        at::Tensor gradient = at::zeros_like(raw[i]); // keeps the memory order of the output
        gradient.select(4, 4).copy_(level.objectness.grad());
        if (level.rows.defined() && level.rows.grad().defined())
            gradient.index_put_(level.where, level.rows.grad().to(gradient.scalar_type()), true);
        value.gradients.push_back(gradient);
    }
    value.total = (value.box + value.obj + value.cls) * images;
    return value;
}

} // namespace intersect::train
