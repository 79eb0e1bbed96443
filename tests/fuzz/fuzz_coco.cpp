// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "core/data/coco_labels.h"

/// A COCO file of any bytes: every box that is read lies within 0..1 and names a class, and what is read can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace intersect;
    data::Annotations read = data::parseCocoLabels({reinterpret_cast<const char*>(data), size}, "fuzz.json", [](const std::string&) { return Size{64, 48}; });
    std::size_t boxes = 0;
    for (data::AnnotatedImage& image : read.images) {
        for (const data::Label& label : image.labels) {
            const auto within = [](double value) { return value >= 0 && value <= 1; };
            const bool good = label.classId >= 0 && static_cast<std::size_t>(label.classId) < read.names.size() && within(label.box.cx) && within(label.box.cy) &&
                              within(label.box.w) && within(label.box.h) && label.box.w > 0 && label.box.h > 0;
            if (!good)
                __builtin_trap();
            ++boxes;
        }
        if (image.size.width == 0)
            image.size = {64, 48};
    }
    const data::Annotations again = data::parseCocoLabels(data::formatCocoLabels(read.images, read.names), "again.json");
    if (again.images.size() != read.images.size() || again.names.size() != read.names.size() || (boxes == 0 && !again.findings.empty()))
        __builtin_trap();
    return 0;
}
