// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/detection_loss.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/loss/class_weights.h"
#include "core/loss/losses.h"
#include "core/train/element_reduction.h"
#include "core/train/ota_assignment.h"

namespace intersect::train {

namespace {

constexpr double kEpsilon = 1e-7;

at::Tensor longTensor(const std::vector<std::int64_t>& values, at::Device device) {
    return at::tensor(values, at::kLong).to(device);
}

/// The assignments of a level as columns, ready to index the output with.
struct Columns {
    c10::List<std::optional<at::Tensor>> where; ///< image, anchor, gj, gi
    at::Tensor classes;                         ///< [n] int64
    at::Tensor boxes, anchors;                  ///< [n,4], [n,2] cells
};

Columns columnsOf(const std::vector<Assignment>& rows, const LevelShape& level, at::Device device) {
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
        columns.where.push_back(longTensor(*part, device));
    columns.classes = longTensor(classes, device);
    columns.boxes = boxes.to(device);
    columns.anchors = anchors.to(device);
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
        // An exact fit can round to an overlap above 1: 0/0 without the bound.
        weight = shape / (shape - iou + (1 + kEpsilon)).clamp_min(kEpsilon);
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
    const at::Tensor values = anchors.to(at::kCPU, at::kFloat).contiguous();
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

/// Whether positives must be told from negatives element by element.
bool needsMembership(const loss::LossSpec& spec) {
    using enum loss::LossKind;
    return spec.kind == Balanced || spec.kind == ClassBalanced || spec.kind == Ohem;
}

at::Tensor columnTensor(const std::vector<double>& values, at::Device device) {
    return at::tensor(values, at::kFloat).to(device);
}

/// The numbers of the objectness term: those of all cells of the batch.
loss::ElementFactors<double> objectnessFactors(const DetectionLossSpec& spec, double positives, double negatives) {
    const loss::LossSpec element = loss::objectnessSpec(spec.element);
    auto factors = loss::factorsOf(element);
    factors.positiveWeight *= spec.objPositiveWeight;
    if (element.kind == loss::LossKind::Balanced) {
        const double alpha = loss::balancedAlpha(positives, negatives);
        factors.pair = {alpha, 1 - alpha};
    } else if (element.kind == loss::LossKind::ClassBalanced) {
        const double counts[] = {positives, negatives};
        const auto weights = loss::classWeights(loss::ClassWeightRule::ClassBalanced, counts, element.beta);
        factors.pair = {weights[0], weights[1]};
    }
    return factors;
}

/// The numbers of the class term, one a column.
loss::ElementFactors<at::Tensor> classFactors(const DetectionLossSpec& spec, std::int64_t classes, at::Device device) {
    const loss::LossSpec element = loss::classSpec(spec.element);
    const auto columns = [classes, device](const std::vector<double>& list, double otherwise) {
        return list.empty() ? at::full({classes}, otherwise, device) : columnTensor(list, device);
    };
    loss::ElementFactors<at::Tensor> factors;
    factors.positiveWeight =
        columns(element.classPositiveWeight, element.positiveWeight).mul(spec.clsPositiveWeight);
    if (element.alpha || !element.classAlpha.empty())
        factors.alpha = columns(element.classAlpha, element.alpha.value_or(0));
    if (spec.classCounts.empty())
        return factors;
    if (element.kind == loss::LossKind::Balanced) {
        const at::Tensor alpha = columnTensor(loss::balancedAlphas(spec.classCounts), device);
        factors.pair = {alpha, 1.0 - alpha};
    } else if (element.kind == loss::LossKind::ClassBalanced) {
        const at::Tensor weight = columnTensor(
            loss::classWeights(loss::ClassWeightRule::ClassBalanced, spec.classCounts, element.beta), device);
        factors.pair = {weight, weight};
    }
    return factors;
}

/// The losses of a term before they are made one number.
struct Elements {
    at::Tensor losses, membership; ///< membership may be undefined
    std::int64_t positives = 0;
    at::Tensor reduced(const loss::LossSpec& element) const { return reduceElements(element, losses, membership, positives); }
};

/// What each element adds to the one number: its loss times the number's derivative with respect to it.
at::Tensor sharesOf(const loss::LossSpec& element, Elements elements) {
    const at::AutoGradMode gradients(true);
    elements.losses = elements.losses.detach().clone().set_requires_grad(true);
    elements.reduced(element).backward();
    return elements.losses.grad() * elements.losses.detach();
}

/// The class term of the assigned rows: logits [n, classes], true classes [n].
Elements classLoss(const at::Tensor& logits, const at::Tensor& trueClasses, const DetectionLossSpec& spec) {
    const std::int64_t classes = logits.size(1);
    const auto oneHot = [&](double no, double yes) {
        return at::full(logits.sizes(), no, logits.options()).scatter_(1, trueClasses.unsqueeze(1), yes);
    };
    const auto smooth = loss::smoothTargets(spec.labelSmoothing);
    const at::Tensor truth = oneHot(smooth.negative, smooth.positive);
    const loss::LossSpec element = loss::classSpec(spec.element);
    const at::Tensor membership = needsMembership(element) ? oneHot(0, 1) : at::Tensor();
    at::Tensor losses = loss::elementLoss(element, logits, truth, membership, classFactors(spec, classes, logits.device()));
    if (!spec.classWeights.empty())
        losses = losses * columnTensor(spec.classWeights, logits.device());
    return {losses, membership, logits.size(0)};
}

/// A cell of one level as one number.
std::int64_t cellOf(const Assignment& row, const at::Tensor& raw) {
    return ((row.image * raw.size(1) + row.anchor) * raw.size(2) + row.gj) * raw.size(3) + row.gi;
}

/// What the assignment gave in one level.
struct LevelTargets {
    LevelShape shape;
    std::vector<Assignment> rows;
    std::int64_t positives = 0, cells = 0; ///< cells hit at least once, all cells
};

/// Leaves each level the rows that the present output makes the best.
void dealByCost(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets, std::vector<LevelTargets>& levels) {
    std::vector<LevelCandidates> candidates;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        LevelCandidates& level = candidates.emplace_back(LevelCandidates{levels[i].shape, distinctCells(levels[i].rows), {}});
        if (level.cells.empty())
            continue;
        const at::Tensor outputs = at::index(raw[i].detach(), columnsOf(level.cells, level.shape, raw[i].device()).where).to(at::kCPU, at::kFloat).contiguous();
        level.outputs.assign(outputs.const_data_ptr<float>(), outputs.const_data_ptr<float>() + outputs.numel());
    }
    auto rows = assignByCost(targets, candidates, static_cast<int>(raw.front().size(4)) - 5);
    for (std::size_t i = 0; i < levels.size(); ++i)
        levels[i].rows = std::move(rows[i]);
}

std::vector<LevelTargets> levelTargets(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets, const DetectionLossSpec& spec) {
    std::vector<LevelTargets> levels(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        levels[i].shape = shapeOf(raw[i], spec.anchorsInCells[static_cast<std::int64_t>(i)]);
        levels[i].rows = assignTargets(targets, levels[i].shape, spec.anchorT);
    }
    if (spec.dealByCost)
        dealByCost(raw, targets, levels);
    for (std::size_t i = 0; i < raw.size(); ++i) {
        std::vector<std::int64_t> hit;
        for (const Assignment& row : levels[i].rows)
            hit.push_back(cellOf(row, raw[i]));
        std::sort(hit.begin(), hit.end());
        levels[i].positives = std::unique(hit.begin(), hit.end()) - hit.begin();
        levels[i].cells = raw[i].size(0) * raw[i].size(1) * raw[i].size(2) * raw[i].size(3);
    }
    return levels;
}

LevelLoss levelLoss(const at::Tensor& raw, const LevelTargets& level, const DetectionLossSpec& spec,
                    const loss::ElementFactors<double>& objectness, bool withGradients, ElementsSeen* seen) {
    LevelLoss out;
    const auto leaf = [withGradients](const at::Tensor& values) {
        return values.to(at::kFloat).contiguous().set_requires_grad(withGradients);
    };
    const std::int64_t classes = raw.size(4) - 5;
    const loss::LossSpec element = loss::objectnessSpec(spec.element);
    const at::Tensor detached = raw.detach();
    out.objectness = leaf(detached.select(4, 4).clone());
    at::Tensor wanted = at::zeros(out.objectness.sizes()); // on the CPU, where they are filled
    at::Tensor membership = needsMembership(element) ? at::zeros(out.objectness.sizes()) : at::Tensor();

    const std::vector<Assignment>& rows = level.rows;
    if (!rows.empty()) {
        const Columns columns = columnsOf(rows, level.shape, raw.device());
        out.where = columns.where;
        out.rows = leaf(at::index(detached, columns.where));
        const at::Tensor centre = out.rows.narrow(1, 0, 2).sigmoid() * 2 - 0.5;
        const at::Tensor size = (out.rows.narrow(1, 2, 2).sigmoid() * 2).pow(2) * columns.anchors;
        const at::Tensor iou = completeIou(at::cat({centre, size}, 1), columns.boxes);
        out.box = (1.0 - iou).mean();

        // Several rows may hit one cell: the last one stands.
        const at::Tensor quality = iou.detach().clamp_min(0).cpu().contiguous();
        const float* value = quality.data_ptr<float>();
        float* cells = wanted.data_ptr<float>();
        for (std::size_t i = 0; i < rows.size(); ++i)
            cells[cellOf(rows[i], raw)] = value[i];
        if (membership.defined())
            for (const Assignment& row : rows)
                membership.data_ptr<float>()[cellOf(row, raw)] = 1;

        if (classes > 1) {
            const at::Tensor logits = out.rows.narrow(1, 5, classes);
            const Elements elements = classLoss(logits, columns.classes, spec);
            const loss::LossSpec classElement = loss::classSpec(spec.element);
            out.cls = elements.reduced(classElement);
            if (seen != nullptr) {
                seen->classes = logits.detach();
                seen->trueClasses = columns.classes;
                seen->classLoss = sharesOf(classElement, elements);
                seen->classTargets = loss::smoothTargets(spec.labelSmoothing);
                seen->classWeight = 1.0 / static_cast<double>(logits.numel());
            }
        }
    }
    wanted = wanted.to(raw.device());
    if (membership.defined())
        membership = membership.to(raw.device());
    const Elements elements{loss::elementLoss(element, out.objectness, wanted, membership, objectness), membership, level.positives};
    out.obj = elements.reduced(element);
    if (seen != nullptr) {
        seen->objectness = out.objectness.detach();
        seen->objectnessTarget = wanted;
        seen->objectnessWeight = 1.0 / static_cast<double>(wanted.numel());
        seen->owners = at::full(out.objectness.sizes(), -1, at::kInt);
        for (const Assignment& row : rows)
            seen->owners.data_ptr<std::int32_t>()[cellOf(row, raw)] = row.classId;
        seen->objectnessLoss = sharesOf(element, elements);
    }
    return out;
}

double valueOf(const at::Tensor& scalar) {
    return scalar.defined() ? scalar.item<double>() : 0.0;
}

} // namespace

DetectionLossValue detectionLoss(const std::vector<at::Tensor>& raw, std::span<const TargetRow> targets,
                                 const DetectionLossSpec& spec, bool withGradients, const ElementObserver& observer) {
    const at::AutoGradMode gradients(withGradients);
    DetectionLossValue value;
    const auto images = static_cast<double>(raw.front().size(0));
    const std::vector<LevelTargets> assigned = levelTargets(raw, targets, spec);
    double positives = 0, cells = 0;
    for (const LevelTargets& level : assigned) {
        positives += static_cast<double>(level.positives);
        cells += static_cast<double>(level.cells);
    }
    const auto objectness = objectnessFactors(spec, positives, cells - positives);
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const double objGain = spec.gains.obj * levelBalance(i, raw.size());
        ElementsSeen seen;
        const LevelLoss level = levelLoss(raw[i], assigned[i], spec, objectness, withGradients, observer ? &seen : nullptr);
        if (observer) {
            seen.objectnessLoss = seen.objectnessLoss * objGain;
            seen.objectnessWeight *= levelBalance(i, raw.size());
            if (seen.classLoss.defined())
                seen.classLoss = seen.classLoss * spec.gains.cls;
            observer(seen);
        }
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
