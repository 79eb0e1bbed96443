// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>
#include <fcntl.h>
#include <unistd.h>

#include "core/base/files.h"
#include "core/runs/events.h"

using namespace intersect;
using namespace intersect::runs;

class TestEvents : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::filesystem::path file(const char* name) const {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }
    static void put(const std::filesystem::path& path, const std::string& text) {
        std::ofstream(path, std::ios::binary) << text;
    }

private Q_SLOTS:
    void writesOneLineAnEvent() {
        const auto path = file("plain.jsonl");
        {
            EventLog log;
            QVERIFY(log.open(path, false).has_value());
            QVERIFY(log.write("hello", {{"protocol", kEventProtocol}, {"pid", 7}}).has_value());
            QVERIFY(log.write("log", {{"message", "two\nlines"}}).has_value());
        }
        QCOMPARE(*readFile(path), std::string("{\"type\":\"hello\",\"protocol\":1,\"pid\":7}\n"
                                              "{\"type\":\"log\",\"message\":\"two\\nlines\"}\n"));
        const auto events = readEvents(path);
        QVERIFY(events.has_value());
        QCOMPARE(events->size(), std::size_t(2));
        QCOMPARE((*events)[1]["message"].get<std::string>(), std::string("two\nlines"));
    }
    void isReadableWhileItIsWritten() {
        const auto path = file("live.jsonl");
        EventLog log;
        QVERIFY(log.open(path, false).has_value());
        QVERIFY(log.write("started", Json::object()).has_value());
        QCOMPARE(readEvents(path)->size(), std::size_t(1));
    }
    void cutsATornLastLine() {
        const auto path = file("torn.jsonl");
        put(path, "{\"type\":\"a\"}\n{\"type\":\"epo");
        QCOMPARE(readEvents(path)->size(), std::size_t(1));
        EventLog log;
        QVERIFY(log.open(path, false).has_value());
        QVERIFY(log.write("b", Json::object()).has_value());
        QCOMPARE(*readFile(path), std::string("{\"type\":\"a\"}\n{\"type\":\"b\"}\n"));
    }
    void cutsAFileOfOneTornLine() {
        const auto path = file("all-torn.jsonl");
        put(path, "{\"type\":");
        EventLog log;
        QVERIFY(log.open(path, false).has_value());
        QCOMPARE(std::filesystem::file_size(path), std::uintmax_t(0));
    }
    void skipsWhatIsNoEvent() {
        const auto path = file("odd.jsonl");
        put(path, "{\"type\":\"a\"}\n[1]\nnot json\n{\"no\":1}\n{\"type\":\"never-heard-of\"}\n");
        const auto events = readEvents(path);
        QCOMPARE(events->size(), std::size_t(2));
        QCOMPARE((*events)[1]["type"].get<std::string>(), std::string("never-heard-of"));
    }
    void refusesAnotherProtocol() {
        const auto path = file("future.jsonl");
        put(path, "{\"type\":\"hello\",\"protocol\":99}\n");
        const auto events = readEvents(path);
        QVERIFY(!events.has_value());
        QVERIFY(events.error().message.find("99") != std::string::npos);
        QCOMPARE(events.error().line, 1);
    }
    void replacesBytesThatAreNotUtf8() {
        const auto path = file("bytes.jsonl");
        EventLog log;
        QVERIFY(log.open(path, false).has_value());
        QVERIFY(log.write("log", {{"message", "caf\xe9.jpg"}}).has_value());
        QCOMPARE((*readEvents(path))[0]["message"].get<std::string>(), std::string("caf\xef\xbf\xbd.jpg"));
    }
    void tellsOfAFullDisk() {
        if (::access("/dev/full", W_OK) != 0)
            QSKIP("There is no /dev/full here.");
        const auto path = file("full.jsonl");
        std::filesystem::create_symlink("/dev/full", path);
        EventLog log;
        if (!log.open(path, false))
            QSKIP("/dev/full cannot be opened for reading and appending here.");
        const auto written = log.write("log", Json::object());
        QVERIFY(!written.has_value());
        QVERIFY(written.error().message.find("No space left") != std::string::npos);
        QVERIFY(!written.error().advice.empty());
    }
    void aMissingFolderIsASentence() {
        EventLog log;
        const auto opened = log.open(file("no-such-folder") / "events.jsonl", false);
        QVERIFY(!opened.has_value());
        QVERIFY(opened.error().message.find("no-such-folder") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestEvents)
#include "tst_events.moc"
