// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/list_files.h"

#include <algorithm>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/folders.h"
#include "core/data/text_lines.h"
#include "core/image/decode.h"

namespace intersect::data {
namespace fs = std::filesystem;

Result<std::vector<ListedPath>> readListedPaths(const fs::path& list) {
    const Result<std::string> text = readFile(list);
    if (!text)
        return failAs(text);
    std::vector<ListedPath> paths;
    TextLines lines(*text);
    for (std::string_view line; lines.next(line);) {
        const std::string_view name = trimmed(line);
        if (name.find('\0') != std::string_view::npos)
            return fail(ErrorCode::BadInput, list.string() + " is not a list of image paths: it holds zero bytes.", list, lines.number(),
                        "Give a text file with one path a line.");
        if (!name.empty())
            paths.push_back({std::string(name), lines.number()});
    }
    if (paths.empty())
        return fail(ErrorCode::BadInput, list.string() + " names no image.", list, 0, "Write one image path a line.");
    return paths;
}

Result<std::vector<fs::path>> readImageList(const fs::path& list) {
    const auto listed = readListedPaths(list);
    if (!listed)
        return failAs(listed);
    const fs::path base = absolutePath(list).parent_path();
    std::vector<fs::path> images;
    std::string firstMissing;
    int firstLine = 0;
    std::size_t missing = 0;
    for (const ListedPath& path : *listed) {
        fs::path image = absolutePath(base / fs::path(path.text)); // an absolute name replaces the base
        std::error_code error;
        if (!fs::is_regular_file(image, error)) {
            if (missing++ == 0) {
                firstMissing = image.string();
                firstLine = path.line;
            }
            continue;
        }
        images.push_back(std::move(image));
    }
    if (missing > 0)
        return fail(ErrorCode::BadInput,
                    list.string() + " names " + (missing == 1 ? std::string("a file that is not there: ") : std::to_string(missing) + " files that are not there, the first: ") +
                        firstMissing + " (line " + std::to_string(firstLine) + ").",
                    list, firstLine, "Correct the paths, or write the list again.");
    return images;
}

std::string formatImageList(const std::vector<fs::path>& images) {
    std::string text;
    for (const fs::path& image : images)
        text += absolutePath(image).string() + "\n";
    return text;
}

Result<std::vector<fs::path>> imagesOfSource(const fs::path& source) {
    std::error_code error;
    if (fs::is_directory(source, error)) {
        const auto folders = walkFolders(absolutePath(source));
        if (!folders)
            return failAs(folders);
        std::vector<fs::path> images;
        for (const FolderContents& contents : *folders) {
            for (const std::string& name : contents.images)
                images.push_back(contents.folder / name);
        }
        if (images.empty())
            return fail(ErrorCode::BadInput, "There is no image in the folder " + source.string() + ".", source, 0,
                        "Choose a folder with JPEG, PNG, BMP, WebP or TIFF files.");
        std::sort(images.begin(), images.end(), byPathBytes);
        return images;
    }
    if (!fs::exists(source, error))
        return fail(ErrorCode::BadInput, source.string() + " is not there.", source, 0, "Check the path.");
    if (image::hasImageExtension(source))
        return std::vector<fs::path>{absolutePath(source)};
    return readImageList(source);
}

} // namespace intersect::data
