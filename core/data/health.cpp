// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/health.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/data/dataset_scan.h"
#include "core/data/signatures.h"
#include "core/data/yolo_labels.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

constexpr double kOverBorder = 0.01;        // of the picture; rounding and careful hands stay below
constexpr double kSameBoxIou = 0.95;        // two people boxing one vehicle agree less
constexpr std::size_t kMostCompared = 1000; // rows of a file whose boxes are compared each with each; no hand draws more
constexpr double kNearlyAll = 0.9;          // of a camera's frames have its size

Finding about(const char* code, Severity severity, const fs::path& path, int line, std::string message, std::string advice) {
    return {code, severity, path, line, std::move(message), std::move(advice)};
}

double iouOf(const BoxCxcywhn& a, const BoxCxcywhn& b) {
    const double width = std::min(a.cx + a.w / 2, b.cx + b.w / 2) - std::max(a.cx - a.w / 2, b.cx - b.w / 2);
    const double height = std::min(a.cy + a.h / 2, b.cy + b.h / 2) - std::max(a.cy - a.h / 2, b.cy - b.h / 2);
    if (width <= 0 || height <= 0)
        return 0;
    return width * height / (a.w * a.h + b.w * b.h - width * height);
}

double overBorder(const BoxCxcywhn& box) {
    return std::max({box.w / 2 - box.cx, box.h / 2 - box.cy, box.cx + box.w / 2 - 1, box.cy + box.h / 2 - 1});
}

void judgeLabels(const Dataset& dataset, const Frame& frame, std::size_t classCount, std::vector<Finding>& findings) {
    const auto labels = dataset.labelsOf(frame);
    fs::path file; // looked up where there is something to say
    const auto say = [&](const char* code, Severity severity, int line, std::string message, std::string advice) {
        if (file.empty())
            file = labelPathOf(frame.path);
        findings.push_back(about(code, severity, file, line, std::move(message), std::move(advice)));
    };
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const Label& label = labels[i];
        if (classCount > 0 && static_cast<std::size_t>(label.classId) >= classCount)
            say("label-class-unknown", Severity::Error, label.line,
                "The class " + std::to_string(label.classId) + " is outside the " + std::to_string(classCount) + " class names (0 to " +
                    std::to_string(classCount - 1) + ").",
                "Correct the row, or add the class to the names.");
        if (overBorder(label.box) > kOverBorder)
            say("label-outside", Severity::Warning, label.line, "The box reaches over the border of the picture.",
                "Cut the box at the border.");
        for (std::size_t j = 0; j < i && labels.size() <= kMostCompared; ++j) {
            if (iouOf(label.box, labels[j].box) < kSameBoxIou)
                continue;
            const bool sameClass = label.classId == labels[j].classId;
            say("label-overlap", Severity::Warning, label.line,
                "The box is nearly the same as that of line " + std::to_string(labels[j].line) +
                    (sameClass
                         ? "."
                         : ", but of class " + std::to_string(label.classId) + " instead of " + std::to_string(labels[j].classId) + "."),
                "Remove one of the two.");
            break;
        }
    }
}

std::string textOf(Size size) {
    return std::to_string(size.width) + "x" + std::to_string(size.height);
}

void judgeSizes(const Dataset& dataset, const Camera& camera, std::vector<Finding>& findings) {
    std::map<std::pair<int, int>, std::size_t> counts;
    std::size_t known = 0;
    for (const Frame& frame : dataset.framesOf(camera)) {
        if (frame.size.width <= 0)
            continue;
        ++known;
        ++counts[{frame.size.width, frame.size.height}];
    }
    if (counts.size() < 2)
        return;
    const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const Size usual{most->first.first, most->first.second};
    if (static_cast<double>(most->second) < kNearlyAll * static_cast<double>(known)) {
        findings.push_back(about("camera-sizes", Severity::Note, camera.folder, 0,
                                 "The frames of camera " + camera.id() + " have " + std::to_string(counts.size()) +
                                     " sizes; the most frequent, " + textOf(usual) + ", have " + std::to_string(most->second) + " of " +
                                     std::to_string(known) + ".",
                                 "Check that the folder holds one camera; training takes mixed sizes."));
        return;
    }
    for (const Frame& frame : dataset.framesOf(camera))
        if (frame.size.width > 0 && !(frame.size == usual))
            findings.push_back(about("image-size", Severity::Warning, frame.path, 0,
                                     "The picture has " + textOf(frame.size) + " pixels, the others of camera " + camera.id() + " have " +
                                         textOf(usual) + ".",
                                     "Check that it belongs to this camera."));
}

/// Where another frame is, as far as it lies elsewhere than this one.
std::string placeOf(const Dataset& dataset, const Frame& other, const Frame& from) {
    const std::string name = other.path.filename().string();
    if (other.camera == from.camera)
        return name;
    const Camera& there = dataset.cameras[other.camera];
    return name + " of camera " + there.id() + (there.pool != dataset.cameras[from.camera].pool ? " in another pool" : "");
}

} // namespace

std::vector<Finding> healthFindings(const Dataset& dataset, const ScanOptions& options) {
    std::vector<Finding> findings;
    for (const Frame& frame : dataset.frames)
        judgeLabels(dataset, frame, options.classCount, findings);
    for (const Camera& camera : dataset.cameras) {
        judgeSizes(dataset, camera, findings);
        if (camera.frameCount < options.fewFrames)
            findings.push_back(about("camera-few-frames", Severity::Note, camera.folder, 0,
                                     "Camera " + camera.id() + " has only " + std::to_string(camera.frameCount) +
                                         (camera.frameCount == 1 ? " frame." : " frames."),
                                     "Choose from it with care: a split may leave it no frame on one side."));
    }
    sortFindings(findings);
    return findings;
}

Result<std::vector<image::PictureSignature>> readSignatures(const Dataset& dataset, const fs::path& cacheFolder, int threads,
                                                            std::vector<Finding>& findings, const ProgressCallback& progress,
                                                            const StopCheck& stop) {
    std::unordered_set<std::string_view> known; // pictures with a finding
    for (const Finding& finding : dataset.findings)
        if (finding.code == "image-unreadable" || finding.code == "image-truncated")
            known.insert(finding.path.native());
    const fs::path none;
    SignatureRequest request;
    request.count = dataset.frames.size();
    request.path = [&](std::size_t i) -> const fs::path& {
        const Frame& frame = dataset.frames[i];
        return frame.size.width > 0 && !known.contains(frame.path.native()) ? frame.path : none;
    };
    request.cacheFolder = cacheFolder;
    request.threads = threads;
    request.failed = [&](std::size_t, const Error& error) {
        findings.push_back(about("image-unreadable", Severity::Error, error.path, 0, error.message, error.advice));
    };
    return readSignatures(request, progress, stop);
}

Result<std::vector<Finding>> duplicateFindings(const Dataset& dataset, std::span<const image::PictureSignature> signatures,
                                               const NearLimits& limits, const StopCheck& stop) {
    std::vector<Finding> findings;
    const auto say = [&](const char* code, const GroupMember& member, const char* how, const char* advice) {
        const Frame& frame = dataset.frames[member.index];
        findings.push_back(about(code, Severity::Warning, frame.path, 0,
                                 std::string("The picture is ") + how + placeOf(dataset, dataset.frames[member.like], frame) + ".",
                                 advice));
    };
    for (const DuplicateGroup& group : identicalFiles(signatures))
        for (std::size_t i = 1; i < group.size(); ++i)
            say("frame-identical", group[i], "byte for byte the same as ",
                "Keep one of the two; on both sides of a split they make the result look too good.");
    const auto near = nearGroups(signatures, limits, stop);
    if (!near)
        return failAs(near);
    for (const DuplicateGroup& group : *near) {
        std::set<std::pair<std::uint64_t, std::uint64_t>> contents; // identical ones have been named
        for (std::size_t i = 0; i < group.size(); ++i) {
            const image::PictureSignature& signature = signatures[group[i].index];
            if (contents.insert({signature.content, signature.fileBytes}).second && i > 0)
                say("frame-near-duplicate", group[i], "nearly the same as ",
                    "Choose one of the two; on both sides of a split they make the result look too good.");
        }
    }
    sortFindings(findings);
    return findings;
}

Result<void> judge(Dataset& dataset, const ScanOptions& options, const fs::path& cacheFolder, const ProgressCallback& progress,
                   const StopCheck& stop) {
    const auto add = [&](std::vector<Finding> more) { std::move(more.begin(), more.end(), std::back_inserter(dataset.findings)); };
    std::vector<Finding> found;
    if (options.deep) {
        const auto signatures = readSignatures(dataset, cacheFolder, options.threads, found, progress, stop);
        if (!signatures)
            return failAs(signatures);
        auto duplicates = duplicateFindings(dataset, *signatures, {}, stop);
        if (!duplicates)
            return failAs(duplicates);
        add(std::move(found));
        add(std::move(*duplicates));
    }
    if (options.health)
        add(healthFindings(dataset, options));
    sortFindings(dataset.findings);
    return {};
}

} // namespace intersect::data
