// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/video_detection.h"

#include <algorithm>
#include <future>
#include <vector>

#include <opencv2/imgcodecs.hpp>

#include "core/base/staged_folder.h"
#include "core/base/threads.h"
#include "core/nn/video.h"

namespace intersect::nn {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kFramesAtATime = 64;
constexpr int kJpegQuality = 95;
constexpr double kCutOffBelow = 0.95; ///< of the promised frames: heads of some formats only estimate

/// Frames that wait for the network, as files.
struct Waiting {
    std::vector<fs::path> files;
    std::vector<std::int64_t> numbers;
};

/// Takes every so-many-th frame out of a video and writes it down.
class FrameTaker {
public:
    FrameTaker(const VideoRequest& request, VideoReader reader) : m_request(request), m_reader(std::move(reader)) {}

    /// The next frames; fewer than kFramesAtATime only at the end.
    Result<Waiting> take(const StopCheck& stop) {
        Waiting waiting;
        while (waiting.files.size() < kFramesAtATime && (m_request.most == 0 || m_used < m_request.most)) {
            if (stop && stop())
                return fail(ErrorCode::Interrupted, "Detection was stopped.");
            if (!m_reader.next()) {
                m_ended = true;
                break;
            }
            const std::int64_t number = m_read++;
            if (number % m_request.every != 0)
                continue;
            const Result<cv::Mat> frame = m_reader.frame();
            if (!frame)
                return failAs(frame);
            const fs::path file = m_request.frames / (videoFrameName(m_request.video, number) + ".jpg");
            if (const auto written = write(*frame, file); !written)
                return failAs(written);
            waiting.files.push_back(file);
            waiting.numbers.push_back(number);
            ++m_used;
        }
        return waiting;
    }
    std::int64_t read() const { return m_read; }
    /// Whether the end was reached; where `most` stopped it, one more frame is tried.
    bool atEnd() {
        m_ended = m_ended || !m_reader.next();
        return m_ended;
    }

private:
    static Result<void> write(const cv::Mat& frame, const fs::path& file) {
        std::vector<unsigned char> bytes;
        try {
            if (!cv::imencode(".jpg", frame, bytes, {cv::IMWRITE_JPEG_QUALITY, kJpegQuality}))
                return fail(ErrorCode::Failed, file.string() + " could not be made: the frame does not fit into a JPEG.", file);
        } catch (const std::exception& error) {
            return fail(ErrorCode::Failed, file.string() + " could not be made: " + error.what() + ".", file);
        }
        return writeStagedFile(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }

    const VideoRequest& m_request;
    VideoReader m_reader;
    std::int64_t m_read = 0, m_used = 0;
    bool m_ended = false;
};

void append(detect::DetectionSet& all, detect::DetectionSet part) {
    if (all.begin.empty()) {
        all.names = std::move(part.names);
        all.begin.push_back(0);
    }
    const auto before = static_cast<std::uint32_t>(all.detections.size());
    all.detections.insert(all.detections.end(), part.detections.begin(), part.detections.end());
    for (std::size_t i = 0; i < part.images.size(); ++i) {
        part.images[i].id = static_cast<int>(all.images.size()) + 1;
        all.images.push_back(std::move(part.images[i]));
        all.begin.push_back(before + part.begin[i + 1]);
    }
}

std::string numberText(std::int64_t number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

} // namespace

std::string videoFrameName(const fs::path& video, std::int64_t number) {
    return video.stem().string() + "_" + numberText(number);
}

Result<VideoDetections> detectOnVideo(Detector& detector, const VideoRequest& request, const UseFrames& use,
                                      const ProgressCallback& progress, const StopCheck& stop) {
    auto reader = VideoReader::open(request.video);
    if (!reader)
        return failAs(reader);
    VideoDetections found;
    found.framesPerSecond = reader->framesPerSecond() / static_cast<double>(request.every);
    const std::int64_t announced = reader->announcedFrames();
    std::int64_t total = (announced + request.every - 1) / request.every;
    if (request.most > 0)
        total = total > 0 ? std::min(total, request.most) : request.most;
    FrameTaker taker(request, std::move(*reader));
    // The next frames are read while the network works on these.
    const auto takeNext = [&] {
        return std::async(std::launch::async, [&] {
            lowerThreadPriority();
            return taker.take(stop);
        });
    };
    std::future<Result<Waiting>> next = takeNext();
    std::int64_t done = 0;
    for (;;) {
        const Result<Waiting> waiting = next.get();
        if (!waiting)
            return failAs(waiting);
        if (waiting->files.empty())
            break;
        next = takeNext();
        DetectRequest detect = request.detect;
        detect.images = waiting->files;
        auto part = detector.detect(detect, [&](std::int64_t now, std::int64_t) {
            if (progress) // never the last of all before it is known to be
                progress(done + now, total > 0 ? std::max(total, done + now + 1) : 0);
        }, stop);
        if (!part)
            return failAs(part);
        if (const auto used = use ? use(part->detections) : Result<void>(); !used)
            return failAs(used);
        done += static_cast<std::int64_t>(waiting->files.size());
        if (!request.keepFrames)
            for (std::size_t i = 0; i < waiting->files.size(); ++i) {
                std::error_code ignored;
                fs::remove(waiting->files[i], ignored);
                const fs::path name = request.video.string() + "#" + numberText(waiting->numbers[i]);
                for (detect::DetectionSet* set : {&part->detections, &part->candidates})
                    if (i < set->images.size())
                        set->images[i].file = name;
            }
        append(found.result.detections, std::move(part->detections));
        if (request.detect.keepCandidates)
            append(found.result.candidates, std::move(part->candidates));
        found.result.seconds += part->seconds;
        found.result.precision = part->precision;
    }
    if (done == 0)
        return fail(ErrorCode::BadInput, request.video.string() + " holds no frame that can be decoded.", request.video, 0,
                    "Copy it again, or convert it to MP4 (H.264).");
    if (progress)
        progress(done, done);
    found.more = !taker.atEnd();
    if (!found.more && static_cast<double>(taker.read()) < kCutOffBelow * static_cast<double>(announced))
        found.cutOff = Error{ErrorCode::BadInput,
                             request.video.string() + " is cut off: it promises " + std::to_string(announced) + " frames and holds " +
                                 std::to_string(taker.read()) + ". Those were used.",
                             request.video, 0, "Copy it again for the rest."};
    found.result.imagesPerSecond = found.result.seconds > 0 ? static_cast<double>(done) / found.result.seconds : 0;
    return found;
}

} // namespace intersect::nn
