// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/save_predictions.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/numbers.h"
#include "core/base/staged_folder.h"
#include "core/detect/class_hue.h"
#include "core/image/decode.h"

namespace intersect::nn {
namespace {

cv::Scalar colourOf(int classId, const std::string& name) { // BGR
    const std::uint32_t rgb = detect::kHuesOnPhoto[static_cast<std::size_t>(detect::classHue(classId, name))];
    return {static_cast<double>(rgb & 0xFF), static_cast<double>(rgb >> 8 & 0xFF), static_cast<double>(rgb >> 16)};
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

/// Writes a picture as its new name says; `source` is what it was made of.
Result<void> writePicture(const cv::Mat& bgr, const std::filesystem::path& file, const std::filesystem::path& source) {
    const bool lossless = file.extension() == ".png";
    std::vector<unsigned char> bytes;
    try {
        if (!cv::imencode(lossless ? ".png" : ".jpg", bgr, bytes,
                          lossless ? std::vector<int>{} : std::vector<int>{cv::IMWRITE_JPEG_QUALITY, 92}))
            return fail(ErrorCode::Failed,
                        source.string() + " could not be written with its boxes: its size does not fit the format.",
                        source);
    } catch (const cv::Exception& error) {
        return fail(ErrorCode::Failed, source.string() + " could not be drawn: " + error.what() + ".", source);
    }
    return writeStagedFile(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

} // namespace

std::vector<std::filesystem::path> outputStems(const std::vector<detect::ImageEntry>& images,
                                               const std::filesystem::path& root) {
    std::filesystem::path common = root;
    if (common.empty() && !images.empty()) {
        common = images.front().file.parent_path();
        for (const detect::ImageEntry& image : images) {
            const std::filesystem::path folder = image.file.parent_path();
            const auto end = std::mismatch(common.begin(), common.end(), folder.begin(), folder.end()).first;
            std::filesystem::path shorter;
            for (auto part = common.begin(); part != end; ++part)
                shorter /= *part;
            common = shorter;
        }
    }
    std::vector<std::filesystem::path> stems, whole;
    std::map<std::filesystem::path, int> uses;
    for (const detect::ImageEntry& image : images) {
        whole.push_back(image.file.lexically_relative(common));
        stems.push_back(std::filesystem::path(whole.back()).replace_extension());
        ++uses[stems.back()];
    }
    // Names nobody else wants are given first; pictures of one stem keep their endings, and whoever still meets another
    // gets a number.
    std::set<std::filesystem::path> taken;
    for (std::size_t i = 0; i < stems.size(); ++i)
        if (uses[stems[i]] == 1)
            taken.insert(stems[i]);
    for (std::size_t i = 0; i < stems.size(); ++i) {
        if (uses[stems[i]] == 1)
            continue;
        std::filesystem::path name = whole[i];
        for (int number = 2; !taken.insert(name).second; ++number)
            name = whole[i].native() + "-" + std::to_string(number);
        stems[i] = name;
    }
    return stems;
}

std::filesystem::path annotatedName(const std::filesystem::path& stem, const std::filesystem::path& picture) {
    return stem.native() + (picture.extension() == ".png" ? ".png" : ".jpg");
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

Result<void> saveYoloDetections(const detect::DetectionSet& set, std::span<const std::filesystem::path> stems,
                                const std::filesystem::path& folder, bool withScore) {
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        const std::filesystem::path file = folder / (stems[i].native() + ".txt");
        if (const auto written = writeStagedFile(file, formatYoloDetections(set.of(i), set.images[i].size, withScore));
            !written)
            return written;
    }
    return {};
}

void drawDetections(cv::Mat& bgr, std::span<const detect::Detection> detections, const std::vector<std::string>& names) {
    // Of line and text: a picture is looked at as a whole, whatever its size, so they grow with it; on small ones
    // letters stay 8 pixels high.
    const double scale = std::max(std::max(bgr.cols, bgr.rows) / 1280.0, 0.5);
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

Result<void> saveAnnotated(const detect::DetectionSet& set, std::span<const std::filesystem::path> stems,
                           const std::filesystem::path& folder, VideoWriter* video, const ProgressCallback& progress,
                           const StopCheck& stop) {
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted,
                        "Drawing was stopped after " + std::to_string(i) + " pictures; none of them was kept.");
        const std::filesystem::path& source = set.images[i].file;
        Result<cv::Mat> picture = image::decodeImage(source);
        if (!picture)
            return failAs(picture);
        try {
            drawDetections(*picture, set.of(i), set.names);
        } catch (const cv::Exception& error) {
            return fail(ErrorCode::Failed, source.string() + " could not be drawn: " + error.what() + ".", source);
        }
        if (!folder.empty())
            if (const auto written = writePicture(*picture, folder / annotatedName(stems[i], source), source); !written)
                return written;
        if (video != nullptr)
            if (const auto added = video->add(*picture); !added)
                return added;
        if (progress)
            progress(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(set.images.size()));
    }
    return {};
}

} // namespace intersect::nn
