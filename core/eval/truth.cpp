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
            return fail(ErrorCode::BadInput,
                        "The size of " + image.file.string() + " is not known, so its labels cannot be placed.",
                        image.file, 0, "Check that the picture can be read.");
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

Result<void> checkClassNames(const Truth& truth, const std::vector<detect::ImageEntry>& images,
                             const std::vector<std::string>& names) {
    for (std::size_t image = 0; image < images.size(); ++image)
        for (const TruthBox& box : truth.of(image)) {
            if (static_cast<std::size_t>(box.classId) < names.size())
                continue;
            const std::filesystem::path path = data::labelPathOf(images[image].file);
            int line = 0;
            for (const data::Label& label : data::readYoloLabels(images[image].file).labels)
                if (label.classId == box.classId && line == 0)
                    line = label.line;
            return fail(ErrorCode::BadInput,
                        "The class " + std::to_string(box.classId) + " in " + path.string() +
                            " has no name: there are " + std::to_string(names.size()) + " names.",
                        path, line, "Add the class to names in data.yaml, or correct the label.");
        }
    return {};
}

} // namespace intersect::eval
