// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "core/base/result.h"

namespace intersect::ui {

/// A failure as the window says it: one sentence and the next step.
struct ErrorText {
    QString sentence;
    QString advice;
};

/// From core's errors: names file and line where the message does not.
ErrorText errorText(const Error& error);

/// What is known about the end of a worker process that did not succeed.
struct WorkerEnd {
    bool failedToStart = false;
    bool signalled = false; ///< `code` is then the signal's number
    int code = 0;
    bool stopAsked = false, killAsked = false;
    QString program;
    QString message, advice; ///< what the worker itself said, may be empty
};

/// Puts the end of a worker process into words.
ErrorText workerEndText(const WorkerEnd& end);

} // namespace intersect::ui
