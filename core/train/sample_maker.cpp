// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/sample_maker.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <opencv2/core.hpp>

#include "core/train/mosaic.h"

namespace intersect::train {

void appendTargets(const LabelledPicture& picture, int image, std::vector<TargetRow>& rows) {
    constexpr double kInside = 1e-3; // boxes end this many pixels before the far border
    const double w = picture.bgr.cols, h = picture.bgr.rows;
    for (const PixelBox& box : picture.boxes) {
        const double x1 = std::clamp(box.x1, 0.0, w - kInside), x2 = std::clamp(box.x2, 0.0, w - kInside);
        const double y1 = std::clamp(box.y1, 0.0, h - kInside), y2 = std::clamp(box.y2, 0.0, h - kInside);
        rows.push_back({image, box.classId, static_cast<float>((x1 + x2) / 2 / w),
                        static_cast<float>((y1 + y2) / 2 / h), static_cast<float>((x2 - x1) / w),
                        static_cast<float>((y2 - y1) / h)});
    }
}

/// A mosaic of the picture and others drawn from the epoch's pictures.
Result<LabelledPicture> SampleMaker::mosaicAround(std::size_t picture, std::span<const std::size_t> drawn, RandomStream& random) {
    const runs::HyperParameters& hyp = m_config.hyp;
    // What is switched off draws nothing: a recipe without it gives the same epochs as before it was there.
    const std::size_t count = hyp.mosaic9 > 0 && random.chance(hyp.mosaic9) ? 9 : 4;
    std::vector<std::size_t> chosen{picture};
    while (chosen.size() < count) {
        const std::size_t other = random.below(m_pictures.samples().size());
        chosen.push_back(drawn.empty() ? other : drawn[other]);
    }
    for (std::size_t i = count; i > 1; --i)
        std::swap(chosen[i - 1], chosen[random.below(i)]);
    std::vector<LabelledPicture> parts;
    for (const std::size_t index : chosen) {
        auto part = m_pictures.picture(index);
        if (!part)
            return failAs(part);
        parts.push_back(std::move(*part));
    }
    return makeMosaic(parts, m_config.imgSize, hyp, random);
}

Result<LabelledPicture> SampleMaker::augmented(std::size_t picture, Size input, std::span<const std::size_t> drawn, RandomStream& random) {
    const runs::HyperParameters& hyp = m_config.hyp;
    if (m_config.rect || !random.chance(hyp.mosaic)) {
        const auto single = m_pictures.picture(picture);
        if (!single)
            return failAs(single);
        return makeSingle(*single, input, hyp, random);
    }
    auto mosaic = mosaicAround(picture, drawn, random);
    if (!mosaic || hyp.mixup <= 0 || !random.chance(hyp.mixup))
        return mosaic;
    const auto second = mosaicAround(random.below(m_pictures.samples().size()), drawn, random);
    if (!second)
        return failAs(second);
    mixInto(*mosaic, *second, drawBeta(static_cast<int>(hyp.mixupBeta), random));
    return mosaic;
}

std::optional<Error> SampleMaker::make(const PlannedSample& sample, int epoch, Size input, std::span<const std::size_t> drawn, std::uint8_t* rgb, int place,
                                       std::vector<TargetRow>& rows) {
    RandomStream random{m_config.seed, static_cast<std::uint64_t>(epoch), sample.stream};
    try {
        auto made = augmented(sample.picture, input, drawn, random);
        if (!made)
            return made.error();
        CV_Assert(made->bgr.cols == input.width && made->bgr.rows == input.height);
        finishInto(*made, drawFinish(m_config.hyp, random), rgb);
        appendTargets(*made, place, rows);
    } catch (const std::exception& error) {
        return Error{ErrorCode::Failed, "A training picture could not be made: " + std::string(error.what()) + ".",
                     m_pictures.samples()[sample.picture].path, 0, "Check that picture and the memory that is left."};
    }
    return std::nullopt;
}

} // namespace intersect::train
