// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/command.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <unistd.h>

#include <fmt/format.h>

#include "app/commands/verbs.h"
#include "core/base/log.h"
#include "core/base/numbers.h"

namespace intersect::app {
namespace {

std::string durationText(double seconds) {
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole < 60)
        return fmt::format("{} s", whole);
    return fmt::format("{} min {} s", whole / 60, whole % 60);
}

} // namespace

std::vector<const Verb*>& verbs() {
    static std::vector<const Verb*> list;
    return list;
}

Verb::Verb(std::string verbName, std::string helpText, std::function<Action(CLI::App&)> setUpOptions)
    : name(std::move(verbName)), help(std::move(helpText)), setUp(std::move(setUpOptions)) {
    verbs().push_back(this);
}

ProgressCallback Context::progress(const std::string& what) const {
    if (quiet)
        return {};
    using Clock = std::chrono::steady_clock;
    struct State {
        Clock::time_point begin = Clock::now();
        Clock::time_point shown = begin;
        bool ended = false;
    };
    const bool terminal = ::isatty(STDERR_FILENO) == 1;
    return [what, terminal, state = std::make_shared<State>()](std::int64_t done, std::int64_t total) {
        const Clock::time_point now = Clock::now();
        const bool last = total > 0 && done >= total;
        // In a pipe: every second at first, for whoever watches it live, then ever less often, for whoever keeps the
        // log.
        const Clock::duration gap = terminal
                                        ? Clock::duration(std::chrono::milliseconds(100))
                                        : std::clamp<Clock::duration>((now - state->begin) / 8, std::chrono::seconds(1),
                                                                      std::chrono::seconds(10));
        if (state->ended || (!last && now - state->shown < gap))
            return;
        state->shown = now;
        state->ended = last;
        const double seconds = std::chrono::duration<double>(now - state->begin).count();
        std::string line = fmt::format("{}: {}", what, formatGrouped(done));
        if (total > 0) {
            line += " of " + formatGrouped(total);
            if (!last && done > 0)
                line += ", ETA " + durationText(seconds * static_cast<double>(total - done) / static_cast<double>(done));
        }
        if (last)
            line += ", " + durationText(seconds);
        if (terminal) {
            constexpr int kWidth = 24;
            const int filled = total > 0 ? static_cast<int>(kWidth * done / total) : 0;
            fmt::print(stderr, "\r\033[K[{:#<{}}{:.<{}}] {}{}", "", filled, "", kWidth - filled, line, last ? "\n" : "");
        } else {
            fmt::print(stderr, "{}\n", line);
        }
        std::fflush(stderr);
    };
}

void printJson(const Json& json) {
    printLine(toText(json));
}

void printLine(const std::string& line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);
}

CLI::Validator fraction() {
    return {[](std::string& text) -> std::string {
                const auto value = parseDouble(text);
                return value && *value >= 0 && *value <= 1 ? std::string()
                                                           : text + " is not a number from 0 to 1"; // nan is not either
            },
            "FLOAT in [0 - 1]"};
}

Result<void> mayWrite(const std::filesystem::path& out, const Context& context) {
    std::error_code ignored;
    const bool there = std::filesystem::is_directory(out, ignored) ? !std::filesystem::is_empty(out, ignored)
                                                                    : std::filesystem::exists(out, ignored);
    if (there && !context.force)
        return fail(ErrorCode::BadInput, out.string() + " exists already.", out, 0, "Choose another name, or add --force to replace it.");
    return {};
}

} // namespace intersect::app
