// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/data_place.h"
#include "app/commands/print_findings.h"
#include "core/base/files.h"
#include "core/data/class_numbers.h"
#include "core/data/data_yaml.h"
#include "core/data/label_tree.h"
#include "core/data/label_writing.h"
#include "core/data/yaml_text.h"
#include "core/runs/class_names.h"

namespace intersect::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    fs::path root, out, map, names;
    std::string from, to;
    data::PictureCopies pictures = data::PictureCopies::Link;
};

/// A folder's place on disk with links followed, as far as it is there.
fs::path realPlace(const fs::path& path) {
    std::error_code error;
    const fs::path place = fs::weakly_canonical(absolutePath(path), error);
    return error ? absolutePath(path) : place;
}

bool isWithin(const fs::path& inner, const fs::path& outer) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// The source stays as it is: nothing is written into it or around it.
Result<void> mayConvert(const Options& options, const fs::path& root, const Context& context) {
    std::error_code ignored;
    const fs::path source = realPlace(fs::is_regular_file(root, ignored) ? absolutePath(root).parent_path() : root), out = realPlace(options.out);
    if (isWithin(out, source) || isWithin(source, out))
        return fail(ErrorCode::BadInput, out.string() + " is " + (out == source ? "the source itself." : isWithin(out, source) ? "a folder in the source." : "a folder around the source."),
                    options.out, 0, "Choose a folder beside it: the source stays as it is.");
    if (fs::exists(out, ignored) && !fs::is_directory(out, ignored))
        return fail(ErrorCode::BadInput, out.string() + " is a file.", options.out, 0, "Name a folder.");
    return mayWrite(options.out, context);
}

/// Numbers for the classes of the tree; for YOLO, whose files hold numbers, the names are found as for `split`.
Result<data::NumberedClasses> classesFor(const Options& options, data::LabelTree& tree, const std::optional<data::ClassTable>& table) {
    std::vector<std::string> given;
    std::string givenFrom;
    if (options.from == "yolo") {
        std::vector<fs::path> images;
        for (const data::PlacedLabels& picture : tree.pictures)
            images.push_back(picture.picture);
        // With a table --names are those of the target.
        const auto names = runs::resolveClassNames(table ? fs::path() : options.names, {tree.root}, images);
        if (!names)
            return failAs(names);
        tree.names = names->names;
        if (!table) {
            given = names->names;
            givenFrom = names->from;
        }
    }
    fs::path file = options.names;
    if (file.empty() && !table && options.from == "voc")
        file = data::namesFileAbove(tree.root);
    if (given.empty() && !file.empty()) {
        const auto names = data::readClassNames(file);
        if (!names)
            return failAs(names);
        given = *names;
        givenFrom = "Class names from " + file.string() + ".";
    }
    return data::numberClasses(tree.names, tree.ordered, table, given, givenFrom);
}

/// conversion.yaml: where the labels came from, so that they can be made again or with another table.
std::string recordOf(const Options& options, const data::LabelTree& tree, const data::NumberedClasses& classes) {
    std::string text = "# Written by intersect-cli convert. The source is as it was: delete this folder to undo, or convert again with another table.\n";
    text += "root: " + data::yamlPath(tree.root) + "\nfrom: " + options.from + "\nto: " + options.to + "\n";
    text += "classes: # of the source: what became of them\n";
    for (std::size_t i = 0; i < classes.idOf.size(); ++i) {
        const int id = classes.idOf[i];
        text += "  " + data::yamlText(tree.names[i]) + ": " + (id >= 0 ? data::yamlText(classes.names[static_cast<std::size_t>(id)]) : std::string()) + "\n";
    }
    return text;
}

Json documentOf(const Options& options, const data::LabelTree& tree, const data::NumberedClasses& classes, const data::WrittenLabels& written) {
    Json boxes = Json::object();
    for (std::size_t i = 0; i < written.boxesOf.size(); ++i) {
        if (written.boxesOf[i] > 0)
            boxes[std::to_string(i)] = written.boxesOf[i];
    }
    Json names = Json::array();
    for (const std::string& name : classes.names)
        names.push_back(name);
    return {{"root", pathText(tree.root)},       {"from", options.from}, {"to", options.to},      {"out", pathText(absolutePath(options.out))},
            {"images", written.images},          {"boxes", written.boxes}, {"classes", boxes},    {"pictures", written.pictures},
            {"without_labels", tree.withoutLabels}, {"names", names},    {"names_from", classes.from}, {"findings", findingsJson(tree.findings)}};
}

Result<int> run(const Options& options, Context& context) {
    const auto from = data::labelFormatFromName(options.from), to = data::labelFormatFromName(options.to);
    if (!from)
        return failAs(from);
    if (!to)
        return failAs(to);
    const auto place = dataPlaceOf(options.root);
    if (!place)
        return failAs(place);
    if (auto allowed = mayConvert(options, place->root, context); !allowed)
        return failAs(allowed);
    std::optional<data::ClassTable> table;
    if (!options.map.empty()) {
        auto read = data::readClassTable(options.map);
        if (!read)
            return failAs(read);
        table = std::move(*read);
    }
    const StopCheck stop = [&context] { return context.stop.stopped(); };
    auto tree = data::readLabelTree(place->root, *from, context.progress("Reading labels"), stop);
    if (!tree)
        return failAs(tree);
    const auto classes = classesFor(options, *tree, table);
    if (!classes)
        return failAs(classes);
    data::renumberLabels(*tree, *classes);
    const data::LabelWriting writing{*to, options.out, options.pictures, recordOf(options, *tree, *classes)};
    std::vector<data::Finding> more;
    const auto written = data::writeLabelTree(*tree, classes->names, writing, more, context.progress("Writing labels"), stop);
    if (!written)
        return failAs(written);
    std::move(more.begin(), more.end(), std::back_inserter(tree->findings));
    if (context.json) {
        printJson(documentOf(options, *tree, *classes, *written));
    } else {
        printFindings(tree->findings);
        printLine(fmt::format("Images with labels: {}, boxes: {}", written->images, written->boxes));
        if (tree->withoutLabels > 0)
            printLine(fmt::format("Pictures without labels, left out: {}", tree->withoutLabels));
        for (std::size_t i = 0; i < written->boxesOf.size(); ++i) {
            if (written->boxesOf[i] > 0)
                printLine(fmt::format("{:>4} {:<24} {:>9}", i, pathText(classes->names[i]), written->boxesOf[i]));
        }
        printLine(classes->from);
        printLine("Labels: " + absolutePath(options.out).string());
    }
    return exitCodeOfFindings(tree->findings);
}

const Verb kConvert{"convert", "Write labels in another format, with classes mapped by a table", [](CLI::App& app) -> Action {
                        auto options = std::make_shared<Options>();
                        app.add_option("ROOT", options->root, "Folder of the labels, a workspace, or a COCO file")->required();
                        app.add_option("--from", options->from, "Format of the labels there: coco, voc, citycam or yolo")->required()->check(CLI::IsMember({"coco", "voc", "citycam", "yolo"}));
                        app.add_option("--to", options->to, "Format to write: coco, voc or yolo")->required()->check(CLI::IsMember({"coco", "voc", "yolo"}));
                        app.add_option("--out", options->out, "Folder to write; the source is not changed")->required();
                        app.add_option("--map", options->map, "Table of classes: YAML (from: to) or CSV (from,to); nothing as target leaves a class out");
                        app.add_option("--names", options->names, "Class names of the target, one a line, or a data.yaml");
                        const std::map<std::string, data::PictureCopies> words = {
                            {"link", data::PictureCopies::Link}, {"copy", data::PictureCopies::Copy}, {"none", data::PictureCopies::None}};
                        app.add_option("--images", options->pictures, "link, copy or none: what becomes of the pictures beside the labels (default link)")
                            ->transform(CLI::CheckedTransformer(words));
                        return [options](Context& context) { return run(*options, context); };
                    }};

} // namespace
} // namespace intersect::app
