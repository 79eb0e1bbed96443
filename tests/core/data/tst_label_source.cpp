// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/data/annotation_files.h"
#include "core/data/data_yaml.h"
#include "core/data/dataset.h"
#include "core/data/label_source.h"
#include "tests/support/label_boxes.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using tests::Scratch;
namespace fs = std::filesystem;

namespace {

std::string voc(const std::string& name) {
    return "<annotation><filename>x</filename><size><width>4</width><height>4</height></size><object><name>" + name +
           "</name><bndbox><xmin>1</xmin><ymin>0</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></object></annotation>";
}

std::string cityCam(const std::string& type) {
    return "<x><frame>1</frame><width>4</width><height>4</height><vehicle><type>" + type +
           "</type><bndbox><xmin>1</xmin><ymin>0</ymin><xmax>3</xmax><ymax>4</ymax></bndbox></vehicle></x>";
}

/// "camera/frame class class; …" of all labelled frames, and that every box is the one of the helpers above.
std::string summary(const data::Dataset& dataset) {
    std::string text;
    for (const data::Frame& frame : dataset.frames) {
        if (!frame.labelled)
            continue;
        text += (text.empty() ? "" : "; ") + dataset.cameras[frame.camera].id() + "/" + frame.path.stem().string();
        for (const data::Label& label : dataset.labelsOf(frame)) {
            text += " " + std::to_string(label.classId);
            if (tests::boxDistance(label.box, {0.5, 0.5, 0.5, 1}) > 1e-15)
                text += "!";
        }
    }
    return text;
}

std::string codes(const data::Dataset& dataset) {
    std::string text;
    for (const data::Finding& finding : dataset.findings)
        text += (text.empty() ? "" : " ") + finding.code;
    return text;
}

data::Dataset scanned(const fs::path& root) {
    auto dataset = data::scanDataset(root);
    if (!dataset)
        throw std::runtime_error("no data set");
    return std::move(*dataset);
}

void picture(const Scratch& scratch, const std::string& place) {
    scratch.write(place, tests::bmpBytes(4, 4));
}

} // namespace

class TestLabelSource : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsVocBesideTheFrames() {
        const Scratch scratch;
        for (const char* place : {"Q1/a/1.bmp", "Q1/a/2.bmp", "Q1/a/3.bmp", "Q1/b/1.bmp"})
            picture(scratch, place);
        scratch.write("Q1/a/1.xml", voc("truck"));
        scratch.write("Q1/a/3.xml", voc("car"));
        scratch.write("Q1/b/1.txt", "5 0.5 0.5 0.5 1\n"); // a camera with YOLO labels stays with them
        scratch.write("Q1/b/1.xml", voc("car"));
        const data::Dataset dataset = scanned(scratch.path());
        QCOMPARE(summary(dataset), std::string("Q1/a/1 7; Q1/a/3 2; Q1/b/1 5"));
        QCOMPARE(codes(dataset), std::string("label-other-format"));
        QVERIFY(dataset.classNames == data::cocoNames());
        QCOMPARE(data::countsOf(dataset, dataset.cameras[0]).boxes, std::int64_t{2});
    }

    void readsVocsOwnFolders() {
        const Scratch scratch;
        picture(scratch, "VOC2012/JPEGImages/1.bmp");
        scratch.write("VOC2012/Annotations/1.xml", voc("tram"));
        const data::Dataset dataset = scanned(scratch.path());
        QCOMPARE(summary(dataset), std::string("VOC2012/JPEGImages/1 0"));
        QVERIFY((dataset.classNames == std::vector<std::string>{"tram"}));
    }

    void readsCityCam() {
        const Scratch scratch;
        picture(scratch, "410/410-20160429-07/000218.bmp");
        picture(scratch, "410/410-20160429-07/000219.bmp");
        scratch.write("410/410-20160429-07/000218.xml", cityCam("5"));
        scratch.write("410/410-20160429-07/000219.xml", cityCam("12"));
        const data::Dataset dataset = scanned(scratch.path());
        QCOMPARE(summary(dataset), std::string("410/410-20160429-07/000218 4; 410/410-20160429-07/000219"));
        QCOMPARE(dataset.classNames.size(), std::size_t{10});
        QCOMPARE(codes(dataset), std::string("label-other-format label-class"));
    }

    void readsCocoInAndAbove_data() {
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::newRow("in the folder") << "Q/a/_annotations.coco.json" << "1.bmp" << "../b/2.bmp";
        QTest::newRow("at the root") << "_annotations.coco.json" << "Q/a/1.bmp" << "Q/b/2.bmp";
        QTest::newRow("in annotations") << "annotations/any.json" << "Q/a/1.bmp" << "Q/b/2.bmp";
        QTest::newRow("names alone") << "Q/annotations/instances_val.json" << "1.bmp" << "2.bmp";
        QTest::newRow("the ends of paths") << "instances.json" << "a/1.bmp" << "elsewhere/../b/2.bmp";
    }
    void readsCocoInAndAbove() {
        QFETCH(QString, place);
        QFETCH(QString, first);
        QFETCH(QString, second);
        const Scratch scratch;
        picture(scratch, "Q/a/1.bmp");
        picture(scratch, "Q/b/2.bmp");
        picture(scratch, "Q/b/3.bmp");
        scratch.write(place.toStdString(), R"({"images":[{"id":1,"file_name":")" + first.toStdString() + R"("},{"id":2,"file_name":")" + second.toStdString() +
                                               R"("},{"id":3,"file_name":"gone.bmp","width":4,"height":4}],"categories":[{"id":4,"name":"van"},{"id":3,"name":"car"}],
"annotations":[{"image_id":1,"category_id":4,"bbox":[1,0,2,4]},{"image_id":2,"category_id":3,"bbox":[1,0,2,4]},{"image_id":3,"category_id":3,"bbox":[1,0,2,4]}]})");
        const data::Dataset dataset = scanned(scratch.path());
        QCOMPARE(summary(dataset), std::string("Q/a/1 1; Q/b/2 0"));
        QVERIFY((dataset.classNames == std::vector<std::string>{"car", "van"}));
        QVERIFY(codes(dataset).find("label-without-image") != std::string::npos);
    }

    void takesTheNumbersOfAListThatKnowsAll() {
        const Scratch scratch;
        picture(scratch, "a/1.bmp");
        scratch.write("a/1.xml", voc("tram"));
        scratch.write("my.names", "car\nbus\ntram\n");
        QCOMPARE(summary(scanned(scratch.path())), std::string("a/1 2"));
        scratch.write("my.names", "car\nbus\n"); // belongs to something else
        QCOMPARE(summary(scanned(scratch.path())), std::string("a/1 0"));
    }

    void saysWhatItCannotRead() {
        const Scratch scratch;
        for (const char* place : {"a/1.bmp", "a/2.bmp", "a/3.bmp"})
            picture(scratch, place);
        scratch.write("a/1.xml", "<annotation><object>");
        scratch.write("a/2.xml", "<project/>");
        scratch.write("a/instances.json", "{\"images\":[");
        const data::Dataset dataset = scanned(scratch.path());
        QCOMPARE(codes(dataset), std::string("label-unreadable label-format label-unreadable"));
        QCOMPARE(summary(dataset), std::string());
        QVERIFY(dataset.classNames.empty());
    }

    void leavesYoloDataAlone() {
        const Scratch scratch;
        picture(scratch, "a/1.bmp");
        picture(scratch, "a/2.bmp");
        scratch.write("a/1.txt", "0 0.5 0.5 0.5 1\n");
        scratch.write("a/2.xml", voc("car"));
        scratch.write("a/some.json", "[]");
        const data::Dataset dataset = scanned(scratch.path());
        QCOMPARE(summary(dataset), std::string("a/1 0"));
        QCOMPARE(codes(dataset), std::string());
    }

    void readsYoloAloneWhenAsked() {
        const Scratch scratch;
        picture(scratch, "a/1.bmp");
        scratch.write("a/1.xml", voc("car"));
        data::ScanOptions options;
        options.yoloOnly = true;
        QCOMPARE(summary(*data::scanDataset(scratch.path(), options)), std::string());
        options.yoloOnly = false;
        options.namesOnly = true;
        QCOMPARE(summary(*data::scanDataset(scratch.path(), options)), std::string());
    }

    void stopsWhenAsked() {
        const Scratch scratch;
        picture(scratch, "a/1.bmp");
        scratch.write("a/1.xml", voc("car"));
        auto dataset = data::scanDataset(scratch.path(), {.yoloOnly = true});
        const auto read = data::readOtherLabels(*dataset, {}, [] { return true; });
        QVERIFY(!read && read.error().code == ErrorCode::Interrupted);
    }

    void findsPicturesOfAnnotations() {
        const std::vector<fs::path> pictures = {"/d/a/1.jpg", "/d/b/1.jpg", "/d/b/only.png", "/d/JPEGImages/v.jpg", "/d/images/train/t.jpg", "/d/val2017/c.jpg"};
        const data::PictureFinder finder(pictures);
        const auto ofXml = [&](const char* xml, const char* named) { return finder.ofXml(xml, named).value_or(99); };
        QCOMPARE(ofXml("/d/a/1.xml", "else.jpg"), std::size_t{0});
        QCOMPARE(ofXml("/d/Annotations/v.xml", ""), std::size_t{3});
        QCOMPARE(ofXml("/d/annotations/train/t.xml", ""), std::size_t{4});
        QCOMPARE(ofXml("/d/labels/x.xml", "C:/far/only.png"), std::size_t{2});
        QCOMPARE(ofXml("/d/labels/x.xml", "1.jpg"), std::size_t{99}); // two of that name
        QCOMPARE(ofXml("/d/a/2.xml", "only.png"), std::size_t{99});   // pictures lie beside it, its own is gone
        const auto ofCoco = [&](const char* json, const char* file) { return finder.ofCoco(json, file).value_or(99); };
        QCOMPARE(ofCoco("/d/_annotations.coco.json", "b/1.jpg"), std::size_t{1});
        QCOMPARE(ofCoco("/d/annotations/instances_val2017.json", "c.jpg"), std::size_t{5});
        QCOMPARE(ofCoco("/d/annotations/x.json", "train/t.jpg"), std::size_t{4});
        QCOMPARE(ofCoco("/d/x.json", "1.jpg"), std::size_t{99});
        QCOMPARE(ofCoco("/d/x.json", "only.png"), std::size_t{2});
        QCOMPARE(ofCoco("/d/x.json", "z/only.png"), std::size_t{99}); // in another folder than said
        QCOMPARE(ofCoco("/d/x.json", ""), std::size_t{99});
    }
};

QTEST_GUILESS_MAIN(TestLabelSource)
#include "tst_label_source.moc"
