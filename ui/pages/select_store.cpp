// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/select_store.h"

#include <algorithm>
#include <type_traits>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"
#include "core/data/list_files.h"
#include "core/runs/workspace.h"
#include "ui/text.h"

namespace intersect::ui {
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMostBytes = 256ULL << 20;
const CameraWeight kWeights[] = {CameraWeight::Ranking, CameraWeight::Boxes, CameraWeight::Missed, CameraWeight::Novelty, CameraWeight::Results};

std::vector<fs::path> readLines(const fs::path& file) {
    std::vector<fs::path> paths;
    if (const auto text = readFile(file, kMostBytes))
        for (const std::string_view line : splitAt(*text, '\n'))
            if (!line.empty())
                paths.emplace_back(line);
    return paths;
}

SelectState::Paths readPaths(const fs::path& file) {
    const std::vector<fs::path> lines = readLines(file);
    return {lines.begin(), lines.end()};
}

Result<void> keep(const fs::path& file, const std::string& text) {
    std::error_code error;
    if (text.empty()) {
        fs::remove(file, error);
        return {};
    }
    if (const auto there = readFile(file, kMostBytes); there && *there == text)
        return {};
    return writeFileAtomically(file, text);
}

std::string listText(const SelectState::Paths& paths) {
    return data::formatImageList({paths.begin(), paths.end()});
}

/// Reads one value of its type, leaving the default where it is missing or another.
template <class T>
void take(const Json& json, const char* key, T& value) {
    const auto found = json.find(key);
    if (found == json.end())
        return;
    if constexpr (std::is_same_v<T, QString>) {
        if (found->is_string())
            value = qs(found->template get<std::string>());
    } else if constexpr (std::is_same_v<T, bool>) {
        if (found->is_boolean())
            value = found->template get<bool>();
    } else if constexpr (std::is_floating_point_v<T>) {
        if (found->is_number())
            value = found->template get<T>();
    } else if (found->is_number_integer()) {
        value = found->template get<T>();
    }
}

QString word(const Json& json, const char* key) {
    QString text;
    take(json, key, text);
    return text;
}

void takeCounts(const Json& json, SelectState& state) {
    const auto counts = json.find("counts");
    if (counts == json.end() || !counts->is_array())
        return;
    for (const Json& row : *counts) {
        if (!row.is_object())
            continue;
        const QString camera = word(row, "camera");
        qint64 count = 0;
        double share = 0;
        bool locked = false;
        take(row, "count", count);
        take(row, "share", share);
        take(row, "locked", locked);
        state.counts[camera] = std::max<qint64>(0, count);
        state.shares[camera] = share;
        if (locked)
            state.locked.insert(camera);
    }
}

} // namespace

fs::path selectStore(const fs::path& workspace) {
    return workspace / "select";
}

Result<void> writeSelectState(const fs::path& workspace, const StoredSelection& stored) {
    const SelectState& state = stored.state;
    Json json;
    json["version"] = 1;
    json["pool"] = state.pool.toStdString();
    json["budget"] = state.budget;
    json["strategy"] = select::strategyName(state.strategy);
    json["by"] = cameraWeightName(state.by);
    json["ranking"] = Json::array();
    for (const QString& camera : state.ranking)
        json["ranking"].push_back(camera.toStdString());
    json["ratio"] = state.ratio;
    json["results"] = state.results.toStdString();
    json["counts"] = Json::array();
    for (const auto& [camera, count] : state.counts) {
        const auto share = state.shares.find(camera);
        json["counts"].push_back({{"camera", camera.toStdString()}, {"count", count}, {"share", share != state.shares.end() ? share->second : static_cast<double>(count)}, {"locked", state.locked.contains(camera)}});
    }
    json["diverse_by"] = select::diverseRuleName(state.diverse);
    json["per_camera"] = state.perCamera;
    json["weights"] = state.weights.toStdString();
    json["other_weights"] = state.otherWeights.toStdString();
    json["without_near"] = state.withoutNear;
    json["seed"] = state.seed;
    if (state.given)
        json["given"] = {{"name", state.given->name.toStdString()}, {"note", state.given->note.toStdString()}};
    json["train_ratio"] = state.trainRatio;
    json["as_test_size"] = state.asTestSize;
    json["rule"] = select::splitRuleName(state.rule);
    json["split_seed"] = state.splitSeed;
    json["deal_unlabelled"] = state.unlabelled == select::Unlabelled::Deal;
    json["gap_minutes"] = state.gapMinutes;
    json["leak_minutes"] = state.leakMinutes;
    json["test_pool"] = state.testPool.toStdString();

    const fs::path folder = selectStore(workspace);
    if (auto made = makeFolder(folder); !made)
        return made;
    const std::pair<const char*, std::string> files[] = {{"pins.txt", listText(state.pins)},
                                                         {"bars.txt", listText(state.bars)},
                                                         {"added.txt", listText(state.added)},
                                                         {"removed.txt", listText(state.removed)},
                                                         {"given.txt", state.given ? data::formatImageList(state.given->images) : std::string()},
                                                         {"chosen.txt", data::formatImageList(stored.frames)},
                                                         {"drawn.yaml", stored.drawn ? runs::formatSelection(*stored.drawn) : std::string()},
                                                         {"page.json", toText(json, 1) + "\n"}};
    for (const auto& [name, text] : files)
        if (auto kept = keep(folder / name, text); !kept)
            return kept;
    return {};
}

std::optional<StoredSelection> readSelectState(const fs::path& workspace) {
    const fs::path folder = selectStore(workspace);
    const auto text = readFile(folder / "page.json", kMostBytes);
    if (!text)
        return std::nullopt;
    const auto parsed = parseJson(*text, folder / "page.json");
    if (!parsed || !parsed->is_object())
        return std::nullopt;
    const Json& json = *parsed;
    StoredSelection stored;
    SelectState& state = stored.state;
    take(json, "pool", state.pool);
    take(json, "budget", state.budget);
    state.budget = std::max<qint64>(1, state.budget);
    if (const auto strategy = select::strategyFromName(word(json, "strategy").toStdString()))
        state.strategy = *strategy;
    for (const CameraWeight by : kWeights)
        if (word(json, "by") == qs(cameraWeightName(by)))
            state.by = by;
    if (const auto ranking = json.find("ranking"); ranking != json.end() && ranking->is_array())
        for (const Json& camera : *ranking)
            if (camera.is_string())
                state.ranking << qs(camera.get<std::string>());
    take(json, "ratio", state.ratio);
    take(json, "results", state.results);
    takeCounts(json, state);
    if (word(json, "diverse_by") == qs(select::diverseRuleName(select::DiverseRule::FacilityLocation)))
        state.diverse = select::DiverseRule::FacilityLocation;
    take(json, "per_camera", state.perCamera);
    take(json, "weights", state.weights);
    take(json, "other_weights", state.otherWeights);
    take(json, "without_near", state.withoutNear);
    take(json, "seed", state.seed);
    take(json, "train_ratio", state.trainRatio);
    take(json, "as_test_size", state.asTestSize);
    if (const auto rule = select::splitRuleFromName(word(json, "rule").toStdString()))
        state.rule = *rule;
    take(json, "split_seed", state.splitSeed);
    bool deal = false;
    take(json, "deal_unlabelled", deal);
    state.unlabelled = deal ? select::Unlabelled::Deal : select::Unlabelled::Train;
    take(json, "gap_minutes", state.gapMinutes);
    take(json, "leak_minutes", state.leakMinutes);
    take(json, "test_pool", state.testPool);
    state.pins = readPaths(folder / "pins.txt");
    state.bars = readPaths(folder / "bars.txt");
    state.added = readPaths(folder / "added.txt");
    state.removed = readPaths(folder / "removed.txt");
    if (const auto given = json.find("given"); given != json.end() && given->is_object())
        if (auto images = readLines(folder / "given.txt"); !images.empty())
            state.given = std::make_shared<GivenList>(GivenList{word(*given, "name"), word(*given, "note"), std::move(images)});
    std::error_code error;
    if (fs::exists(folder / "drawn.yaml", error))
        if (auto drawn = runs::readSelection(folder / "drawn.yaml"))
            stored.drawn = std::make_shared<select::Selection>(std::move(*drawn));
    return stored;
}

} // namespace intersect::ui
