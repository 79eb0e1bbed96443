// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/patch_list.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include <QStringList>

#include "core/base/numbers.h"
#include "ui/models/csv_field.h"
#include "ui/text.h"
#include "ui/widgets/verdict_painting.h"

namespace intersect::ui {
namespace {

constexpr double kContext = 0.4; ///< of the box's side, on each side of it
constexpr double kLeastContextPx = 32;
constexpr std::size_t kLookUpEvery = 4096; ///< patches between two questions whether to go on

std::size_t placeOf(eval::Verdict verdict) {
    return static_cast<std::size_t>(verdict);
}

/// What is asked of a patch, one by one, so that each can be counted as if it were not asked.
struct Answers {
    bool verdict, classId, error, score;
};

Answers ask(const Patch& patch, const PatchChoice& choice) {
    const InspectedBox& box = patch.box;
    // In float32, as scores are compared with the confidence.
    const bool scored = box.detection < 0 || (box.score >= static_cast<float>(choice.scoreFrom) && box.score <= static_cast<float>(choice.scoreTo));
    return {choice.anyVerdict() || choice.verdicts[placeOf(box.verdict)], choice.classId < 0 || box.classId == choice.classId,
            !choice.error || box.error == choice.error, scored};
}

/// The place of each frame when cameras are ordered by name and their frames by time.
std::vector<double> cameraPlaces(const Inspection& inspection) {
    std::vector<std::uint32_t> frames(inspection.size());
    std::iota(frames.begin(), frames.end(), 0U);
    std::ranges::stable_sort(frames, {}, [&](std::uint32_t frame) {
        return std::tuple(inspection.frames[frame].camera, inspection.frames[frame].takenAt.value_or(0));
    });
    std::vector<double> places(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i)
        places[frames[i]] = static_cast<double>(i);
    return places;
}

} // namespace

std::vector<Patch> gatherPatches(const Inspection& inspection, const FrameErrors* errors, std::span<const std::uint32_t> frames,
                                 double confidence, double matchIou, const std::function<bool()>& cancelled) {
    std::vector<Patch> patches;
    for (const std::uint32_t frame : frames) {
        if (cancelled && cancelled())
            return {};
        for (InspectedBox& box : inspectFrame(inspection, frame, confidence, matchIou)) {
            if (errors != nullptr) {
                box.errorKnown = true;
                box.error = errorOf(*errors, inspection, frame, box, confidence);
            }
            patches.push_back({frame, box});
        }
    }
    return patches;
}

PatchRows arrangePatches(const Inspection& inspection, std::span<const Patch> patches, const PatchChoice& choice,
                         const std::function<bool()>& cancelled) {
    const std::vector<double> places = choice.order == PatchOrder::Camera ? cameraPlaces(inspection) : std::vector<double>();
    /// What a patch is ordered by; those without it stand behind.
    struct Key {
        bool lacking;
        double value;
        std::uint32_t row;
    };
    const double sign = choice.ascending ? 1 : -1;
    const auto keyOf = [&](const Patch& patch, std::uint32_t row) {
        const bool found = patch.box.detection >= 0;
        switch (choice.order) {
        case PatchOrder::Score: return Key{!found, found ? sign * static_cast<double>(patch.box.score) : 0, row};
        case PatchOrder::Size: return Key{false, sign * patch.areaPx(), row};
        case PatchOrder::Iou: return Key{!found || !patch.box.judged, found ? sign * static_cast<double>(patch.box.iou) : 0, row};
        case PatchOrder::Camera: break;
        }
        return Key{false, sign * places[patch.frame], row};
    };
    PatchRows arranged;
    std::vector<Key> keys;
    std::vector<std::int64_t> classes;
    for (std::size_t i = 0; i < patches.size(); ++i) {
        if (i % kLookUpEvery == 0 && cancelled && cancelled())
            return {};
        const Patch& patch = patches[i];
        const Answers yes = ask(patch, choice);
        if (yes.classId && yes.error && yes.score)
            ++arranged.counts.verdicts[placeOf(patch.box.verdict)];
        const auto classId = static_cast<std::size_t>(std::max(0, patch.box.classId));
        if (classId >= classes.size())
            classes.resize(classId + 1, -1);
        classes[classId] = std::max<std::int64_t>(classes[classId], 0) + (yes.verdict && yes.error && yes.score ? 1 : 0);
        if (patch.box.error && yes.verdict && yes.classId && yes.score)
            ++arranged.counts.errors[static_cast<std::size_t>(*patch.box.error)];
        if (yes.verdict && yes.classId && yes.error && yes.score)
            keys.push_back(keyOf(patch, static_cast<std::uint32_t>(i)));
    }
    for (std::size_t id = 0; id < classes.size(); ++id)
        if (classes[id] >= 0)
            arranged.counts.classes.emplace(static_cast<int>(id), classes[id]);
    if (cancelled && cancelled())
        return {};
    std::ranges::sort(keys, [](const Key& a, const Key& b) {
        return std::tie(a.lacking, a.value, a.row) < std::tie(b.lacking, b.value, b.row);
    });
    arranged.rows.reserve(keys.size());
    for (const Key& key : keys)
        arranged.rows.push_back(key.row);
    return arranged;
}

QRect patchWindow(const BoxXyxy& box, Size image, double widthToHeight) {
    const auto side = [](double length) { return length + 2 * std::max(kContext * length, kLeastContextPx); };
    double width = side(static_cast<double>(box.width())), height = side(static_cast<double>(box.height()));
    if (width < height * widthToHeight)
        width = height * widthToHeight;
    else
        height = width / widthToHeight;
    const auto cut = [](double length, int most) { return std::clamp(static_cast<int>(std::lround(length)), 1, std::max(1, most)); };
    const int w = cut(width, image.width), h = cut(height, image.height);
    const auto moved = [](double centre, int length, int most) {
        return std::clamp(static_cast<int>(std::lround(centre - length / 2.0)), 0, std::max(0, most - length));
    };
    return {moved((static_cast<double>(box.x1) + static_cast<double>(box.x2)) / 2, w, image.width),
            moved((static_cast<double>(box.y1) + static_cast<double>(box.y2)) / 2, h, image.height), w, h};
}

QString patchesCsv(const Inspection& inspection, std::span<const Patch> patches, std::span<const std::uint32_t> rows,
                   const std::function<QString(int)>& className) {
    QString text = QStringLiteral("file,camera,verdict,class,score,iou,error,x1,y1,x2,y2\n");
    const auto number = [](float value, int decimals) { return qs(formatFixed(static_cast<double>(value), decimals)); };
    for (const std::uint32_t row : rows) {
        const Patch& patch = patches[row];
        const InspectedBox& box = patch.box;
        const bool found = box.detection >= 0;
        const QStringList fields = {csvField(qs(inspection.detections.images[patch.frame].file)),
                                    csvField(qs(inspection.cameras[inspection.frames[patch.frame].camera])),
                                    box.judged ? verdictWord(box.verdict) : QString(),
                                    csvField(className(box.classId)),
                                    found ? number(box.score, 4) : QString(),
                                    found && box.judged ? number(box.iou, 4) : QString(),
                                    box.error ? ErrorWords::name(*box.error).toLower() : QString(),
                                    number(box.box.x1, 2), number(box.box.y1, 2), number(box.box.x2, 2), number(box.box.y2, 2)};
        text += fields.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return text;
}

} // namespace intersect::ui
