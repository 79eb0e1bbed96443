// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/select/camera_usefulness.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/text_lines.h"

namespace intersect::select {
namespace {

constexpr std::uintmax_t kMostBytes = 16ULL << 20;
constexpr std::uint32_t kMostFrames = 100; // of a camera, for its novelty

/// Without the spaces and the quotes around it.
std::string_view cell(std::string_view text) {
    text = trimmed(text);
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    return text;
}

} // namespace

Usefulness sumByCamera(const std::vector<const data::Camera*>& cameras, const std::function<double(std::uint32_t frame)>& value) {
    Usefulness sums;
    for (const data::Camera* camera : cameras) {
        double& sum = sums[camera->id()];
        for (std::uint32_t i = camera->frameBegin; i < camera->frameBegin + camera->frameCount; ++i)
            sum += value(i);
    }
    return sums;
}

Usefulness noveltyByCamera(const std::vector<const data::Camera*>& cameras, const FeatureRows& features) {
    std::vector<std::vector<std::uint32_t>> looked;
    for (const data::Camera* camera : cameras) {
        std::vector<std::uint32_t>& frames = looked.emplace_back();
        const std::uint32_t count = std::min(camera->frameCount, kMostFrames);
        for (std::uint32_t k = 0; k < count; ++k)
            frames.push_back(camera->frameBegin + static_cast<std::uint32_t>(static_cast<std::uint64_t>(k) * camera->frameCount / count));
    }
    Usefulness novelty;
    for (std::size_t i = 0; i < cameras.size(); ++i) {
        double sum = 0;
        for (const std::uint32_t frame : looked[i]) {
            float nearest = std::numeric_limits<float>::infinity();
            for (std::size_t other = 0; other < cameras.size(); ++other) {
                if (other == i)
                    continue;
                for (const std::uint32_t candidate : looked[other])
                    nearest = std::min(nearest, squaredDistance(features.row(frame), features.row(candidate), features.width));
            }
            sum += std::isfinite(nearest) ? std::sqrt(static_cast<double>(nearest)) : 1.0;
        }
        novelty[cameras[i]->id()] = looked[i].empty() ? 0 : sum / static_cast<double>(looked[i].size());
    }
    return novelty;
}

Result<Usefulness> readCameraResults(const std::filesystem::path& csv) {
    const Result<std::string> text = readFile(csv, kMostBytes);
    if (!text)
        return failAs(text);
    Usefulness values;
    data::TextLines lines(*text);
    for (std::string_view whole; lines.next(whole);) {
        const int line = lines.number();
        const std::string_view row = trimmed(whole.substr(0, whole.find('#')));
        if (row.empty())
            continue;
        const std::size_t comma = row.find(',');
        const auto wrong = [&](const std::string& what) {
            return fail(ErrorCode::BadInput, csv.string() + " line " + std::to_string(line) + " " + what + ".", csv, line, "Write one camera and one number a line: 398,0.52");
        };
        if (comma == std::string_view::npos || row.find(',', comma + 1) != std::string_view::npos)
            return wrong("has not two columns");
        const std::string camera(cell(row.substr(0, comma)));
        const auto value = parseDouble(cell(row.substr(comma + 1)));
        if (!value && values.empty() && !cell(row.substr(comma + 1)).empty() && line == 1)
            continue; // the header
        if (camera.empty() || !value || !std::isfinite(*value) || *value < 0)
            return wrong("gives no camera with a number of 0 or more");
        if (!values.emplace(camera, *value).second)
            return wrong("names the camera " + camera + " a second time");
    }
    if (values.empty())
        return fail(ErrorCode::BadInput, csv.string() + " holds no camera.", csv, 0, "Write one camera and one number a line: 398,0.52");
    return values;
}

} // namespace intersect::select
