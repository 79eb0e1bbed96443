// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/train_config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <yaml-cpp/yaml.h>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/runs/hyper_keys.h"
#include "core/runs/loss_keys.h"

namespace intersect::runs {
namespace fs = std::filesystem;

namespace {

/// One file being read: its path and where warnings go.
struct Source {
    const fs::path& path;
    std::vector<data::Finding>& findings;
    bool isHypFile = false; ///< a public one, whose keys may mean something else here

    tl::unexpected<Error> wrong(const YAML::Node& node, const std::string& key, const std::string& wanted) const {
        const int line = node.Mark().line + 1;
        const std::string text = node.IsScalar() ? "\"" + node.Scalar() + "\"" : "no single value";
        return fail(ErrorCode::BadInput,
                    path.string() + ":" + std::to_string(line) + ": " + key + " is " + text + "; it must be " + wanted +
                        ".",
                    path, line, "Correct that line.");
    }
    void warn(const YAML::Node& node, const std::string& code, const std::string& message,
              const std::string& advice) const {
        findings.push_back({code, data::Severity::Warning, path, node.Mark().line + 1, message, advice});
    }
    void note(const YAML::Node& node, const std::string& code, const std::string& message) const {
        findings.push_back({code, data::Severity::Note, path, node.Mark().line + 1, message, {}});
    }
};

Result<YAML::Node> mapOf(const std::string& text, const fs::path& path) {
    try {
        YAML::Node root = YAML::Load(text);
        if (!root.IsMap())
            return fail(ErrorCode::BadInput, path.string() + " holds no keys and values.", path, 0,
                        "Write it as `key: value` lines.");
        return root;
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::BadInput,
                    path.string() + ":" + std::to_string(error.mark.line + 1) + ": not valid YAML: " + error.msg + ".",
                    path, error.mark.line + 1, "Correct that line.");
    }
}

Result<YAML::Node> loadMap(const fs::path& path) {
    const auto text = readFile(path, 1 << 20);
    return text ? mapOf(*text, path) : failAs(text);
}

Result<double> numberOf(const Source& source, const YAML::Node& node, const std::string& key) {
    const auto value = node.IsScalar() ? parseDouble(node.Scalar()) : std::nullopt;
    if (!value || !std::isfinite(*value))
        return source.wrong(node, key, "a number");
    return *value;
}

Result<std::int64_t> integerOf(const Source& source, const YAML::Node& node, const std::string& key,
                               std::int64_t least) {
    const auto value = node.IsScalar() ? parseInt(node.Scalar()) : std::nullopt;
    if (!value || *value < least || *value > std::numeric_limits<int>::max())
        return source.wrong(node, key, "a whole number of at least " + std::to_string(least));
    return *value;
}

Result<bool> boolOf(const Source& source, const YAML::Node& node, const std::string& key) {
    const std::string text = node.IsScalar() ? node.Scalar() : std::string();
    if (text == "true" || text == "True")
        return true;
    if (text == "false" || text == "False")
        return false;
    return source.wrong(node, key, "true or false");
}

/// A file with the key that only YOLOv7's have: its recipe mixes in mosaics of nine and mixes more unevenly, which is no key there.
void addYolov7Augmentation(const Source& source, const YAML::Node& map, HyperParameters& hyp) {
    if (!map[kYolov7Key].IsDefined())
        return;
    hyp.mosaic9 = kYolov7Mosaic9;
    hyp.mixupBeta = kYolov7MixupBeta;
    source.note(map[kYolov7Key], "hyp-yolov7",
                "The key " + std::string(kYolov7Key) + " marks a file of YOLOv7: unless it says otherwise, every fifth mosaic is of nine pictures "
                "(mosaic9 0.2), and a mixture's share is drawn from Beta(8, 8) (mixup_beta 8).");
}

Result<void> readHyperNode(const Source& source, const YAML::Node& map, HyperParameters& hyp, loss::LossSpec& loss) {
    addYolov7Augmentation(source, map, hyp);
    for (const auto& entry : map) {
        const std::string key = entry.first.as<std::string>();
        const auto named = [&key](const auto& known) { return key == known.name; };
        const auto known = std::find_if(std::begin(kHyperKeys), std::end(kHyperKeys), named);
        const auto idle = std::find_if(std::begin(kIdleKeys), std::end(kIdleKeys), named);
        if (known == std::end(kHyperKeys) && idle == std::end(kIdleKeys) && key != "fl_gamma" && key != "loss_ota") {
            source.warn(entry.first, "hyp-unknown",
                        "The hyper-parameter " + key + " is unknown and changes nothing.", "Check its spelling.");
            continue;
        }
        const auto value = numberOf(source, entry.second, key);
        if (!value)
            return failAs(value);
        if (*value < 0)
            return source.wrong(entry.second, key, "0 or more");
        if (known != std::end(kHyperKeys)) {
            hyp.*(known->value) = *value;
            if (key == "copy_paste" && *value > 0 && source.isHypFile)
                source.note(entry.first, "hyp-boxes", "copy_paste pastes whole boxes, with what they show around the object: labels have no outlines.");
        } else if (idle != std::end(kIdleKeys)) {
            if (*value > 0 && idle->why != nullptr)
                source.warn(entry.first, "hyp-idle", std::string(idle->why) + ".", "Set it to 0, or leave the line as it is.");
        } else if (key == "loss_ota") {
            hyp.assign = *value > 0 ? "ota" : "yolov5";
        } else if (*value > 0) { // fl_gamma
            loss.kind = loss::LossKind::Focal;
            loss.gamma = *value;
            loss.alpha = 0.25;
        }
    }
    return {};
}

Result<void> readFreeze(const Source& source, const YAML::Node& node, TrainConfig& config) {
    std::string text;
    if (node.IsScalar()) {
        text = node.Scalar();
    } else {
        for (const YAML::Node& item : node)
            text += (item.IsScalar() ? item.Scalar() : "?") + ","; // the comma at the end: a list of one is no count
    }
    if (node.IsSequence() && node.size() == 0)
        text = "0";
    if (!parseFreeze(text, config))
        return source.wrong(node, "freeze", "a number, `backbone` or a list of module numbers and names");
    return {};
}

fs::path pathOf(const fs::path& file, const std::string& text) {
    if (text.empty() || text == "none")
        return {};
    return absolutePath(fs::absolute(file).parent_path() / text);
}

constexpr std::pair<const char*, bool TrainConfig::*> kFlags[] = {{"cos_lr", &TrainConfig::cosLr},
                                                                  {"deterministic", &TrainConfig::deterministic},
                                                                  {"rect", &TrainConfig::rect},
                                                                  {"image_weights", &TrainConfig::imageWeights},
                                                                  {"autoanchor", &TrainConfig::autoanchor},
                                                                  {"freeze_bn", &TrainConfig::freezeBn}};

/// Reads one key of config.yaml; false: the key is unknown.
Result<bool> readKey(const Source& source, const std::string& key, const YAML::Node& node, TrainConfig& config) {
    const auto integer = [&](int& into, std::int64_t least) -> Result<bool> {
        const auto value = integerOf(source, node, key, least);
        if (!value)
            return failAs(value);
        into = static_cast<int>(*value);
        return true;
    };
    const auto text = [&](std::string& into) -> Result<bool> {
        if (!node.IsScalar())
            return source.wrong(node, key, "a word");
        into = node.Scalar();
        return true;
    };
    if (key == "data" || key == "weights") {
        std::string value;
        if (const auto got = text(value); !got)
            return got;
        (key == "data" ? config.data : config.weights) = pathOf(source.path, value);
        return true;
    }
    if (key == "model")
        return text(config.model);
    if (key == "precision")
        return text(config.precision);
    if (key == "device")
        return text(config.device);
    if (key == "recipe")
        return text(config.recipe);
    if (key == "assign")
        return text(config.hyp.assign);
    if (key == "optimizer")
        return text(config.optimizer);
    if (key == "epochs")
        return integer(config.epochs, 1);
    if (key == "batch_size")
        return integer(config.batch, 1);
    if (key == "imgsz")
        return integer(config.imgSize, 32);
    if (key == "nbs")
        return integer(config.nbs, 1);
    if (key == "patience")
        return integer(config.patience, 0);
    if (key == "threads")
        return integer(config.threads, 0);
    if (key == "workers")
        return integer(config.workers, 1);
    if (key == "save_batches")
        return integer(config.saveBatches, 0);
    if (key == "seed") {
        const auto value = node.IsScalar() ? parseInt(node.Scalar()) : std::nullopt;
        if (!value || *value < 0)
            return source.wrong(node, key, "a whole number of at least 0");
        config.seed = static_cast<std::uint64_t>(*value);
        return true;
    }
    if (key == "unfreeze_at")
        return integer(config.unfreezeAt, 0);
    for (const auto& [name, flag] : kFlags) {
        if (key != name)
            continue;
        const auto value = boolOf(source, node, key);
        if (!value)
            return failAs(value);
        config.*flag = *value;
        return true;
    }
    if (key == "freeze") {
        if (const auto read = readFreeze(source, node, config); !read)
            return failAs(read);
        return true;
    }
    if (key == "hyp") {
        if (!node.IsMap())
            return source.wrong(node, key, "a map of hyper-parameters");
        if (const auto read = readHyperNode(source, node, config.hyp, config.loss); !read)
            return failAs(read);
        return true;
    }
    if (!isLossKey(key))
        return false;
    if (const std::string wanted = readLossKey(key, node, config); !wanted.empty())
        return source.wrong(node, key, wanted);
    return true;
}

/// A YAML scalar that reads back to the same bytes.
std::string quoted(const std::string& text) {
    const bool control =
        std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (control)
        return toText(Json(text)); // JSON's escapes are YAML's too
    std::string out = "'";
    for (const char c : text)
        out += c == '\'' ? std::string("''") : std::string(1, c);
    return out + "'";
}

} // namespace

Result<TrainConfig> readTrainConfig(const fs::path& path, std::vector<data::Finding>& findings) {
    const auto text = readFile(path, 1 << 20);
    return text ? parseTrainConfig(*text, path, findings) : failAs(text);
}

Result<TrainConfig> parseTrainConfig(const std::string& text, const fs::path& path, std::vector<data::Finding>& findings) {
    const auto root = mapOf(text, path);
    if (!root)
        return failAs(root);
    const Source source{path, findings};
    TrainConfig config;
    try {
        for (const auto& entry : *root) {
            const std::string key = entry.first.as<std::string>();
            const auto known = readKey(source, key, entry.second, config);
            if (!known)
                return failAs(known);
            if (!*known)
                source.warn(entry.first, "config-unknown", "The key " + key + " is unknown and changes nothing.",
                            "Check its spelling.");
        }
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::BadInput, path.string() + " cannot be understood: " + error.msg + ".", path,
                    error.mark.line + 1);
    }
    return config;
}

std::string formatTrainConfig(const TrainConfig& config) {
    std::string text =
        "# Everything this training was told: `intersect-cli train --config THIS --run NEW` repeats it.\n";
    const auto line = [&text](const std::string& key, const std::string& value) { text += key + ": " + value + "\n"; };
    const auto pathOrNone = [](const fs::path& path) {
        return path.empty() ? std::string("none") : quoted(path.string());
    };
    line("data", pathOrNone(config.data));
    line("weights", pathOrNone(config.weights));
    line("model", quoted(config.model));
    line("epochs", std::to_string(config.epochs));
    line("batch_size", std::to_string(config.batch));
    line("imgsz", std::to_string(config.imgSize));
    std::string freeze;
    for (const int module : config.freeze)
        freeze += (freeze.empty() ? "" : ", ") + std::to_string(module);
    for (const std::string& name : config.freezeNames)
        freeze += (freeze.empty() ? "" : ", ") + quoted(name);
    line("freeze", "[" + freeze + "]");
    line("freeze_bn", config.freezeBn ? "true" : "false");
    line("unfreeze_at", std::to_string(config.unfreezeAt));
    text += formatLossKeys(config);
    line("seed", std::to_string(config.seed));
    line("rect", config.rect ? "true" : "false");
    line("image_weights", config.imageWeights ? "true" : "false");
    line("nbs", std::to_string(config.nbs));
    line("optimizer", quoted(config.optimizer));
    line("recipe", quoted(config.recipe));
    line("assign", quoted(config.hyp.assign));
    line("cos_lr", config.cosLr ? "true" : "false");
    line("autoanchor", config.autoanchor ? "true" : "false");
    line("patience", std::to_string(config.patience));
    line("threads", std::to_string(config.threads));
    line("workers", std::to_string(config.workers));
    line("save_batches", std::to_string(config.saveBatches));
    line("precision", quoted(config.precision));
    line("device", quoted(config.device));
    line("deterministic", config.deterministic ? "true" : "false");
    text += "hyp:\n";
    for (const HyperKey& key : kHyperKeys)
        line(std::string("  ") + key.name, formatShortest(config.hyp.*(key.value)));
    return text;
}

Result<void> readHyp(const fs::path& path, HyperParameters& hyp, loss::LossSpec& loss,
                     std::vector<data::Finding>& findings) {
    const auto root = loadMap(path);
    if (!root)
        return failAs(root);
    HyperParameters read = hyp;
    loss::LossSpec spec = loss;
    try {
        if (const auto done = readHyperNode({path, findings, true}, *root, read, spec); !done)
            return done;
    } catch (const YAML::Exception& error) {
        return fail(ErrorCode::BadInput, path.string() + " cannot be understood: " + error.msg + ".", path,
                    error.mark.line + 1);
    }
    hyp = read;
    loss = spec;
    return {};
}

void applyRecipe(const std::string& name, TrainConfig& config) {
    config.recipe = name;
    if (name != "yolov7")
        return;
    config.hyp.lrf = 0.1;
    config.hyp.cls = 0.3;
    config.hyp.obj = 0.7;
    config.hyp.assign = "ota";
    config.cosLr = true;
}

Result<void> parseFreeze(const std::string& text, TrainConfig& config) {
    constexpr int kMost = 1000;
    const auto refuse = [&text] {
        return fail(ErrorCode::Usage, "--freeze does not understand \"" + text + "\".", {}, 0,
                    "Give a number of first modules (10), `backbone`, or modules and blocks with commas (0,3,model.4.m.0).");
    };
    std::set<int> modules;
    std::set<std::string> names;
    if (text.find(',') == std::string::npos && parseInt(trimmed(text))) {
        const auto count = *parseInt(trimmed(text));
        if (count < 0 || count > kMost)
            return refuse();
        for (int i = 0; i < count; ++i)
            modules.insert(i);
    } else {
        const std::string_view list(text.data(), text.size() - (text.ends_with(',') ? 1 : 0)); // `7,` is a list of one
        if (trimmed(list).empty())
            return refuse();
        for (const std::string_view part : splitAt(list, ',')) {
            const std::string_view word = trimmed(part);
            const bool numbered = word.starts_with("model.") && parseInt(word.substr(6));
            const auto module = parseInt(numbered ? word.substr(6) : word);
            if (module && *module >= 0 && *module <= kMost)
                modules.insert(static_cast<int>(*module));
            else if (word == "backbone" || (!module && word.starts_with("model.") && !word.ends_with(".")))
                names.emplace(word);
            else
                return refuse();
        }
    }
    config.freeze.assign(modules.begin(), modules.end());
    config.freezeNames.assign(names.begin(), names.end());
    return {};
}

} // namespace intersect::runs
