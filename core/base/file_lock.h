// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <filesystem>

#include <tl/expected.hpp>

namespace intersect {

/// An exclusive flock on a small file that exists for it, held while this object lives and freed by the end of the
/// process, however it ends. Two locks of one process exclude each other too.
class FileLock {
public:
    /// Makes the file where there is none (its folder must be there) and waits at most `patience` for whoever holds it.
    /// The error is errno's number; EWOULDBLOCK: somebody held it all the while. Any thread.
    static tl::expected<FileLock, int> take(const std::filesystem::path& file, std::chrono::milliseconds patience);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();
    /// Gives the open descriptor away: whoever closes it frees the lock.
    int release();

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

} // namespace intersect
