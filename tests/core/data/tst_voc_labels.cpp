// SPDX-License-Identifier: GPL-3.0-or-later
#include <clocale>

#include <QtTest>

#include "core/data/citycam_labels.h"
#include "core/data/voc_labels.h"
#include "tests/support/label_boxes.h"

using namespace intersect;
using tests::findingCodes;

namespace {

std::string object(const std::string& name, const std::string& bounds) {
    return "<object><name>" + name + "</name><bndbox>" + bounds + "</bndbox></object>\n";
}

std::string bounds(const std::string& x1, const std::string& y1, const std::string& x2, const std::string& y2) {
    return "<xmin>" + x1 + "</xmin><ymin>" + y1 + "</ymin><xmax>" + x2 + "</xmax><ymax>" + y2 + "</ymax>";
}

/// A file of 200 x 100 pixels; the objects begin in line 3.
std::string file(const std::string& objects) {
    return "<annotation><filename>a.jpg</filename>\n<size><width>200</width><height>100</height><depth>3</depth></size>\n" + objects + "</annotation>\n";
}

} // namespace

class TestVocLabels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsBoxesByHand() {
        const std::string text = R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- by a tool -->
<annotation verified="yes">
	<folder>cam</folder>
	<filename> a b.jpg</filename>
	<size><width> 200 </width><height>100</height></size>
	<object>
		<name> car </name>
		<difficult>1</difficult>
		<bndbox><ymax>30</ymax><xmax>60.0</xmax><xmin>20</xmin><ymin>1e1</ymin></bndbox>
		<part><name>wheel</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
	</object>
	<object><name>b&amp;us &#228;</name><bndbox><xmin>0.5</xmin><ymin>0</ymin><xmax>199.5</xmax><ymax>100</ymax></bndbox></object>
</annotation>)";
        const data::Annotations read = data::parseVocLabels(text, "a.xml");
        QCOMPARE(findingCodes(read.findings), std::string());
        QCOMPARE(read.images.size(), std::size_t{1});
        QCOMPARE(read.images[0].file, std::string(" a b.jpg"));
        QVERIFY((read.images[0].size == Size{200, 100}));
        QVERIFY((read.names == std::vector<std::string>{"car", "b&us ä"}));
        QCOMPARE(read.images[0].labels.size(), std::size_t{2});
        QVERIFY(tests::boxDistance(read.images[0].labels[0].box, {0.2, 0.2, 0.2, 0.2}) < 1e-15);
        QVERIFY(tests::boxDistance(read.images[0].labels[1].box, {0.5, 0.5, 0.995, 1}) < 1e-15);
        QCOMPARE(read.images[0].labels[0].line, 7);
        QCOMPARE(read.images[0].labels[1].line, 13);
        QVERIFY(data::xmlLabelsOf(text) == data::XmlLabels::Voc);
    }

    void keepsEveryBox() {
        const std::vector<std::string> names = {"car", "b<us> & \"van\"", "路口"};
        for (const Size size : {Size{640, 360}, Size{1, 1}, Size{17, 8191}}) {
            const data::AnnotatedImage image{"cam é 路口'.jpg", size, tests::randomLabels(static_cast<std::uint64_t>(size.width), size, 300, 3)};
            const data::Annotations read = data::parseVocLabels(data::formatVocLabels(image, names, "cam"), "a.xml");
            QCOMPARE(read.images.size(), std::size_t{1});
            QCOMPARE(read.images[0].file, image.file);
            QVERIFY(read.images[0].size == size);
            QCOMPARE(read.images[0].labels.size(), image.labels.size());
            for (std::size_t k = 0; k < image.labels.size(); ++k) {
                const data::Label& before = image.labels[k];
                const data::Label& after = read.images[0].labels[k];
                QCOMPARE(read.names.at(static_cast<std::size_t>(after.classId)), names.at(static_cast<std::size_t>(before.classId)));
                QVERIFY(tests::boxDistance(after.box, before.box) <= 1e-6);
            }
        }
    }

    void writesDecimalsInAnyLocale() {
        const char* set = std::setlocale(LC_ALL, "de_DE.UTF-8");
        if (set == nullptr)
            QSKIP("The locale de_DE.UTF-8 is not installed here.");
        const std::string text = data::formatVocLabels({"a.jpg", {100, 10}, {{0, {0.25, 0.5, 0.125, 0.5}, 0}}}, {"car"}, "cam");
        const data::Annotations read = data::parseVocLabels(text, "a.xml");
        std::setlocale(LC_ALL, "C");
        QVERIFY(text.find("<xmin>18.75</xmin>") != std::string::npos);
        QVERIFY(text.find("<xmax>31.25</xmax>") != std::string::npos);
        QVERIFY((read.images.at(0).labels.at(0).box == BoxCxcywhn{0.25, 0.5, 0.125, 0.5}));
    }

    void writesWhatXmlCanHold() {
        const std::string text = data::formatVocLabels({"a\x01\n\xE9.jpg", {4, 3}, {{0, {0.5, 0.5, 0.5, 0.5}, 0}}}, {"b\x02us"}, "<cam>");
        QVERIFY(text.find('\x01') == std::string::npos && text.find('\x02') == std::string::npos && text.find('\xE9') == std::string::npos);
        QVERIFY(text.find("a\xEF\xBF\xBD&#10;\xEF\xBF\xBD.jpg") != std::string::npos);
        QVERIFY(text.find("&lt;cam&gt;") != std::string::npos);
        QCOMPARE(data::parseVocLabels(text, "a.xml").images.at(0).labels.size(), std::size_t{1});
    }

    void findsEveryFault_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const std::string& text, const char* code) { QTest::newRow(name) << QByteArray(text.c_str()) << QString::fromLatin1(code); };
        row("no name", "<object><bndbox>" + bounds("1", "1", "2", "2") + "</bndbox></object>\n", "label-class");
        row("blank name", object(" \t ", bounds("1", "1", "2", "2")), "label-class");
        row("no box", "<object><name>car</name></object>\n", "label-fields");
        row("turned box", "<object><name>car</name><robndbox><cx>1</cx></robndbox></object>\n", "label-fields");
        row("no xmax", object("car", "<xmin>1</xmin><ymin>1</ymin><ymax>1</ymax>"), "label-number");
        row("word", object("car", bounds("one", "1", "2", "2")), "label-number");
        row("comma", object("car", bounds("1,5", "1", "2", "2")), "label-number");
        row("nan", object("car", bounds("nan", "1", "2", "2")), "label-number");
        row("infinite", object("car", bounds("1", "1", "inf", "2")), "label-number");
        row("beyond double", object("car", bounds("1", "1", "1e400", "2")), "label-number");
        row("huge", object("car", bounds("-1e300", "1", "1e300", "2")), "label-number");
        row("wrong order", object("car", bounds("5", "1", "2", "2")), "label-size");
        row("no area", object("car", bounds("5", "1", "5", "2")), "label-size");
        row("outside", object("car", bounds("201", "1", "210", "2")), "label-range");
        row("negative", object("car", bounds("-9", "-9", "-1", "-1")), "label-range");
        row("entity of a document type", object("car", bounds("&big;", "1", "2", "2")), "label-number");
    }
    void findsEveryFault() {
        QFETCH(QByteArray, text);
        QFETCH(QString, code);
        const std::string good = object("car", bounds("20", "10", "60", "30"));
        const data::Annotations read = data::parseVocLabels(file(good + text.toStdString() + object("bus", bounds("0", "0", "200", "100"))), "f.xml");
        QCOMPARE(QString::fromStdString(findingCodes(read.findings)), code + QLatin1String(":4"));
        QVERIFY(read.findings[0].severity == data::Severity::Error && !read.findings[0].advice.empty());
        QCOMPARE(read.images.at(0).labels.size(), std::size_t{2});
        QVERIFY((read.names == std::vector<std::string>{"car", "bus"} || code == QLatin1String("label-class")));
    }

    void warnsOfDoubtfulBoxes() {
        const data::Annotations read = data::parseVocLabels(
            file(object("car", bounds("-10", "0", "30", "50")) + object("car", bounds("0", "0", "200.0001", "100")) + object("car", bounds("-10", "0", "30", "50"))), "f.xml");
        QCOMPARE(findingCodes(read.findings), std::string("label-outside:3 label-outside:5 label-duplicate:5"));
        QVERIFY(tests::boxDistance(read.images.at(0).labels.at(0).box, {0.05, 0.25, 0.2, 0.5}) < 1e-15);
        QVERIFY((read.images.at(0).labels.at(1).box == BoxCxcywhn{0.50000025, 0.5, 1, 1})); // a width just above 1 is 1
    }

    void takesThePicturesSizeWhereNoneIsSaid() {
        const std::string text = "<annotation><filename>a.jpg</filename><size><width>0</width></size>" + object("car", bounds("1", "0", "3", "4")) + "</annotation>";
        const data::Annotations read = data::parseVocLabels(text, "f.xml", {4, 4});
        QVERIFY(tests::boxDistance(read.images.at(0).labels.at(0).box, {0.5, 0.5, 0.5, 1}) < 1e-15);
        const data::Annotations without = data::parseVocLabels(text, "f.xml");
        QVERIFY(without.images.at(0).labels.empty());
        QCOMPARE(findingCodes(without.findings), std::string("label-no-size:1"));
    }

    void refusesWhatIsNoXml_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        const QByteArray whole(file(object("car", bounds("1", "1", "2", "2"))).c_str());
        QTest::newRow("empty") << QByteArray() << -1;
        QTest::newRow("a picture") << QByteArray("\xFF\xD8\xFF\xE0", 4) << -1;
        QTest::newRow("truncated") << whole.chopped(20) << -1;
        QTest::newRow("tags crossed") << QByteArray("<annotation>\n<object></annotation>\n</object>") << 2;
        QTest::newRow("json") << QByteArray("{}") << -1;
        QTest::newRow("too large") << QByteArray("<annotation>") + QByteArray(17 << 20, ' ') + "</annotation>" << 0;
        QTest::newRow("deep and open") << QByteArray("<a>").repeated(500'000) << -1;
    }
    void refusesWhatIsNoXml() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        const data::Annotations read = data::parseVocLabels(text.toStdString(), "f.xml");
        QVERIFY(read.images.empty());
        QCOMPARE(read.findings.size(), std::size_t{1});
        QCOMPARE(read.findings[0].code, std::string("label-unreadable"));
        if (line >= 0)
            QCOMPARE(read.findings[0].line, line);
    }

    void survivesBombs_data() {
        QTest::addColumn<QByteArray>("text");
        QByteArray laughs = "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a0 \"lol\">";
        for (int i = 1; i < 10; ++i) {
            const QByteArray before = "&a" + QByteArray::number(i - 1) + ";", name = "a" + QByteArray::number(i);
            laughs += "<!ENTITY " + name + " \"" + before.repeated(10) + "\">";
        }
        QTest::newRow("billion laughs") << laughs + "]>\n<annotation><object><name>&a9;</name></object><size><width>4</width><height>4</height></size></annotation>";
        QTest::newRow("file of the machine") << QByteArray("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotation><filename>&x;</filename></annotation>");
        QTest::newRow("deep") << QByteArray("<annotation>") + QByteArray("<a>").repeated(400'000) + QByteArray("</a>").repeated(400'000) + "</annotation>";
        QTest::newRow("many document types") << QByteArray("<!DOCTYPE a [").repeated(100'000);
        QTest::newRow("many names") << [] {
            std::string objects;
            for (int i = 0; i < 100'000; ++i)
                objects += object("n" + std::to_string(i), bounds("1", "1", "2", "2"));
            return QByteArray(file(objects).c_str());
        }();
    }
    void survivesBombs() {
        QFETCH(QByteArray, text);
        const data::Annotations read = data::parseVocLabels(text.toStdString(), "f.xml");
        for (const std::string& name : read.names)
            QVERIFY(name.size() < 100);
        for (const data::AnnotatedImage& image : read.images)
            QVERIFY(image.file.size() < 100 && image.file.find("root:") == std::string::npos);
    }

    void readsOtherEncodings() {
        const QString text = QString::fromUtf8(file(object("straße", bounds("20", "10", "60", "30"))).c_str());
        QByteArray wide("\xFF\xFE", 2);
        for (const QChar c : text) {
            wide += static_cast<char>(c.unicode() & 0xFF);
            wide += static_cast<char>(c.unicode() >> 8);
        }
        const data::Annotations read = data::parseVocLabels(wide.toStdString(), "f.xml");
        QCOMPARE(findingCodes(read.findings), std::string());
        QVERIFY((read.names == std::vector<std::string>{"straße"}));
        QVERIFY(tests::boxDistance(read.images.at(0).labels.at(0).box, {0.2, 0.2, 0.2, 0.2}) < 1e-15);
    }
};

QTEST_GUILESS_MAIN(TestVocLabels)
#include "tst_voc_labels.moc"
