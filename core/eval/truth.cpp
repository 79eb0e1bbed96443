// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/truth.h"

#include "core/data/yolo_labels.h"

namespace intersect::eval {

Result<Truth> truthOfImages(const std::vector<detect::ImageEntry>& images, std::vector<data::Finding>* findings) {
    Truth truth;
    truth.begin.reserve(images.size() + 1);
    truth.begin.push_back(0);
    for (const detect::ImageEntry& image : images) {
        if (image.size.width <= 0 || image.size.height <= 0)
            return fail(ErrorCode::BadInput, "The size of " + image.file.string() + " is not known, so its labels cannot be placed.", image.file, 0,
                        "Check that the picture can be read.");
        data::LabelFile file = data::readYoloLabels(image.file);
        for (const data::Label& label : file.labels) {
            TruthBox box{toXyxy(label.box, image.size), label.classId, false, 0};
            box.area = label.box.w * image.size.width * label.box.h * image.size.height;
            truth.boxes.push_back(box);
        }
        truth.begin.push_back(static_cast<std::uint32_t>(truth.boxes.size()));
        if (findings != nullptr)
            findings->insert(findings->end(), file.findings.begin(), file.findings.end());
    }
    return truth;
}

} // namespace intersect::eval
