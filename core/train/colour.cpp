// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled so that the loops become vector code with table look-ups, and with multiply-add in one where the processor has it: OpenCV does the
// same there, and only so the bits agree (core/CMakeLists.txt).
#include "core/train/colour.h"

#include <algorithm>
#include <cmath>

#include "core/base/cpu_clones.h"

namespace intersect::train {

namespace {

constexpr std::size_t kBlock = 256; ///< pixels worked on at once: all that belongs to them stays in the first cache
constexpr int kHues = 180;
constexpr int kShift = 12; ///< of OpenCV's fixed-point quotients

/// 255 / v and 30 / diff in fixed point, as OpenCV rounds them.
struct Quotients {
    std::array<std::int32_t, 256> saturation{}, hue{};
};
const Quotients& quotients() {
    static const Quotients kTables = [] {
        Quotients made;
        for (std::size_t i = 1; i < 256; ++i) {
            made.saturation[i] = static_cast<std::int32_t>(std::lrint((255 << kShift) / (1.0 * static_cast<double>(i))));
            made.hue[i] = static_cast<std::int32_t>(std::lrint((kHues << kShift) / (6.0 * static_cast<double>(i))));
        }
        return made;
    }();
    return kTables;
}

/// What follows from the old hue, saturation and value alone.
struct Changed {
    std::array<float, 256> hue{};               ///< new, 0..6
    std::array<float, 256> saturation{}, value{}; ///< new, 0..1
};
Changed changedBy(const HsvTables& tables) {
    Changed out;
    for (std::size_t i = 0; i < 256; ++i) {
        out.hue[i] = static_cast<float>(tables.hue[i]) * (6.0F / kHues);
        out.saturation[i] = static_cast<float>(tables.saturation[i]) * (1.0F / 255);
        out.value[i] = static_cast<float>(tables.value[i]) * (1.0F / 255);
    }
    return out;
}

/// The largest value where the bit of the sector is set in `largest`, the middle one where it is in `middle`, else the least. Without a branch.
inline std::int32_t chosen(std::int32_t sector, std::int32_t largest, std::int32_t between, std::int32_t most, std::int32_t middle, std::int32_t least) {
    const std::int32_t isMost = -((largest >> sector) & 1), isMiddle = -((between >> sector) & 1);
    return (most & isMost) | (middle & isMiddle) | (least & ~(isMost | isMiddle));
}

/// Up to kBlock pixels.
INTERSECT_FOR_EVERY_CPU void changeBlock(const std::uint8_t* bgr, std::size_t count, const Quotients& quotient, const Changed& changed, std::uint8_t* red,
                                         std::uint8_t* green, std::uint8_t* blue) {
    const std::int32_t *quotientHue = quotient.hue.data(), *quotientSaturation = quotient.saturation.data();
    const float *newHue = changed.hue.data(), *newSaturation = changed.saturation.data(), *newValue = changed.value.data();
    std::int32_t hue[kBlock], saturation[kBlock], value[kBlock], sectors[kBlock];
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t b = bgr[3 * i], g = bgr[3 * i + 1], r = bgr[3 * i + 2];
        const std::int32_t most = std::max(std::max(b, g), r), spread = most - std::min(std::min(b, g), r);
        const std::int32_t fromGreen = b - r + 2 * spread, fromBlue = r - g + 4 * spread;
        const std::int32_t other = most == g ? fromGreen : fromBlue;
        const std::int32_t around = most == r ? g - b : other;
        const std::int32_t signedHue = (around * quotientHue[spread] + (1 << (kShift - 1))) >> kShift;
        hue[i] = signedHue < 0 ? signedHue + kHues : signedHue;
        saturation[i] = (spread * quotientSaturation[most] + (1 << (kShift - 1))) >> kShift;
        value[i] = most;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const float v = newValue[value[i]], s = newSaturation[saturation[i]];
        const float sixths = newHue[hue[i]];
        const auto sector = static_cast<std::int32_t>(sixths);
        const float within = sixths - static_cast<float>(sector);
        const float part = (sector & 1) != 0 ? within : 1.0F - within;
        // OpenCV cuts off here, it does not round.
        const auto most = static_cast<std::int32_t>(v * 255.0F);
        const auto least = static_cast<std::int32_t>(v * (1.0F - s) * 255.0F);
        const auto middle = static_cast<std::int32_t>(v * (1.0F - s * part) * 255.0F);
        value[i] = most;
        saturation[i] = least;
        hue[i] = middle;
        sectors[i] = sector;
    }
    for (std::size_t i = 0; i < count; ++i) { // a loop of its own: with the floats in it, it would not become vector code
        const std::int32_t sector = sectors[i], most = value[i], least = saturation[i], middle = hue[i];
        const std::int32_t r = chosen(sector, 0x21, 0x12, most, middle, least);
        const std::int32_t g = chosen(sector, 0x06, 0x09, most, middle, least);
        const std::int32_t b = chosen(sector, 0x18, 0x24, most, middle, least);
        red[i] = static_cast<std::uint8_t>(r);
        green[i] = static_cast<std::uint8_t>(g);
        blue[i] = static_cast<std::uint8_t>(b);
    }
}

INTERSECT_FOR_EVERY_CPU void interleave(const std::uint8_t* red, const std::uint8_t* green, const std::uint8_t* blue, std::size_t count, std::uint8_t* rgb) {
    for (std::size_t i = 0; i < count; ++i) {
        rgb[3 * i] = red[i];
        rgb[3 * i + 1] = green[i];
        rgb[3 * i + 2] = blue[i];
    }
}

} // namespace

HsvTables hsvTables(double hueFactor, double saturationFactor, double valueFactor) {
    HsvTables tables;
    for (std::size_t i = 0; i < 256; ++i) {
        const auto x = static_cast<double>(i);
        tables.hue[i] = static_cast<std::uint8_t>(std::fmod(x * hueFactor, 180.0));
        tables.saturation[i] = static_cast<std::uint8_t>(std::clamp(x * saturationFactor, 0.0, 255.0));
        tables.value[i] = static_cast<std::uint8_t>(std::clamp(x * valueFactor, 0.0, 255.0));
    }
    return tables;
}

void changeColours(const std::uint8_t* bgr, std::size_t count, const HsvTables& tables, bool mirrored, std::uint8_t* rgb) {
    const Changed changed = changedBy(tables);
    std::uint8_t red[kBlock], green[kBlock], blue[kBlock];
    for (std::size_t begin = 0; begin < count; begin += kBlock) {
        const std::size_t some = std::min(kBlock, count - begin);
        changeBlock(bgr + 3 * begin, some, quotients(), changed, red, green, blue);
        if (mirrored) {
            std::reverse(red, red + some);
            std::reverse(green, green + some);
            std::reverse(blue, blue + some);
        }
        interleave(red, green, blue, some, rgb + 3 * (mirrored ? count - begin - some : begin));
    }
}

void swapToRgb(const std::uint8_t* bgr, std::size_t count, bool mirrored, std::uint8_t* rgb) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t* pixel = bgr + 3 * (mirrored ? count - 1 - i : i);
        rgb[3 * i] = pixel[2];
        rgb[3 * i + 1] = pixel[1];
        rgb[3 * i + 2] = pixel[0];
    }
}

} // namespace intersect::train
