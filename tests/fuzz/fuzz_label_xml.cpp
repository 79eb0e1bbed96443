// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstddef>
#include <cstdint>

#include "core/data/citycam_labels.h"
#include "core/data/voc_labels.h"

namespace {

using namespace intersect;

void check(const data::Annotations& read) {
    for (const data::AnnotatedImage& image : read.images) {
        for (const data::Label& label : image.labels) {
            const auto within = [](double value) { return value >= 0 && value <= 1; };
            const bool good = label.classId >= 0 && static_cast<std::size_t>(label.classId) < read.names.size() && within(label.box.cx) && within(label.box.cy) &&
                              within(label.box.w) && within(label.box.h) && label.box.w > 0 && label.box.h > 0;
            if (!good)
                __builtin_trap();
        }
    }
}

} // namespace

/// An XML file of any bytes, as Pascal VOC and as CityCam: every box that is read lies within 0..1 and names a class; what VOC gives can be written
/// and is XML again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    data::xmlLabelsOf(text);
    check(data::parseCityCamLabels(text, "fuzz.xml", {64, 48}));
    const data::Annotations voc = data::parseVocLabels(text, "fuzz.xml", {64, 48});
    check(voc);
    for (const data::AnnotatedImage& image : voc.images) {
        if (data::parseVocLabels(data::formatVocLabels(image, voc.names, "cam"), "again.xml").images.size() != 1)
            __builtin_trap();
    }
    return 0;
}
