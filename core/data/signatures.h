// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/image/perceptual_hash.h"

namespace intersect::data {

/// Pictures to read signatures of.
struct SignatureRequest {
    std::size_t count = 0;
    std::function<const std::filesystem::path&(std::size_t)> path; ///< of picture i; an empty one is not read. Any thread
    std::filesystem::path cacheFolder;                             ///< a workspace's; empty: nothing is kept
    int threads = 0;                                               ///< 0: all cores
    std::function<void(std::size_t, const Error&)> failed;         ///< told of pictures that cannot be decoded, one at a time; may be empty
};

/// The signatures of all pictures, not known for those that cannot be decoded. What `cacheFolder` holds of a picture that has the same time
/// and size is not read again; what is read is added to it (`signatures.bin`). A missing or damaged cache, or one that cannot be written,
/// costs the speed only. Error: only Interrupted, and then what was read is kept too. Any thread; parallel inside, some 2,400 JPEGs of
/// 640x360 a second and core.
Result<std::vector<image::PictureSignature>> readSignatures(const SignatureRequest& request, const ProgressCallback& progress = {},
                                                            const StopCheck& stop = {});

} // namespace intersect::data
