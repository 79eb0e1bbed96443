// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/thumbnail_cache.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "core/base/files.h"
#include "core/image/thumbnail.h"

namespace intersect::image {
namespace fs = std::filesystem;
namespace {

constexpr int kQuality = 88;
constexpr std::string_view kEnding = ".jpg", kUnfinished = ".part";
constexpr std::time_t kTouchAfterSeconds = 3600 * 12; ///< a use is noted at most that often
constexpr std::time_t kLeftOverSeconds = 600;

/// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
std::uint64_t fnv1a(std::string_view bytes, std::uint64_t hash) {
    for (const char c : bytes)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return hash;
}

std::string hex(std::uint64_t value) {
    std::string text(16, '0');
    for (std::size_t i = 16; i-- > 0; value >>= 4)
        text[i] = "0123456789abcdef"[value & 15];
    return text;
}

bool writeWhole(const fs::path& file, const std::vector<unsigned char>& bytes) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t now = ::write(fd, bytes.data() + done, bytes.size() - done);
        if (now < 0 && errno == EINTR)
            continue;
        if (now <= 0)
            break;
        done += static_cast<std::size_t>(now);
    }
    return ::close(fd) == 0 && done == bytes.size();
}

} // namespace

// Some counts as written already: a folder left full by earlier times is looked at before long.
ThumbnailCache::ThumbnailCache(fs::path folder, std::uintmax_t limitBytes) : m_folder(std::move(folder)), m_limit(limitBytes), m_written(limitBytes / 16) {}

fs::path ThumbnailCache::fileFor(const fs::path& picture, int longSidePx) const {
    struct stat status {};
    if (::stat(picture.c_str(), &status) != 0)
        return {};
    const std::array<std::int64_t, 4> facts = {static_cast<std::int64_t>(status.st_size), static_cast<std::int64_t>(status.st_mtim.tv_sec),
                                               static_cast<std::int64_t>(status.st_mtim.tv_nsec), longSidePx};
    const std::string_view factBytes(reinterpret_cast<const char*>(facts.data()), sizeof facts);
    const std::string& path = picture.native();
    const std::string name = hex(fnv1a(factBytes, fnv1a(path, 0xcbf29ce484222325ULL))) + hex(fnv1a(path, fnv1a(factBytes, 0x84222325cbf29ce4ULL)));
    return m_folder / name.substr(0, 2) / (name.substr(2) + std::string(kEnding));
}

Result<cv::Mat> ThumbnailCache::thumbnail(const fs::path& picture, int longSidePx) {
    const fs::path file = m_folder.empty() ? fs::path() : fileFor(picture, longSidePx);
    struct stat status {};
    if (!file.empty() && ::stat(file.c_str(), &status) == 0) {
        if (auto bytes = readFile(file, 16U << 20)) {
            try {
                const cv::Mat view(1, static_cast<int>(bytes->size()), CV_8UC1, bytes->data());
                if (cv::Mat kept = bytes->empty() ? cv::Mat() : cv::imdecode(view, cv::IMREAD_COLOR); !kept.empty()) {
                    if (status.st_mtim.tv_sec + kTouchAfterSeconds < std::time(nullptr))
                        ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
                    return kept;
                }
            } catch (const cv::Exception&) {
                // Damaged: made again below.
            }
        }
    }
    Size whole;
    Result<cv::Mat> small = decodeThumbnail(picture, longSidePx, &whole);
    if (small && !file.empty() && std::max(whole.width, whole.height) >= 2 * longSidePx)
        keep(file, *small);
    return small;
}

void ThumbnailCache::keep(const fs::path& file, const cv::Mat& picture) {
    std::vector<unsigned char> bytes;
    try {
        if (!cv::imencode(std::string(kEnding), picture, bytes, {cv::IMWRITE_JPEG_QUALITY, kQuality}))
            return;
    } catch (const cv::Exception&) {
        return;
    }
    // No sync: what a power cut tears is made again.
    const fs::path part = file.parent_path() / (std::to_string(::getpid()) + "-" + std::to_string(m_number.fetch_add(1)) + std::string(kUnfinished));
    std::error_code error;
    bool written = writeWhole(part, bytes);
    if (!written && fs::create_directories(file.parent_path(), error))
        written = writeWhole(part, bytes);
    if (written)
        fs::rename(part, file, error);
    if (!written || error) {
        fs::remove(part, error);
        return;
    }
    if (m_written.fetch_add(bytes.size()) + bytes.size() > m_limit / 8)
        trim();
}

void ThumbnailCache::trim() {
    const std::unique_lock lock(m_trimming, std::try_to_lock);
    if (!lock.owns_lock() || m_folder.empty())
        return;
    m_written = 0;
    struct Kept {
        fs::path path;
        std::time_t used;
        std::uintmax_t bytes;
    };
    std::vector<Kept> files;
    std::uintmax_t total = 0;
    std::error_code error;
    const std::time_t now = std::time(nullptr);
    for (fs::recursive_directory_iterator at(m_folder, fs::directory_options::skip_permission_denied, error), end; !error && at != end; at.increment(error)) {
        struct stat status {};
        if (::lstat(at->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode))
            continue;
        std::error_code ignored;
        if (at->path().extension() == kUnfinished) {
            if (status.st_mtim.tv_sec + kLeftOverSeconds < now)
                fs::remove(at->path(), ignored);
        } else if (at->path().extension() == kEnding) {
            total += static_cast<std::uintmax_t>(status.st_size);
            files.push_back({at->path(), status.st_mtim.tv_sec, static_cast<std::uintmax_t>(status.st_size)});
        }
    }
    if (total <= m_limit)
        return;
    std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
    for (const Kept& file : files) {
        if (total <= m_limit / 10 * 9)
            break;
        if (fs::remove(file.path, error))
            total -= file.bytes;
    }
}

} // namespace intersect::image
