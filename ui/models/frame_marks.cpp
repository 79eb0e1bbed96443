// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/frame_marks.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "core/data/list_files.h"
#include "core/data/yolo_labels.h"
#include "core/runs/workspace.h"

namespace intersect::ui {
namespace {

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool containsNoCase(const std::string& text, const std::string& part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

using IndexByPath = std::unordered_map<std::string, std::uint32_t>;

void markList(const IndexByPath& byPath, const std::filesystem::path& list, FrameUse use, FrameMarks& marks) {
    std::error_code none;
    if (!std::filesystem::exists(list, none))
        return;
    const auto images = data::readImageList(list);
    if (!images) {
        marks.problem = describe(images.error());
        return;
    }
    for (const auto& image : *images)
        if (const auto found = byPath.find(image.native()); found != byPath.end())
            marks.use[found->second] = use;
}

} // namespace

FrameMarks marksOf(const data::Dataset& dataset, const std::filesystem::path& selectionFolder) {
    FrameMarks marks;
    marks.use.assign(dataset.frames.size(), FrameUse::Unused);
    IndexByPath byPath;
    byPath.reserve(dataset.frames.size());
    for (std::size_t i = 0; i < dataset.frames.size(); ++i)
        byPath.emplace(dataset.frames[i].path.native(), static_cast<std::uint32_t>(i));

    if (!selectionFolder.empty()) {
        std::error_code none;
        if (std::filesystem::exists(selectionFolder / "train.txt", none)) {
            markList(byPath, selectionFolder / "test.txt", FrameUse::Test, marks);
            markList(byPath, selectionFolder / "val.txt", FrameUse::Val, marks);
            markList(byPath, selectionFolder / "train.txt", FrameUse::Train, marks);
        } else if (std::filesystem::exists(selectionFolder / "selection.yaml", none)) {
            if (const auto selection = runs::readSelection(selectionFolder / "selection.yaml")) {
                for (const auto& image : selection->images)
                    if (const auto found = byPath.find(image.native()); found != byPath.end())
                        marks.use[found->second] = FrameUse::Chosen;
            } else {
                marks.problem = describe(selection.error());
            }
        }
    }

    // Findings name a picture or its label file; label files are looked up only if a finding is about no picture.
    IndexByPath byLabel;
    std::vector<std::int64_t> frameOfFinding(dataset.findings.size(), -1);
    for (std::size_t i = 0; i < dataset.findings.size(); ++i) {
        const std::string& path = dataset.findings[i].path.native();
        auto found = byPath.find(path);
        if (found == byPath.end()) {
            if (byLabel.empty())
                for (std::size_t k = 0; k < dataset.frames.size(); ++k)
                    if (dataset.frames[k].labelled)
                        byLabel.emplace(data::labelPathOf(dataset.frames[k].path).native(), static_cast<std::uint32_t>(k));
            found = byLabel.find(path);
            if (found == byLabel.end()) {
                marks.otherFindings.push_back(static_cast<std::uint32_t>(i));
                continue;
            }
        }
        frameOfFinding[i] = found->second;
    }
    marks.findingBegin.assign(dataset.frames.size() + 1, 0);
    for (const std::int64_t frame : frameOfFinding)
        if (frame >= 0)
            ++marks.findingBegin[static_cast<std::size_t>(frame) + 1];
    for (std::size_t i = 0; i < dataset.frames.size(); ++i)
        marks.findingBegin[i + 1] += marks.findingBegin[i];
    marks.findingOrder.resize(marks.findingBegin.back());
    std::vector<std::uint32_t> next(marks.findingBegin.begin(), marks.findingBegin.end() - 1);
    for (std::size_t i = 0; i < frameOfFinding.size(); ++i)
        if (frameOfFinding[i] >= 0)
            marks.findingOrder[next[static_cast<std::size_t>(frameOfFinding[i])]++] = static_cast<std::uint32_t>(i);
    return marks;
}

UseCounts useCounts(const FrameMarks& marks, std::size_t begin, std::size_t count) {
    UseCounts sum;
    sum.frames = static_cast<std::int64_t>(count);
    for (std::size_t i = begin; i < begin + count; ++i) {
        switch (marks.use[i]) {
        case FrameUse::Chosen: ++sum.chosen; break;
        case FrameUse::Train: ++sum.train; break;
        case FrameUse::Val: ++sum.val; break;
        case FrameUse::Test: ++sum.test; break;
        case FrameUse::Unused: break;
        }
    }
    return sum;
}

std::vector<std::uint32_t> filterFrames(const data::Dataset& dataset, const FrameMarks& marks, const std::vector<std::uint32_t>& cameras,
                                        const FrameFilter& filter) {
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t index : cameras) {
        const data::Camera& camera = dataset.cameras[index];
        for (std::uint32_t i = camera.frameBegin; i < camera.frameBegin + camera.frameCount; ++i) {
            const data::Frame& frame = dataset.frames[i];
            const int boxes = static_cast<int>(frame.labelCount);
            if (boxes < filter.boxesFrom || (filter.boxesTo >= 0 && boxes > filter.boxesTo))
                continue;
            if (filter.withoutLabels && frame.labelled)
                continue;
            if (filter.withFindings && !marks.hasFindings(i))
                continue;
            if (!filter.allClasses) {
                const auto labels = dataset.labelsOf(frame);
                const bool wanted = std::any_of(labels.begin(), labels.end(), [&](const data::Label& label) {
                    return std::find(filter.classes.begin(), filter.classes.end(), label.classId) != filter.classes.end();
                });
                if (!wanted && !(filter.withoutLabels && !frame.labelled))
                    continue;
            }
            if (!filter.text.empty() && !containsNoCase(frame.path.filename().native(), filter.text))
                continue;
            rows.push_back(i);
        }
    }
    return rows;
}

std::vector<int> classesOf(const data::Dataset& dataset) {
    std::set<int> ids;
    for (const data::Label& label : dataset.labels)
        ids.insert(label.classId);
    return {ids.begin(), ids.end()};
}

} // namespace intersect::ui
