// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>

#include <yaml-cpp/yaml.h>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/list_files.h"
#include "core/data/yaml_text.h"
#include "core/runs/workspace.h"

namespace intersect::runs {
namespace fs = std::filesystem;
using data::yamlText;
namespace {

constexpr std::uintmax_t kMaxSelectionBytes = 256ULL << 20;

/// Reads selection.yaml; every fault names the file and the line.
class Reader {
public:
    explicit Reader(const fs::path& file) : m_file(file) {}

    Result<select::Selection> read(const YAML::Node& root) {
        if (!root.IsMap() || !root["strategy"] || !root["images"])
            return wrong(root, "is not a selection file: it has no strategy or no images", "Give a file that intersect-cli select wrote.");
        select::Selection selection;
        const YAML::Node strategy = root["strategy"];
        if (!strategy.IsScalar())
            return wrong(strategy, "has a strategy that is not a word", "Write one word, such as random.");
        selection.strategy = strategy.Scalar();
        const auto seed = whole(root["seed"]);
        if (!seed || *seed > std::numeric_limits<std::uint32_t>::max())
            return wrong(root["seed"] ? root["seed"] : root, "has no seed from 0 to 4294967295", "Write the seed it was made with.");
        selection.seed = static_cast<std::uint32_t>(*seed);
        if (auto read = readPaths(root["images"], "images", selection.images); !read)
            return failAs(read);
        if (root["pins"]) {
            if (auto read = readPaths(root["pins"], "pins", selection.pins); !read)
                return failAs(read);
        }
        if (const YAML::Node settings = root["settings"]; settings && settings.IsMap()) {
            for (const auto& entry : settings) {
                if (entry.first.IsScalar() && entry.second.IsScalar())
                    selection.settings.emplace_back(entry.first.Scalar(), entry.second.Scalar());
            }
        }
        selection.count = static_cast<std::int64_t>(selection.images.size());
        if (const YAML::Node count = root["count"]; count && whole(count) != selection.count)
            return wrong(count, "says count: " + (count.IsScalar() ? count.Scalar() : std::string("?")) + ", but names " + std::to_string(selection.count) + " images",
                         "Correct the count, or select again.");
        if (auto cameras = readCameras(root["cameras"], selection); !cameras)
            return failAs(cameras);
        if (const YAML::Node notes = root["notes"]; notes && notes.IsSequence()) {
            for (const YAML::Node& note : notes) {
                if (note.IsScalar())
                    selection.notes.push_back(note.Scalar());
            }
        }
        return selection;
    }

private:
    tl::unexpected<Error> wrong(const YAML::Node& node, const std::string& what, std::string advice) const {
        const int line = node && node.Mark().line >= 0 ? node.Mark().line + 1 : 0;
        return fail(ErrorCode::BadInput, m_file.string() + " " + what + ".", m_file, line, std::move(advice));
    }

    static std::optional<std::int64_t> whole(const YAML::Node& node) {
        const auto number = node && node.IsScalar() ? parseInt(node.Scalar()) : std::nullopt;
        return number && *number >= 0 ? number : std::nullopt;
    }

    Result<void> readPaths(const YAML::Node& list, const std::string& key, std::vector<fs::path>& paths) const {
        if (!list.IsSequence())
            return wrong(list, "has " + key + " that are not a list", "Write one path a row.");
        const fs::path base = absolutePath(m_file).parent_path();
        for (const YAML::Node& image : list) {
            if (!image.IsScalar() || image.Scalar().empty())
                return wrong(image, "has under " + key + " an image that is not a path", "Write one path a row.");
            paths.push_back(absolutePath(base / data::pathOfYaml(image.Scalar(), image.Tag())));
            std::error_code error;
            if (!fs::is_regular_file(paths.back(), error))
                return wrong(image, "names an image that is not there: " + paths.back().string(), "Bring the file back, or select again.");
        }
        return {};
    }

    Result<void> readCameras(const YAML::Node& cameras, select::Selection& selection) const {
        if (!cameras)
            return {};
        if (!cameras.IsSequence())
            return wrong(cameras, "has cameras that are not a list", "Select again.");
        for (const YAML::Node& entry : cameras) {
            if (!entry.IsMap() || !entry["camera"] || !entry["camera"].IsScalar())
                return wrong(entry, "has a camera without a name", "Select again.");
            select::CameraQuota quota;
            quota.camera = entry["camera"].Scalar();
            quota.name = fs::path(quota.camera).filename().string();
            for (const auto& [key, target] :
                 {std::pair<const char*, std::int64_t*>{"available", &quota.available}, {"quota", &quota.quota}, {"selected", &quota.selected}}) {
                const auto number = whole(entry[key]);
                if (!number)
                    return wrong(entry, std::string("has no whole number under ") + key + " of camera " + quota.camera, "Select again.");
                *target = *number;
            }
            const YAML::Node exact = entry["exact"];
            const auto share = exact && exact.IsScalar() ? parseDouble(exact.Scalar()) : std::nullopt;
            quota.exact = share && std::isfinite(*share) ? *share : static_cast<double>(quota.quota);
            selection.cameras.push_back(std::move(quota));
        }
        return {};
    }

    fs::path m_file;
};

} // namespace

std::string formatSelection(const select::Selection& selection) {
    std::string text = "strategy: " + selection.strategy + "\nseed: " + std::to_string(selection.seed) + "\ncount: " + std::to_string(selection.count) + "\ncameras:";
    text += selection.cameras.empty() ? " []\n" : "\n";
    for (const select::CameraQuota& quota : selection.cameras)
        text += "  - {camera: " + yamlText(quota.camera) + ", available: " + std::to_string(quota.available) + ", exact: " + formatShortest(quota.exact) +
                ", quota: " + std::to_string(quota.quota) + ", selected: " + std::to_string(quota.selected) + "}\n";
    if (!selection.notes.empty()) {
        text += "notes:\n";
        for (const std::string& note : selection.notes)
            text += "  - " + yamlText(note) + "\n";
    }
    if (!selection.settings.empty()) {
        text += "settings:\n";
        for (const auto& [name, value] : selection.settings)
            text += "  " + yamlText(name) + ": " + yamlText(value) + "\n";
    }
    if (!selection.pins.empty()) {
        text += "pins:\n";
        for (const fs::path& pin : selection.pins)
            text += "  - " + data::yamlPath(pin) + "\n";
    }
    text += selection.images.empty() ? "images: []\n" : "images:\n";
    for (const fs::path& image : selection.images)
        text += "  - " + data::yamlPath(image) + "\n";
    return text;
}

Result<select::Selection> readSelection(const fs::path& file) {
    const Result<std::string> text = readFile(file, kMaxSelectionBytes);
    if (!text)
        return failAs(text);
    try {
        return Reader(file).read(YAML::Load(*text));
    } catch (const YAML::Exception& fault) {
        return fail(ErrorCode::BadInput, file.string() + " is not valid YAML: " + fault.msg + ".", file, fault.mark.line < 0 ? 0 : fault.mark.line + 1,
                    "Correct that line, or select again.");
    }
}

bool isSelectionFile(const fs::path& file) {
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return false;
    constexpr std::string_view kFirst = "strategy:";
    std::string first(kFirst.size(), '\0');
    std::ifstream(file, std::ios::binary).read(first.data(), static_cast<std::streamsize>(first.size()));
    return first == kFirst;
}

Result<std::vector<fs::path>> imagesOfListOrSelection(const fs::path& source) {
    if (isSelectionFile(source)) {
        auto selection = readSelection(source);
        if (!selection)
            return failAs(selection);
        return std::move(selection->images);
    }
    return data::imagesOfSource(source);
}

} // namespace intersect::runs
