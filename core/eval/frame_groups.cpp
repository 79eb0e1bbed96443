// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/eval/frame_groups.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

#include "core/base/threads.h"
#include "core/data/taken_at.h"
#include "core/eval/evaluation.h"
#include "core/eval/threshold_counts.h"

namespace intersect::eval {
namespace {

/// Groups in the order of their keys; each image's key comes from `keyOf`.
template <class KeyOf>
std::map<std::string, std::vector<std::uint32_t>> imagesByKey(const std::vector<detect::ImageEntry>& images, const KeyOf& keyOf) {
    std::map<std::string, std::vector<std::uint32_t>> byKey;
    for (std::size_t i = 0; i < images.size(); ++i)
        byKey[keyOf(images[i].file)].push_back(static_cast<std::uint32_t>(i));
    return byKey;
}

std::string hourOf(const std::filesystem::path& image) {
    const auto taken = data::takenAtOf(image.stem().string());
    if (!taken)
        return "unknown";
    const std::int64_t second = (*taken % 86400 + 86400) % 86400;
    const auto hour = static_cast<int>(second / 3600);
    return std::string(hour < 10 ? "0" : "") + std::to_string(hour);
}

/// Boxes found above the confidence and objects there, a frame.
struct FrameCounts {
    std::vector<std::int64_t> found, there;
};

FrameCounts frameCounts(const Pairing& pairing, const Truth& truth, double confidence) {
    const auto least = static_cast<float>(confidence);
    const std::size_t images = truth.begin.size() - 1;
    FrameCounts counts{std::vector<std::int64_t>(images, 0), std::vector<std::int64_t>(images, 0)};
    for (const PairedClass& paired : pairing.classes)
        for (const PairedDetection& one : paired.detections) {
            if (one.score < least)
                break;
            ++counts.found[one.image];
        }
    for (std::size_t image = 0; image < images; ++image)
        for (const TruthBox& box : truth.of(image))
            counts.there[image] += box.crowd ? 0 : 1;
    return counts;
}

} // namespace

std::string cameraOf(const std::filesystem::path& image) {
    const std::filesystem::path folder = image.parent_path();
    const std::string name = folder.filename().string(), pool = folder.parent_path().filename().string();
    if (name.empty())
        return ".";
    return pool.empty() ? name : pool + "/" + name;
}

FrameGroups groupFrames(const std::vector<detect::ImageEntry>& images, GroupBy by) {
    const auto byKey = imagesByKey(images, [by](const std::filesystem::path& file) {
        const std::filesystem::path folder = file.parent_path();
        const std::string pool = folder.parent_path().filename().string();
        return by == GroupBy::Hour ? hourOf(file) : by == GroupBy::Camera ? folder.string() : pool.empty() ? std::string(".") : pool;
    });
    std::map<std::string, int> named;
    if (by == GroupBy::Camera)
        for (const auto& [folder, mine] : byKey)
            ++named[cameraOf(images[mine.front()].file)];
    FrameGroups groups;
    groups.groupOf.resize(images.size());
    for (const auto& [key, mine] : byKey) {
        for (const std::uint32_t image : mine)
            groups.groupOf[image] = static_cast<std::uint32_t>(groups.names.size());
        const std::string camera = by == GroupBy::Camera ? cameraOf(images[mine.front()].file) : std::string();
        groups.names.push_back(by == GroupBy::Camera && named[camera] == 1 ? camera : key);
    }
    return groups;
}

FrameGroups wholeGroup(std::size_t images) {
    return {{"all"}, std::vector<std::uint32_t>(images, 0)};
}

std::vector<Pairing> pairingsOf(const Pairing& pairing, const Truth& truth, const FrameGroups& groups) {
    std::vector<Pairing> parts(groups.names.size());
    std::vector<std::map<int, PairedClass>> classes(parts.size());
    const auto classOf = [&](std::uint32_t image, int id) -> PairedClass& {
        PairedClass& mine = classes[groups.groupOf[image]][id];
        mine.classId = id;
        return mine;
    };
    for (std::size_t image = 0; image + 1 < truth.begin.size(); ++image)
        for (const TruthBox& box : truth.of(image))
            if (!box.crowd && box.classId >= 0)
                ++classOf(static_cast<std::uint32_t>(image), box.classId).labels;
    for (const PairedClass& paired : pairing.classes) {
        std::vector<PairedClass*> mine(parts.size(), nullptr);
        for (const PairedDetection& one : paired.detections) {
            PairedClass*& place = mine[groups.groupOf[one.image]];
            if (place == nullptr)
                place = &classOf(one.image, paired.classId);
            place->detections.push_back(one);
        }
    }
    for (std::size_t g = 0; g < parts.size(); ++g) {
        parts[g].objects = pairing.objects;
        for (auto& [id, mine] : classes[g]) {
            parts[g].labels += mine.labels;
            parts[g].detections += static_cast<std::int64_t>(mine.detections.size());
            parts[g].classes.push_back(std::move(mine));
        }
    }
    return parts;
}

std::vector<GroupResult> evaluateGroups(const Pairing& pairing, const Truth& truth, const FrameGroups& groups, double confidence,
                                        double matchIou, int threads) {
    const std::vector<Pairing> parts = pairingsOf(pairing, truth, groups);
    std::vector<GroupResult> results(parts.size());
    for (const std::uint32_t group : groups.groupOf)
        ++results[group].images;
    const FrameCounts counts = frameCounts(pairing, truth, confidence);
    for (std::size_t image = 0; image < groups.groupOf.size(); ++image) {
        const auto difference = static_cast<double>(counts.found[image] - counts.there[image]);
        GroupResult& mine = results[groups.groupOf[image]];
        mine.countError += std::fabs(difference) / static_cast<double>(mine.images);
        mine.countBias += difference / static_cast<double>(mine.images);
    }
    parallelFor(parts.size(), threads, [&](std::size_t g) {
        GroupResult& mine = results[g];
        const Evaluation evaluation = evaluateYolov5(parts[g], mine.images, {});
        mine.name = groups.names[g];
        mine.labels = evaluation.labels;
        mine.map50 = evaluation.map50;
        mine.map5095 = evaluation.map5095;
        const double last = static_cast<double>(evaluation.confidences.size() - 1);
        const auto at = static_cast<std::size_t>(std::lround(std::min(std::max(confidence, 0.0), 1.0) * last));
        mine.precision = evaluation.meanPrecision[at];
        mine.recall = evaluation.meanRecall[at];
        if (mine.labels == 0)
            mine.map50 = mine.map5095 = mine.precision = mine.recall = std::numeric_limits<double>::quiet_NaN();
        for (const ThresholdCounts& one : countsAt(parts[g], confidence, matchIou)) {
            mine.tp += one.tp;
            mine.fp += one.fp;
            mine.fn += one.fn;
        }
    });
    return results;
}

} // namespace intersect::eval
