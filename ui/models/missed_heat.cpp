// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/missed_heat.h"

#include <algorithm>
#include <cmath>

#include "core/eval/matching.h"

namespace intersect::ui {
namespace {

constexpr int kMostCells = 1280; ///< on the long side
constexpr int kMostBands = 5;

} // namespace

MissedHeat findMissedHeat(const Inspection& inspection, std::uint32_t camera, double confidence, double matchIou,
                          const std::function<bool()>& cancelled) {
    MissedHeat heat;
    // Each box is four corners of a table of differences; summing that up over x and y gives the counts.
    std::vector<std::int32_t> table;
    std::size_t stride = 0;
    for (std::size_t i = 0; i < inspection.size(); ++i) {
        const Size size = inspection.detections.images[i].size;
        if (inspection.frames[i].camera != camera || !inspection.frames[i].judged || size.width <= 0 ||
            size.height <= 0)
            continue;
        if (cancelled && cancelled())
            return {};
        if (heat.frames == 0) {
            heat.cells = size;
            while (std::max(heat.cells.width, heat.cells.height) > kMostCells)
                heat.cells = {(heat.cells.width + 1) / 2, (heat.cells.height + 1) / 2};
            stride = static_cast<std::size_t>(heat.cells.width) + 1;
            table.assign(stride * (static_cast<std::size_t>(heat.cells.height) + 1), 0);
        }
        ++heat.frames;
        const double toX = static_cast<double>(heat.cells.width) / size.width,
                     toY = static_cast<double>(heat.cells.height) / size.height;
        const auto truth = inspection.truth.of(i);
        for (const eval::Match& match :
             eval::matchFrame(inspection.detections.of(i), truth, confidence, matchIou).matches) {
            if (match.verdict != eval::Verdict::FN)
                continue;
            const BoxXyxy& box = truth[static_cast<std::size_t>(match.truth)].box;
            const auto cell = [](double at, int most) {
                return static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(most)));
            };
            const std::size_t x1 = cell(std::floor(box.x1 * toX), heat.cells.width),
                              x2 = cell(std::ceil(box.x2 * toX), heat.cells.width);
            const std::size_t y1 = cell(std::floor(box.y1 * toY), heat.cells.height),
                              y2 = cell(std::ceil(box.y2 * toY), heat.cells.height);
            ++heat.objects;
            ++table[y1 * stride + x1];
            --table[y1 * stride + x2];
            --table[y2 * stride + x1];
            ++table[y2 * stride + x2];
        }
    }
    if (heat.frames == 0)
        return heat;
    heat.missed.reserve(static_cast<std::size_t>(heat.cells.width) * static_cast<std::size_t>(heat.cells.height));
    std::vector<std::int32_t> above(stride, 0); // sums of the columns so far
    for (std::size_t y = 0; y < static_cast<std::size_t>(heat.cells.height); ++y) {
        std::int32_t sum = 0;
        for (std::size_t x = 0; x + 1 < stride; ++x) {
            above[x] += table[y * stride + x];
            sum += above[x];
            heat.missed.push_back(sum);
            heat.most = std::max(heat.most, static_cast<int>(sum));
        }
    }
    return heat;
}

std::vector<std::pair<int, int>> heatBands(int most) {
    std::vector<std::pair<int, int>> bands;
    const int count = std::min(most, kMostBands);
    for (int i = 0; i < count; ++i)
        bands.emplace_back(i == 0 ? 1 : bands.back().second + 1,
                           static_cast<int>(static_cast<std::int64_t>(most) * (i + 1) / count));
    return bands;
}

} // namespace intersect::ui
