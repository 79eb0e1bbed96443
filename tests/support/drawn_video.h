// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

namespace intersect::tests {

/// Frames of 320 x 192 with one white square, 8 pixels further to the right each, so that a frame tells its number.
constexpr int kVideoWidth = 320, kVideoHeight = 192, kVideoStepPx = 8;

inline cv::Mat drawnFrame(int number) {
    cv::Mat frame(kVideoHeight, kVideoWidth, CV_8UC3, cv::Scalar::all(60));
    cv::rectangle(frame, cv::Rect(number * kVideoStepPx, 80, 32, 32), cv::Scalar::all(240), cv::FILLED);
    return frame;
}

/// The number of a frame by its square; -1: there is none.
inline int numberOf(const cv::Mat& bgr) {
    for (int x = 0; x < bgr.cols; ++x)
        if (bgr.at<cv::Vec3b>(96, x)[1] > 150)
            return (x + kVideoStepPx / 2) / kVideoStepPx;
    return -1;
}

/// Writes such a video: Motion JPEG for .avi, else H.264.
inline void drawVideo(const std::string& file, int frames, double framesPerSecond = 10) {
    const bool avi = file.ends_with(".avi");
    cv::VideoWriter writer(file, cv::CAP_FFMPEG, avi ? cv::VideoWriter::fourcc('M', 'J', 'P', 'G') : cv::VideoWriter::fourcc('a', 'v', 'c', '1'),
                           framesPerSecond, cv::Size(kVideoWidth, kVideoHeight));
    if (!writer.isOpened())
        throw std::runtime_error("cannot write " + file);
    for (int i = 0; i < frames; ++i)
        writer.write(drawnFrame(i));
}

/// All frames of a video, and its rate.
inline std::vector<cv::Mat> framesOf(const std::string& file, double* framesPerSecond = nullptr) {
    std::vector<cv::Mat> frames;
    cv::VideoCapture capture(file, cv::CAP_FFMPEG);
    for (cv::Mat frame; capture.read(frame);)
        frames.push_back(frame.clone());
    if (framesPerSecond != nullptr)
        *framesPerSecond = capture.get(cv::CAP_PROP_FPS);
    return frames;
}

} // namespace intersect::tests
