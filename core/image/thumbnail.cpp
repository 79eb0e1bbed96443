// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/thumbnail.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/files.h"
#include "core/image/decode.h"

namespace intersect::image {

Result<cv::Mat> decodeThumbnail(const std::filesystem::path& path, int longSidePx) {
    const int wanted = std::max(1, longSidePx);
    auto probe = probeImage(path);
    if (!probe)
        return failAs(probe);
    const int longSide = std::max(probe->size.width, probe->size.height);
    // The smallest of the decoder's sizes that is not below the wanted one; decodeImage tells what is wrong with a cut-off file.
    int flag = cv::IMREAD_COLOR;
    if (probe->complete && longSide >= 8 * wanted)
        flag = cv::IMREAD_REDUCED_COLOR_8;
    else if (probe->complete && longSide >= 4 * wanted)
        flag = cv::IMREAD_REDUCED_COLOR_4;
    else if (probe->complete && longSide >= 2 * wanted)
        flag = cv::IMREAD_REDUCED_COLOR_2;
    cv::Mat picture;
    if (flag == cv::IMREAD_COLOR) {
        auto whole = decodeImage(path);
        if (!whole)
            return failAs(whole);
        picture = std::move(*whole);
    } else {
        auto bytes = readFile(path);
        if (!bytes)
            return failAs(bytes);
        try {
            const cv::Mat view(1, static_cast<int>(bytes->size()), CV_8UC1, bytes->data());
            picture = cv::imdecode(view, flag);
        } catch (const cv::Exception&) {
            picture.release();
        }
        if (picture.empty())
            return fail(ErrorCode::BadInput, "This picture cannot be read: " + path.filename().string() + ".", path);
    }
    const int now = std::max(picture.cols, picture.rows);
    if (now <= wanted)
        return picture;
    const double ratio = static_cast<double>(wanted) / now;
    const cv::Size size(std::max(1, static_cast<int>(std::lround(picture.cols * ratio))),
                        std::max(1, static_cast<int>(std::lround(picture.rows * ratio))));
    cv::Mat small;
    cv::resize(picture, small, size, 0, 0, cv::INTER_AREA);
    return small;
}

} // namespace intersect::image
