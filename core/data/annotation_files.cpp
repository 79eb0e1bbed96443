// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/annotation_files.h"

#include <algorithm>
#include <array>
#include <set>
#include <sys/stat.h>

#include "core/base/files.h"
#include "core/data/folders.h"
#include "core/image/decode.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

std::string withoutEnding(const fs::path& path) {
    return (path.parent_path() / path.stem()).native();
}

/// A path with its last folder called `from` called `to` instead; empty where there is none.
fs::path renamedFolder(const fs::path& path, std::string_view from, std::string_view to) {
    std::vector<fs::path> parts(path.begin(), path.end());
    for (std::size_t i = parts.size(); i-- > 1;) {
        if (i + 1 == parts.size() || parts[i].native() != from)
            continue;
        parts[i] = to;
        fs::path renamed;
        for (const fs::path& part : parts)
            renamed /= part;
        return renamed;
    }
    return {};
}

} // namespace

Result<AnnotationFiles> findAnnotationFiles(const fs::path& root, const StopCheck& stop) {
    std::error_code error;
    if (!fs::is_directory(root, error))
        return fail(ErrorCode::BadInput, root.string() + (fs::exists(root, error) ? " is not a folder." : " is not there."), root, 0, "Check the path.");
    AnnotationFiles files;
    std::set<std::pair<dev_t, ino_t>> seen;
    std::vector<fs::path> todo = {absolutePath(root)};
    while (!todo.empty()) {
        if (stop && stop())
            return fail(ErrorCode::Interrupted, "Reading " + root.string() + " was stopped.", root);
        const fs::path folder = todo.back();
        todo.pop_back();
        struct stat status {};
        if (::stat(folder.c_str(), &status) != 0 || !seen.insert({status.st_dev, status.st_ino}).second)
            continue;
        std::vector<fs::path> below;
        for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
            const fs::path& path = it->path();
            std::error_code ignored; // a dangling link is neither file nor folder
            if (path.filename().native().starts_with('.'))
                continue;
            if (it->is_directory(ignored))
                below.push_back(path);
            else if (!it->is_regular_file(ignored))
                continue;
            else if (image::hasImageExtension(path))
                files.pictures.push_back(path);
            else if (path.extension() == ".xml")
                files.xml.push_back(path);
            else if (path.extension() == ".json")
                files.json.push_back(path);
        }
        if (error)
            files.findings.push_back({"folder-unreadable", Severity::Error, folder, 0, folder.string() + " cannot be read: " + error.message() + ".",
                                      "Check its rights; what lies in it is not read."});
        std::sort(below.begin(), below.end(), [](const fs::path& a, const fs::path& b) { return byPathBytes(b, a); });
        todo.insert(todo.end(), below.begin(), below.end());
    }
    for (std::vector<fs::path>* list : {&files.pictures, &files.xml, &files.json})
        std::sort(list->begin(), list->end(), byPathBytes);
    return files;
}

bool isNamedAsCoco(const fs::path& json) {
    if (json.extension() != ".json")
        return false;
    const std::string name = json.filename().string();
    if (name.ends_with(".coco.json") || name.starts_with("instances"))
        return true;
    const auto isOther = [&](const char* what) { return name.find(what) != std::string::npos; };
    return json.parent_path().filename() == "annotations" && !isOther("captions") && !isOther("keypoints") && !isOther("panoptic") && !isOther("stuff");
}

PictureFinder::PictureFinder(const std::vector<fs::path>& pictures) {
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const fs::path& picture = pictures[i];
        m_paths.push_back(picture.native());
        m_byPath.emplace(picture.native(), i);
        m_byPlace.emplace(withoutEnding(picture), i);
        m_byName[picture.filename().native()].push_back(i);
        m_folders.insert(picture.parent_path().native());
    }
}

std::optional<std::size_t> PictureFinder::at(const fs::path& path) const {
    const auto found = m_byPath.find(path.lexically_normal().native());
    return found == m_byPath.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> PictureFinder::onlyOneEnding(const std::string& file) const {
    const auto found = m_byName.find(fs::path(file).filename().native());
    if (file.empty() || found == m_byName.end())
        return std::nullopt;
    const std::string ending = "/" + fs::path(file).lexically_normal().native();
    std::optional<std::size_t> only;
    for (const std::size_t i : found->second) {
        if (!m_paths[i].ends_with(ending))
            continue;
        if (only)
            return std::nullopt;
        only = i;
    }
    return only;
}

std::optional<std::size_t> PictureFinder::ofXml(const fs::path& xml, const std::string& named) const {
    if (const auto beside = m_byPlace.find(withoutEnding(xml)); beside != m_byPlace.end())
        return beside->second;
    constexpr std::array<std::pair<const char*, const char*>, 5> kMirrors = {
        {{"Annotations", "JPEGImages"}, {"Annotations", "images"}, {"annotations", "images"}, {"annotations", "JPEGImages"}, {"xmls", "images"}}};
    for (const auto& [from, to] : kMirrors) {
        const fs::path mirror = renamedFolder(xml, from, to);
        if (mirror.empty())
            continue;
        if (const auto found = m_byPlace.find(withoutEnding(mirror)); found != m_byPlace.end())
            return found->second;
    }
    // A frame that is gone must not hand its labels to another of the same name elsewhere.
    if (m_folders.contains(xml.parent_path().native()))
        return std::nullopt;
    return onlyOneEnding(fs::path(named).filename().native());
}

std::optional<std::size_t> PictureFinder::ofCoco(const fs::path& json, const std::string& file) const {
    const fs::path folder = json.parent_path(), above = folder.parent_path();
    std::vector<fs::path> places = {folder, above, folder / "images", above / "images"};
    const std::string stem = json.stem().string();
    if (const auto cut = stem.find('_'); cut != std::string::npos && stem.starts_with("instances")) {
        const std::string split = stem.substr(cut + 1);
        places.insert(places.end(), {above / split, above / "images" / split});
    }
    for (const fs::path& place : places) {
        if (const auto found = at(place / file))
            return found;
    }
    return onlyOneEnding(file);
}

} // namespace intersect::data
