// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/workspace.h"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>

#include <yaml-cpp/yaml.h>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/data/data_yaml.h"
#include "core/data/list_files.h"
#include "core/data/yaml_text.h"

namespace intersect::runs {
namespace fs = std::filesystem;
using data::yamlText;
namespace {

constexpr int kVersion = 1;
constexpr std::uintmax_t kMaxWorkspaceBytes = 4ULL << 20;

int lineOf(const YAML::Node& node) {
    return node.Mark().line < 0 ? 0 : node.Mark().line + 1;
}

fs::path workspaceFile(const fs::path& folder) {
    return folder / "workspace.yaml";
}

std::string formatWorkspace(const Workspace& workspace) {
    std::string text = "version: " + std::to_string(kVersion) + "\ndata_root: " + yamlText(workspace.dataRoot.string()) + "\nnames:\n";
    for (const std::string& name : workspace.names)
        text += "  - " + yamlText(name) + "\n";
    return workspace.names.empty() ? text.substr(0, text.size() - 1) + " []\n" : text;
}

Result<void> makeFolders(const Workspace& workspace) {
    for (const fs::path& folder : {workspace.selections(), workspace.runs(), workspace.cache()}) {
        if (auto made = makeFolder(folder); !made)
            return made;
    }
    return {};
}

std::vector<std::string> foldersIn(const fs::path& parent) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error)) {
        std::error_code ignored;
        const std::string name = it->path().filename().string();
        if (it->is_directory(ignored) && !name.starts_with('.'))
            names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<Workspace> workspaceOf(const YAML::Node& root, const fs::path& folder) {
    const fs::path file = workspaceFile(folder);
    const auto wrong = [&](const YAML::Node& node, const std::string& what, std::string advice) {
        return fail(ErrorCode::BadInput, file.string() + " " + what + ".", file, lineOf(node), std::move(advice));
    };
    if (!root.IsMap())
        return wrong(root, "is not a workspace file", "Open a folder that Intersect made, or make a new workspace.");
    const YAML::Node version = root["version"];
    const auto number = version && version.IsScalar() ? parseInt(version.Scalar()) : std::nullopt;
    if (!number || *number < 1)
        return wrong(version ? version : root, "has no version", "Open a folder that Intersect made, or make a new workspace.");
    if (*number > kVersion)
        return wrong(version, "was written by a newer Intersect (version " + std::to_string(*number) + ")", "Update Intersect.");
    const YAML::Node dataRoot = root["data_root"];
    if (!dataRoot || !dataRoot.IsScalar() || dataRoot.Scalar().empty())
        return wrong(dataRoot ? dataRoot : root, "names no data_root", "Add data_root: with the folder of the pools.");
    Workspace workspace;
    workspace.folder = folder;
    workspace.dataRoot = absolutePath(folder / fs::path(dataRoot.Scalar()));
    const YAML::Node names = root["names"];
    if (names && !names.IsSequence() && !names.IsNull())
        return wrong(names, "has names that are not a list", "Write names: [car, bus] in the order of the class ids.");
    for (std::size_t i = 0; names && i < names.size(); ++i) {
        if (!names[i].IsScalar())
            return wrong(names[i], "has a class name that is not a text", "Write one name a class.");
        workspace.names.push_back(names[i].Scalar());
    }
    return workspace;
}

} // namespace

Result<Workspace> createWorkspace(const fs::path& folder, const fs::path& dataRoot, const std::vector<std::string>& names) {
    Workspace workspace{absolutePath(folder), absolutePath(dataRoot), names};
    std::error_code error;
    if (!fs::is_directory(workspace.dataRoot, error))
        return fail(ErrorCode::BadInput, workspace.dataRoot.string() + " is not a folder.", workspace.dataRoot, 0, "Choose the folder that holds the pools.");
    if (fs::exists(workspaceFile(workspace.folder), error)) {
        auto existing = openWorkspace(workspace.folder);
        if (existing && existing->dataRoot != workspace.dataRoot)
            return fail(ErrorCode::BadInput, workspace.folder.string() + " is the workspace of " + existing->dataRoot.string() + ", not of " + workspace.dataRoot.string() + ".",
                        workspace.folder, 0, "Choose another folder for the workspace.");
        return existing;
    }
    if (auto made = makeFolders(workspace); !made)
        return failAs(made);
    if (auto written = writeFileAtomically(workspaceFile(workspace.folder), formatWorkspace(workspace)); !written)
        return failAs(written);
    return workspace;
}

Result<Workspace> openWorkspace(const fs::path& folder) {
    const fs::path absolute = absolutePath(folder);
    const fs::path file = workspaceFile(absolute);
    std::error_code error;
    if (!fs::exists(file, error))
        return fail(ErrorCode::BadInput, absolute.string() + " is not a workspace: it holds no workspace.yaml.", absolute, 0,
                    "Open a folder that Intersect made, or open the data folder to make one.");
    const Result<std::string> text = readFile(file, kMaxWorkspaceBytes);
    if (!text)
        return failAs(text);
    Result<Workspace> workspace = [&]() -> Result<Workspace> {
        try {
            return workspaceOf(YAML::Load(*text), absolute);
        } catch (const YAML::Exception& fault) {
            return fail(ErrorCode::BadInput, file.string() + " is not valid YAML: " + fault.msg + ".", file, fault.mark.line < 0 ? 0 : fault.mark.line + 1,
                        "Correct that line.");
        }
    }();
    if (workspace && !fs::is_directory(workspace->dataRoot, error))
        return fail(ErrorCode::BadInput, file.string() + " names the data folder " + workspace->dataRoot.string() + ", which is not there.", file, 0,
                    "Bring the folder back, or correct data_root.");
    return workspace;
}

std::vector<std::string> selectionNames(const Workspace& workspace) {
    return foldersIn(workspace.selections());
}

std::vector<std::string> runNames(const Workspace& workspace) {
    return foldersIn(workspace.runs());
}

} // namespace intersect::runs
