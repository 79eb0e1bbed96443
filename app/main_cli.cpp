// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <malloc.h>
#include <new>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>

#include "app/commands/command.h"
#include "app/commands/verbs.h"
#include "core/base/log.h"

namespace {

using namespace intersect;

app::Context* g_context = nullptr; // for the signal handler only

extern "C" void onInterrupt(int) {
    if (g_context == nullptr || g_context->stop.stopped())
        std::_Exit(130); // asked twice: leave at once
    g_context->stop.stop();
}

/// OpenMP must wait passively, and reads that only when its library loads: set it and start again, once.
void waitPassively(char** argv) {
    if (std::getenv("OMP_WAIT_POLICY") != nullptr && std::getenv("GOMP_SPINCOUNT") != nullptr)
        return;
    ::setenv("OMP_WAIT_POLICY", "passive", 0);
    ::setenv("GOMP_SPINCOUNT", "0", 0);
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error); // its own name in process lists
    if (!error)
        ::execv(program.c_str(), argv);
    // If that fails we go on: slower on a busy machine, never wrong.
}

/// Large blocks come from memory that was used before instead of the kernel's fresh, zeroed pages: activations of a network are made and dropped
/// hundreds of times a second, and the page faults cost more than the convolutions (measured: batches of 16 in half the time).
void keepFreedMemory() {
    constexpr int kMost = 1 << 30;
    mallopt(M_MMAP_THRESHOLD, kMost);
    mallopt(M_TRIM_THRESHOLD, kMost);
}

void report(const Error& error, bool json) {
    if (json) {
        const Json document = {{"error",
                                {{"code", errorCodeName(error.code)},
                                 {"message", error.message},
                                 {"path", error.path.empty() ? Json(nullptr) : Json(pathText(error.path))},
                                 {"line", error.line > 0 ? Json(error.line) : Json(nullptr)},
                                 {"advice", error.advice}}}};
        fmt::print(stderr, "{}\n", toText(document));
    } else {
        fmt::print(stderr, "intersect-cli: {}\n", describe(error));
    }
}

} // namespace

int main(int argc, char** argv) {
    waitPassively(argv);
    keepFreedMemory();

    app::Context context;
    CLI::App cli("Intersect: choose frames, train a vehicle detector on them, and see how good it is.", "intersect-cli");
    cli.set_version_flag("--version", INTERSECT_VERSION);
    cli.require_subcommand(1);
    app::Action action;
    std::vector<const app::Verb*> all = app::verbs();
    std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
    for (const app::Verb* verb : all) {
        CLI::App* sub = cli.add_subcommand(verb->name, verb->help);
        sub->add_flag("--json", context.json, "Print one JSON document on standard output");
        sub->add_flag("--quiet", context.quiet, "No progress and no messages");
        sub->add_flag("--force", context.force, "Replace what --out names");
        sub->callback([&action, run = verb->setUp(*sub)] { action = run; });
    }
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return cli.exit(error);
        const bool json = std::any_of(argv, argv + argc, [](const char* arg) { return std::string_view(arg) == "--json"; });
        report({ErrorCode::Usage, std::string(error.what()) + ".", {}, 0, "See intersect-cli --help."}, json);
        return exitCodeOf(ErrorCode::Usage);
    }

    g_context = &context;
    std::signal(SIGINT, onInterrupt);
    std::signal(SIGTERM, onInterrupt);
    std::signal(SIGPIPE, SIG_IGN);
    setUpLog(context.quiet);
    const Result<int> done = [&]() -> Result<int> {
        try {
            return action(context);
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::Failed, "The memory ran out.", {}, 0, "Close other programs, or give less at once.");
        } catch (const std::exception& error) { // no module lets one out on purpose
            return fail(ErrorCode::Failed, std::string("This could not go on: ") + error.what() + ".");
        }
    }();
    if (!done) {
        report(done.error(), context.json);
        return exitCodeOf(done.error().code);
    }
    return *done;
}
