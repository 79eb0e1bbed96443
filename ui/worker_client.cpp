// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/worker_client.h"

#include <utility>

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTimer>

#include "core/runs/events.h"
#include "ui/error_text.h"
#include "ui/text.h"

namespace intersect::ui {

namespace {

constexpr int kTailLines = 12;
constexpr int kGraceMs = 30000;

QString textOf(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? qs(found->get<std::string>()) : QString();
}

/// Cuts whole lines off the front of `rest`; `separators` end a line.
QList<QByteArray> takeLines(QByteArray& rest, bool carriageReturnToo) {
    QList<QByteArray> lines;
    qsizetype begin = 0;
    for (qsizetype i = 0; i < rest.size(); ++i) {
        if (rest[i] == '\n' || (carriageReturnToo && rest[i] == '\r')) {
            lines.append(rest.mid(begin, i - begin));
            begin = i + 1;
        }
    }
    rest.remove(0, begin);
    return lines;
}

} // namespace

WorkerClient::WorkerClient(QObject* parent) : QObject(parent), m_process(new QProcess) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("OMP_WAIT_POLICY"), QStringLiteral("passive"));
    environment.insert(QStringLiteral("GOMP_SPINCOUNT"), QStringLiteral("0"));
    m_process->setProcessEnvironment(environment);
    connect(m_process, &QProcess::readyReadStandardOutput, this, &WorkerClient::readOutput);
    connect(m_process, &QProcess::readyReadStandardError, this, &WorkerClient::readErrors);
    connect(m_process, &QProcess::finished, this, [this] { finish(false); });
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) // `finished` never comes then
            finish(true);
    });
}

WorkerClient::~WorkerClient() {
    m_process->disconnect(this);
    if (m_process->state() == QProcess::NotRunning) {
        delete m_process;
        return;
    }
    // The end of stdin tells it to save and leave; a verb without events listens to the signal instead.
    m_process->closeWriteChannel();
    if (!m_events)
        m_process->terminate();
    if (m_process->waitForFinished(150)) {
        delete m_process;
        return;
    }
    // It is still saving: let it, without holding up the window. Where the program ends first, the child ends by
    // itself.
    QProcess* leaving = m_process;
    leaving->setParent(nullptr);
    connect(leaving, &QProcess::finished, leaving, &QObject::deleteLater);
    QTimer::singleShot(kGraceMs, leaving, [leaving] { leaving->kill(); });
}

void WorkerClient::start(const QStringList& arguments, bool events) {
    if (isRunning())
        return;
    m_outputRest.clear();
    m_plainOutput.clear();
    m_errorRest.clear();
    m_errorTail.clear();
    m_errorEvent = Json();
    m_refused.clear();
    m_events = events;
    m_ended = m_stopAsked = m_killAsked = false;
    QStringList all = arguments;
    if (events)
        all << QStringLiteral("--events");
    m_process->setStandardInputFile(events ? QString() : QProcess::nullDevice()); // empty: a pipe
    m_process->start(program(), all, QIODevice::ReadWrite);
}

bool WorkerClient::isRunning() const {
    return m_process->state() != QProcess::NotRunning;
}

qint64 WorkerClient::processId() const {
    return m_process->processId();
}

void WorkerClient::send(const QByteArray& word) {
    if (!isRunning())
        return;
    if (word == "stop")
        m_stopAsked = true;
    if (m_events)
        m_process->write(word + '\n');
    else if (word == "stop")
        m_process->terminate();
}

void WorkerClient::kill() {
    if (!isRunning())
        return;
    m_killAsked = true;
    m_process->kill();
}

QString WorkerClient::program() {
    const QString named = qEnvironmentVariable("INTERSECT_CLI");
    if (!named.isEmpty())
        return named;
    const QDir here(QCoreApplication::applicationDirPath());
    for (const QString& beside : {QStringLiteral("intersect-cli"), QStringLiteral("../bin/intersect-cli")}) {
        const QFileInfo file(here.filePath(beside));
        if (file.isExecutable())
            return file.canonicalFilePath();
    }
    const QString found = QStandardPaths::findExecutable(QStringLiteral("intersect-cli"));
    return found.isEmpty() ? here.filePath(QStringLiteral("intersect-cli")) : found;
}

QString WorkerClient::commandLine(const QStringList& arguments) {
    static const QByteArray plain("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,:+@%");
    QString line = QStringLiteral("intersect-cli");
    for (const QString& argument : arguments) {
        if (argument == QStringLiteral("&&")) { // one command after another
            line += QStringLiteral(" && intersect-cli");
            continue;
        }
        bool bare = !argument.isEmpty();
        for (const QChar c : argument)
            bare = bare && c.unicode() < 128 && plain.contains(char(c.unicode()));
        QString quoted = argument;
        line += QLatin1Char(' ') +
                (bare ? argument
                      : QLatin1Char('\'') + quoted.replace(QStringLiteral("'"), QStringLiteral("'\\''")) +
                            QLatin1Char('\''));
    }
    return line;
}

void WorkerClient::readOutput() {
    const QByteArray fresh = m_process->readAllStandardOutput();
    if (!m_events) {
        m_plainOutput += fresh;
        return;
    }
    m_outputRest += fresh;
    for (const QByteArray& line : takeLines(m_outputRest, false))
        takeOutputLine(line);
}

void WorkerClient::takeOutputLine(const QByteArray& line) {
    const QByteArray text = line.trimmed();
    if (text.isEmpty())
        return;
    const Json parsed = Json::parse(text.constBegin(), text.constEnd(), nullptr, false);
    if (!parsed.is_object() || !parsed.contains("type")) {
        m_plainOutput += line + '\n';
        return;
    }
    const QString type = textOf(parsed, "type");
    if (type == QStringLiteral("hello")) {
        const auto protocol = parsed.find("protocol");
        if (protocol == parsed.end() || !protocol->is_number_integer() ||
            protocol->get<int>() != runs::kEventProtocol) {
            m_refused = tr("The worker program speaks another protocol than this window.");
            m_process->kill();
            return;
        }
    }
    if (type == QStringLiteral("error"))
        m_errorEvent = parsed;
    Q_EMIT event(parsed);
}

void WorkerClient::readErrors() {
    m_errorRest += m_process->readAllStandardError();
    for (const QByteArray& line : takeLines(m_errorRest, true))
        takeErrorLine(line);
}

void WorkerClient::takeErrorLine(const QByteArray& line) {
    const QString text = QString::fromUtf8(line).trimmed();
    if (text.isEmpty())
        return;
    if (line.startsWith('{')) {
        const Json parsed = Json::parse(line.constBegin(), line.constEnd(), nullptr, false);
        if (parsed.is_object() && parsed.contains("error") && parsed["error"].is_object()) {
            m_errorEvent = parsed["error"];
            return;
        }
    }
    m_errorTail.append(text);
    while (m_errorTail.size() > kTailLines)
        m_errorTail.removeFirst();
    Q_EMIT progressLine(text);
}

void WorkerClient::finish(bool failedToStart) {
    if (m_ended)
        return;
    m_ended = true;
    if (!failedToStart) {
        readOutput();
        readErrors();
    }
    // The last line may lack its newline; a torn one is no event and stays plain.
    if (!m_outputRest.isEmpty())
        takeOutputLine(std::exchange(m_outputRest, {}));
    if (!m_errorRest.isEmpty())
        takeErrorLine(std::exchange(m_errorRest, {}));

    WorkerEnd facts;
    facts.failedToStart = failedToStart;
    facts.program = program();
    facts.signalled = !failedToStart && m_process->exitStatus() == QProcess::CrashExit;
    facts.code = failedToStart ? -1 : m_process->exitCode();
    if (!facts.signalled && facts.code > 128 && facts.code < 160 &&
        facts.code != 130) { // through a shell: 128 + signal
        facts.signalled = true;
        facts.code -= 128;
    }
    facts.stopAsked = m_stopAsked;
    facts.killAsked = m_killAsked;
    facts.message = textOf(m_errorEvent, "message");
    facts.advice = textOf(m_errorEvent, "advice");
    for (qsizetype i = m_errorTail.size(); facts.message.isEmpty() && i-- > 0;)
        if (m_errorTail[i].startsWith(QStringLiteral("intersect-cli: ")))
            facts.message = m_errorTail[i].mid(15);

    End end;
    end.ok = !facts.signalled && !failedToStart && (facts.code == 0 || facts.code == 1);
    end.exitCode = facts.code;
    end.crashed = facts.signalled || failedToStart;
    end.lastLines = m_errorTail.join(QLatin1Char('\n'));
    end.output = std::exchange(m_plainOutput, {});
    if (!m_refused.isEmpty()) {
        end.ok = false;
        end.message = m_refused;
        end.advice = tr("Install intersect and intersect-cli from the same version.");
    } else if (!end.ok) {
        const ErrorText words = workerEndText(facts);
        end.message = words.sentence;
        end.advice = words.advice;
    }
    Q_EMIT ended(end);
}

} // namespace intersect::ui
