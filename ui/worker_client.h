// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>

#include "core/base/json_text.h"

namespace intersect::ui {

/// One child process `intersect-cli`: its event lines come in as JSON, its end always as exactly one `ended`. GUI thread only; never blocks.
class WorkerClient : public QObject {
    Q_OBJECT
public:
    /// How the child ended, in words a person can use.
    struct End {
        bool ok = false;          ///< exit 0 or 1
        int exitCode = -1;
        bool crashed = false;     ///< killed by a signal or never started
        QString message;          ///< one sentence; empty when ok
        QString advice;           ///< the next step
        QString lastLines;        ///< the tail of stderr
        QByteArray output;        ///< stdout that was not events (the JSON document of --json)
    };
    explicit WorkerClient(QObject* parent = nullptr);
    ~WorkerClient() override; ///< a child still running is asked to stop by closing its stdin, then killed

    /// Starts `intersect-cli` with these arguments; `events`: adds --events and reads event lines.
    void start(const QStringList& arguments, bool events);
    bool isRunning() const;
    qint64 processId() const;
    /// Sends "stop", "pause" or "resume" as a line to the child's stdin.
    void send(const QByteArray& word);
    /// Ends the child at once.
    void kill();

    /// Where the worker program is: beside this program, or INTERSECT_CLI.
    static QString program();
    /// The command a user can type: "intersect-cli train …", quoted for a shell.
    static QString commandLine(const QStringList& arguments);

Q_SIGNALS:
    void event(const intersect::Json& event);
    void progressLine(const QString& line); ///< a line of stderr
    void ended(const intersect::ui::WorkerClient::End& end);

private:
    void readOutput();
    void readErrors();
    void takeOutputLine(const QByteArray& line);
    void takeErrorLine(const QByteArray& line);
    void finish(bool failedToStart);
    QProcess* m_process; ///< outlives this object while it saves and leaves
    QByteArray m_outputRest, m_plainOutput, m_errorRest;
    QStringList m_errorTail;
    Json m_errorEvent;   ///< the last error told by event or on stderr
    QString m_refused;   ///< why the window ended it
    bool m_events = false;
    bool m_ended = true;
    bool m_stopAsked = false, m_killAsked = false;
};

} // namespace intersect::ui
