// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace intersect::weights {

/// What the end of a zip file says before a library reads its table of contents.
enum class ZipEnd {
    Missing, ///< no end record: the file is cut off
    TooLong, ///< a table of contents with more entries than a checkpoint has
    Fine,
};

/// How many bytes of the end of a file `zipEnd` wants to see: an end record with the longest comment, and zip64's two records before it.
inline constexpr std::size_t kZipEndBytes = 22 + 65'535 + 20 + 56;

/// The most entries an archive may have.
inline constexpr std::uint64_t kMostZipEntries = 20'000;

/// Looks for end records (of zip and zip64) in the last bytes of a file of `fileSize` bytes and adds up the entries they announce, so that
/// a hostile table of contents is refused before memory is taken for it. Source: PKWARE APPNOTE 6.3.9, sections 4.3.14 to 4.3.16.
ZipEnd zipEnd(std::string_view tail, std::uint64_t fileSize);

} // namespace intersect::weights
