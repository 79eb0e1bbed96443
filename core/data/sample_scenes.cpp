// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/sample_scenes.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <opencv2/imgcodecs.hpp>

#include "core/base/files.h"
#include "core/base/numbers.h"
#include "core/base/random.h"
#include "core/base/threads.h"
#include "core/data/sample_frame.h"

namespace intersect::data {
namespace fs = std::filesystem;
namespace {

using namespace sample;

/// A pool: its day, its hours, and what is in it.
struct Pool {
    const char* name;
    const char* date;
    std::array<int, 4> hours;
    bool labelled;
    bool isFirst; ///< only two cameras, half as many frames
};
constexpr std::array<Pool, 4> kPools = {{{"Q1", "20160428", {8, 12, 18, 21}, true, true},
                                         {"Q2", "20160429", {7, 11, 18, 20}, true, false},
                                         {"Q3", "20160502", {6, 10, 17, 22}, false, false},
                                         {"test", "20160503", {7, 13, 18, 21}, true, false}}};

/// Some minutes of one camera: the unit that shares light and traffic.
struct Hour {
    const Pool* pool = nullptr;
    std::size_t camera = 0;
    int hour = 0, frames = 0, firstNumber = 0;
    std::uint64_t traffic = 0;
    Light light;
};

std::vector<Hour> planHours(const std::vector<SceneCamera>& cameras, const SampleOptions& options) {
    std::vector<Hour> plan;
    for (const Pool& pool : kPools)
        for (std::size_t c = 0; c < cameras.size(); ++c) {
            if (pool.isFirst && cameras[c].name != "173" && cameras[c].name != "398")
                continue;
            const int total = pool.isFirst ? std::max(1, options.frames / 2) : options.frames;
            const int hours = static_cast<int>(pool.hours.size());
            for (int i = 0; i < hours; ++i) {
                Hour one{&pool, c, pool.hours[static_cast<std::size_t>(i)], total * (i + 1) / hours - total * i / hours, 0, 0, {}};
                RandomStream random({options.seed, 0x4002, c, static_cast<std::uint64_t>(&pool - kPools.data()), static_cast<std::uint64_t>(i)});
                one.firstNumber = 100 + static_cast<int>(random.below(2400));
                one.traffic = random.next();
                const bool rain = random.chance(cameras[c].rainChance);
                one.light = lightAt(one.hour, rain, cameras[c].compass + random.uniform(-0.15, 0.15));
                if (one.frames > 0)
                    plan.push_back(one);
            }
        }
    return plan;
}

std::string captionOf(const SceneCamera& camera, const Hour& hour, int number) {
    const std::string date = hour.pool->date;
    return fmt::format("CAM {}  {}-{}-{} {:02}:{:02}:{:02}", camera.name, date.substr(0, 4), date.substr(4, 2), date.substr(6, 2), hour.hour,
                       number / 60 % 60, number % 60);
}

std::string labelText(const std::vector<Label>& labels) {
    std::string text;
    for (const Label& label : labels)
        text += fmt::format("{} {} {} {} {}\n", label.classId, formatFixed(label.box.cx, 6), formatFixed(label.box.cy, 6),
                            formatFixed(label.box.w, 6), formatFixed(label.box.h, 6));
    return text;
}

/// A plain write: the whole folder is renamed at the end, so that one file need not be synced and renamed by itself.
std::optional<Error> writePlainly(const fs::path& path, const void* bytes, std::size_t count) {
    std::FILE* file = std::fopen(path.c_str(), "wbe");
    bool good = file != nullptr && std::fwrite(bytes, 1, count, file) == count;
    int reason = errno;
    if (file != nullptr && std::fclose(file) != 0 && good) {
        good = false;
        reason = errno;
    }
    if (good)
        return std::nullopt;
    return Error{ErrorCode::Failed, path.string() + " cannot be written: " + std::system_category().message(reason) + ".", path, 0,
                 reason == ENOSPC || reason == EDQUOT ? "Free some space on that disk and try again; nothing was kept."
                                                      : "Choose a folder you may write to."};
}

/// A folder that is removed again unless it was kept.
class TemporaryFolder {
public:
    explicit TemporaryFolder(fs::path path) : m_path(std::move(path)) {}
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
    }
    const fs::path& path() const { return m_path; }
    void keep() { m_path.clear(); }

private:
    fs::path m_path;
};

/// Draws and writes all frames of the plan, hour by hour, so that only a few lit backdrops are in memory.
class Writer {
public:
    Writer(fs::path folder, const SampleOptions& options, const ProgressCallback& progress, const StopCheck& stop)
        : m_folder(std::move(folder)), m_options(options), m_progress(progress), m_stop(stop),
          m_threads(options.threads > 0 ? options.threads : availableCores()), m_cameras(sceneCameras(options.seed)),
          m_noise(noiseTile(options.seed)) {}

    Result<SampleCounts> run() {
        const std::vector<Hour> plan = planHours(m_cameras, m_options);
        for (const Hour& hour : plan) {
            m_total += hour.frames;
            if (auto made = makeFolder(m_folder / hour.pool->name / m_cameras[hour.camera].name); !made)
                return failAs(made);
        }
        m_backdrops.resize(m_cameras.size());
        parallelFor(m_cameras.size(), m_threads, [&](std::size_t c) {
            if (!mustEnd())
                m_backdrops[c] = drawBackdrop(m_cameras[c], RandomStream({m_options.seed, 0xBACC, c}).next());
        });
        parallelFor(plan.size(), m_threads, [&](std::size_t i) {
            if (!mustEnd())
                drawHour(plan[i], i);
        });
        if (m_error)
            return tl::unexpected<Error>(*m_error);
        if (mustEnd())
            return fail(ErrorCode::Interrupted, "The sample was stopped before it was whole; nothing was kept.");
        return SampleCounts{m_done, m_boxes};
    }

private:
    bool mustEnd() { return m_failed.load() || (m_stop && m_stop()); }

    void drawHour(const Hour& hour, std::size_t which) {
        const SceneCamera& camera = m_cameras[hour.camera];
        const Backdrop& backdrop = m_backdrops[hour.camera];
        const LitBackdrop lit = lightBackdrop(backdrop, hour.light);
        const fs::path folder = m_folder / hour.pool->name / camera.name;
        for (int i = 0; i < hour.frames && !mustEnd(); ++i) {
            const int number = hour.firstNumber + i;
            const std::string stem = fmt::format("{}-{}-{:02}-{:06}", camera.name, hour.pool->date, hour.hour, number);
            const DrawnFrame frame = drawFrame(camera, backdrop, lit, hour.light, vehiclesAt(camera, hour.traffic, number), m_noise,
                                               captionOf(camera, hour, number),
                                               RandomStream({m_options.seed, 0xF4A3E, which, static_cast<std::uint64_t>(number)}));
            std::vector<std::uint8_t> bytes;
            cv::imencode(".jpg", frame.bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, camera.jpegQuality});
            std::optional<Error> error = writePlainly(folder / (stem + ".jpg"), bytes.data(), bytes.size());
            if (!error && hour.pool->labelled) {
                const std::string text = labelText(frame.labels);
                error = writePlainly(folder / (stem + ".txt"), text.data(), text.size());
            }
            const std::lock_guard lock(m_mutex);
            if (error) {
                if (!m_error)
                    m_error = error;
                m_failed.store(true);
                return;
            }
            ++m_done;
            m_boxes += hour.pool->labelled ? static_cast<std::int64_t>(frame.labels.size()) : 0;
            if (m_progress)
                m_progress(m_done, m_total);
        }
    }

    fs::path m_folder;
    SampleOptions m_options;
    const ProgressCallback& m_progress;
    const StopCheck& m_stop;
    int m_threads;
    std::vector<SceneCamera> m_cameras;
    std::vector<Backdrop> m_backdrops;
    cv::Mat m_noise;
    std::mutex m_mutex;
    std::atomic<bool> m_failed{false};
    std::optional<Error> m_error;
    std::int64_t m_done = 0, m_total = 0, m_boxes = 0;
};

} // namespace

Result<SampleCounts> writeSampleScenes(const fs::path& root, const SampleOptions& options, const ProgressCallback& progress, const StopCheck& stop) {
    if (options.frames < 1 || options.frames > 100000)
        return fail(ErrorCode::Usage, fmt::format("{} frames a camera cannot be drawn.", options.frames), {}, 0, "Give a number from 1 to 100000.");
    const fs::path target = absolutePath(root);
    std::error_code ignored;
    if (!options.replace && fs::exists(target, ignored) && !fs::is_empty(target, ignored))
        return fail(ErrorCode::BadInput, target.string() + " exists already.", target, 0, "Choose another folder.");
    if (auto made = makeFolder(target.parent_path()); !made)
        return failAs(made);
    std::string name = (target.parent_path() / ("." + target.filename().string() + "-XXXXXX")).string();
    if (::mkdtemp(name.data()) == nullptr)
        return fail(ErrorCode::Failed, "No folder can be made in " + target.parent_path().string() + ": " + std::system_category().message(errno) + ".",
                    target.parent_path(), 0, "Choose a folder you may write to.");
    TemporaryFolder temporary(name);
    fs::permissions(temporary.path(), fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec,
                    ignored);
    const Result<SampleCounts> counts = Writer(temporary.path() / "new", options, progress, stop).run();
    if (!counts)
        return counts;
    // What was there moves into the temporary folder and goes with it.
    std::error_code error;
    const fs::path old = temporary.path() / "old";
    if (fs::exists(target, ignored))
        fs::rename(target, old, error);
    if (!error) {
        fs::rename(temporary.path() / "new", target, error);
        if (error && fs::exists(old, ignored))
            fs::rename(old, target, ignored);
    }
    if (error)
        return fail(ErrorCode::Failed, target.string() + " cannot be put in place: " + error.message() + ".", target);
    return counts;
}

} // namespace intersect::data
