// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/suspects_file.h"

#include <cmath>

namespace intersect::eval {
namespace {

/// Hundredths of a pixel are enough to find a box.
Json boxJson(const BoxXyxy& box) {
    const auto rounded = [](float value) { return std::round(static_cast<double>(value) * 100) / 100; };
    return Json::array({rounded(box.x1), rounded(box.y1), rounded(box.width()), rounded(box.height())});
}

Json nameJson(const detect::DetectionSet& detections, int classId) {
    const auto id = static_cast<std::size_t>(classId);
    return classId >= 0 && id < detections.names.size() ? Json(detections.names[id]) : Json(std::to_string(classId));
}

} // namespace

const char* suspectKindName(SuspectKind kind) {
    switch (kind) {
    case SuspectKind::MissingLabel: return "missing_label";
    case SuspectKind::NothingThere: return "nothing_there";
    case SuspectKind::WrongClass: return "wrong_class";
    case SuspectKind::BadlyPlaced: break;
    }
    return "badly_placed";
}

Json suspectsJson(const std::vector<Suspect>& suspects, const detect::DetectionSet& detections, const Truth& truth) {
    Json list = Json::array();
    for (const Suspect& one : suspects) {
        Json entry = {{"kind", suspectKindName(one.kind)}, {"rank", one.rank}, {"image", pathText(detections.images[one.image].file)}, {"label", nullptr}, {"label_class", nullptr},
                      {"label_box", nullptr}, {"found_class", nullptr}, {"found_box", nullptr}, {"score", nullptr}, {"iou", static_cast<double>(one.iou)}};
        if (one.truth >= 0) {
            const TruthBox& label = truth.of(one.image)[static_cast<std::size_t>(one.truth)];
            entry["label"] = one.truth + 1;
            entry["label_class"] = nameJson(detections, label.classId);
            entry["label_box"] = boxJson(label.box);
        }
        if (one.detection >= 0) {
            const detect::Detection& found = detections.of(one.image)[static_cast<std::size_t>(one.detection)];
            entry["found_class"] = nameJson(detections, found.classId);
            entry["found_box"] = boxJson(found.box);
            entry["score"] = static_cast<double>(found.score);
        }
        list.push_back(std::move(entry));
    }
    return {{"suspects", std::move(list)}};
}

} // namespace intersect::eval
