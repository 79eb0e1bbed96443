// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "core/image/perceptual_hash.h"

namespace intersect::select {

/// The train frame of its camera that a val frame looks most like.
struct NearestPicture {
    std::optional<std::size_t> train; ///< index in the train list; nothing if the camera has none that can be read
    int distance = 0;                 ///< bits between the two hashes, 0 to 64
    int cellLevels = 0;               ///< greatest difference of any cell's mean, grey levels: small only if the vehicles stand alike too
};

/// For every val frame the train frame of its folder with the nearest perceptual hash; of equally near ones that whose cells differ least, then the earlier one.
/// Signatures stand in the order of the lists; frames without a known one are passed over. Cost: per camera its val times its train frames.
/// Any thread.
std::vector<NearestPicture> nearestPictures(const std::vector<std::filesystem::path>& train, std::span<const image::PictureSignature> trainSignatures,
                                            const std::vector<std::filesystem::path>& val, std::span<const image::PictureSignature> valSignatures);

/// The train frame of the same folder that was taken nearest to a val frame in time, by its place in the list; nothing without times or such a frame.
std::optional<std::size_t> nearestInTime(const std::vector<std::filesystem::path>& train, const std::filesystem::path& val);

/// The greatest difference between the cells of two pictures, grey levels.
int cellDifference(const image::PictureSignature& a, const image::PictureSignature& b);

} // namespace intersect::select
