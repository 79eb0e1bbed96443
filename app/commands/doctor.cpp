// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <memory>
#include <unistd.h>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/threads.h"
#include "core/nn/runtime_info.h"

namespace intersect::app {
namespace {

/// A folder the program writes to.
struct Place {
    std::string what;
    std::filesystem::path folder;
    bool writable = false;
    std::uintmax_t freeBytes = 0;
};

/// Something to do; an error keeps the program from working.
struct Advice {
    bool isError = false;
    std::string text;
};

/// Looks at the folder, or at the nearest one above it that exists.
Place lookAt(std::string what, const std::filesystem::path& folder) {
    Place place{std::move(what), absolutePath(folder)};
    std::filesystem::path existing = place.folder;
    std::error_code error;
    while (!std::filesystem::is_directory(existing, error) && existing.has_relative_path())
        existing = existing.parent_path();
    place.writable = ::access(existing.c_str(), W_OK | X_OK) == 0;
    const std::filesystem::space_info space = std::filesystem::space(existing, error);
    place.freeBytes = error ? 0 : space.available;
    return place;
}

std::filesystem::path cacheFolder() {
    if (const char* named = std::getenv("XDG_CACHE_HOME"); named != nullptr && *named != '\0')
        return std::filesystem::path(named) / "intersect";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home != nullptr ? home : "/") / ".cache" / "intersect";
}

std::vector<Advice> adviceFor(const nn::RuntimeInfo& info, const std::vector<Place>& places) {
    constexpr std::uintmax_t kEnough = 1ULL << 30;
    constexpr double kSlowGflops = 5;
    std::vector<Advice> advice;
    for (const Place& place : places) {
        if (!place.writable)
            advice.push_back({true, fmt::format("{} cannot be written: give yourself the right to, or start from another folder.", place.folder.string())});
        else if (place.freeBytes < kEnough)
            advice.push_back({false, fmt::format("Less than 1 GB is free for {}: make room before training.", place.folder.string())});
    }
    if (info.cpuCapability == "DEFAULT")
        advice.push_back({false, "The processor has no AVX2: training will be slow."});
    if (info.matrixGflops < kSlowGflops)
        advice.push_back({false, "Matrix products are slow: another program may hold the cores, or LibTorch has no fast BLAS."});
    if (!info.passiveWaiting)
        advice.push_back({false, "OpenMP waits actively: set OMP_WAIT_POLICY=passive and GOMP_SPINCOUNT=0, or shared cores get very slow."});
    if (info.bfloat16Fast)
        advice.push_back({false, "This processor computes bf16 itself: --precision bf16 is faster, with scores off by a few thousandths."});
    return advice;
}

Json documentOf(const nn::RuntimeInfo& info, const std::vector<Place>& places, const std::vector<Advice>& advice) {
    Json folders = Json::array(), todo = Json::array();
    for (const Place& place : places)
        folders.push_back({{"what", place.what}, {"path", pathText(place.folder)}, {"writable", place.writable}, {"free_bytes", place.freeBytes}});
    for (const Advice& item : advice)
        todo.push_back({{"severity", item.isError ? "error" : "note"}, {"message", item.text}});
    return {{"version", INTERSECT_VERSION},
            {"libtorch", info.torchVersion},
            {"opencv", info.opencvVersion},
            {"onednn", info.oneDnnVersion.empty() ? Json(nullptr) : Json(info.oneDnnVersion)},
            {"blas", info.blas.empty() ? Json(nullptr) : Json(info.blas)},
            {"openmp", info.parallel},
            {"cores", availableCores()},
            {"threads", info.torchThreads},
            {"passive_waiting", info.passiveWaiting},
            {"cpu_capability", info.cpuCapability},
            {"bf16", info.bfloat16Fast},
            {"gpu", info.gpus > 0 ? Json(info.gpus) : Json(nullptr)},
            {"matrix_gflops", numberOrNull(info.matrixGflops)},
            {"folders", folders},
            {"advice", todo}};
}

void print(const nn::RuntimeInfo& info, const std::vector<Place>& places, const std::vector<Advice>& advice) {
    const auto row = [](const std::string& name, const std::string& value) { printLine(fmt::format("{:<14} {}", name, value)); };
    row("Intersect", INTERSECT_VERSION);
    row("LibTorch", info.torchVersion);
    row("OpenCV", info.opencvVersion);
    row("oneDNN", info.oneDnnVersion.empty() ? "none: convolutions will be slow" : info.oneDnnVersion);
    row("BLAS", fmt::format("{}, {} GFLOP/s on a 512 x 512 product", info.blas.empty() ? "unknown" : info.blas, formatFixed(info.matrixGflops, 0)));
    row("OpenMP", info.parallel + (info.passiveWaiting ? ", waits passively" : ", waits actively"));
    row("Threads", fmt::format("{} of {} cores", info.torchThreads, availableCores()));
    row("Processor", info.cpuCapability + (info.bfloat16Fast ? ", bf16 in hardware" : ", no bf16 in hardware"));
    row("GPU", info.gpus > 0 ? fmt::format("{}, named cuda:0{}", info.gpus, info.gpus > 1 ? " and so on" : "") : "none: computes on the processor");
    for (const Place& place : places)
        row(place.what, fmt::format("{}: {}, {} GB free", place.folder.string(), place.writable ? "can be written" : "CANNOT be written",
                                    formatFixed(static_cast<double>(place.freeBytes) / (1 << 30), 1)));
    printLine("");
    if (advice.empty())
        printLine("Nothing to do.");
    for (const Advice& item : advice)
        printLine((item.isError ? "Error: " : "- ") + item.text);
}

const Verb kDoctor{"doctor", "Check this machine: versions, threads, speed, folders, and what to do", [](CLI::App&) -> Action {
                       return [](Context& context) -> Result<int> {
                           const nn::RuntimeInfo info = nn::runtimeInfo();
                           const std::vector<Place> places = {lookAt("This folder", "."), lookAt("Cache", cacheFolder())};
                           const std::vector<Advice> advice = adviceFor(info, places);
                           if (context.json)
                               printJson(documentOf(info, places, advice));
                           else
                               print(info, places, advice);
                           for (const Advice& item : advice)
                               if (item.isError)
                                   return 1;
                           return 0;
                       };
                   }};

} // namespace
} // namespace intersect::app
