// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/image/picture_header.h"

namespace intersect::image {

/// A file on disk, opened once for its size, its time and its bytes, which are read in blocks where they are looked at. One thread.
class OpenFile {
public:
    /// Opens `name` (relative to the open directory `folder`, or AT_FDCWD). Only regular files count as open; never waits for the other end
    /// of a pipe.
    OpenFile(int folder, const char* name);
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile();
    bool isOpen() const { return m_fd >= 0; }
    int openError() const { return m_errno; } ///< errno, where it is not open
    std::uint64_t size() const { return m_size; }
    std::int64_t mtimeNs() const { return m_mtimeNs; }
    /// Reads up to `count` bytes from `offset` and returns how many there were.
    std::size_t readAt(std::uint64_t offset, void* to, std::size_t count) const;
    /// For readPictureHeader; lives as long as the file.
    ByteSource source();

private:
    bool read(std::uint64_t offset, unsigned char* to, std::size_t count);
    int m_fd;
    int m_errno = 0;
    std::uint64_t m_size = 0, m_begin = 0;
    std::int64_t m_mtimeNs = 0;
    std::size_t m_filled = 0;
    std::array<unsigned char, 4096> m_block; ///< of the file from m_begin on
};

} // namespace intersect::image
