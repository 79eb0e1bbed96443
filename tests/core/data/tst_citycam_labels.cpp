// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/data/citycam_labels.h"
#include "core/data/voc_labels.h"
#include "tests/support/label_boxes.h"

using namespace intersect;
using tests::findingCodes;

namespace {

std::string vehicle(const std::string& type, const std::string& x1, const std::string& y1, const std::string& x2, const std::string& y2) {
    return "  <vehicle><id>1</id><bndbox><xmax>" + x2 + "</xmax><xmin>" + x1 + "</xmin><ymax>" + y2 + "</ymax><ymin>" + y1 + "</ymin></bndbox><type>" + type +
           "</type><direction>0</direction><previous>0</previous></vehicle>\n";
}

/// A frame of 352 x 240 as the data set's public readers take it apart; the vehicles begin in line 7.
std::string frame(const std::string& vehicles) {
    return "<annotation>\n  <frame>218</frame>\n  <time>2016-04-29 07:12:00</time>\n  <width>352</width><height>240</height>\n"
           "  <weather>73 F Rain & Wind</weather>\n  <facing>1</facing><flow>2</flow>\n" +
           vehicles + "</annotation>\n";
}

} // namespace

class TestCityCamLabels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAFrameByHand() {
        const std::string text = frame(vehicle("1", "88", "60", "176", "180") + vehicle("10", "0", "0", "352", "240"));
        const data::Annotations read = data::parseCityCamLabels(text, "000218.xml");
        QCOMPARE(findingCodes(read.findings), std::string()); // the bare & of the weather is no fault
        QCOMPARE(read.names.size(), std::size_t{10});
        QCOMPARE(read.names[0], std::string("taxi"));
        QCOMPARE(read.names[4], std::string("middle truck"));
        QVERIFY((read.images.at(0).size == Size{352, 240}));
        QCOMPARE(read.images[0].labels.size(), std::size_t{2});
        QCOMPARE(read.images[0].labels[0].classId, 0);
        QCOMPARE(read.images[0].labels[0].line, 7);
        QVERIFY(tests::boxDistance(read.images[0].labels[0].box, {0.375, 0.5, 0.25, 0.5}) < 1e-15);
        QCOMPARE(read.images[0].labels[1].classId, 9);
        QVERIFY(data::xmlLabelsOf(text) == data::XmlLabels::CityCam);
    }

    /// What its readers report: edges below 0, at and beyond the picture, minima above maxima.
    void meetsTheFaultsOfTheDataSet() {
        const data::Annotations read = data::parseCityCamLabels(
            frame(vehicle("3", "-4", "60", "84", "180") + vehicle("3", "300", "200", "352", "240") + vehicle("3", "200", "10", "100", "20") + vehicle("3", "300", "100", "355", "160")), "f.xml");
        QCOMPARE(findingCodes(read.findings), std::string("label-outside:7 label-size:9 label-outside:10"));
        QCOMPARE(read.images.at(0).labels.size(), std::size_t{3});
        QVERIFY(tests::boxDistance(read.images[0].labels[0].box, {40.0 / 352, 0.5, 0.25, 0.5}) < 1e-15);
    }

    void findsEveryFault_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const std::string& text, const char* code) { QTest::newRow(name) << QByteArray(text.c_str()) << QString::fromLatin1(code); };
        row("type 0", vehicle("0", "1", "1", "2", "2"), "label-class");
        row("type 11", vehicle("11", "1", "1", "2", "2"), "label-class");
        row("type -1", vehicle("-1", "1", "1", "2", "2"), "label-class");
        row("type 1.5", vehicle("1.5", "1", "1", "2", "2"), "label-class");
        row("type nan", vehicle("nan", "1", "1", "2", "2"), "label-class");
        row("no type", "  <vehicle><bndbox/></vehicle>\n", "label-class");
        row("no box", "  <vehicle><type>1</type></vehicle>\n", "label-fields");
        row("no edge", vehicle("1", "1", "", "2", "2"), "label-number");
        row("huge edge", vehicle("1", "1", "1", "1e200", "2"), "label-number");
    }
    void findsEveryFault() {
        QFETCH(QByteArray, text);
        QFETCH(QString, code);
        const data::Annotations read = data::parseCityCamLabels(frame(vehicle("7", "1", "1", "9", "9") + text.toStdString() + vehicle("8", "1", "1", "9", "9")), "f.xml");
        QCOMPARE(QString::fromStdString(findingCodes(read.findings)), code + QLatin1String(":8"));
        QCOMPARE(read.images.at(0).labels.size(), std::size_t{2});
    }

    void toleratesOtherShapes() {
        // Types as words, vehicles one element further down, no size.
        const std::string text = "<x><vehicles>" + vehicle("van", "1", "0", "3", "4") + vehicle("tram", "0", "0", "4", "4") + "</vehicles></x>";
        const data::Annotations read = data::parseCityCamLabels(text, "f.xml", {4, 4});
        QCOMPARE(findingCodes(read.findings), std::string());
        QCOMPARE(read.names.size(), std::size_t{11});
        QCOMPARE(read.names[10], std::string("tram"));
        QCOMPARE(read.images.at(0).labels.at(0).classId, 6);
        QCOMPARE(read.images[0].labels.at(1).classId, 10);
        QCOMPARE(findingCodes(data::parseCityCamLabels(text, "f.xml").findings), std::string("label-no-size:1"));
    }

    void framesWithoutVehicles() {
        const data::Annotations read = data::parseCityCamLabels(frame(""), "f.xml");
        QCOMPARE(findingCodes(read.findings), std::string());
        QCOMPARE(read.images.size(), std::size_t{1});
        QVERIFY(read.images[0].labels.empty());
        QVERIFY(data::xmlLabelsOf(frame("")) == data::XmlLabels::CityCam);
    }

    void tellsTheKindsApart() {
        QVERIFY(data::xmlLabelsOf("<annotation><filename>a</filename></annotation>") == data::XmlLabels::Voc);
        QVERIFY(data::xmlLabelsOf("<annotation><object/></annotation>") == data::XmlLabels::Voc);
        QVERIFY(data::xmlLabelsOf("<project><target/></project>") == data::XmlLabels::None);
        QVERIFY(data::xmlLabelsOf("<svg><width>3</width><height>3</height></svg>") == data::XmlLabels::None);
        QVERIFY(data::xmlLabelsOf("no xml") == data::XmlLabels::None);
        QVERIFY(data::xmlLabelsOf("") == data::XmlLabels::None);
    }
};

QTEST_GUILESS_MAIN(TestCityCamLabels)
#include "tst_citycam_labels.moc"
