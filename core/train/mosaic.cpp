// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/mosaic.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <opencv2/core.hpp>

namespace intersect::train {

namespace {

/// The part of a picture with its corner at (padX, padY) that a square canvas shows.
MosaicTile tileAt(int padX, int padY, Size picture, int canvasSide) {
    MosaicTile tile;
    tile.padX = padX;
    tile.padY = padY;
    tile.place = cv::Rect(padX, padY, picture.width, picture.height) & cv::Rect(0, 0, canvasSide, canvasSide);
    if (!tile.place.empty())
        tile.crop = tile.place - cv::Point(padX, padY);
    return tile;
}

template <std::size_t N>
std::array<Size, N> sizesOf(std::span<const LabelledPicture> pictures) {
    std::array<Size, N> sizes;
    for (std::size_t i = 0; i < N; ++i)
        sizes[i] = {pictures[i].bgr.cols, pictures[i].bgr.rows};
    return sizes;
}

LabelledPicture assembled(std::span<const LabelledPicture> pictures, std::span<const MosaicTile> tiles, int canvasSide) {
    LabelledPicture mosaic;
    mosaic.bgr = cv::Mat(canvasSide, canvasSide, CV_8UC3, cv::Scalar::all(kBorderGrey));
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const MosaicTile& tile = tiles[i];
        if (!tile.place.empty())
            pictures[i].bgr(tile.crop).copyTo(mosaic.bgr(tile.place));
        for (PixelBox box : pictures[i].boxes) {
            box.x1 += tile.padX;
            box.x2 += tile.padX;
            box.y1 += tile.padY;
            box.y2 += tile.padY;
            mosaic.boxes.push_back(clipped(box, {canvasSide, canvasSide})); // boxes left without area go when the warp looks at them
        }
    }
    return mosaic;
}

double areaOf(const PixelBox& box) {
    return std::max(0.0, box.x2 - box.x1) * std::max(0.0, box.y2 - box.y1);
}

/// How much of `covered` lies under `cover`, 0..1.
double coveredShare(const PixelBox& cover, const PixelBox& covered) {
    const double w = std::min(cover.x2, covered.x2) - std::max(cover.x1, covered.x1);
    const double h = std::min(cover.y2, covered.y2) - std::max(cover.y1, covered.y1);
    return w <= 0 || h <= 0 ? 0 : w * h / areaOf(covered);
}

/// The pixels a box touches.
cv::Rect pixelsOf(const PixelBox& box, const cv::Mat& picture) {
    const int x1 = static_cast<int>(std::floor(box.x1)), y1 = static_cast<int>(std::floor(box.y1));
    const int x2 = static_cast<int>(std::ceil(box.x2)), y2 = static_cast<int>(std::ceil(box.y2));
    return cv::Rect(x1, y1, x2 - x1, y2 - y1) & cv::Rect(0, 0, picture.cols, picture.rows);
}

} // namespace

std::array<MosaicTile, 4> mosaicLayout(const std::array<Size, 4>& pictures, cv::Point centre, int imgSize) {
    std::array<MosaicTile, 4> tiles;
    for (std::size_t i = 0; i < 4; ++i) {
        // The corner of the picture that touches the centre fixes where its origin lies.
        const bool left = i % 2 == 0, top = i < 2;
        tiles[i] = tileAt(left ? centre.x - pictures[i].width : centre.x, top ? centre.y - pictures[i].height : centre.y, pictures[i], 2 * imgSize);
    }
    return tiles;
}

std::array<MosaicTile, 9> mosaicLayoutOfNine(const std::array<Size, 9>& pictures, cv::Point window, int imgSize) {
    const auto& p = pictures;
    const int right = p[0].width, bottom = p[0].height; // of the middle picture, from its own corner
    const std::array<cv::Point, 9> corners{
        cv::Point{0, 0},
        {0, -p[1].height},                                                   // top
        {p[1].width, -p[2].height},                                          // top right: beside the top one
        {right, 0},                                                          // right
        {right, p[3].height},                                                // bottom right: under the right one
        {right - p[5].width, bottom},                                        // bottom
        {right - p[5].width - p[6].width, bottom},                           // bottom left: beside the bottom one
        {-p[7].width, bottom - p[7].height},                                 // left
        {-p[8].width, bottom - p[7].height - p[8].height},                   // top left: over the left one
    };
    std::array<MosaicTile, 9> tiles;
    for (std::size_t i = 0; i < 9; ++i)
        tiles[i] = tileAt(imgSize + corners[i].x - window.x, imgSize + corners[i].y - window.y, p[i], 2 * imgSize);
    return tiles;
}

LabelledPicture makeMosaic(std::span<const LabelledPicture> pictures, int imgSize, const runs::HyperParameters& hyp, RandomStream& random) {
    LabelledPicture mosaic;
    if (pictures.size() == 9) {
        const int x = static_cast<int>(random.uniform(0, imgSize)), y = static_cast<int>(random.uniform(0, imgSize));
        mosaic = assembled(pictures, mosaicLayoutOfNine(sizesOf<9>(pictures), {x, y}, imgSize), 2 * imgSize);
    } else {
        const int x = static_cast<int>(random.uniform(imgSize / 2, 1.5 * imgSize));
        const int y = static_cast<int>(random.uniform(imgSize / 2, 1.5 * imgSize));
        mosaic = assembled(pictures, mosaicLayout(sizesOf<4>(pictures), {x, y}, imgSize), 2 * imgSize);
    }
    if (hyp.copyPaste > 0)
        pasteMirrored(mosaic, hyp.copyPaste, random);
    return randomPerspective(mosaic, {imgSize, imgSize}, hyp, random);
}

void pasteMirrored(LabelledPicture& picture, double share, RandomStream& random) {
    std::vector<std::size_t> candidates;
    for (std::size_t i = 0; i < picture.boxes.size(); ++i)
        if (areaOf(picture.boxes[i]) > 0)
            candidates.push_back(i);
    const auto count = static_cast<std::size_t>(std::nearbyint(share * static_cast<double>(candidates.size())));
    const cv::Mat source = count > 0 ? picture.bgr.clone() : cv::Mat();
    for (std::size_t i = 0; i < count; ++i) {
        std::swap(candidates[i], candidates[i + random.below(candidates.size() - i)]);
        const PixelBox box = picture.boxes[candidates[i]];
        PixelBox mirrored = box;
        mirrored.x1 = picture.bgr.cols - box.x2;
        mirrored.x2 = picture.bgr.cols - box.x1;
        constexpr double kMostCovered = 0.3;
        if (std::any_of(picture.boxes.begin(), picture.boxes.end(), [&](const PixelBox& other) { return coveredShare(mirrored, other) >= kMostCovered; }))
            continue;
        const cv::Rect from = pixelsOf(box, picture.bgr);
        cv::flip(source(from), picture.bgr(cv::Rect(picture.bgr.cols - from.x - from.width, from.y, from.width, from.height)), 1);
        picture.boxes.push_back(mirrored);
    }
}

double drawBeta(int b, RandomStream& random) {
    std::vector<double> draws(static_cast<std::size_t>(2 * b - 1));
    for (double& draw : draws)
        draw = random.uniform();
    const auto middle = draws.begin() + (b - 1);
    std::nth_element(draws.begin(), middle, draws.end());
    return *middle;
}

void mixInto(LabelledPicture& first, const LabelledPicture& second, double share) {
    CV_Assert(first.bgr.size() == second.bgr.size());
    // Every product once: 256 levels of each picture.
    std::array<double, 256> a{}, b{};
    for (std::size_t level = 0; level < 256; ++level) {
        a[level] = static_cast<double>(level) * share;
        b[level] = static_cast<double>(level) * (1 - share);
    }
    for (int y = 0; y < first.bgr.rows; ++y) {
        auto* into = first.bgr.ptr<std::uint8_t>(y);
        const auto* other = second.bgr.ptr<std::uint8_t>(y);
        for (int x = 0; x < 3 * first.bgr.cols; ++x)
            into[x] = static_cast<std::uint8_t>(a[into[x]] + b[other[x]]);
    }
    first.boxes.insert(first.boxes.end(), second.boxes.begin(), second.boxes.end());
}

} // namespace intersect::train
