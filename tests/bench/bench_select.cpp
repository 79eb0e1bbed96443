// SPDX-License-Identifier: GPL-3.0-or-later
// How long choosing and splitting take: 100,000 frames of 100 cameras without features, 200 of 10,000 by k-center over 256 features.
//   bench_select [rounds]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

#include "core/select/leak_meter.h"
#include "core/select/python_random.h"
#include "core/select/selection.h"
#include "core/select/split.h"

namespace {

using namespace intersect;

data::Dataset madeDataset(int cameras, int framesEach) {
    data::Dataset dataset;
    dataset.root = "/data";
    for (int c = 0; c < cameras; ++c) {
        char name[16];
        std::snprintf(name, sizeof name, "cam%03d", c);
        data::Camera camera;
        camera.pool = "Q2";
        camera.name = name;
        camera.folder = dataset.root / "Q2" / name;
        camera.frameBegin = static_cast<std::uint32_t>(dataset.frames.size());
        camera.frameCount = static_cast<std::uint32_t>(framesEach);
        for (int i = 0; i < framesEach; ++i) {
            char file[64];
            std::snprintf(file, sizeof file, "%s-20160429-%02d-%06d.jpg", name, i / 3600 % 24, i % 3600);
            data::Frame frame;
            frame.path = camera.folder / file;
            frame.camera = static_cast<std::uint32_t>(c);
            frame.labelled = true;
            frame.labelCount = static_cast<std::uint32_t>((c * 7 + i * 3) % 11);
            dataset.frames.push_back(std::move(frame));
        }
        dataset.cameras.push_back(std::move(camera));
    }
    return dataset;
}

/// The least time of some rounds, in milliseconds.
double least(int rounds, const std::function<void()>& work) {
    double best = 1e300;
    for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

void require(bool good) {
    if (!good) {
        std::fputs("bench_select: a choice failed\n", stderr);
        std::exit(1);
    }
}

} // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    const data::Dataset many = madeDataset(100, 1000);
    for (const auto strategy : {select::Strategy::Random, select::Strategy::Equal, select::Strategy::MostObjects, select::Strategy::All}) {
        select::SelectionRequest request;
        request.strategy = strategy;
        request.count = 200;
        request.seed = 777;
        std::printf("select %-13s 200 of 100,000: %7.1f ms\n", select::strategyName(strategy), least(rounds, [&] { require(select::selectFrames(many, request).has_value()); }));
    }
    std::vector<std::filesystem::path> images;
    std::vector<select::SplitItem> items;
    for (const data::Frame& frame : many.frames) {
        images.push_back(frame.path);
        items.push_back({many.cameras[frame.camera].folder.string(), frame.takenAt, true, {static_cast<int>(frame.labelCount % 4)}});
    }
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i].takenAt = static_cast<std::int64_t>(i * 13 % 86'400);
    for (const auto rule : select::splitRules()) {
        select::SplitRequest request;
        request.rule = rule;
        request.seed = 777;
        std::printf("split  %-13s of 100,000:     %7.1f ms\n", select::splitRuleName(rule), least(rounds, [&] { require(select::splitFrames(items, request).has_value()); }));
    }
    const std::ptrdiff_t border = 80'000;
    const std::vector<std::filesystem::path> train(images.begin(), images.begin() + border), val(images.begin() + border, images.end());
    std::printf("leak meter           of 100,000:     %7.1f ms\n", least(rounds, [&] { require(select::measureLeak(train, val).valFrames == 20'000); }));

    const data::Dataset some = madeDataset(10, 1000);
    select::FrameMeasures measures;
    measures.featureWidth = 256;
    select::PythonRandom random(1);
    for (std::size_t i = 0; i < some.frames.size() * measures.featureWidth; ++i)
        measures.features.push_back(static_cast<float>(random.uniform()));
    select::SelectionRequest request;
    request.strategy = select::Strategy::Diverse;
    request.count = 200;
    for (const auto rule : {select::DiverseRule::KCenter, select::DiverseRule::FacilityLocation}) {
        request.diverse = rule;
        std::printf("select diverse by %-17s 200 of 10,000: %7.1f ms (256 features)\n", select::diverseRuleName(rule), least(rounds, [&] { require(select::selectFrames(some, request, measures).has_value()); }));
    }
    return 0;
}
