// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace intersect {

tl::expected<FileLock, int> FileLock::take(const std::filesystem::path& file, std::chrono::milliseconds patience) {
    constexpr std::chrono::milliseconds kPause(10);
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return tl::unexpected<int>(errno);
    for (std::chrono::milliseconds waited(0);; waited += kPause) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            return FileLock(descriptor);
        const int reason = errno;
        if ((reason != EWOULDBLOCK && reason != EINTR) || waited >= patience) {
            ::close(descriptor);
            return tl::unexpected<int>(reason);
        }
        std::this_thread::sleep_for(kPause);
    }
}

FileLock::FileLock(FileLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

FileLock::~FileLock() {
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

int FileLock::release() {
    return std::exchange(m_descriptor, -1);
}

} // namespace intersect
