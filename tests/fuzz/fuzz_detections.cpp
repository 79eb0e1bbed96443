// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include "core/detect/detections_file.h"
#include "core/eval/alignment.h"
#include "core/eval/coco_truth.h"
#include "core/eval/definitions.h"

namespace {

void expect(bool holds) {
    if (!holds)
        __builtin_trap();
}

std::filesystem::path scratchFile(const char* name) {
    return std::filesystem::temp_directory_path() / ("intersect-fuzz-" + std::to_string(::getpid()) + name);
}

void write(const std::filesystem::path& path, const char* data, std::size_t size) {
    std::ofstream(path, std::ios::binary | std::ios::trunc).write(data, static_cast<std::streamsize>(size));
}

} // namespace

/// A file of any bytes as COCO detections, with and without a table of images, and as COCO truth: what is read is finite, in its ranges and
/// in order, can be written and read again, and evaluated to figures between 0 and 1.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace intersect;
    const std::filesystem::path path = scratchFile("a.json"), again = scratchFile("b.json");
    write(path, reinterpret_cast<const char*>(data), size);
    detect::DetectionSet known;
    known.names = {"car", "bus"};
    known.images = {{1, "1.jpg", {64, 48}}, {2, "2.jpg", {64, 48}}};
    const auto found = detect::readDetections(path, &known);
    const auto truth = eval::truthFromCoco(path);
    expect(found || (!found.error().message.empty() && !found.error().path.empty()));
    expect(truth || (!truth.error().message.empty() && !truth.error().path.empty()));
    if (found) {
        expect(found->begin.size() == found->images.size() + 1 && found->begin.back() == found->detections.size() && found->exact.size() == found->detections.size());
        for (std::size_t i = 0; i < found->images.size(); ++i)
            for (std::uint32_t d = found->begin[i]; d < found->begin[i + 1]; ++d) {
                const detect::Detection& one = found->detections[d];
                expect(one.score >= 0 && one.score <= 1 && one.classId >= 0 && std::isfinite(one.box.x1) && std::isfinite(one.box.y2) && one.box.x2 >= one.box.x1 &&
                       one.box.y2 >= one.box.y1);
                expect(d == found->begin[i] || found->exact[d].score <= found->exact[d - 1].score);
            }
        const std::string text = detect::formatDetections(*found);
        write(again, text.data(), text.size());
        const auto second = detect::readDetections(again);
        expect(second && second->begin == found->begin);
    }
    if (truth)
        for (const eval::TruthBox& box : truth->truth.boxes)
            expect(std::isfinite(box.box.x1) && box.area >= 0 && static_cast<std::size_t>(box.classId) < truth->names.size());
    if (found && truth)
        if (const auto aligned = eval::alignDetections(*found, truth->images, path))
            for (const double stat : eval::evaluateCoco(*aligned, truth->truth).stats)
                expect(std::isnan(stat) || (stat >= 0 && stat <= 1));
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    std::filesystem::remove(again, ignored);
    return 0;
}
