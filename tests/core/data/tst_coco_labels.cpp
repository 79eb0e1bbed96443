// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/data/coco_labels.h"
#include "tests/support/label_boxes.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using tests::findingCodes;

namespace {

/// A file with one image of 200 x 100 pixels, the category 3 "car", and these annotations, each on a line of its own from line 4 on.
std::string oneImage(const std::string& annotations) {
    return "{\"images\":[{\"id\":7,\"file_name\":\"a.jpg\",\"width\":200,\"height\":100}],\n"
           "\"categories\":[{\"id\":3,\"name\":\"car\"}],\n"
           "\"annotations\":[\n" +
           annotations + "\n]}";
}

} // namespace

class TestCocoLabels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsBoxesByHand() {
        // 90 categories with gaps, lists in another order than usual: ids 2, 5, 90 are ranks 0, 1, 2.
        const std::string text = R"({"info":{"year":2014},
"annotations":[
 {"id":1,"image_id":10,"category_id":90,"bbox":[20,10,40,20],"area":800,"iscrowd":0,"segmentation":[[1,2,3]]},
 {"id":2,"image_id":11,"category_id":2,"bbox":[0.5,0.25,9.5,9.75]}
],
"categories":[{"id":90,"name":"toothbrush"},{"id":2,"name":"bicycle","supercategory":"vehicle"},{"id":5,"name":"airplane"}],
"images":[{"id":11,"file_name":"deep/b.png","width":10,"height":10},{"id":10,"file_name":"a.jpg","width":200,"height":100},{"id":12,"file_name":"empty.jpg","width":4,"height":3}]})";
        const data::Annotations read = data::parseCocoLabels(text, "some.json");
        QCOMPARE(findingCodes(read.findings), std::string());
        QVERIFY((read.names == std::vector<std::string>{"bicycle", "airplane", "toothbrush"}));
        QCOMPARE(read.images.size(), std::size_t{3});
        QCOMPARE(read.images[0].file, std::string("deep/b.png"));
        QCOMPARE(read.images[0].labels.size(), std::size_t{1});
        QCOMPARE(read.images[0].labels[0].classId, 0);
        QVERIFY(tests::boxDistance(read.images[0].labels[0].box, {0.525, 0.5125, 0.95, 0.975}) < 1e-15);
        QCOMPARE(read.images[1].labels[0].classId, 2);
        QVERIFY(tests::boxDistance(read.images[1].labels[0].box, {0.2, 0.2, 0.2, 0.2}) < 1e-15);
        QCOMPARE(read.images[1].labels[0].line, 3);
        QVERIFY(read.images[2].labels.empty());
    }

    void keepsEveryBox() {
        const std::vector<Size> sizes = {{640, 360}, {352, 240}, {1, 1}, {8191, 17}};
        const std::vector<std::string> names = {"car", "bus, \"long\"", "路口\nzwei"};
        std::vector<data::AnnotatedImage> images;
        for (std::size_t i = 0; i < sizes.size(); ++i)
            images.push_back({"cam é/" + std::to_string(i) + " 'x\".jpg", sizes[i], tests::randomLabels(i, sizes[i], 300, 3)});
        images.push_back({"without.jpg", {5, 5}, {}});
        const data::Annotations read = data::parseCocoLabels(data::formatCocoLabels(images, names), "out.json");
        QVERIFY(read.names == names);
        QCOMPARE(read.images.size(), images.size());
        for (std::size_t i = 0; i < images.size(); ++i) {
            QCOMPARE(read.images[i].file, images[i].file);
            QVERIFY(read.images[i].size == images[i].size);
            QCOMPARE(read.images[i].labels.size(), images[i].labels.size());
            for (std::size_t k = 0; k < images[i].labels.size(); ++k) {
                QCOMPARE(read.images[i].labels[k].classId, images[i].labels[k].classId);
                QVERIFY(tests::boxDistance(read.images[i].labels[k].box, images[i].labels[k].box) <= 1e-6);
            }
        }
        for (const data::Finding& finding : read.findings)
            QCOMPARE(finding.code, std::string("label-outside")); // what reached beyond before
    }

    void namesThatAreNotUtf8() {
        const std::string name = "k\xE9" "m%41.jpg";
        const std::string text = data::formatCocoLabels({{name, {4, 3}, {}}}, {"car"});
        const data::Annotations read = data::parseCocoLabels(text, "out.json");
        QCOMPARE(findingCodes(read.findings), std::string());
        QCOMPARE(read.images.at(0).file, name);
    }

    void findsEveryFault_data() {
        QTest::addColumn<QByteArray>("annotation");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* annotation, const char* code) { QTest::newRow(name) << QByteArray(annotation) << QString::fromLatin1(code); };
        row("no image id", R"({"category_id":3,"bbox":[1,1,2,2]})", "label-fields");
        row("image id a text", R"({"image_id":"7","category_id":3,"bbox":[1,1,2,2]})", "label-fields");
        row("image id a fraction", R"({"image_id":7.5,"category_id":3,"bbox":[1,1,2,2]})", "label-fields");
        row("image id beyond 64 bits", R"({"image_id":99999999999999999999,"category_id":3,"bbox":[1,1,2,2]})", "label-fields");
        row("image unknown", R"({"image_id":8,"category_id":3,"bbox":[1,1,2,2]})", "label-fields");
        row("no category", R"({"image_id":7,"bbox":[1,1,2,2]})", "label-fields");
        row("category unknown", R"({"image_id":7,"category_id":4,"bbox":[1,1,2,2]})", "label-class");
        row("category negative", R"({"image_id":7,"category_id":-3,"bbox":[1,1,2,2]})", "label-class");
        row("no box", R"({"image_id":7,"category_id":3})", "label-number");
        row("box of three", R"({"image_id":7,"category_id":3,"bbox":[1,1,2]})", "label-number");
        row("box of five", R"({"image_id":7,"category_id":3,"bbox":[1,1,2,2,2]})", "label-number");
        row("box null", R"({"image_id":7,"category_id":3,"bbox":null})", "label-number");
        row("box of texts", R"({"image_id":7,"category_id":3,"bbox":["1","1","2","2"]})", "label-number");
        row("NaN", R"({"image_id":7,"category_id":3,"bbox":[NaN,1,2,2]})", "label-number");
        row("Infinity", R"({"image_id":7,"category_id":3,"bbox":[1,1,Infinity,2]})", "label-number");
        row("beyond double", R"({"image_id":7,"category_id":3,"bbox":[1e999,1,2,2]})", "label-number");
        row("huge", R"({"image_id":7,"category_id":3,"bbox":[1e300,1,1e300,2]})", "label-number");
        row("no width", R"({"image_id":7,"category_id":3,"bbox":[1,1,0,2]})", "label-size");
        row("negative height", R"({"image_id":7,"category_id":3,"bbox":[1,1,2,-2]})", "label-size");
        row("outside", R"({"image_id":7,"category_id":3,"bbox":[300,1,2,2]})", "label-range");
        row("a number", "5", "label-fields");
        row("a list", "[[[]]]", "label-fields");
    }
    void findsEveryFault() {
        QFETCH(QByteArray, annotation);
        QFETCH(QString, code);
        const std::string good = R"({"image_id":7,"category_id":3,"bbox":[20,10,40,20]})";
        const data::Annotations read = data::parseCocoLabels(oneImage(good + ",\n" + annotation.toStdString() + ",\n" + R"({"image_id":7,"category_id":3,"bbox":[0,0,200,100]})"), "f.json");
        QCOMPARE(QString::fromStdString(findingCodes(read.findings)), code + QLatin1String(":5"));
        QVERIFY(read.findings[0].severity == data::Severity::Error && !read.findings[0].advice.empty());
        QCOMPARE(read.findings[0].path.string(), std::string("f.json"));
        QCOMPARE(read.images.at(0).labels.size(), std::size_t{2}); // its neighbours are read all the same
        QCOMPARE(read.images[0].labels[1].line, 6);
    }

    void warnsOfBoxesBeyondThePicture() {
        // The first still has its centre and size within 0..1 and stays; the second is wider than the picture and is clipped to its right half.
        const data::Annotations read = data::parseCocoLabels(
            oneImage(R"({"image_id":7,"category_id":3,"bbox":[-10,0,40,50]},)" "\n" R"({"image_id":7,"category_id":3,"bbox":[100,-50,400,1000]})"), "f.json");
        QCOMPARE(findingCodes(read.findings), std::string("label-outside:4 label-outside:5"));
        QVERIFY(read.findings[0].severity == data::Severity::Warning);
        QVERIFY(tests::boxDistance(read.images[0].labels.at(0).box, {0.05, 0.25, 0.2, 0.5}) < 1e-15);
        QVERIFY(tests::boxDistance(read.images[0].labels.at(1).box, {0.75, 0.5, 0.5, 1}) < 1e-15);
    }

    void leavesCrowdsOutAndSaysSo() {
        const data::Annotations read = data::parseCocoLabels(oneImage(R"({"image_id":7,"category_id":3,"iscrowd":1,"bbox":[1,1,2,2]},)"
                                                                      R"({"image_id":7,"category_id":3,"iscrowd":true,"bbox":[1,1,2,2]},)"
                                                                      R"({"image_id":7,"category_id":3,"iscrowd":false,"bbox":[1,1,2,2]})"), "f.json");
        QCOMPARE(read.images.at(0).labels.size(), std::size_t{1});
        QCOMPARE(findingCodes(read.findings), std::string("label-crowd:0"));
        QVERIFY(read.findings[0].severity == data::Severity::Note && read.findings[0].message.starts_with("2 "));
    }

    void countsARepeatedBoxOnce() {
        const std::string box = R"({"image_id":7,"category_id":3,"bbox":[1,1,2,2]})";
        const data::Annotations read = data::parseCocoLabels(oneImage(box + ",\n" + box), "f.json");
        QCOMPARE(read.images.at(0).labels.size(), std::size_t{1});
        QCOMPARE(findingCodes(read.findings), std::string("label-duplicate:5"));
    }

    void asksForMissingSizes() {
        const std::string text = R"({"images":[{"id":1,"file_name":"a.jpg"},{"id":2,"file_name":"gone.jpg","width":0,"height":-4}],"categories":[{"id":0,"name":"car"}],
"annotations":[{"image_id":1,"category_id":0,"bbox":[1,0,2,4]},{"image_id":2,"category_id":0,"bbox":[1,0,2,4]},{"image_id":2,"category_id":0,"bbox":[0,0,2,4]}]})";
        const data::Annotations read = data::parseCocoLabels(text, "f.json", [](const std::string& file) { return file == "a.jpg" ? Size{4, 4} : Size{}; });
        QVERIFY(tests::boxDistance(read.images.at(0).labels.at(0).box, {0.5, 0.5, 0.5, 1}) < 1e-15);
        QVERIFY(read.images.at(1).labels.empty());
        QCOMPARE(findingCodes(read.findings), std::string("label-no-size:1")); // once a picture
    }

    void refusesWhatIsNoCocoFile_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::newRow("empty") << QByteArray() << -1;
        QTest::newRow("a word") << QByteArray("images") << -1;
        QTest::newRow("a list") << QByteArray("[1, 2]") << -1;
        QTest::newRow("results") << QByteArray(R"([{"image_id":1,"category_id":1,"bbox":[0,0,1,1],"score":0.5}])") << -1;
        QTest::newRow("truncated") << QByteArray(oneImage(R"({"image_id":7,"category_id":3,"bbox":[20,10,40,20]})").c_str()).chopped(4) << -1;
        QTest::newRow("truncated in a text") << QByteArray("{\"images\":[{\"id\":1,\n\"file_name\":\"a") << 2;
        QTest::newRow("no colon") << QByteArray("{\"images\":[],\n\"annotations\" []}") << 2;
        QTest::newRow("two documents") << QByteArray("{\"images\":[],\"annotations\":[],\"categories\":[]}\n{}") << 2;
        QTest::newRow("not UTF-8") << QByteArray("{\"images\":[{\"id\":1,\"file_name\":\"\xE9.jpg\"}]}") << -1;
        QTest::newRow("deep") << QByteArray("{\"images\":") + QByteArray(2'000'000, '[') << -1;
        QTest::newRow("deep and closed") << QByteArray("{\"images\":") + QByteArray(500'000, '[') + QByteArray(500'000, ']') + "}" << -1;
        QTest::newRow("a null byte") << QByteArray("{\"images\":[\0]}", 14) << -1;
    }
    void refusesWhatIsNoCocoFile() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        const data::Annotations read = data::parseCocoLabels(text.toStdString(), "f.json");
        QVERIFY(!read.findings.empty());
        QVERIFY(read.findings[0].severity == data::Severity::Error);
        QVERIFY(read.findings[0].message.size() < 300);
        for (const data::AnnotatedImage& image : read.images)
            QVERIFY(image.labels.empty());
        if (line >= 0)
            QCOMPARE(read.findings[0].line, line);
    }

    void missingListsAreSaid() {
        const data::Annotations read = data::parseCocoLabels(R"({"images":[],"categories":[]})", "f.json");
        QCOMPARE(findingCodes(read.findings), std::string("label-fields:0"));
        QVERIFY(read.findings[0].message.find("annotations") != std::string::npos);
    }

    void twoOfOneId() {
        const data::Annotations read = data::parseCocoLabels(R"({"images":[{"id":1,"file_name":"a.jpg","width":4,"height":4},
{"id":1,"file_name":"b.jpg","width":4,"height":4}],"categories":[{"id":0,"name":"car"},
{"id":0,"name":"bus"},{"id":4}],"annotations":[]})", "f.json");
        QCOMPARE(findingCodes(read.findings), std::string("label-fields:2 label-fields:3"));
        QVERIFY((read.names == std::vector<std::string>{"car", "class 4"}));
        QCOMPARE(read.images.size(), std::size_t{1});
    }

    void capsTheFindings() {
        std::string annotations = "1";
        for (int i = 0; i < 5000; ++i)
            annotations += ",1";
        const data::Annotations read = data::parseCocoLabels(oneImage(annotations), "f.json");
        QCOMPARE(read.findings.size(), std::size_t{1001});
        QVERIFY(read.findings.back().message.find("4001") != std::string::npos);
    }

    void readsFiles() {
        const tests::Scratch scratch;
        const auto file = scratch.write("a.json", oneImage(R"({"image_id":7,"category_id":3,"bbox":[20,10,40,20]})"));
        QCOMPARE(data::readCocoLabels(file).images.at(0).labels.size(), std::size_t{1});
        QCOMPARE(findingCodes(data::readCocoLabels(scratch.path("none.json")).findings), std::string("label-unreadable:0"));
    }
};

QTEST_GUILESS_MAIN(TestCocoLabels)
#include "tst_coco_labels.moc"
