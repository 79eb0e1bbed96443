// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace intersect {
namespace fs = std::filesystem;
namespace {

/// A file descriptor that closes itself.
class Descriptor {
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    int get() const { return m_fd; }
    bool close() {
        const int fd = m_fd;
        m_fd = -1;
        return ::close(fd) == 0;
    }

private:
    int m_fd;
};

std::string systemReason(int number) {
    return std::strerror(number);
}

std::string adviceFor(int number) {
    switch (number) {
    case ENOSPC:
    case EDQUOT:
        return "Free some space on that disk and try again; nothing was overwritten.";
    case EACCES:
    case EPERM:
    case EROFS:
        return "Choose a folder you may write to, or change its rights.";
    case ENOENT:
        return "Check the path.";
    default:
        return {};
    }
}

} // namespace

Result<std::string> readFile(const fs::path& path, std::uintmax_t limitBytes) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0)
        return fail(ErrorCode::BadInput, path.string() + " cannot be read: " + systemReason(errno) + ".", path, 0,
                    adviceFor(errno));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || S_ISDIR(status.st_mode))
        return fail(ErrorCode::BadInput, path.string() + " is not a file.", path);
    if (static_cast<std::uintmax_t>(status.st_size) > limitBytes)
        return fail(ErrorCode::BadInput,
                    path.string() + " is too large: " + std::to_string(status.st_size) + " bytes, at most " +
                        std::to_string(limitBytes) + " are read.",
                    path);
    std::string bytes;
    bytes.resize(static_cast<std::size_t>(status.st_size));
    std::size_t have = 0;
    for (;;) {
        if (have == bytes.size()) {
            char more = 0; // files of /proc say size 0; grow only if there really is more
            const ssize_t got = ::read(file.get(), &more, 1);
            if (got <= 0)
                break;
            bytes.push_back(more);
            ++have;
            bytes.resize(std::max<std::size_t>(bytes.size() * 2, 4096));
        }
        const ssize_t got = ::read(file.get(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(ErrorCode::BadInput, path.string() + " cannot be read: " + systemReason(errno) + ".", path);
        if (got == 0)
            break;
        have += static_cast<std::size_t>(got);
        if (have > limitBytes)
            return fail(ErrorCode::BadInput, path.string() + " is too large.", path);
    }
    bytes.resize(have);
    return bytes;
}

Result<void> makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(ErrorCode::Failed, "The folder " + folder.string() + " cannot be made: " + error.message() + ".", folder,
                    0, adviceFor(error.value()));
    return {};
}

Result<void> writeFileAtomically(const fs::path& path, std::string_view bytes) {
    if (path.has_parent_path())
        if (auto made = makeFolder(path.parent_path()); !made)
            return failAs(made);
    static std::atomic<unsigned> temporaries{0}; // with the process id: a name no other writer has
    const std::string temporary = path.string() + "." + std::to_string(::getpid()) + "-" + std::to_string(temporaries++) + ".part";
    Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    const auto broken = [&](int number) {
        ::unlink(temporary.c_str());
        return fail(ErrorCode::Failed, path.string() + " cannot be written: " + systemReason(number) + ".", path, 0,
                    adviceFor(number));
    };
    if (file.get() < 0)
        return fail(ErrorCode::Failed, path.string() + " cannot be written: " + systemReason(errno) + ".", path, 0,
                    adviceFor(errno));
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t put = ::write(file.get(), bytes.data() + done, bytes.size() - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return broken(errno);
        done += static_cast<std::size_t>(put);
    }
    if (::fsync(file.get()) != 0 || !file.close())
        return broken(errno);
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return broken(errno);
    return {};
}

fs::path absolutePath(const fs::path& path) {
    std::error_code error;
    fs::path absolute = fs::absolute(path, error).lexically_normal();
    if (!absolute.has_filename() && absolute.has_relative_path())
        absolute = absolute.parent_path();
    return absolute;
}

} // namespace intersect
