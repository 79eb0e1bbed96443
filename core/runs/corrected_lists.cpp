// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <set>

#include "core/data/data_yaml.h"
#include "core/runs/label_review.h"

namespace intersect::runs {
namespace fs = std::filesystem;

Result<CorrectedLists> writeCorrectedLists(const Workspace& workspace, const std::string& name, const LabelReview& review) {
    const fs::path from = workspace.selections() / name, folder = workspace.selections() / (name + kCorrectedEnding);
    const fs::path above = review.file().parent_path();
    if (std::ranges::find(above, fs::path("images")) != above.end())
        return fail(ErrorCode::BadInput,
                    "The workspace " + workspace.folder.string() +
                        " lies below a folder called images; YOLO would look for the corrected labels in one called labels.",
                    workspace.folder, 0, "Move the workspace to another folder.");
    std::error_code none;
    if (fs::exists(folder / "selection.yaml", none))
        return fail(ErrorCode::BadInput, folder.string() + " is a selection of your own; it is not replaced.", folder, 0,
                    "Give it another name first.");
    const auto data = data::readDataYaml(from / "data.yaml");
    if (!data)
        return failAs(data);
    std::set<std::string> corrected;
    for (const ReviewedLabel& decision : review.decisions())
        if (decision.accepted)
            corrected.insert(decision.image);
    CorrectedLists made{name + kCorrectedEnding};
    SplitLists lists;
    lists.names = data->names;
    const struct {
        const char* split;
        const fs::path& list;
        std::vector<fs::path>& images;
        std::int64_t& count;
    } parts[] = {{"train", data->train, lists.train, made.train},
                 {"val", data->val, lists.val, made.val},
                 {"test", data->test, lists.test, made.test}};
    for (const auto& part : parts) {
        if (part.list.empty())
            continue;
        auto images = data::imagesOfSplit(*data, part.split);
        if (!images)
            return failAs(images);
        for (fs::path& image : *images)
            if (const std::string reviewed = reviewedImage(image, workspace.dataRoot); corrected.contains(reviewed)) {
                image = review.correctedPicture(reviewed);
                ++part.count;
            }
        part.images = std::move(*images);
    }
    if (const auto written = writeSplitLists(folder, lists, true, true); !written)
        return failAs(written);
    return made;
}

} // namespace intersect::runs
