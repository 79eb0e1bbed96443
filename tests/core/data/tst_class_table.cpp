// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/data/citycam_labels.h"
#include "core/data/class_numbers.h"
#include "core/data/class_table.h"
#include "core/data/data_yaml.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using Words = std::vector<std::string>;

class TestClassTable : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsTables_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("YAML") << "t.yaml" << QByteArray("# fine to coarse\ntaxi: car\nBlack_Sedan: car\n\"big bus\": bus\nother:\nrest: ~\n");
        QTest::newRow("CSV") << "t.csv" << QByteArray("\xEF\xBB\xBF" "from,to\r\ntaxi,car\r\n# note\r\nBlack_Sedan , car\r\nbig bus,bus\r\n\r\nother,\r\nrest,\r\n");
    }
    void readsTables() {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        const auto table = data::parseClassTable(text.toStdString(), name.toStdString());
        QVERIFY2(table.has_value(), table ? "" : table.error().message.c_str());
        QCOMPARE(table->rows().size(), std::size_t{5});
        QCOMPARE(table->targetOf("taxi").value(), std::string("car"));
        QCOMPARE(table->targetOf("black sedan").value(), std::string("car"));
        QCOMPARE(table->targetOf("BIG-BUS").value(), std::string("bus"));
        QCOMPARE(table->targetOf("other").value(), std::string());
        QCOMPARE(table->targetOf("rest").value(), std::string());
        QCOMPARE(table->targetOf("Bus").value(), std::string("bus")); // a target stands for itself
        QVERIFY(!table->targetOf("tram"));
        QVERIFY((table->targets() == Words{"car", "bus"}));
    }

    void refuses_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::newRow("empty") << "t.yaml" << QByteArray() << 0;
        QTest::newRow("a list") << "t.yaml" << QByteArray("- car\n- bus\n") << 0;
        QTest::newRow("a list as target") << "t.yaml" << QByteArray("taxi: car\nbus: [a, b]\n") << 2;
        QTest::newRow("twice") << "t.yaml" << QByteArray("taxi: car\nbus: bus\nTAXI: bus\n") << 3;
        QTest::newRow("no name") << "t.yaml" << QByteArray("a: b\n\"\": car\n") << 2;
        QTest::newRow("broken") << "t.yaml" << QByteArray("taxi: [car\n") << -1;
        QTest::newRow("three columns") << "t.csv" << QByteArray("from,to\ntaxi,car,red\n") << 2;
        QTest::newRow("one column") << "t.csv" << QByteArray("taxi\n") << 1;
        QTest::newRow("nothing") << "t.csv" << QByteArray("from,to\n") << 0;
        QByteArray many;
        for (int i = 0; i < 10'001; ++i)
            many += QByteArray::number(i) + ",car\n";
        QTest::newRow("too many") << "t.csv" << many << 0;
    }
    void refuses() {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        const auto table = data::parseClassTable(text.toStdString(), name.toStdString());
        QVERIFY(!table.has_value());
        QVERIFY(table.error().code == ErrorCode::BadInput);
        if (line >= 0)
            QCOMPARE(table.error().line, line);
    }

    void theReadyTableKnowsEveryType() {
        const auto table = data::readClassTable(std::filesystem::path(INTERSECT_SOURCE_DIR) / "resources/configs/classes/citycam-to-coco.yaml");
        QVERIFY2(table.has_value(), table ? "" : table.error().message.c_str());
        QCOMPARE(table->rows().size(), data::cityCamTypes().size());
        const auto classes = data::numberClasses(data::cityCamTypes(), true, *table, {}, {});
        QVERIFY(classes.names == data::cocoNames());
        QVERIFY((classes.idOf == std::vector<int>{2, 2, 2, 7, 7, 7, 2, 5, 5, data::kLeftOut}));
    }

    void numbersClasses() {
        // The source's own order where it has one, COCO's numbers or the alphabet where it has none.
        QVERIFY((data::numberClasses({"truck", "car"}, true, {}, {}, {}).idOf == std::vector<int>{0, 1}));
        QVERIFY((data::numberClasses({"truck", "car"}, false, {}, {}, {}).idOf == std::vector<int>{7, 2}));
        const auto alphabet = data::numberClasses({"van", "car"}, false, {}, {}, {});
        QVERIFY((alphabet.names == Words{"car", "van"} && alphabet.idOf == std::vector<int>{1, 0}));
        // Given names count; what they do not have is unknown.
        const auto given = data::numberClasses({"van", "car"}, true, {}, {"bus", "car"}, "said");
        QVERIFY((given.idOf == std::vector<int>{data::kUnknownClass, 1}) && given.from == "said");
        // With a table: its targets in order where COCO does not have them all.
        const auto table = data::parseClassTable("taxi: vehicle\ntram:\n", "t.yaml");
        const auto mapped = data::numberClasses({"tram", "taxi", "cow"}, true, *table, {}, {});
        QVERIFY((mapped.names == Words{"vehicle"} && mapped.idOf == std::vector<int>{data::kLeftOut, 0, data::kUnknownClass}));
        QVERIFY(data::numberClasses({}, false, {}, {}, {}).names.empty());
    }

    void findsTheNamesFileAbove() {
        const tests::Scratch scratch;
        scratch.write("d/a/b/x.txt", "");
        scratch.write("d/z.names", "car\n");
        scratch.write("d/c.names", "car\n");
        QCOMPARE(data::namesFileAbove(scratch.path("d/a/b")), scratch.path("d/c.names"));
        scratch.write("d/a/data.yaml", "names: [car]\n");
        QCOMPARE(data::namesFileAbove(scratch.path("d/a/b")), scratch.path("d/a/data.yaml"));
    }
};

QTEST_GUILESS_MAIN(TestClassTable)
#include "tst_class_table.moc"
