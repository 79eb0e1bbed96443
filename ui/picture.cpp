// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/picture.h"

#include <cstring>

namespace intersect::ui {

QImage toImage(const cv::Mat& mat) {
    if (mat.empty() || mat.depth() != CV_8U)
        return {};
    QImage::Format format = QImage::Format_Invalid;
    switch (mat.channels()) {
    case 1:
        format = QImage::Format_Grayscale8;
        break;
    case 3:
        format = QImage::Format_BGR888;
        break;
    case 4:
        format = QImage::Format_ARGB32; // B, G, R, A in memory on the little-endian machines we build for
        break;
    default:
        return {};
    }
    // A QImage over foreign memory does not own it and trusts the step: name it, then copy.
    return QImage(mat.data, mat.cols, mat.rows, static_cast<qsizetype>(mat.step[0]), format).copy();
}

cv::Mat toMat(const QImage& image) {
    if (image.isNull())
        return {};
    const QImage bgr = image.convertToFormat(QImage::Format_BGR888);
    cv::Mat mat(bgr.height(), bgr.width(), CV_8UC3);
    for (int y = 0; y < bgr.height(); ++y)
        std::memcpy(mat.ptr(y), bgr.constScanLine(y), static_cast<std::size_t>(bgr.width()) * 3);
    return mat;
}

} // namespace intersect::ui
