// SPDX-License-Identifier: GPL-3.0-or-later
#include <memory>
#include <optional>
#include <string>

#include "app/commands/command.h"
#include "app/commands/watch_training.h"
#include "core/train/trainer.h"

namespace intersect::app {
namespace {

struct Options {
    std::string run;
    std::optional<int> epochs;
    bool events = false;
};

Action setUp(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("RUN", options->run, "Folder of a training that was stopped, killed or is to be extended")->required();
    app.add_option("--epochs", options->epochs, "Go on to this many epochs in all (as config.yaml says)")->check(CLI::PositiveNumber);
    app.add_flag("--events", options->events, "Events as JSON lines on standard output; stop, pause and resume are read from standard input");
    return [options](Context& context) {
        return watchTraining(options->run, options->events, context, [&](const train::TrainOptions& how, const StopCheck& stop) {
            return train::resumeTraining(options->run, options->epochs, how, stop);
        });
    };
}

const Verb kResume{"resume", "Go on with a training after a stop or a crash, or extend it", setUp};

} // namespace
} // namespace intersect::app
