// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/data_place.h"
#include "app/commands/print_findings.h"
#include "core/data/dataset_index.h"

namespace intersect::app {
namespace {

struct Options {
    std::filesystem::path root;
    data::ScanOptions scan;
};

void add(data::Counts& to, const data::Counts& one) {
    to.images += one.images;
    to.labelled += one.labelled;
    to.boxes += one.boxes;
    for (const auto& [classId, boxes] : one.classes)
        to.classes[classId] += boxes;
}

Json countsJson(const data::Counts& counts) {
    Json classes = Json::object();
    for (const auto& [classId, boxes] : counts.classes)
        classes[std::to_string(classId)] = boxes;
    return {{"images", counts.images}, {"labelled", counts.labelled}, {"boxes", counts.boxes}, {"classes", classes}};
}

Json documentOf(const data::Dataset& dataset) {
    data::Counts all;
    Json pools = Json::array();
    for (const std::string& pool : dataset.pools()) {
        data::Counts sum;
        Json cameras = Json::array();
        for (const data::Camera& camera : dataset.cameras) {
            if (camera.pool != pool)
                continue;
            const data::Counts counts = data::countsOf(dataset, camera);
            add(sum, counts);
            Json entry = {{"camera", pathText(camera.id())}};
            entry.update(countsJson(counts));
            cameras.push_back(std::move(entry));
        }
        add(all, sum);
        Json entry = {{"name", pathText(pool)}};
        entry.update(countsJson(sum));
        entry["cameras"] = std::move(cameras);
        pools.push_back(std::move(entry));
    }
    Json document = {{"root", pathText(dataset.root)}};
    document.update(countsJson(all));
    document["pools"] = std::move(pools);
    if (!dataset.classNames.empty()) {
        Json names = Json::array();
        for (const std::string& name : dataset.classNames)
            names.push_back(name);
        document["names"] = std::move(names); // what label files of other formats call the classes
    }
    document["findings"] = findingsJson(dataset.findings);
    return document;
}

std::string row(const std::string& name, const data::Counts& counts) {
    std::string classes;
    for (const auto& [classId, boxes] : counts.classes)
        classes += fmt::format("{}{}: {}", classes.empty() ? "" : ", ", classId, boxes);
    return fmt::format("{:<24} {:>8} {:>9} {:>9}   {}", name, counts.images, counts.labelled, counts.boxes, classes);
}

void printTable(const data::Dataset& dataset) {
    printLine(fmt::format("{:<24} {:>8} {:>9} {:>9}   {}", "camera", "images", "labelled", "boxes", "boxes by class"));
    data::Counts all;
    for (const std::string& pool : dataset.pools()) {
        data::Counts sum;
        for (const data::Camera& camera : dataset.cameras) {
            if (camera.pool != pool)
                continue;
            const data::Counts counts = data::countsOf(dataset, camera);
            printLine(row(camera.id(), counts));
            add(sum, counts);
        }
        printLine(row("all of " + pool, sum));
        add(all, sum);
    }
    printLine(row("all", all));
    std::string names;
    for (const auto& [classId, boxes] : all.classes) {
        if (classId >= 0 && static_cast<std::size_t>(classId) < dataset.classNames.size())
            names += fmt::format("{}{}: {}", names.empty() ? "" : ", ", classId, pathText(dataset.classNames[static_cast<std::size_t>(classId)]));
    }
    if (!names.empty())
        printLine("Classes by the label files: " + names);
}

Result<int> run(const Options& options, Context& context) {
    const auto place = dataPlaceOf(options.root);
    if (!place)
        return failAs(place);
    data::ScanOptions scan = options.scan;
    scan.health = true;
    scan.classCount = place->classCount;
    const auto dataset = data::openDataset(place->root, place->cache, scan, context.progress("Reading frames"), [&context] { return context.stop.stopped(); });
    if (!dataset)
        return failAs(dataset);
    if (context.json) {
        printJson(documentOf(*dataset));
    } else {
        printTable(*dataset);
        printFindings(dataset->findings);
    }
    return exitCodeOfFindings(dataset->findings);
}

const Verb kScan{"scan", "Count pools, cameras, frames and boxes, and find what is wrong with them", [](CLI::App& app) -> Action {
                     auto options = std::make_shared<Options>();
                     app.add_option("ROOT", options->root, "Folder of the pools, or a workspace")->required();
                     app.add_flag("--deep", options->scan.deep, "Decode every picture too and look for frames that are identical or nearly so");
                     app.add_option("--few-frames", options->scan.fewFrames, "Note cameras with fewer frames than this (0: none)")->capture_default_str();
                     app.add_option("--threads", options->scan.threads, "Threads to read with (0: all cores)")->check(CLI::Range(0, 1024));
                     return [options](Context& context) { return run(*options, context); };
                 }};

} // namespace
} // namespace intersect::app
