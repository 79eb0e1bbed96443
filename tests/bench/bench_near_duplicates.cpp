// SPDX-License-Identifier: GPL-3.0-or-later
// What finding near-duplicates costs:  bench_near_duplicates [COUNT [FOLDER]]
// Groups COUNT (100,000) hashes of several kinds on one thread and prints seconds and groups of each; with FOLDER also reads the signatures
// of all pictures below it and prints how many pairs of one folder lie at each distance of hash and cells.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "core/data/folders.h"
#include "core/data/near_duplicates.h"

using namespace intersect;

namespace {

using Hashes = std::vector<std::uint64_t>;

double secondsOf(const auto& job) {
    const auto begin = std::chrono::steady_clock::now();
    job();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::uint64_t flipped(std::uint64_t hash, int most, std::mt19937_64& random) {
    for (auto count = random() % static_cast<std::uint64_t>(most + 1); count-- > 0;)
        hash ^= 1ULL << (random() % 64);
    return hash;
}

void measure(const char* name, const Hashes& hashes, int distance) {
    std::size_t groups = 0, members = 0;
    const double seconds = secondsOf([&] {
        const auto found = data::nearGroups(hashes, distance);
        groups = found->size();
        for (const data::DuplicateGroup& group : *found)
            members += group.size();
    });
    std::cout << "{\"kind\": \"" << name << "\", \"hashes\": " << hashes.size() << ", \"distance\": " << distance
              << ", \"seconds\": " << seconds << ", \"groups\": " << groups << ", \"grouped\": " << members << "}\n";
}

int countPairs(const std::string& folder) {
    const auto folders = data::walkFolders(folder);
    if (!folders) {
        std::cerr << folders.error().message << '\n';
        return EXIT_FAILURE;
    }
    std::vector<image::PictureSignature> signatures;
    std::vector<std::string> camera;
    const double reading = secondsOf([&] {
        for (const data::FolderContents& contents : *folders)
            for (const std::string& name : contents.images)
                if (const auto signature = image::readSignature(contents.folder / name)) {
                    signatures.push_back(*signature);
                    camera.push_back(contents.folder.filename().string());
                }
    });
    std::cout << "{\"pictures\": " << signatures.size() << ", \"ms_each\": " << reading * 1000 / static_cast<double>(signatures.size())
              << "}\n";
    for (const int distance : {0, 2, 4, 6, 8, 10, 64}) {
        std::cout << "{\"distance\": " << distance;
        for (const int levels : {4, 6, 8, 10, 12, 16, 24, 255}) {
            std::size_t pairs = 0;
            for (std::size_t i = 0; i < signatures.size(); ++i)
                for (std::size_t j = i + 1; j < signatures.size(); ++j)
                    pairs += camera[i] == camera[j] && data::nearDuplicates(signatures[i], signatures[j], {distance, levels}) ? 1 : 0;
            std::cout << ", \"pairs_within_" << levels << "\": " << pairs;
        }
        std::cout << "}\n";
    }
    return EXIT_SUCCESS;
}

} // namespace

int main(int argc, char** argv) {
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
    std::mt19937_64 random(777);
    Hashes any(count), same(count, 42), cameras(count), oneCamera(count), halfBits(count);
    Hashes places(100);
    for (std::uint64_t& place : places)
        place = random();
    for (std::size_t i = 0; i < count; ++i) {
        any[i] = random();
        cameras[i] = flipped(places[random() % places.size()], 24, random);
        oneCamera[i] = flipped(places[0], 24, random);
        halfBits[i] = random() & 0x5555555555555555ULL; // only 32 bits ever differ: buckets fuller than they should be
    }
    for (const int distance : {2, 6, 10}) {
        measure("all different", any, distance);
        measure("all the same", same, distance);
        measure("100 cameras", cameras, distance);
        measure("one camera", oneCamera, distance);
        measure("half the bits fixed", halfBits, distance);
    }
    measure("all with all", any, 16);
    return argc > 2 ? countPairs(argv[2]) : EXIT_SUCCESS;
}
