// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/open_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace intersect::image {

OpenFile::OpenFile(int folder, const char* name) : m_fd(::openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (m_fd < 0) {
        m_errno = errno;
        return;
    }
    struct stat status {};
    if (::fstat(m_fd, &status) == 0 && S_ISREG(status.st_mode)) {
        m_size = static_cast<std::uint64_t>(status.st_size);
        m_mtimeNs = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
        return;
    }
    m_errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    ::close(m_fd);
    m_fd = -1;
}

OpenFile::~OpenFile() {
    if (m_fd >= 0)
        ::close(m_fd);
}

std::size_t OpenFile::readAt(std::uint64_t offset, void* to, std::size_t count) const {
    std::size_t have = 0;
    while (have < count) {
        const ssize_t got = ::pread(m_fd, static_cast<char*>(to) + have, count - have, static_cast<off_t>(offset + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        have += static_cast<std::size_t>(got);
        if (offset + have >= m_size) // nothing more to ask for
            break;
    }
    return have;
}

bool OpenFile::read(std::uint64_t offset, unsigned char* to, std::size_t count) {
    if (offset > m_size || count > m_size - offset)
        return false;
    if (offset >= m_begin && offset + count <= m_begin + m_filled) {
        std::memcpy(to, m_block.data() + (offset - m_begin), count);
        return true;
    }
    if (count >= m_block.size())
        return readAt(offset, to, count) == count;
    m_begin = offset;
    m_filled = readAt(offset, m_block.data(), m_block.size());
    if (count > m_filled)
        return false;
    std::memcpy(to, m_block.data(), count);
    return true;
}

ByteSource OpenFile::source() {
    return {m_size, [this](std::uint64_t offset, unsigned char* to, std::size_t count) { return read(offset, to, count); }};
}

} // namespace intersect::image
