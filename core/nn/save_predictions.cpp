// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/save_predictions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/image/decode.h"

namespace intersect::nn {
namespace {

/// Hues of car, motorcycle, bus and truck on a photograph, as BGR; other classes take them in turn by id.
cv::Scalar colourOf(int classId, const std::string& name) {
    static const std::array<cv::Scalar, 4> kColours = {cv::Scalar(0xF5, 0xA8, 0x38), cv::Scalar(0xBC, 0x74, 0xEE), cv::Scalar(0x2E, 0xB4, 0xF0),
                                                       cv::Scalar(0xA0, 0xE8, 0x35)};
    static const std::array<std::string, 4> kNames = {"car", "motorcycle", "bus", "truck"};
    const auto known = std::find(kNames.begin(), kNames.end(), name);
    return known != kNames.end() ? kColours[static_cast<std::size_t>(known - kNames.begin())] : kColours[static_cast<std::size_t>(classId) % 4];
}

int pixel(float value) {
    return static_cast<int>(std::lround(std::clamp(value, -1e6F, 1e6F)));
}

/// Where a label goes: above its box, else below, right or left of it, on the first side that no other label has; kept inside the picture.
cv::Rect labelPlace(const cv::Rect& box, cv::Size size, cv::Size picture, const std::vector<cv::Rect>& taken) {
    const cv::Point sides[] = {{box.x, box.y - size.height}, {box.x, box.y + box.height}, {box.x + box.width, box.y}, {box.x - size.width, box.y}};
    const auto inside = [&](cv::Point at) {
        at.x = std::clamp(at.x, 0, std::max(0, picture.width - size.width));
        at.y = std::clamp(at.y, 0, std::max(0, picture.height - size.height));
        return cv::Rect(at, size);
    };
    for (const cv::Point& side : sides) {
        const cv::Rect place = inside(side);
        if (std::none_of(taken.begin(), taken.end(), [&](const cv::Rect& other) { return (other & place).area() > 0; }))
            return place;
    }
    return inside(sides[0]);
}

} // namespace

std::vector<std::filesystem::path> namesBelow(const std::vector<detect::ImageEntry>& images) {
    std::vector<std::filesystem::path> names;
    std::set<std::filesystem::path> stems;
    for (const detect::ImageEntry& image : images) {
        names.push_back(image.file.filename());
        stems.insert(image.file.stem());
    }
    if (stems.size() == images.size())
        return names;
    std::filesystem::path common = images.front().file.parent_path();
    for (const detect::ImageEntry& image : images) {
        const std::filesystem::path folder = image.file.parent_path();
        auto [end, unused] = std::mismatch(common.begin(), common.end(), folder.begin(), folder.end());
        std::filesystem::path shorter;
        for (auto part = common.begin(); part != end; ++part)
            shorter /= *part;
        common = shorter;
    }
    for (std::size_t i = 0; i < images.size(); ++i)
        names[i] = images[i].file.lexically_relative(common);
    return names;
}

std::string formatYoloDetections(std::span<const detect::Detection> detections, Size image, bool withScore) {
    std::string text;
    for (const detect::Detection& detection : detections) {
        const BoxCxcywhn box = toCxcywhn(detection.box, image);
        text += std::to_string(detection.classId);
        for (const double value : {box.cx, box.cy, box.w, box.h})
            text += " " + formatFixed(value, 6);
        text += withScore ? " " + formatFixed(detection.score, 6) + "\n" : "\n";
    }
    return text;
}

Result<void> saveYoloDetections(const detect::DetectionSet& set, const std::filesystem::path& folder, bool withScore) {
    const std::vector<std::filesystem::path> names = namesBelow(set.images);
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        std::filesystem::path file = folder / names[i];
        file.replace_extension(".txt");
        if (const auto written = writeFileAtomically(file, formatYoloDetections(set.of(i), set.images[i].size, withScore)); !written)
            return written;
    }
    return {};
}

void drawDetections(cv::Mat& bgr, std::span<const detect::Detection> detections, const std::vector<std::string>& names) {
    const double scale = std::clamp(std::max(bgr.cols, bgr.rows) / 1280.0, 0.5, 2.0); // of line and text: readable on small and large pictures
    const int line = std::max(1, static_cast<int>(std::lround(1.6 * scale)));
    const cv::Scalar ink(0x1A, 0x16, 0x14), halo(0, 0, 0);
    const auto nameOf = [&](const detect::Detection& d) {
        const auto id = static_cast<std::size_t>(d.classId);
        return id < names.size() ? names[id] : "class " + std::to_string(id);
    };
    const auto rectOf = [](const detect::Detection& d) { return cv::Rect(cv::Point(pixel(d.box.x1), pixel(d.box.y1)), cv::Point(pixel(d.box.x2), pixel(d.box.y2))); };
    // The surest boxes come last, so that they lie on top.
    for (auto at = detections.rbegin(); at != detections.rend(); ++at) {
        cv::rectangle(bgr, rectOf(*at), halo, line + 2);
        cv::rectangle(bgr, rectOf(*at), colourOf(at->classId, nameOf(*at)), line);
    }
    // The surest labels get their place first.
    std::vector<cv::Rect> taken;
    for (const detect::Detection& detection : detections) {
        const std::string text = nameOf(detection) + " " + formatFixed(detection.score, 2);
        int below = 0;
        const double fontScale = 0.8 * scale;
        const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, fontScale, line, &below);
        const cv::Rect chip = labelPlace(rectOf(detection), cv::Size(size.width + 4, size.height + below + 2), bgr.size(), taken);
        taken.push_back(chip);
        cv::rectangle(bgr, chip, colourOf(detection.classId, nameOf(detection)), cv::FILLED);
        cv::putText(bgr, text, cv::Point(chip.x + 2, chip.y + size.height + 1), cv::FONT_HERSHEY_SIMPLEX, fontScale, ink, line, cv::LINE_AA);
    }
}

Result<void> saveAnnotated(const detect::DetectionSet& set, const std::filesystem::path& folder, const ProgressCallback& progress, const StopCheck& stop) {
    const std::vector<std::filesystem::path> names = namesBelow(set.images);
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "Drawing was stopped after " + std::to_string(i) + " pictures.");
        Result<cv::Mat> picture = image::decodeImage(set.images[i].file);
        if (!picture)
            return failAs(picture);
        try {
            drawDetections(*picture, set.of(i), set.names);
            std::filesystem::path file = folder / names[i];
            const bool lossless = file.extension() == ".png";
            if (!lossless)
                file.replace_extension(".jpg");
            std::vector<unsigned char> bytes;
            cv::imencode(lossless ? ".png" : ".jpg", *picture, bytes, lossless ? std::vector<int>{} : std::vector<int>{cv::IMWRITE_JPEG_QUALITY, 92});
            const std::string_view view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            if (const auto written = writeFileAtomically(file, view); !written)
                return written;
        } catch (const cv::Exception& error) {
            return fail(ErrorCode::Failed, set.images[i].file.string() + " could not be drawn: " + error.what() + ".", set.images[i].file);
        }
        if (progress)
            progress(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(set.images.size()));
    }
    return {};
}

} // namespace intersect::nn
