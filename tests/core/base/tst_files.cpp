// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>

#include "core/base/files.h"

using namespace intersect;
namespace fs = std::filesystem;

class TestFiles : public QObject {
    Q_OBJECT
    fs::path in(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QTemporaryDir m_folder;

private Q_SLOTS:
    void readsBackWhatWasWritten() {
        const std::string bytes("a\0b\n\xff", 5);
        QVERIFY(writeFileAtomically(in("sub/one.bin"), bytes));
        const auto read = readFile(in("sub/one.bin"));
        QVERIFY(read);
        QVERIFY(*read == bytes);
    }
    void newFilesFollowTheUmask() {
        const mode_t before = ::umask(027);
        QVERIFY(writeFileAtomically(in("mask"), "x"));
        ::umask(before);
        struct stat status {};
        QCOMPARE(::stat(in("mask").c_str(), &status), 0);
        QCOMPARE(int(status.st_mode & 0777), 0640);
    }
    void refusesWhatIsTooLarge() {
        QVERIFY(writeFileAtomically(in("large"), std::string(1000, 'x')));
        const auto read = readFile(in("large"), 999);
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::BadInput);
        QVERIFY(read.error().message.find("1000 bytes") != std::string::npos);
    }
    void readsFilesThatDoNotTellTheirSize() {
        const auto read = readFile("/proc/self/status"); // says size 0
        QVERIFY(read);
        QVERIFY(read->size() > 100);
        QCOMPARE(std::count(read->begin(), read->end(), '\0'), 0L);
    }
    void namesAMissingFile() {
        const auto read = readFile(in("nowhere"));
        QVERIFY(!read);
        QVERIFY(read.error().message.find("nowhere") != std::string::npos);
        QVERIFY(!readFile(in(".")));
    }
    void aFullDiskLeavesTheOldFile() {
        // A limit on file size fails a write as a full disk does, for any user.
        QVERIFY(writeFileAtomically(in("kept"), "old"));
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = 4096;
        ::setrlimit(RLIMIT_FSIZE, &small);
        const auto written = writeFileAtomically(in("kept"), std::string(10000, 'n'));
        ::setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Failed);
        QVERIFY(*readFile(in("kept")) == "old");
        std::size_t files = 0;
        for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
            files += entry.path().filename().string().starts_with("kept");
        QCOMPARE(files, std::size_t(1)); // no temporary is left
    }
    void cannotWriteBelowAFile() {
        QVERIFY(writeFileAtomically(in("file"), "x"));
        const auto written = writeFileAtomically(in("file/below"), "y");
        QVERIFY(!written);
        QVERIFY(*readFile(in("file")) == "x");
    }
    void absolutePathsAreNormal() {
        QVERIFY(absolutePath("/a/./b/../c/") == fs::path("/a/c"));
        QVERIFY(absolutePath("x") == fs::current_path() / "x");
        QVERIFY(absolutePath("/") == fs::path("/"));
    }
};

QTEST_APPLESS_MAIN(TestFiles)
#include "tst_files.moc"
