// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/validation.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <opencv2/imgproc.hpp>

#include "core/detect/nms.h"
#include "core/image/letterbox.h"
#include "core/nn/batch_plan.h"
#include "core/nn/fast_forward.h"
#include "core/nn/raw_levels.h"
#include "core/train/batch_loader.h"

namespace intersect::train {

namespace {

constexpr float kConfidence = 0.001F;
constexpr float kNmsIou = 0.6F;
constexpr int kMaxDetections = 300;

/// A batch ready for the network: input tensor, true objects, and how to get back to the pictures.
struct Prepared {
    at::Tensor input;
    std::vector<TargetRow> targets;
    std::vector<image::LetterboxTransform> transforms;
};

Result<Prepared> prepare(const nn::PlannedBatch& rectangle, PictureStore& pictures) {
    Prepared out;
    const auto count = static_cast<std::int64_t>(rectangle.images.size());
    at::Tensor pixels = at::empty({count, rectangle.input.height, rectangle.input.width, 3}, at::kByte);
    for (std::size_t i = 0; i < rectangle.images.size(); ++i) {
        const std::size_t index = rectangle.images[i];
        auto picture = pictures.picture(index);
        if (!picture)
            return failAs(picture);
        const Size scaled{picture->bgr.cols, picture->bgr.rows};
        const auto place = image::letterboxTransform(scaled, rectangle.input, false);
        const cv::Mat boxed = image::letterbox(picture->bgr, place, true);
        cv::Mat into(rectangle.input.height, rectangle.input.width, CV_8UC3,
                     pixels[static_cast<std::int64_t>(i)].data_ptr<std::uint8_t>());
        cv::cvtColor(boxed, into, cv::COLOR_BGR2RGB);

        LabelledPicture moved;
        moved.bgr = into;
        for (PixelBox box : picture->boxes) {
            box.x1 = box.x1 * place.ratioX + place.padX;
            box.x2 = box.x2 * place.ratioX + place.padX;
            box.y1 = box.y1 * place.ratioY + place.padY;
            box.y2 = box.y2 * place.ratioY + place.padY;
            moved.boxes.push_back(box);
        }
        appendTargets(moved, static_cast<int>(i), out.targets);

        image::LetterboxTransform transform = place;
        transform.image = pictures.samples()[index].size;
        transform.ratioX = place.ratioX * scaled.width / transform.image.width;
        transform.ratioY = place.ratioY * scaled.height / transform.image.height;
        out.transforms.push_back(transform);
    }
    out.input = pixels.permute({0, 3, 1, 2}).to(at::kFloat).div_(255);
    return out;
}

/// Lays the per-picture detections out flat, in the order of the samples.
detect::DetectionSet flattened(const std::vector<std::vector<detect::Detection>>& found,
                               const std::vector<Sample>& samples, const std::vector<std::string>& names) {
    detect::DetectionSet set;
    set.names = names;
    set.begin.push_back(0);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        set.images.push_back({static_cast<int>(i) + 1, samples[i].path, samples[i].size});
        set.detections.insert(set.detections.end(), found[i].begin(), found[i].end());
        set.begin.push_back(static_cast<std::uint32_t>(set.detections.size()));
    }
    return set;
}

eval::Truth truthOf(const std::vector<Sample>& samples) {
    eval::Truth truth;
    truth.begin.push_back(0);
    for (const Sample& sample : samples) {
        for (const data::Label& label : sample.labels) {
            eval::TruthBox box;
            box.box = toXyxy(label.box, sample.size);
            box.classId = label.classId;
            box.area = box.box.area();
            truth.boxes.push_back(box);
        }
        truth.begin.push_back(static_cast<std::uint32_t>(truth.boxes.size()));
    }
    return truth;
}

} // namespace

Result<ValidationResult> validate(const nn::Network& network, PictureStore& pictures, int imgSize, int batch,
                                  const DetectionLossSpec& loss, bool bfloat16, const StopCheck& stop,
                                  const ElementObserver& observer) {
    const at::NoGradGuard constant;
    nn::FastForward run(network, bfloat16, network.device());
    const std::vector<Sample>& samples = pictures.samples();
    std::vector<std::vector<detect::Detection>> found(samples.size());
    ValidationResult result;
    std::vector<Size> sizes;
    for (const Sample& sample : samples)
        sizes.push_back(sample.size);
    const auto rectangles = nn::planBatches(sizes, nn::BatchShape::Rectangles, imgSize, batch, network.graph().largestStride());
    for (const nn::PlannedBatch& rectangle : rectangles) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "Stopped during validation.");
        const auto prepared = prepare(rectangle, pictures);
        if (!prepared)
            return failAs(prepared);
        const std::vector<at::Tensor> raw = run.forward(prepared->input, at::get_num_threads());
        const DetectionLossValue value = detectionLoss(raw, prepared->targets, loss, false, observer);
        result.box += value.box / static_cast<double>(rectangles.size());
        result.obj += value.obj / static_cast<double>(rectangles.size());
        result.cls += value.cls / static_cast<double>(rectangles.size());
        const std::vector<at::Tensor> levels = nn::rawLevels(raw);
        for (std::size_t i = 0; i < rectangle.images.size(); ++i) {
            auto kept = detect::nonMaximumSuppression(nn::candidatesOf(run.network(), levels, i, kConfidence, true), {kConfidence, kNmsIou, kMaxDetections});
            for (detect::Detection& detection : kept)
                detection.box = image::imageFromLetterbox(detection.box, prepared->transforms[i]);
            found[rectangle.images[i]] = std::move(kept);
        }
    }
    result.evaluation =
        eval::evaluateYolov5(flattened(found, samples, network.classNames()), truthOf(samples), kMaxDetections);
    return result;
}

} // namespace intersect::train
