// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/error_text.h"

#include <csignal>

#include <QCoreApplication>

#include "ui/text.h"

namespace intersect::ui {

namespace {

QString words(const char* text) {
    return QCoreApplication::translate("ErrorText", text);
}

ErrorText signalText(int signal) {
    const QString saved = words("Everything up to the last checkpoint is saved: go on from there, or start again.");
    switch (signal) {
    case SIGKILL:
        return {words("The worker process was killed (signal 9), as the system does when memory runs out."),
                words("Close other programs or take a smaller batch. Everything up to the last checkpoint is saved: go "
                      "on from there.")};
    case SIGTERM:
    case SIGHUP:
    case SIGINT:
        return {words("The worker process was ended from outside (signal %1).").arg(signal), saved};
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
        return {words("The worker process crashed (signal %1).").arg(signal), saved};
    case SIGABRT:
        return {words("The worker process gave up (signal 6): something it relies on was broken."), saved};
    default:
        return {words("The worker process was ended by signal %1.").arg(signal), saved};
    }
}

} // namespace

ErrorText errorText(const Error& error) {
    ErrorText text{qs(error.message), qs(error.advice)};
    const QString path = qs(error.path);
    if (!path.isEmpty() && !text.sentence.contains(path))
        text.sentence = (error.line > 0 ? path + QLatin1Char(':') + QString::number(error.line) : path) +
                        QStringLiteral(": ") + text.sentence;
    return text;
}

ErrorText workerEndText(const WorkerEnd& end) {
    if (end.failedToStart)
        return {
            words("The worker program could not be started: %1.").arg(end.program),
            words("It should lie beside this program. Build or install intersect-cli, or name it in INTERSECT_CLI.")};
    if (end.killAsked)
        return {words("The worker process was ended at your request."),
                words("Everything up to the last checkpoint is saved.")};
    if (end.signalled)
        return signalText(end.code);
    if (end.code == 130)
        return {end.stopAsked ? words("Stopped at your request.") : words("The worker process was interrupted."),
                words("Everything up to the last checkpoint is saved: it can be resumed.")};
    if (!end.message.isEmpty())
        return {end.message, end.advice};
    switch (end.code) {
    case 2:
        return {words("The worker did not understand its arguments (exit code 2)."),
                words("Window and worker may be of different versions: install both again.")};
    case 3:
        return {words("The worker could not use its input (exit code 3)."),
                words("The last lines below say what it did not like.")};
    default:
        return {words("The worker process ended with exit code %1.").arg(end.code),
                words("The last lines below say what happened.")};
    }
}

} // namespace intersect::ui
