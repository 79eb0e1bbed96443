// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/data_yaml.h"

#include <map>
#include <optional>

#include <yaml-cpp/yaml.h>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/list_files.h"
#include "core/data/text_lines.h"
#include "core/data/yaml_text.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kMaxYamlBytes = 4ULL << 20;

int lineOf(const YAML::Node& node) {
    return node.Mark().line < 0 ? 0 : node.Mark().line + 1;
}

/// Collects what a data.yaml says; every fault names the file and the line.
class Reader {
public:
    explicit Reader(const fs::path& file) : m_file(file) { m_data.path = absolutePath(file); }

    Result<DataYaml> read(const YAML::Node& root) {
        if (!root.IsMap())
            return wrong(root, "is not a data.yaml: it has no keys", "Write train, val, nc and names.");
        m_base = m_data.path.parent_path();
        if (const YAML::Node path = root["path"]; path && path.IsScalar() && !path.Scalar().empty())
            m_base = absolutePath(m_base / fs::path(path.Scalar()));
        if (auto names = readNames(root); !names)
            return failAs(names);
        for (const auto& [key, target] : {std::pair<const char*, fs::path*>{"train", &m_data.train}, {"val", &m_data.val}, {"test", &m_data.test}}) {
            if (auto entry = readEntry(root[key], key, *target); !entry)
                return failAs(entry);
        }
        return m_data;
    }

    Result<std::vector<std::string>> readNamesOnly(const YAML::Node& root) {
        if (!root.IsMap())
            return wrong(root, "has no class names", "Add names: [car, bus] in the order of the class ids.");
        if (auto names = readNames(root); !names)
            return failAs(names);
        return m_data.names;
    }

private:
    tl::unexpected<Error> wrong(const YAML::Node& node, const std::string& what, std::string advice) const {
        return fail(ErrorCode::BadInput, m_file.string() + " " + what + ".", m_file, lineOf(node), std::move(advice));
    }

    Result<void> readNames(const YAML::Node& root) {
        const YAML::Node names = root["names"];
        if (!names || !(names.IsSequence() || names.IsMap()))
            return fail(ErrorCode::BadInput, m_file.string() + " has no class names.", m_file, names ? lineOf(names) : 0,
                        "Add names: [car, bus] in the order of the class ids.");
        if (names.IsSequence()) {
            for (const YAML::Node& name : names) {
                if (!name.IsScalar())
                    return wrong(name, "has a class name that is not a text", "Write one name a class.");
                m_data.names.push_back(name.Scalar());
            }
        } else {
            std::map<std::int64_t, std::string> byId;
            for (const auto& entry : names) {
                const auto id = entry.first.IsScalar() ? parseInt(entry.first.Scalar()) : std::nullopt;
                if (!id || *id < 0 || !entry.second.IsScalar() || !byId.emplace(*id, entry.second.IsScalar() ? entry.second.Scalar() : "").second)
                    return wrong(entry.first, "has an entry of names that is not one id with one name", "Write 0: car, 1: bus and so on.");
            }
            for (const auto& [id, name] : byId) {
                if (id != static_cast<std::int64_t>(m_data.names.size()))
                    return wrong(names, "has no name for class " + std::to_string(m_data.names.size()), "Name every id from 0 on.");
                m_data.names.push_back(name);
            }
        }
        if (m_data.names.empty())
            return wrong(names, "has an empty list of class names", "Add names: [car, bus] in the order of the class ids.");
        if (const YAML::Node nc = root["nc"]) {
            const auto count = nc.IsScalar() ? parseInt(nc.Scalar()) : std::nullopt;
            if (!count || *count != static_cast<std::int64_t>(m_data.names.size()))
                return wrong(nc, "says nc: " + (nc.IsScalar() ? nc.Scalar() : std::string("?")) + ", but names " + std::to_string(m_data.names.size()) + " classes",
                             "Make nc and names agree.");
        }
        return {};
    }

    Result<void> readEntry(const YAML::Node& node, const std::string& key, fs::path& target) {
        if (!node || node.IsNull())
            return {};
        YAML::Node value = node;
        if (node.IsSequence()) {
            if (node.size() != 1)
                return wrong(node, "has more than one entry for " + key, "Put them together into one list file.");
            value.reset(node[0]);
        }
        if (!value.IsScalar())
            return wrong(node, "has something under " + key + " that is not a path", "Write the path of a list file or of a folder.");
        if (value.Scalar().empty())
            return {};
        target = absolutePath(m_base / fs::path(value.Scalar()));
        std::error_code error;
        if (!fs::exists(target, error))
            return wrong(node, "names " + target.string() + " under " + key + ", which is not there", "Correct the path.");
        return {};
    }

    fs::path m_file, m_base;
    DataYaml m_data;
};

tl::unexpected<Error> notYaml(const fs::path& path, const YAML::Exception& error) {
    return fail(ErrorCode::BadInput, path.string() + " is not valid YAML: " + error.msg + ".", path, error.mark.line < 0 ? 0 : error.mark.line + 1,
                "Correct that line.");
}

} // namespace

Result<DataYaml> readDataYaml(const fs::path& path) {
    const Result<std::string> text = readFile(path, kMaxYamlBytes);
    if (!text)
        return failAs(text);
    try {
        return Reader(path).read(YAML::Load(*text));
    } catch (const YAML::Exception& error) {
        return notYaml(path, error);
    }
}

Result<std::vector<std::string>> readClassNames(const fs::path& path) {
    const Result<std::string> text = readFile(path, kMaxYamlBytes);
    if (!text)
        return failAs(text);
    if (path.extension() == ".yaml" || path.extension() == ".yml") {
        try {
            return Reader(path).readNamesOnly(YAML::Load(*text));
        } catch (const YAML::Exception& error) {
            return notYaml(path, error);
        }
    }
    std::vector<std::string> names;
    TextLines lines(*text);
    int firstEmpty = 0;
    for (std::string_view line; lines.next(line);) {
        const std::string_view name = trimmed(line);
        if (name.empty()) {
            firstEmpty = firstEmpty == 0 ? lines.number() : firstEmpty;
            continue;
        }
        if (firstEmpty > 0) // the line number is the id: a gap would shift every later class
            return fail(ErrorCode::BadInput, path.string() + " has an empty line among its class names.", path, firstEmpty, "Write one name a line, in the order of the class ids.");
        names.emplace_back(name);
    }
    if (names.empty())
        return fail(ErrorCode::BadInput, path.string() + " names no class.", path, 0, "Write one name a line, in the order of the class ids.");
    return names;
}

std::string formatDataYaml(const DataYaml& data) {
    std::string text;
    for (const auto& [key, value] : {std::pair<const char*, const fs::path&>{"train", data.train}, {"val", data.val}, {"test", data.test}}) {
        if (!value.empty())
            text += std::string(key) + ": " + yamlText(absolutePath(value).string()) + "\n";
    }
    text += "nc: " + std::to_string(data.names.size()) + "\nnames: [";
    for (std::size_t i = 0; i < data.names.size(); ++i)
        text += (i > 0 ? ", " : "") + yamlText(data.names[i]);
    return text + "]\n";
}

Result<std::vector<fs::path>> imagesOfSplit(const DataYaml& data, const std::string& split) {
    const fs::path* entry = split == "train" ? &data.train : split == "val" ? &data.val : split == "test" ? &data.test : nullptr;
    if (entry == nullptr)
        return fail(ErrorCode::Usage, "There is no split \"" + split + "\".", {}, 0, "Choose train, val or test.");
    if (entry->empty())
        return fail(ErrorCode::BadInput, data.path.string() + " has no entry " + split + ".", data.path, 0, "Add " + split + ": with a list file or a folder.");
    return imagesOfSource(*entry);
}

const std::vector<std::string>& cocoNames() {
    static const std::vector<std::string> names = {
        "person",        "bicycle",      "car",           "motorcycle",    "airplane",     "bus",           "train",         "truck",
        "boat",          "traffic light", "fire hydrant", "stop sign",     "parking meter", "bench",        "bird",          "cat",
        "dog",           "horse",        "sheep",         "cow",           "elephant",     "bear",          "zebra",         "giraffe",
        "backpack",      "umbrella",     "handbag",       "tie",           "suitcase",     "frisbee",       "skis",          "snowboard",
        "sports ball",   "kite",         "baseball bat",  "baseball glove", "skateboard",  "surfboard",     "tennis racket", "bottle",
        "wine glass",    "cup",          "fork",          "knife",         "spoon",        "bowl",          "banana",        "apple",
        "sandwich",      "orange",       "broccoli",      "carrot",        "hot dog",      "pizza",         "donut",         "cake",
        "chair",         "couch",        "potted plant",  "bed",           "dining table", "toilet",        "tv",            "laptop",
        "mouse",         "remote",       "keyboard",      "cell phone",    "microwave",    "oven",          "toaster",       "sink",
        "refrigerator",  "book",         "clock",         "vase",          "scissors",     "teddy bear",    "hair drier",    "toothbrush"};
    return names;
}

} // namespace intersect::data
