// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/class_ap.h"

namespace intersect::runs {
namespace {

constexpr double kNearBest = 0.9;

} // namespace

std::vector<ClassApEpoch> classApByEpoch(const std::vector<Json>& events) {
    std::vector<ClassApEpoch> epochs;
    for (const Json& event : events) {
        const auto type = event.find("type"), number = event.find("epoch"), classes = event.find("classes");
        if (type == event.end() || *type != "epoch" || number == event.end() || !number->is_number_integer())
            continue;
        ClassApEpoch one;
        one.epoch = number->get<int>();
        while (!epochs.empty() && epochs.back().epoch >= one.epoch)
            epochs.pop_back();
        if (classes == event.end() || !classes->is_array())
            continue;
        for (const Json& entry : *classes)
            if (entry.is_object() && entry.contains("id") && entry["id"].is_number_integer() && entry.contains("ap50") &&
                entry["ap50"].is_number())
                one.ap50[entry["id"].get<int>()] = entry["ap50"].get<double>();
        epochs.push_back(std::move(one));
    }
    return epochs;
}

std::optional<ClassSpeed> speedOf(const std::vector<ClassApEpoch>& epochs, int classId) {
    ClassSpeed speed;
    for (const ClassApEpoch& epoch : epochs)
        if (const auto found = epoch.ap50.find(classId); found != epoch.ap50.end() && found->second > speed.best) {
            speed.best = found->second;
            speed.bestEpoch = epoch.epoch;
        }
    if (speed.best <= 0)
        return std::nullopt;
    for (const ClassApEpoch& epoch : epochs)
        if (const auto found = epoch.ap50.find(classId); found != epoch.ap50.end() && found->second >= kNearBest * speed.best) {
            speed.epochs = epoch.epoch;
            break;
        }
    return speed;
}

} // namespace intersect::runs
