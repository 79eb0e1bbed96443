// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/image/perceptual_hash.h"

namespace intersect::data {

/// One of a group of pictures that are alike.
struct GroupMember {
    std::uint32_t index = 0; ///< into what was asked about
    std::uint32_t like = 0;  ///< the earlier member of the group that this one is directly alike; its own index for the first
    int distance = 0;        ///< bits between the hashes of the two
};

/// Pictures that hang together by likeness, two or more; the first has the lowest index. Likeness may run along a chain: two members
/// need not be alike directly (see nearDuplicates for the direct question).
using DuplicateGroup = std::vector<GroupMember>;

/// How far apart two pictures may be and still be called nearly the same.
///
/// Measured on the 799 frames of citycam-mini (eight webcams, 140 s apart or more, all with other vehicles;
/// tests/bench/bench_near_duplicates): of 39,501 pairs of one camera 537 have hashes at most 2 bits apart and 3,979 at most 6, so a hash
/// alone takes frames of the same road for one. Of these 3,979 no pair agrees in its cells to 10 levels, two do to 16: a road in the same
/// light with other vehicles far away only. A copy coded again at JPEG quality 40 is at most 4 bits and 4 levels away, one halved in size 6
/// bits and 7 levels.
struct NearLimits {
    int distance = 6;    ///< bits between the hashes, 0..64
    int cellLevels = 10; ///< grey levels between the means of any cell, see image::cellsAgree
};

/// The distance to take where only hashes are at hand: mostly the same place, light and traffic.
constexpr int kHashOnlyDistance = 2;

/// All groups of hashes at most `distance` bits apart, directly or along a chain; in the order of their first index. `accepts(i, j)`, if
/// given, has the last word on each pair of indices (i in the group already). Equal hashes cost nothing without it. Error: only
/// Interrupted, when `stop` says so. Any thread, on that one thread: 100,000 hashes take 0.1 to 0.7 s at 2 or 6 bits, about a second where
/// each must be compared with each. Bands as in M. Norouzi, A. Punjani, D. Fleet, Fast Search in Hamming Space with Multi-Index Hashing
/// (2012): hashes at most d bits apart agree in one of d + 1 bands; where the buckets of these would be too full, all are compared with
/// all.
Result<std::vector<DuplicateGroup>> nearGroups(std::span<const std::uint64_t> hashes, int distance,
                                               const std::function<bool(std::uint32_t, std::uint32_t)>& accepts = {},
                                               const StopCheck& stop = {});

/// The same for signatures: near in hash and in every cell. Unknown signatures are in no group.
Result<std::vector<DuplicateGroup>> nearGroups(std::span<const image::PictureSignature> signatures, const NearLimits& limits = {},
                                               const StopCheck& stop = {});

/// Whether two pictures are nearly the same, asked directly.
bool nearDuplicates(const image::PictureSignature& a, const image::PictureSignature& b, const NearLimits& limits = {});

/// Groups of files with the same bytes (links to one file too), by size first, so that only files of equal size are read, each once. Files
/// that cannot be read are in no group. Error: only Interrupted. Any thread.
Result<std::vector<DuplicateGroup>> identicalFiles(std::span<const std::filesystem::path> files, const StopCheck& stop = {});

/// The same from signatures, whose files have been read: by size and hash of the bytes.
std::vector<DuplicateGroup> identicalFiles(std::span<const image::PictureSignature> signatures);

} // namespace intersect::data
