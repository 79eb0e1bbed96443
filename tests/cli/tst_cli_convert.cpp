// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <QtTest>

#include <nlohmann/json.hpp>

#include "tests/support/cli_outcome.h"
#include "tests/support/scratch_files.h"
#include "tests/support/small_disk.h"

using nlohmann::json;
using intersect::tests::Outcome;
using intersect::tests::Scratch;
using intersect::tests::run;
namespace tests = intersect::tests;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

Outcome convert(const fs::path& root, const std::string& from, const std::string& to, const fs::path& out, const Words& more = {}) {
    Words words = {"convert", root.string(), "--from", from, "--to", to, "--out", out.string(), "--json", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
}

/// Every file below a folder by its relative path, with its bytes; links are followed.
std::map<std::string, std::string> contentsOf(const fs::path& folder, const std::string& ending = {}) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && (ending.empty() || entry.path().extension() == ending))
            files[entry.path().lexically_relative(folder).string()] = tests::bytesOf(entry.path());
    return files;
}

struct Row {
    int classId;
    double box[4];
};

std::vector<Row> rowsOf(const std::string& text) {
    std::istringstream in(text);
    std::vector<Row> rows;
    for (Row row{}; in >> row.classId >> row.box[0] >> row.box[1] >> row.box[2] >> row.box[3];)
        rows.push_back(row);
    return rows;
}

std::string codesOf(const json& document) {
    std::string text;
    for (const json& finding : document["findings"])
        text += (text.empty() ? "" : " ") + finding["code"].get<std::string>();
    return text;
}

std::string vehicle(const std::string& type) {
    return "<vehicle><bndbox><xmin>1</xmin><ymin>0</ymin><xmax>3</xmax><ymax>4</ymax></bndbox><type>" + type + "</type></vehicle>";
}

std::string vocObject(const std::string& name) {
    return "<object><name>" + name + "</name><bndbox><xmin>1</xmin><ymin>0</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object>";
}

} // namespace


class TestCliConvert : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void thereAndBack_data() {
        QTest::addColumn<QString>("kind");
        QTest::newRow("coco") << "coco";
        QTest::newRow("voc") << "voc";
        QTest::newRow("yolo") << "yolo";
    }
    void thereAndBack() {
        QFETCH(QString, kind);
        const Scratch scratch;
        const Words names = {"a b.jpg.bmp", "x.y.bmp", "路口 1.bmp", "quote'\".bmp", "-dash.bmp", "line\nbreak.bmp", "k\xE9m.bmp", "#.BMP"};
        int i = 0;
        for (const std::string& name : names) {
            const std::string place = "src/Q2/cam " + std::to_string(i % 3) + "/" + name;
            scratch.write(place, tests::bmpBytes(64 + i, 48));
            scratch.write(fs::path(place).replace_extension(".txt").string(),
                          "2 0.512345 0.498765 0.101234 0.203456\n7 0.1 0.9 0.2 0.2\n" + std::to_string(i) + " 0.000001 0.5 0.000002 1\n");
            ++i;
        }
        scratch.write("src/Q2/cam 0/empty.bmp", tests::bmpBytes(4, 3));
        scratch.write("src/Q2/cam 0/empty.txt", "");
        scratch.write("src/Q2/cam 0/unlabelled.bmp", tests::bmpBytes(4, 3));
        const auto before = contentsOf(scratch.path("src"));

        const Outcome there = convert(scratch.path("src"), "yolo", kind.toStdString(), scratch.path("there"));
        VERIFY_CODE(there, 0);
        QCOMPARE(there.document()["images"].get<int>(), 9);
        QCOMPARE(there.document()["boxes"].get<int>(), 24);
        QCOMPARE(there.document()["without_labels"].get<int>(), 1);
        const Outcome back = convert(scratch.path("there"), kind.toStdString(), "yolo", scratch.path("back"));
        VERIFY_CODE(back, 0);
        QVERIFY(contentsOf(scratch.path("src")) == before); // the source is as it was

        auto texts = contentsOf(scratch.path("back"), ".txt");
        std::map<std::string, std::string> wanted;
        for (const auto& [name, text] : before)
            if (name.ends_with(".txt"))
                wanted[name] = text;
        QCOMPARE(texts.size(), wanted.size());
        for (const auto& [name, text] : wanted) {
            QVERIFY2(texts.contains(name), name.c_str());
            const auto rows = rowsOf(text), found = rowsOf(texts[name]);
            QCOMPARE(found.size(), rows.size());
            for (std::size_t k = 0; k < rows.size(); ++k) {
                QCOMPARE(found[k].classId, rows[k].classId);
                for (int n = 0; n < 4; ++n)
                    QVERIFY(std::abs(found[k].box[n] - rows[k].box[n]) <= 1e-6);
            }
        }
        // The pictures lie beside, so that whoever reads YOLO finds them; links stand on the first source.
        for (const auto& [name, bytes] : contentsOf(scratch.path("back"), ".bmp"))
            QVERIFY(bytes == before.at(name));
        QCOMPARE(contentsOf(scratch.path("back"), ".bmp").size(), std::size_t{8});
        const fs::path link = scratch.path("back/Q2/cam 0/a b.jpg.bmp");
        QVERIFY(fs::is_symlink(link));
        QCOMPARE(fs::read_symlink(link), fs::canonical(scratch.path("src/Q2/cam 0/a b.jpg.bmp")));
        for (const char* folder : {"src", "there", "back"}) // Qt leaves a folder with names that are not UTF-8
            fs::remove_all(scratch.path(folder));
    }

    void mapsCityCamByTheReadyTable() {
        const Scratch scratch;
        scratch.write("src/410/410-20160429-07/000218.xml",
                      "<annotation><frame>218</frame><width>4</width><height>4</height><weather>Rain & Wind</weather>" + vehicle("1") + vehicle("5") + vehicle("9") + vehicle("10") + "</annotation>");
        scratch.write("src/410/410-20160429-07/000218.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/410/410-20160429-07/000219.xml", "<annotation><frame>219</frame><width>4</width><height>4</height></annotation>");
        scratch.write("src/410/410-20160429-07/000219.bmp", tests::bmpBytes(4, 4));
        const fs::path table = fs::path(INTERSECT_SOURCE_DIR) / "resources/configs/classes/citycam-to-coco.yaml";
        const Outcome mapped = convert(scratch.path("src"), "citycam", "yolo", scratch.path("out"), {"--map", table.string()});
        VERIFY_CODE(mapped, 0);
        QCOMPARE(codesOf(mapped.document()), std::string("class-left-out"));
        const auto texts = contentsOf(scratch.path("out"), ".txt");
        QCOMPARE(texts.at("410/410-20160429-07/000218.txt"), std::string("2 0.5 0.5 0.5 1\n7 0.5 0.5 0.5 1\n5 0.5 0.5 0.5 1\n"));
        QCOMPARE(texts.at("410/410-20160429-07/000219.txt"), std::string());
        QVERIFY(tests::bytesOf(scratch.path("out/classes.names")).starts_with("person\nbicycle\ncar\n"));
        const std::string record = tests::bytesOf(scratch.path("out/conversion.yaml"));
        QVERIFY(record.find("\"middle truck\": \"truck\"") != std::string::npos && record.find(scratch.path("src").string()) != std::string::npos);

        // Without a table the ten types stay, in their own order.
        const Outcome plain = convert(scratch.path("src"), "citycam", "yolo", scratch.path("plain"));
        VERIFY_CODE(plain, 0);
        QCOMPARE(plain.document()["names"].size(), std::size_t{10});
        QCOMPARE(tests::bytesOf(scratch.path("plain/410/410-20160429-07/000218.txt")), std::string("0 0.5 0.5 0.5 1\n4 0.5 0.5 0.5 1\n8 0.5 0.5 0.5 1\n9 0.5 0.5 0.5 1\n"));
    }

    void mapsYoloByATable() {
        const Scratch scratch;
        scratch.write("src/data.yaml", "names: [taxi, lorry, cat]\n");
        scratch.write("src/cam/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/cam/a.txt", "0 0.5 0.5 0.5 1\n1 0.5 0.5 0.5 1\n2 0.5 0.5 0.5 1\n");
        scratch.write("map.csv", "from,to\nTaxi,car\nlorry,truck\n");
        scratch.write("my.names", "truck\ncar\n");
        const Outcome mapped = convert(scratch.path("src"), "yolo", "yolo", scratch.path("out"), {"--map", scratch.path("map.csv").string(), "--names", scratch.path("my.names").string()});
        VERIFY_CODE(mapped, 1); // cat is in no table: never silence
        QCOMPARE(codesOf(mapped.document()), std::string("class-unknown"));
        QVERIFY(mapped.document()["findings"][0]["message"].get<std::string>().find("cat") != std::string::npos);
        QCOMPARE(tests::bytesOf(scratch.path("out/cam/a.txt")), std::string("1 0.5 0.5 0.5 1\n0 0.5 0.5 0.5 1\n"));
        QCOMPARE(tests::bytesOf(scratch.path("out/classes.names")), std::string("truck\ncar\n"));
    }

    void vocNamesItsClasses() {
        const Scratch scratch;
        // VOC's own folders; the picture of the third is gone.
        for (const char* stem : {"a", "b", "c"})
            scratch.write(std::string("src/Annotations/") + stem + ".xml",
                          std::string("<annotation><filename>") + stem + ".bmp</filename><size><width>4</width><height>4</height></size>" + vocObject("van") + vocObject("car") + "</annotation>");
        scratch.write("src/JPEGImages/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/JPEGImages/b.bmp", tests::bmpBytes(8, 8)); // made larger after it was labelled
        const Outcome done = convert(scratch.path("src"), "voc", "yolo", scratch.path("out"));
        VERIFY_CODE(done, 0);
        QCOMPARE(codesOf(done.document()), std::string("label-image-size label-without-image"));
        const std::string wanted = "1 0.5 0.5 0.5 1\n0 0.5 0.5 0.5 1\n"; // car 0, van 1
        const auto texts = contentsOf(scratch.path("out"), ".txt");
        QCOMPARE(texts.size(), std::size_t{3});
        QCOMPARE(texts.at("JPEGImages/a.txt"), wanted);
        QCOMPARE(texts.at("JPEGImages/b.txt"), wanted);
        QCOMPARE(texts.at("Annotations/c.txt"), wanted);
        QVERIFY(fs::exists(scratch.path("out/JPEGImages/a.bmp")));
        // With names given, a class that they lack is a finding.
        scratch.write("some.names", "bus\ncar\n");
        const Outcome named = convert(scratch.path("src"), "voc", "yolo", scratch.path("named"), {"--names", scratch.path("some.names").string()});
        VERIFY_CODE(named, 1);
        QVERIFY(codesOf(named.document()).find("class-unknown") != std::string::npos);
        QCOMPARE(tests::bytesOf(scratch.path("named/JPEGImages/a.txt")), std::string("1 0.5 0.5 0.5 1\n"));
    }

    void cocoLayoutBecomesImagesAndLabels() {
        const Scratch scratch;
        scratch.write("src/annotations/instances_val2017.json", R"({"images":[{"id":5,"file_name":"a.bmp","width":4,"height":4},{"id":6,"file_name":"../../../evil.bmp","width":4,"height":4}],
"categories":[{"id":1,"name":"bus"},{"id":9,"name":"car"}],"annotations":[{"image_id":5,"category_id":9,"bbox":[1,0,2,4]},{"image_id":6,"category_id":1,"bbox":[1,0,2,4]}]})");
        scratch.write("src/annotations/captions_val2017.json", R"({"images":[],"annotations":[{"caption":"a"}]})");
        scratch.write("src/images/val2017/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/images/val2017/other.bmp", tests::bmpBytes(4, 4));
        for (const fs::path& root : {scratch.path("src"), scratch.path("src/annotations/instances_val2017.json")}) {
            const Outcome done = convert(root, "coco", "yolo", scratch.path("out"), {"--force"});
            VERIFY_CODE(done, 0);
            QCOMPARE(codesOf(done.document()), std::string("label-without-image"));
            QCOMPARE(done.document()["without_labels"].get<int>(), 1);
            QCOMPARE(tests::bytesOf(scratch.path("out/labels/val2017/a.txt")), std::string("1 0.5 0.5 0.5 1\n"));
            QVERIFY(fs::exists(scratch.path("out/images/val2017/a.bmp")));
            QCOMPARE(tests::bytesOf(scratch.path("out/evil.txt")), std::string("0 0.5 0.5 0.5 1\n")); // never above the folder
        }
        const Outcome scan = run({"scan", scratch.path("out").string(), "--json", "--quiet"});
        QCOMPARE(scan.document()["boxes"].get<int>(), 1); // found where YOLO looks
        QCOMPARE(tests::bytesOf(scratch.path("out/classes.names")), std::string("bus\ncar\n"));
    }

    void scanReadsWhatConvertWrote() {
        const Scratch scratch;
        scratch.write("src/Q2/cam/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/Q2/cam/a.txt", "2 0.5 0.5 0.5 1\n7 0.5 0.5 0.5 0.5\n");
        for (const char* kind : {"coco", "voc", "yolo"}) {
            VERIFY_CODE(convert(scratch.path("src"), "yolo", kind, scratch.path(kind)), 0);
            const Outcome scan = run({"scan", scratch.path(kind).string(), "--json", "--quiet"});
            VERIFY_CODE(scan, 0);
            const json document = scan.document();
            const json classes = {{"2", 1}, {"7", 1}};
            QVERIFY2(document["pools"][0]["cameras"][0]["classes"] == classes, scan.out.c_str());
            QCOMPARE(document.contains("names"), std::string(kind) != "yolo"); // only these files name their classes
        }
        const Outcome text = run({"scan", scratch.path("voc").string(), "--quiet"});
        QVERIFY(text.out.find("Classes by the label files: 2: car, 7: truck") != std::string::npos);
        // What convert takes for YOLO's are YOLO's alone.
        VERIFY_CODE(convert(scratch.path("voc"), "yolo", "coco", scratch.path("none")), 3);
    }

    void picturesAsWanted() {
        const Scratch scratch;
        scratch.write("src/cam/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/cam/a.txt", "2 0.5 0.5 0.5 1\n");
        VERIFY_CODE(convert(scratch.path("src"), "yolo", "coco", scratch.path("copy"), {"--images", "copy"}), 0);
        QVERIFY(!fs::is_symlink(scratch.path("copy/cam/a.bmp")) && tests::bytesOf(scratch.path("copy/cam/a.bmp")) == tests::bmpBytes(4, 4));
        VERIFY_CODE(convert(scratch.path("src"), "yolo", "coco", scratch.path("none"), {"--images", "none"}), 0);
        QVERIFY(!fs::exists(scratch.path("none/cam")));
        // The sizes stand in the file: pictures are not needed on the way back.
        VERIFY_CODE(convert(scratch.path("none"), "coco", "yolo", scratch.path("back")), 0);
        QCOMPARE(tests::bytesOf(scratch.path("back/cam/a.txt")), std::string("2 0.5 0.5 0.5 1\n"));
    }

    void faultsOfTheFilesEndWithOne() {
        const Scratch scratch;
        scratch.write("src/cam/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/cam/a.xml", "<annotation><size><width>4</width><height>4</height></size>\n" + vocObject("car") + "\n<object><name>car</name></object></annotation>");
        scratch.write("src/cam/b.xml", "<annotation><object>\n<name>car");
        scratch.write("src/cam/c.xml", "<project/>");
        const Outcome done = convert(scratch.path("src"), "voc", "yolo", scratch.path("out"));
        VERIFY_CODE(done, 1);
        const json findings = done.document()["findings"];
        QCOMPARE(codesOf(done.document()), std::string("label-fields label-unreadable label-format"));
        QCOMPARE(findings[0]["line"].get<int>(), 3);
        QVERIFY(findings[0]["path"].get<std::string>().ends_with("cam/a.xml"));
        QCOMPARE(tests::bytesOf(scratch.path("out/cam/a.txt")), std::string("2 0.5 0.5 0.5 1\n"));
        const Outcome text = run({"convert", scratch.path("src").string(), "--from", "voc", "--to", "yolo", "--out", scratch.path("out").string(), "--force", "--quiet"});
        VERIFY_CODE(text, 1);
        QVERIFY(text.out.find("Findings: 2 errors, 1 warnings, 0 notes") != std::string::npos);
    }

    void refuses_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* words, int code, const char* said) { QTest::newRow(name) << QString::fromLatin1(words) << code << QString::fromLatin1(said); };
        row("no such folder", "gone --from voc --to yolo --out out", 3, "is not there");
        row("a word for a format", "src --from csv --to yolo --out out", 2, "csv");
        row("no writer for CityCam", "src --from voc --to citycam --out out", 2, "citycam");
        row("no VOC there", "src --from voc --to yolo --out out", 3, "no XML file");
        row("no COCO there", "src --from coco --to yolo --out out", 3, "no JSON file");
        row("no YOLO there", "bare --from yolo --to coco --out out", 3, "no YOLO label file");
        row("onto itself", "src --from yolo --to coco --out src --force", 3, "the source itself");
        row("into itself", "src --from yolo --to coco --out src/out", 3, "a folder in the source");
        row("around itself", "src --from yolo --to coco --out . --force", 3, "a folder around the source");
        row("onto itself by a link", "src --from yolo --to coco --out link/new", 3, "a folder in the source");
        row("a file", "src --from yolo --to coco --out map.yaml --force", 3, "is a file");
        row("full already", "src --from yolo --to coco --out full", 3, "--force");
        row("no table", "src --from yolo --to coco --out out --map gone.yaml", 3, "cannot be read");
        row("a broken table", "src --from yolo --to coco --out out --map map.yaml", 3, "line 2");
        row("a class without name", "src --from yolo --to coco --out out --names one.names", 3, "class 2 in line 1");
    }
    void refuses() {
        QFETCH(QString, words);
        QFETCH(int, code);
        QFETCH(QString, said);
        const Scratch scratch;
        scratch.write("src/cam/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("src/cam/a.txt", "2 0.5 0.5 0.5 1\n");
        scratch.write("bare/cam/a.bmp", tests::bmpBytes(4, 4));
        scratch.write("full/x", "");
        scratch.write("map.yaml", "car: auto\ncar: bus\n");
        scratch.write("one.names", "person\n");
        fs::create_directory_symlink(scratch.path("src"), scratch.path("link"));
        const auto before = contentsOf(scratch.path());
        QProcess process;
        process.setStandardInputFile(QProcess::nullDevice());
        process.setWorkingDirectory(QString::fromStdString(scratch.path().string()));
        process.start(tests::kCli, QStringList{QStringLiteral("convert")} + words.split(QLatin1Char(' ')) + QStringList{QStringLiteral("--quiet")});
        QVERIFY(process.waitForFinished(60'000));
        const QString error = QString::fromUtf8(process.readAllStandardError());
        QVERIFY2(process.exitCode() == code, qPrintable(error));
        QVERIFY2(error.contains(said), qPrintable(error));
        QVERIFY(contentsOf(scratch.path()) == before);
        QVERIFY(!fs::exists(scratch.path("out")));
    }

    void aFullDiskLeavesNothing() {
        const Scratch scratch;
        for (int i = 0; i < 100; ++i) {
            scratch.write("src/cam/" + std::to_string(i) + ".bmp", tests::bmpBytes(4, 4));
            scratch.write("src/cam/" + std::to_string(i) + ".txt", "2 0.5 0.5 0.5 1\n");
        }
        Outcome outcome;
        {
            const tests::SmallDisk disk(4096);
            outcome = convert(scratch.path("src"), "yolo", "coco", scratch.path("out"));
        }
        VERIFY_CODE(outcome, 4);
        QVERIFY(outcome.err.find("cannot be written") != std::string::npos);
        QVERIFY(!fs::exists(scratch.path("out")));
    }
};

QTEST_GUILESS_MAIN(TestCliConvert)
#include "tst_cli_convert.moc"
