// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/perceptual_hash.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "core/base/cpu_clones.h"
#include "core/base/files.h"
#include "core/image/decode.h"

namespace intersect::image {
namespace {

constexpr int kSide = 32;       // of the picture that is transformed
constexpr int kFrequencies = 8; // of each direction in the hash
constexpr std::uintmax_t kMaxFileBytes = 1ULL << 30;

/// The part of [begin, end) that pixel `i` covers.
double covered(int i, double begin, double end) {
    return std::min(end, i + 1.0) - std::max(begin, static_cast<double>(i));
}

/// The mean grey of each of width x height equal cells, row by row; a border pixel counts by the part of it that lies within the cell.
std::vector<double> cellMeans(const cv::Mat& grey, int width, int height) {
    const double stepX = static_cast<double>(grey.cols) / width;
    const double stepY = static_cast<double>(grey.rows) / height;
    std::vector<double> means(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    std::vector<double> columns(static_cast<std::size_t>(grey.cols));
    for (int y = 0; y < height; ++y) {
        std::fill(columns.begin(), columns.end(), 0.0);
        const double top = y * stepY, bottom = std::min<double>((y + 1) * stepY, grey.rows);
        for (int row = static_cast<int>(top); row < bottom; ++row) {
            const double weight = covered(row, top, bottom);
            const auto* pixels = grey.ptr<std::uint8_t>(row);
            for (std::size_t x = 0; x < columns.size(); ++x)
                columns[x] += weight * pixels[x];
        }
        for (int x = 0; x < width; ++x) {
            const double left = x * stepX, right = std::min<double>((x + 1) * stepX, grey.cols);
            double sum = 0;
            for (int column = static_cast<int>(left); column < right; ++column)
                sum += covered(column, left, right) * columns[static_cast<std::size_t>(column)];
            means[static_cast<std::size_t>(y * width + x)] = sum / ((right - left) * (bottom - top));
        }
    }
    return means;
}

/// cos(pi f (x + 1/2) / 32) of the frequencies 1..8: the rows of an orthonormal cosine transform (DCT-II) but for their factor.
std::array<std::array<double, kSide>, kFrequencies> cosines() {
    std::array<std::array<double, kSide>, kFrequencies> table{};
    for (int f = 0; f < kFrequencies; ++f)
        for (int x = 0; x < kSide; ++x)
            table[static_cast<std::size_t>(f)][static_cast<std::size_t>(x)] = std::cos(std::numbers::pi * (f + 1) * (x + 0.5) / kSide);
    return table;
}

/// One step of the mixer below: the two halves of a 128-bit product folded together.
std::uint64_t folded(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

INTERSECT_FOR_EVERY_CPU
int sumOf(const std::uint8_t* cells, int count) {
    int sum = 0;
    for (int i = 0; i < count; ++i)
        sum += cells[i];
    return sum;
}

INTERSECT_FOR_EVERY_CPU
bool within(const std::uint8_t* a, const std::uint8_t* b, int count, int shift, int limit) {
    int worst = 0;
    for (int i = 0; i < count; ++i)
        worst = std::max(worst, std::abs(a[i] - b[i] - shift));
    return worst <= limit;
}

} // namespace

std::uint64_t perceptualHash(const cv::Mat& grey) {
    if (grey.empty())
        return 0;
    static const auto cosine = cosines();
    const std::vector<double> cells = cellMeans(grey, kSide, kSide);
    std::array<std::array<double, kFrequencies>, kSide> rows{}; // each row transformed
    for (std::size_t y = 0; y < kSide; ++y)
        for (std::size_t f = 0; f < kFrequencies; ++f)
            rows[y][f] =
                std::inner_product(cosine[f].begin(), cosine[f].end(), cells.begin() + static_cast<std::ptrdiff_t>(y * kSide), 0.0);
    std::array<double, 64> coefficients{};
    for (std::size_t v = 0; v < kFrequencies; ++v) {
        for (std::size_t u = 0; u < kFrequencies; ++u) {
            double sum = 0;
            for (std::size_t y = 0; y < kSide; ++y)
                sum += cosine[v][y] * rows[y][u];
            coefficients[v * kFrequencies + u] = std::round(sum * (2.0 / kSide) * 16) / 16; // 2/32: orthonormal
        }
    }
    std::array<double, 64> ordered = coefficients;
    std::nth_element(ordered.begin(), ordered.begin() + 32, ordered.end());
    const double median = (ordered[32] + *std::max_element(ordered.begin(), ordered.begin() + 32)) / 2;
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < 64; ++i)
        hash |= static_cast<std::uint64_t>(coefficients[i] > median) << i;
    return hash;
}

PictureSignature signatureOf(const cv::Mat& grey) {
    PictureSignature signature;
    if (grey.empty())
        return signature;
    signature.hash = perceptualHash(grey);
    const std::vector<double> means = cellMeans(grey, PictureSignature::kCellsWide, PictureSignature::kCellsHigh);
    std::transform(means.begin(), means.end(), signature.cells.begin(),
                   [](double mean) { return static_cast<std::uint8_t>(std::lround(mean)); });
    signature.known = true;
    return signature;
}

Result<PictureSignature> readSignature(const std::filesystem::path& path) {
    const Result<std::string> bytes = readFile(path, kMaxFileBytes);
    if (!bytes)
        return failAs(bytes);
    const Result<cv::Mat> grey = decodeGrey(*bytes, path, kSide);
    if (!grey)
        return failAs(grey);
    PictureSignature signature = signatureOf(*grey);
    signature.content = contentHash(*bytes);
    signature.fileBytes = bytes->size();
    return signature;
}

std::uint64_t contentHash(std::string_view bytes) {
    constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15ULL, kSecond = 0xD1B54A32D192ED03ULL; // odd, bits spread
    std::uint64_t hash = folded(bytes.size() ^ kFirst, kSecond);
    std::size_t at = 0;
    for (; at + 16 <= bytes.size(); at += 16) {
        std::uint64_t a = 0, b = 0;
        std::memcpy(&a, bytes.data() + at, 8);
        std::memcpy(&b, bytes.data() + at + 8, 8);
        hash = folded(a ^ kFirst ^ hash, b ^ std::rotl(hash, 23) ^ kSecond);
    }
    for (; at < bytes.size(); ++at)
        hash = folded(hash ^ static_cast<unsigned char>(bytes[at]) ^ kSecond, kFirst);
    return folded(hash ^ kSecond, kFirst);
}

bool cellsAgree(const PictureSignature& a, const PictureSignature& b, int limit) {
    const int count = static_cast<int>(a.cells.size());
    const int sums = sumOf(a.cells.data(), count) - sumOf(b.cells.data(), count);
    const int shift = static_cast<int>(std::lround(static_cast<double>(sums) / count));
    return std::abs(shift) <= 2 * limit && within(a.cells.data(), b.cells.data(), count, shift, limit);
}

} // namespace intersect::image
