// SPDX-License-Identifier: GPL-3.0-or-later
#include <clocale>
#include <cmath>

#include <QtTest>

#include "core/base/numbers.h"

using namespace intersect;

class TestNumbers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsDoublesWhole_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        QTest::addColumn<double>("value");
        QTest::newRow("plain") << "0.5" << true << 0.5;
        QTest::newRow("exponent") << "1e-3" << true << 0.001;
        QTest::newRow("negative") << "-2" << true << -2.0;
        QTest::newRow("comma") << "0,5" << false << 0.0;
        QTest::newRow("rest") << "0.5x" << false << 0.0;
        QTest::newRow("empty") << "" << false << 0.0;
        QTest::newRow("blank") << " 0.5" << false << 0.0;
        QTest::newRow("too large") << "1e999" << false << 0.0;
    }
    void readsDoublesWhole() {
        QFETCH(QString, text);
        QFETCH(bool, valid);
        QFETCH(double, value);
        const auto got = parseDouble(text.toStdString());
        QCOMPARE(got.has_value(), valid);
        if (valid)
            QCOMPARE(*got, value);
    }
    void ignoresACommaLocale() {
        const char* set = std::setlocale(LC_ALL, "de_DE.UTF-8");
        if (set == nullptr)
            QSKIP("The locale de_DE.UTF-8 is not installed here.");
        QCOMPARE(*parseDouble("0.25"), 0.25);
        QCOMPARE(QString::fromStdString(formatFixed(0.25, 3)), QStringLiteral("0.250"));
        QCOMPARE(QString::fromStdString(formatShortest(0.1)), QStringLiteral("0.1"));
        std::setlocale(LC_ALL, "C");
    }
    void groupsThousands() {
        QCOMPARE(QString::fromStdString(formatGrouped(1008000)), QStringLiteral("1,008,000"));
        QCOMPARE(QString::fromStdString(formatGrouped(-1234)), QStringLiteral("-1,234"));
        QCOMPARE(QString::fromStdString(formatGrouped(-123)), QStringLiteral("-123"));
        QCOMPARE(QString::fromStdString(formatGrouped(0)), QStringLiteral("0"));
    }
    void readsIntegersWhole() {
        QCOMPARE(*parseInt("-12"), std::int64_t(-12));
        QVERIFY(!parseInt("12.0"));
        QVERIFY(!parseInt("99999999999999999999"));
    }
};

QTEST_APPLESS_MAIN(TestNumbers)
#include "tst_numbers.moc"
