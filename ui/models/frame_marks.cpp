// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/frame_marks.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "core/data/list_files.h"
#include "core/data/yolo_labels.h"
#include "core/runs/workspace.h"

namespace intersect::ui {
namespace {

/// By views of the frames' paths, which outlive the map: no copy of 100,000 names.
using IndexByPath = std::unordered_map<std::string_view, std::uint32_t>;

void markList(const IndexByPath& byPath, const std::filesystem::path& list, FrameUse use, FrameMarks& marks) {
    std::error_code none;
    if (!std::filesystem::exists(list, none) || std::filesystem::file_size(list, none) == 0)
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
    std::unordered_map<std::string, std::uint32_t> byLabel;
    std::vector<std::int64_t> frameOfFinding(dataset.findings.size(), -1);
    for (std::size_t i = 0; i < dataset.findings.size(); ++i) {
        const std::string& path = dataset.findings[i].path.native();
        if (const auto found = byPath.find(path); found != byPath.end()) {
            frameOfFinding[i] = found->second;
        } else {
            if (byLabel.empty())
                for (std::size_t k = 0; k < dataset.frames.size(); ++k)
                    if (dataset.frames[k].labelled)
                        byLabel.emplace(data::labelPathOf(dataset.frames[k].path).native(), static_cast<std::uint32_t>(k));
            if (const auto label = byLabel.find(path); label != byLabel.end())
                frameOfFinding[i] = label->second;
            else
                marks.otherFindings.push_back(static_cast<std::uint32_t>(i));
        }
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

std::int64_t FrameMarks::frameOfFinding(std::uint32_t finding) const {
    const auto at = std::find(findingOrder.begin(), findingOrder.end(), finding);
    if (at == findingOrder.end())
        return -1;
    const auto place = static_cast<std::uint32_t>(at - findingOrder.begin());
    return std::upper_bound(findingBegin.begin(), findingBegin.end(), place) - findingBegin.begin() - 1;
}

} // namespace intersect::ui
