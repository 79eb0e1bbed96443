// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "core/base/json_text.h"
#include "core/base/progress.h"
#include "core/base/result.h"

namespace intersect::app {

/// What every verb has: the switches all share and the way to stop.
struct Context {
    bool json = false;
    bool quiet = false;
    bool force = false;
    StopFlag stop; ///< set by Ctrl+C
    /// A progress bar on a terminal, plain lines in a pipe, nothing when quiet; always to stderr.
    ProgressCallback progress(const std::string& what) const;
};

/// Runs a verb: the exit code (0 done, 1 findings of severity error), or an error that main turns into a sentence and a code.
using Action = std::function<Result<int>(Context&)>;

/// A verb announces itself from its own file: `const Verb kScan{"scan", "what it does", [](CLI::App& app) { …; return action; }};`
struct Verb {
    std::string name, help;
    std::function<Action(CLI::App&)> setUp; ///< adds the options (kept alive by the returned action) and returns what to run
    Verb(std::string verbName, std::string helpText, std::function<Action(CLI::App&)> setUpOptions);
};

/// Prints the one JSON document of `--json` on stdout.
void printJson(const Json& json);
/// Prints a line of ordinary output on stdout.
void printLine(const std::string& line);
/// For options that take a share or a threshold: a number from 0 to 1. CLI::Range(0.0, 1.0) lets "nan" pass.
CLI::Validator fraction();
/// Refuses to overwrite an existing file or non-empty folder without --force.
Result<void> mayWrite(const std::filesystem::path& out, const Context& context);

} // namespace intersect::app
