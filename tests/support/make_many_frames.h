// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace intersect::tests {

/// What makeManyFrames makes.
struct ManyFrames {
    int cameras = 100;
    int framesEach = 1000;
    int boxesEach = 7; ///< rows of each label file, about as many as webcams show vehicles
    int pictures = 4;  ///< different pictures of a camera; all its frames are hard links to them
    std::string pool = "Q2";
};

/// Writes `<root>/<pool>/cam000/cam000-2021_03_20_070000.jpg` and so on, one frame a second, small JPEGs (352x240) by hard link, and a
/// label file of its own beside each (all different). Throws what goes wrong. Some 3 s for 100,000 frames.
void makeManyFrames(const std::filesystem::path& root, const ManyFrames& what = {});

} // namespace intersect::tests
