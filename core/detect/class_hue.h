// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace intersect::detect {

/// The four hues of classes on a photograph, 0xRRGGBB: blue, pink, yellow, green. One place for the window and the
/// annotated pictures.
inline constexpr std::array<std::uint32_t, 4> kHuesOnPhoto = {0x38A8F5, 0xEE74BC, 0xF0B42E, 0x35E8A0};

/// Which of the four hues a class takes, 0..3: car, motorcycle, bus and truck have their own, by name or by COCO's id;
/// others by id in turn.
inline int classHue(int classId, std::string_view name = {}) {
    constexpr std::array<std::string_view, 4> kNames = {"car", "motorcycle", "bus", "truck"};
    constexpr std::array<int, 4> kCocoIds = {2, 3, 5, 7};
    for (int hue = 0; hue < 4; ++hue)
        if (kNames[static_cast<std::size_t>(hue)] == name ||
            (name.empty() && kCocoIds[static_cast<std::size_t>(hue)] == classId))
            return hue;
    return ((classId % 4) + 4) % 4;
}

} // namespace intersect::detect
