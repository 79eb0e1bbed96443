// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/video.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "core/image/decode.h"

namespace intersect::nn {
namespace fs = std::filesystem;
namespace {

constexpr double kMostFramesPerSecond = 240, kFewestFramesPerSecond = 0.1;

/// FFmpeg's own lines would stand between ours, and a file must not make it open addresses of the network.
void quieten() {
    static const bool once = [] {
        ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0); // AV_LOG_QUIET
        ::setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "protocol_whitelist;file", 0);
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        return true;
    }();
    static_cast<void>(once);
}

tl::unexpected<Error> noVideo(const fs::path& file) {
    return fail(ErrorCode::BadInput, file.string() + " is not a video that can be read, or its end is missing.", file, 0,
                "Copy it again, or convert it to MP4 (H.264).");
}

std::int64_t wholeOrZero(double value) {
    return std::isfinite(value) && value >= 1 && value < 1e12 ? std::llround(value) : 0;
}

int fourcc(const char* code) {
    return cv::VideoWriter::fourcc(code[0], code[1], code[2], code[3]);
}

struct Codec {
    const char* code;
    const char* name;
};

/// What a file of that ending is written in, best first; empty: not written.
std::vector<Codec> codecsFor(const fs::path& file) {
    std::string ending = file.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (ending == ".mp4" || ending == ".mov")
        return {{"avc1", "H.264"}, {"mp4v", "MPEG-4"}};
    if (ending == ".avi")
        return {{"MJPG", "Motion JPEG"}};
    return {};
}

/// The size of a video of such pictures: both sides even, as its codecs want, the long one not above the limit.
cv::Size videoSize(cv::Size picture) {
    const double scale =
        std::min(1.0, static_cast<double>(VideoWriter::kLongestSidePx) / std::max(picture.width, picture.height));
    const auto even = [scale](int side) { return std::max(2, (static_cast<int>(std::lround(side * scale)) + 1) / 2 * 2); };
    return {even(picture.width), even(picture.height)};
}

/// A picture as a frame of that size: one pixel more by repeating its edge, else fitted with margins.
cv::Mat fitted(const cv::Mat& bgr, cv::Size size) {
    if (bgr.size() == size)
        return bgr;
    cv::Mat frame;
    if (size.width - bgr.cols <= 1 && size.height - bgr.rows <= 1 && bgr.cols <= size.width && bgr.rows <= size.height) {
        cv::copyMakeBorder(bgr, frame, 0, size.height - bgr.rows, 0, size.width - bgr.cols, cv::BORDER_REPLICATE);
        return frame;
    }
    const double scale = std::min(static_cast<double>(size.width) / bgr.cols, static_cast<double>(size.height) / bgr.rows);
    const cv::Size inner(std::clamp(static_cast<int>(std::lround(bgr.cols * scale)), 1, size.width),
                         std::clamp(static_cast<int>(std::lround(bgr.rows * scale)), 1, size.height));
    cv::Mat scaled;
    cv::resize(bgr, scaled, inner, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    const int left = (size.width - inner.width) / 2, top = (size.height - inner.height) / 2;
    cv::copyMakeBorder(scaled, frame, top, size.height - inner.height - top, left, size.width - inner.width - left,
                       cv::BORDER_CONSTANT, cv::Scalar(20, 20, 20));
    return frame;
}

} // namespace

// --- reading ----------------------------------------------------------------------------------------------------------

struct VideoReader::Impl {
    fs::path file;
    cv::VideoCapture capture;
    Size size;
    double rate = 0;
    std::int64_t announced = 0;
};

VideoReader::VideoReader(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
VideoReader::VideoReader(VideoReader&&) noexcept = default;
VideoReader& VideoReader::operator=(VideoReader&&) noexcept = default;
VideoReader::~VideoReader() = default;

Result<VideoReader> VideoReader::open(const fs::path& file) {
    quieten();
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return fail(ErrorCode::BadInput, file.string() + (fs::exists(file, error) ? " is not a file." : " is not there."), file, 0,
                    "Check the path.");
    if (fs::file_size(file, error) == 0)
        return fail(ErrorCode::BadInput, file.string() + " is empty: it holds no video.", file, 0, "Copy it again.");
    try {
        auto impl = std::make_unique<Impl>();
        impl->file = file;
        if (!impl->capture.open(fs::absolute(file).string(), cv::CAP_FFMPEG))
            return noVideo(file);
        const double width = impl->capture.get(cv::CAP_PROP_FRAME_WIDTH), height = impl->capture.get(cv::CAP_PROP_FRAME_HEIGHT);
        if (!(width >= 1) || !(height >= 1))
            return noVideo(file);
        if (width * height > static_cast<double>(image::kMaxPixels))
            return fail(ErrorCode::BadInput,
                        file.string() + " has frames of " + std::to_string(std::llround(width)) + " x " +
                            std::to_string(std::llround(height)) + " pixels; at most " + std::to_string(image::kMaxPixels) + " are decoded.",
                        file, 0, "Make the video smaller.");
        impl->size = {static_cast<int>(width), static_cast<int>(height)};
        const double rate = impl->capture.get(cv::CAP_PROP_FPS);
        impl->rate = std::isfinite(rate) && rate > 0 && rate < 1e5 ? rate : 0;
        impl->announced = wholeOrZero(impl->capture.get(cv::CAP_PROP_FRAME_COUNT));
        return VideoReader(std::move(impl));
    } catch (const std::exception&) {
        return noVideo(file);
    }
}

Size VideoReader::size() const {
    return m_impl->size;
}

double VideoReader::framesPerSecond() const {
    return m_impl->rate;
}

std::int64_t VideoReader::announcedFrames() const {
    return m_impl->announced;
}

bool VideoReader::next() {
    try {
        return m_impl->capture.grab();
    } catch (const std::exception&) {
        return false;
    }
}

Result<cv::Mat> VideoReader::frame() {
    const auto broken = [&](const std::string& reason) {
        return fail(ErrorCode::BadInput, "A frame of " + m_impl->file.string() + " cannot be decoded" + reason + ".", m_impl->file, 0,
                    "Convert the video to MP4 (H.264).");
    };
    try {
        cv::Mat frame;
        if (!m_impl->capture.retrieve(frame) || frame.empty())
            return broken({});
        if (frame.channels() == 1)
            cv::cvtColor(frame, frame, cv::COLOR_GRAY2BGR);
        if (frame.type() != CV_8UC3)
            return broken(": its pixels have another form than expected");
        return frame;
    } catch (const std::exception& error) {
        return broken(std::string(": ") + error.what());
    }
}

// --- writing ----------------------------------------------------------------------------------------------------------

struct VideoWriter::Impl {
    fs::path file;
    double rate = 0;
    std::vector<Codec> codecs;
    cv::VideoWriter writer;
    cv::Size size;
    std::string codec;
    std::int64_t added = 0;
};

VideoWriter::VideoWriter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
VideoWriter::VideoWriter(VideoWriter&&) noexcept = default;
VideoWriter& VideoWriter::operator=(VideoWriter&&) noexcept = default;
VideoWriter::~VideoWriter() = default;

Result<VideoWriter> VideoWriter::create(const fs::path& file, double framesPerSecond) {
    quieten();
    auto impl = std::make_unique<Impl>();
    impl->file = file;
    impl->rate = framesPerSecond;
    impl->codecs = codecsFor(file);
    if (impl->codecs.empty())
        return fail(ErrorCode::Usage, file.string() + " is no name of a video that can be written.", file, 0,
                    "End it with .mp4, .mov or .avi.");
    if (!(framesPerSecond >= kFewestFramesPerSecond && framesPerSecond <= kMostFramesPerSecond))
        return fail(ErrorCode::Usage, "The video's rate must be from 0.1 to 240 pictures a second.", file, 0, "Give another --fps.");
    return VideoWriter(std::move(impl));
}

Result<void> VideoWriter::add(const cv::Mat& bgr) {
    const auto broken = [&](const std::string& reason) {
        return fail(ErrorCode::Failed, m_impl->file.string() + " cannot be written as a video" + reason + ".", m_impl->file, 0,
                    "Choose a folder with free space that you may write to, or a name that ends in .avi.");
    };
    try {
        if (m_impl->added == 0) {
            m_impl->size = videoSize(bgr.size());
            for (const Codec& codec : m_impl->codecs)
                if (m_impl->writer.open(m_impl->file.string(), cv::CAP_FFMPEG, fourcc(codec.code), m_impl->rate, m_impl->size)) {
                    m_impl->codec = codec.name;
                    break;
                }
            if (!m_impl->writer.isOpened())
                return broken({});
        }
        m_impl->writer.write(fitted(bgr, m_impl->size));
        ++m_impl->added;
        return {};
    } catch (const std::exception& error) {
        return broken(std::string(": ") + error.what());
    }
}

Result<void> VideoWriter::finish() {
    const auto broken = [&] {
        return fail(ErrorCode::Failed, m_impl->file.string() + " could not be written whole; the disk may be full.", m_impl->file, 0,
                    "Free some space on that disk and try again.");
    };
    if (m_impl->added == 0)
        return fail(ErrorCode::BadInput, "There is no picture to make a video of.", m_impl->file);
    m_impl->writer.release(); // says nothing of what it could not write
    const auto again = VideoReader::open(m_impl->file);
    if (!again || again->announcedFrames() != m_impl->added)
        return broken();
    return {};
}

std::string VideoWriter::codec() const {
    return m_impl->codec;
}

} // namespace intersect::nn
