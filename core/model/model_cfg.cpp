// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_cfg.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>

#include <yaml-cpp/yaml.h>

#include "core/base/numbers.h"
#include "core/model/model_texts.h"

namespace intersect::model {
namespace {

constexpr std::size_t kMostBytes = 1U << 20;
constexpr std::size_t kMostRows = 1000;
constexpr int kMostDepth = 16;
constexpr const char* kAdvice = "Compare it with a model file of YOLOv5 or YOLOv7, such as yolov5s.yaml.";

/// What is wrong with a model file, with its line; caught in parseModelCfg.
struct CfgFault {
    std::string what;
    int line = 0;
};

int lineOf(const YAML::Node& node) {
    return node.Mark().line >= 0 ? node.Mark().line + 1 : 0;
}

/// A node as JSON: numbers, true and false (as Python writes them too), None and null, texts, lists.
Json toJson(const YAML::Node& node, int depth, std::size_t& budget) {
    if (depth > kMostDepth || budget == 0)
        throw CfgFault{"is nested too deeply or too long", lineOf(node)};
    --budget;
    if (node.IsSequence()) {
        Json list = Json::array();
        for (const YAML::Node& item : node)
            list.push_back(toJson(item, depth + 1, budget));
        return list;
    }
    if (!node.IsScalar())
        return nullptr;
    const std::string& text = node.Scalar();
    if (node.Tag() != "!") { // "!": quoted
        if (const auto whole = parseInt(text))
            return *whole;
        if (const auto real = parseDouble(text); real && std::isfinite(*real))
            return *real;
        if (text == "True" || text == "true")
            return true;
        if (text == "False" || text == "false")
            return false;
    }
    if (text == "None" || text == "null" || text == "~")
        return nullptr;
    return text;
}

double number(const YAML::Node& node, const char* key, double least, double most) {
    const auto value = node.IsScalar() ? parseDouble(node.Scalar()) : std::nullopt;
    if (!value || !(*value >= least && *value <= most))
        throw CfgFault{std::string("needs a number of ") + formatShortest(least) + " to " + formatShortest(most) + " for " + key, lineOf(node)};
    return *value;
}

int wholeNumber(const YAML::Node& node, const char* key, int least, int most) {
    const auto value = node.IsScalar() ? parseInt(node.Scalar()) : std::nullopt;
    if (!value || *value < least || *value > most)
        throw CfgFault{std::string("needs a whole number of ") + std::to_string(least) + " to " + std::to_string(most) + " for " + key, lineOf(node)};
    return static_cast<int>(*value);
}

std::vector<std::vector<double>> anchorsOf(const YAML::Node& node) {
    std::vector<std::vector<double>> levels;
    if (const auto count = node.IsScalar() ? parseInt(node.Scalar()) : std::nullopt; count && *count >= 1 && *count <= 16)
        return {std::vector<double>(static_cast<std::size_t>(2 * *count), 0.0)}; // only how many: a checkpoint holds them
    if (!node.IsSequence() || node.size() == 0 || node.size() > 8)
        throw CfgFault{"needs its anchors written out, a list of widths and heights a level", lineOf(node)};
    for (const YAML::Node& list : node) {
        if (!list.IsSequence() || list.size() == 0 || list.size() % 2 != 0 || list.size() > 64)
            throw CfgFault{"has a level whose anchors are no pairs of width and height", lineOf(list)};
        std::vector<double> level;
        for (const YAML::Node& side : list)
            level.push_back(number(side, "an anchor", 0, 100'000));
        levels.push_back(std::move(level));
    }
    return levels;
}

CfgRow rowOf(const YAML::Node& node, int index, std::size_t& budget) {
    const auto wrong = [&](const std::string& what) { return CfgFault{"has a row " + std::to_string(index) + " " + what, lineOf(node)}; };
    if (!node.IsSequence() || node.size() != 4)
        throw wrong("that is no [from, number, module, args]");
    CfgRow row;
    row.line = lineOf(node);
    const YAML::Node from = node[0];
    const auto addFrom = [&](const YAML::Node& one) {
        const int value = wholeNumber(one, "from", -static_cast<int>(kMostRows), static_cast<int>(kMostRows));
        if (value >= index || value + index < -1)
            throw wrong("that reads a row which does not come before it");
        row.from.push_back(value);
    };
    if (from.IsSequence()) {
        if (from.size() == 0 || from.size() > 64)
            throw wrong("that reads nothing, or too much");
        for (const YAML::Node& one : from)
            addFrom(one);
    } else {
        addFrom(from);
    }
    row.number = wholeNumber(node[1], "number", 1, 100);
    if (!node[2].IsScalar() || node[2].Scalar().empty() || node[2].Scalar().size() > 100)
        throw wrong("without a module");
    row.module = node[2].Scalar();
    row.args = toJson(node[3], 0, budget);
    if (!row.args.is_array())
        throw wrong("whose arguments are no list");
    return row;
}

ModelCfg cfgOf(const YAML::Node& root, const std::filesystem::path& path, const std::string& size) {
    if (!root.IsMap())
        throw CfgFault{"is no model file: it has no keys", 1};
    ModelCfg cfg;
    cfg.path = path;
    cfg.name = size.empty() ? path.stem().string() : size;
    if (const YAML::Node classes = root["nc"])
        cfg.classes = wholeNumber(classes, "nc", 1, 100'000);
    if (const YAML::Node depth = root["depth_multiple"])
        cfg.depth = number(depth, "depth_multiple", 0.001, 100);
    if (const YAML::Node width = root["width_multiple"])
        cfg.width = number(width, "width_multiple", 0.001, 100);
    if (const YAML::Node channels = root["ch"]; channels && wholeNumber(channels, "ch", 1, 1000) != 3)
        throw CfgFault{"is for pictures without three colours", lineOf(channels)};
    if (const YAML::Node activation = root["activation"]; activation && activation.IsScalar())
        cfg.activation = activation.Scalar();
    if (const YAML::Node sizes = root["sizes"]) {
        const YAML::Node multiples = sizes.IsMap() ? sizes[size] : YAML::Node(YAML::NodeType::Undefined);
        if (!multiples || !multiples.IsSequence() || multiples.size() != 2)
            throw CfgFault{"has several sizes, and none called " + (size.empty() ? std::string("nothing") : size), lineOf(sizes)};
        cfg.depth = number(multiples[0], "depth", 0.001, 100);
        cfg.width = number(multiples[1], "width", 0.001, 100);
    }
    if (!root["anchors"])
        throw CfgFault{"has no anchors", 0};
    cfg.anchorsPx = anchorsOf(root["anchors"]);
    std::size_t budget = 100'000;
    for (const char* key : {"backbone", "head"}) {
        const YAML::Node rows = root[key];
        if (!rows || !rows.IsSequence() || rows.size() == 0)
            throw CfgFault{std::string("has no ") + key, 0};
        for (const YAML::Node& row : rows) {
            if (cfg.rows.size() >= kMostRows)
                throw CfgFault{"has more rows than a network needs", lineOf(row)};
            cfg.rows.push_back(rowOf(row, static_cast<int>(cfg.rows.size()), budget));
        }
        if (cfg.backbone == 0)
            cfg.backbone = static_cast<int>(cfg.rows.size());
    }
    return cfg;
}

} // namespace

Result<ModelCfg> parseModelCfg(std::string_view text, const std::filesystem::path& path, const std::string& size) {
    const auto refuse = [&](const std::string& what, int line) {
        const std::string subject = path.empty() ? std::string("The model's description") : path.string();
        return fail(ErrorCode::BadInput, subject + " " + what + ".", path, line, kAdvice);
    };
    if (text.size() > kMostBytes)
        return refuse("is longer than a model file is (1 MB)", 0);
    try {
        // What aliases unfold into is bounded too: every walk below counts rows, levels and nested nodes.
        return cfgOf(YAML::Load(std::string(text)), path, size);
    } catch (const CfgFault& fault) {
        return refuse(fault.what, fault.line);
    } catch (const YAML::Exception& error) {
        return refuse("cannot be read as YAML: " + error.msg, error.mark.line >= 0 ? error.mark.line + 1 : 0);
    }
}

Result<ModelCfg> readModelCfg(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream || std::filesystem::is_directory(path))
        return fail(ErrorCode::BadInput, path.string() + " cannot be opened: no such file, or no right to read it.", path, 0,
                    "Check the path of the model file.");
    std::string text(kMostBytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return parseModelCfg(text, path);
}

Json toJson(const ModelCfg& cfg) {
    Json json = {{"nc", cfg.classes}, {"depth_multiple", cfg.depth}, {"width_multiple", cfg.width}, {"activation", cfg.activation}, {"anchors", cfg.anchorsPx}};
    Json backbone = Json::array(), head = Json::array();
    for (std::size_t i = 0; i < cfg.rows.size(); ++i) {
        const CfgRow& row = cfg.rows[i];
        (static_cast<int>(i) < cfg.backbone ? backbone : head).push_back(Json::array({row.from, row.number, row.module, row.args}));
    }
    json["backbone"] = std::move(backbone);
    json["head"] = std::move(head);
    return json;
}

const std::vector<std::string>& knownModels() {
    static const std::vector<std::string> kNames = {"yolov5n",  "yolov5s",  "yolov5m",  "yolov5l",  "yolov5x",     "yolov5n6",
                                                    "yolov5s6", "yolov5m6", "yolov5l6", "yolov5x6", "yolov7-tiny", "yolov7"};
    return kNames;
}

Result<ModelCfg> knownModel(const std::string& name) {
    const auto& names = knownModels();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        std::string list;
        for (const std::string& known : names)
            list += (list.empty() ? "" : ", ") + known;
        return fail(ErrorCode::BadInput, "There is no network called " + name + ".", {}, 0, "Known are " + list + ".");
    }
    const std::string stem = !name.starts_with("yolov5") ? name : name.ends_with('6') ? "yolov5-p6" : "yolov5";
    const auto text = std::find_if(kTexts.begin(), kTexts.end(), [&](const auto& entry) { return entry.first == stem; });
    return parseModelCfg(text->second, stem + ".yaml", name);
}

} // namespace intersect::model
