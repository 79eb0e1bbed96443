// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/label_decision.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/data/yolo_labels.h"
#include "core/eval/suspects_file.h"

namespace intersect::runs {
namespace fs = std::filesystem;
namespace {

constexpr double kSameRow = 1e-9;    ///< fractions
constexpr float kSamePixels = 0.01F; ///< px: a truth box against the row it was read from
constexpr float kSamePlace = 0.7F;   ///< IoU
constexpr std::array kKinds{eval::SuspectKind::MissingLabel, eval::SuspectKind::NothingThere,
                            eval::SuspectKind::WrongClass, eval::SuspectKind::BadlyPlaced};

bool sameRow(const data::Label& a, const data::Label& b) {
    return a.classId == b.classId && std::abs(a.box.cx - b.box.cx) <= kSameRow &&
           std::abs(a.box.cy - b.box.cy) <= kSameRow && std::abs(a.box.w - b.box.w) <= kSameRow &&
           std::abs(a.box.h - b.box.h) <= kSameRow;
}

bool samePixels(const BoxXyxy& a, const BoxXyxy& b) {
    return std::abs(a.x1 - b.x1) <= kSamePixels && std::abs(a.y1 - b.y1) <= kSamePixels &&
           std::abs(a.x2 - b.x2) <= kSamePixels && std::abs(a.y2 - b.y2) <= kSamePixels;
}

/// A detection as a row: inside the picture, with a millionth of its sides, which is finer than a hundredth of a pixel.
data::Label rowOf(const detect::Detection& found, Size size) {
    const auto width = static_cast<float>(size.width), height = static_cast<float>(size.height);
    const BoxXyxy inside{std::clamp(found.box.x1, 0.0F, width), std::clamp(found.box.y1, 0.0F, height),
                         std::clamp(found.box.x2, 0.0F, width), std::clamp(found.box.y2, 0.0F, height)};
    const BoxCxcywhn box = toCxcywhn(inside, size);
    const auto rounded = [](double value) { return std::round(value * 1e6) / 1e6; };
    return {found.classId, {rounded(box.cx), rounded(box.cy), rounded(box.w), rounded(box.h)}, 0};
}

Json rowJson(const std::optional<data::Label>& row) {
    return row ? Json::array({row->classId, row->box.cx, row->box.cy, row->box.w, row->box.h}) : Json(nullptr);
}

/// Throws Json::exception where the row is none.
std::optional<data::Label> rowFrom(const Json& json) {
    if (json.is_null())
        return std::nullopt;
    return data::Label{
        json.at(0).get<int>(),
        {json.at(1).get<double>(), json.at(2).get<double>(), json.at(3).get<double>(), json.at(4).get<double>()},
        0};
}

std::string rowText(data::Label row) {
    return data::formatYoloLabels(std::span(&row, 1));
}

} // namespace

std::string formatDecision(const ReviewedLabel& decision) {
    const Json json = {{"image", decision.image},
                       {"kind", eval::suspectKindName(decision.kind)},
                       {"decision", decision.accepted ? "accepted" : "dismissed"},
                       {"label", rowJson(decision.label)},
                       {"found", rowJson(decision.found)}};
    return toText(json) + "\n";
}

std::optional<ReviewedLabel> decisionFrom(std::string_view line, const fs::path& file) {
    const auto json = parseJson(line, file);
    if (!json)
        return std::nullopt;
    try {
        ReviewedLabel decision;
        decision.image = json->at("image").get<std::string>();
        const auto kind = json->at("kind").get<std::string>();
        const auto known =
            std::ranges::find_if(kKinds, [&](eval::SuspectKind one) { return kind == eval::suspectKindName(one); });
        const auto word = json->at("decision").get<std::string>();
        // No name may lead out of the folder of corrected files.
        const fs::path image(decision.image);
        if (decision.image.empty() || std::ranges::find(image, fs::path("..")) != image.end() ||
            known == kKinds.end() || (word != "accepted" && word != "dismissed"))
            return std::nullopt;
        decision.kind = *known;
        decision.accepted = word == "accepted";
        decision.label = rowFrom(json->at("label"));
        decision.found = rowFrom(json->at("found"));
        const bool needsLabel = decision.kind != eval::SuspectKind::MissingLabel,
                   needsFound = decision.kind != eval::SuspectKind::NothingThere;
        if (needsLabel != decision.label.has_value() || needsFound != decision.found.has_value())
            return std::nullopt;
        return decision;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::string reviewedImage(const fs::path& image, const fs::path& dataRoot) {
    const fs::path below = image.lexically_normal().lexically_relative(dataRoot.lexically_normal());
    return pathText(below.empty() || *below.begin() == ".." ? image : below);
}

CorrectedText correctedLabels(std::string_view original, std::span<const ReviewedLabel> decisions) {
    const std::vector<data::Label> labels = data::parseYoloLabels(original, {}).labels;
    struct Row {
        data::Label label;
        bool removed = false, changed = false;
    };
    std::vector<Row> rows;
    for (const data::Label& label : labels)
        rows.push_back({label});
    CorrectedText corrected;
    std::string added;
    for (const ReviewedLabel& decision : decisions) {
        if (!decision.accepted)
            continue;
        if (decision.kind == eval::SuspectKind::MissingLabel) {
            added += rowText(*decision.found);
            continue;
        }
        const auto at =
            std::ranges::find_if(labels, [&](const data::Label& label) { return sameRow(label, *decision.label); });
        if (at == labels.end()) {
            ++corrected.lost;
            continue;
        }
        Row& row = rows[static_cast<std::size_t>(at - labels.begin())];
        if (decision.kind == eval::SuspectKind::NothingThere)
            row.removed = true;
        else if (decision.kind == eval::SuspectKind::WrongClass)
            row.label.classId = decision.found->classId;
        else
            row.label.box = decision.found->box;
        row.changed = true;
    }
    int number = 0;
    for (std::size_t begin = 0; begin < original.size();) {
        const std::size_t end = std::min(original.find('\n', begin), original.size() - 1) + 1;
        const std::string_view line = original.substr(begin, end - begin);
        begin = end;
        ++number;
        const auto row =
            std::ranges::find_if(rows, [&](const Row& one) { return one.label.line == number && one.changed; });
        if (row == rows.end())
            corrected.text += line;
        else if (!row->removed)
            corrected.text += rowText(row->label);
    }
    if (!corrected.text.empty() && corrected.text.back() != '\n' && !added.empty())
        corrected.text += '\n';
    corrected.text += added;
    return corrected;
}

Result<ReviewedLabel> decisionOn(const eval::Suspect& suspect, bool accepted, const detect::DetectionSet& detections,
                                 const eval::Truth& truth, const fs::path& dataRoot) {
    const detect::ImageEntry& image = detections.images[suspect.image];
    ReviewedLabel decision{reviewedImage(image.file, dataRoot), suspect.kind, accepted, std::nullopt, std::nullopt};
    if (suspect.detection >= 0)
        decision.found = rowOf(detections.of(suspect.image)[static_cast<std::size_t>(suspect.detection)], image.size);
    if (suspect.truth >= 0) {
        const eval::TruthBox& box = truth.of(suspect.image)[static_cast<std::size_t>(suspect.truth)];
        const std::vector<data::Label> labels = data::readYoloLabels(image.file).labels;
        const auto row = std::ranges::find_if(labels, [&](const data::Label& label) {
            return label.classId == box.classId && samePixels(toXyxy(label.box, image.size), box.box);
        });
        if (row == labels.end()) {
            const fs::path path = data::labelPathOf(image.file);
            return fail(ErrorCode::BadInput,
                        path.string() + " has changed since it was read: the label in question is not in it.", path, 0,
                        "Open the run again.");
        }
        decision.label = data::Label{row->classId, row->box, 0};
    }
    return decision;
}

bool isAbout(const ReviewedLabel& decision, const eval::Suspect& suspect, const detect::DetectionSet& detections,
             const eval::Truth& truth, const fs::path& dataRoot) {
    const detect::ImageEntry& image = detections.images[suspect.image];
    if (decision.kind != suspect.kind || decision.image != reviewedImage(image.file, dataRoot))
        return false;
    if (suspect.truth >= 0) {
        const eval::TruthBox& box = truth.of(suspect.image)[static_cast<std::size_t>(suspect.truth)];
        return decision.label && decision.label->classId == box.classId &&
               samePixels(toXyxy(decision.label->box, image.size), box.box);
    }
    const detect::Detection& found = detections.of(suspect.image)[static_cast<std::size_t>(suspect.detection)];
    return decision.found && decision.found->classId == found.classId &&
           iou(toXyxy(decision.found->box, image.size), found.box) >= kSamePlace;
}

bool sameQuestion(const ReviewedLabel& a, const ReviewedLabel& b) {
    if (a.image != b.image || a.kind != b.kind || a.label.has_value() != b.label.has_value())
        return false;
    if (a.label)
        return sameRow(*a.label, *b.label);
    const Size unit{1, 1}; // the ratio of areas is the same in fractions
    return a.found && b.found && a.found->classId == b.found->classId &&
           iou(toXyxy(a.found->box, unit), toXyxy(b.found->box, unit)) >= kSamePlace;
}

} // namespace intersect::runs
