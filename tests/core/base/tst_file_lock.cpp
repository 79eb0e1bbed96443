// SPDX-License-Identifier: GPL-3.0-or-later
#include <cerrno>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include <QTest>

#include "core/base/file_lock.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using std::chrono::milliseconds;

/// One holder at a time, whoever it is.
class TestFileLock : public QObject {
    Q_OBJECT
    tests::Scratch m_scratch;

private Q_SLOTS:
    void oneHolderAtATime() {
        const auto file = m_scratch.path("a.lock");
        {
            auto first = FileLock::take(file, milliseconds(0));
            QVERIFY(first.has_value());
            const auto second = FileLock::take(file, milliseconds(30));
            QVERIFY(!second.has_value());
            QCOMPARE(second.error(), EWOULDBLOCK);
            FileLock moved = std::move(*first); // still held, by the other object
            QVERIFY(!FileLock::take(file, milliseconds(0)).has_value());
        }
        QVERIFY(FileLock::take(file, milliseconds(0)).has_value());
        QCOMPARE(FileLock::take(m_scratch.path("no/such/folder/a.lock"), milliseconds(0)).error(), ENOENT);
    }

    void releasedWithTheDescriptor() {
        const auto file = m_scratch.path("b.lock");
        const int descriptor = FileLock::take(file, milliseconds(0))->release();
        QVERIFY(descriptor >= 0);
        QVERIFY(!FileLock::take(file, milliseconds(0)).has_value());
        QCOMPARE(::close(descriptor), 0);
        QVERIFY(FileLock::take(file, milliseconds(0)).has_value());
    }

    void freedByTheEndOfItsProcess() {
        const auto file = m_scratch.path("c.lock");
        int told[2];
        QCOMPARE(::pipe(told), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            const auto held = FileLock::take(file, milliseconds(0));
            const char word = held ? 'y' : 'n';
            if (::write(told[1], &word, 1) == 1)
                ::pause();
            ::_exit(1);
        }
        char word = 0;
        QCOMPARE(::read(told[0], &word, 1), ssize_t(1));
        QCOMPARE(word, 'y');
        QVERIFY(!FileLock::take(file, milliseconds(0)).has_value());
        QCOMPARE(::kill(child, SIGKILL), 0);
        QCOMPARE(::waitpid(child, nullptr, 0), child);
        QVERIFY(FileLock::take(file, milliseconds(0)).has_value());
    }
};

QTEST_APPLESS_MAIN(TestFileLock)
#include "tst_file_lock.moc"
