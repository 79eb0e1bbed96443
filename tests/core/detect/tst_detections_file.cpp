// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/files.h"
#include "core/detect/detections_file.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::detect;

namespace {

DetectionSet sample() {
    DetectionSet set;
    set.names = {"car", "bus \"long\""};
    set.images = {{7, "/frames/a.jpg", {640, 360}}, {3, "/frames/empty.jpg", {352, 240}}, {-2, "/frames/stra\xDF" "e.jpg", {10, 10}}};
    set.begin = {0, 2, 2, 3};
    set.detections = {{{0.1F, 2, 30.25F, 40.5F}, 0.9F, 0}, {{1, 2, 3, 4}, 0.123456789F, 1}, {{0, 0, 10, 10}, 1e-3F, 1}};
    return set;
}

class Folder {
public:
    std::filesystem::path write(const std::string& text) const {
        const std::filesystem::path path = std::filesystem::path(m_dir.path().toStdString()) / "d.json";
        if (!writeFileAtomically(path, text))
            throw std::runtime_error("cannot write");
        return path;
    }

private:
    QTemporaryDir m_dir;
};

} // namespace

class TestDetectionsFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip();
    void textIsCocos();
    void plainList();
    void orderInAnImage();
    void tableBehindTheDetections();
    void nothingFound();
    void tellsTheLine();
    void readsTheReferencesList();
    void refusals_data();
    void refusals();
};

void TestDetectionsFile::roundTrip() {
    const Folder folder;
    const DetectionSet set = sample();
    const auto read = readDetections(folder.write(formatDetections(set)));
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(read->names, set.names);
    QCOMPARE(read->begin, set.begin);
    for (std::size_t i = 0; i < set.images.size(); ++i) {
        QCOMPARE(read->images[i].id, set.images[i].id);
        QCOMPARE(read->images[i].file, set.images[i].file); // bytes that are not UTF-8 included
        QCOMPARE(read->images[i].size, set.images[i].size);
    }
    for (std::size_t i = 0; i < set.detections.size(); ++i) {
        QCOMPARE(read->detections[i].score, set.detections[i].score);
        QCOMPARE(read->detections[i].classId, set.detections[i].classId);
        QCOMPARE(read->detections[i].box.x1, set.detections[i].box.x1);
        QVERIFY(std::abs(read->detections[i].box.y2 - set.detections[i].box.y2) < 1e-5F);
    }
}

void TestDetectionsFile::textIsCocos() {
    const auto json = nlohmann::json::parse(formatDetections(sample()));
    QCOMPARE(json["images"][0], nlohmann::json::parse(R"({"id":7,"file_name":"/frames/a.jpg","width":640,"height":360})"));
    QCOMPARE(json["categories"][1]["name"].get<std::string>(), std::string("bus \"long\""));
    QCOMPARE(json["annotations"].size(), std::size_t(3));
    QCOMPARE(json["annotations"][1], nlohmann::json::parse(R"({"image_id":7,"category_id":1,"bbox":[1,2,2,2],"score":0.12345679})"));
    const auto list = nlohmann::json::parse(formatResultsList(sample()));
    QCOMPARE(list, json["annotations"]);
    QCOMPARE(nlohmann::json::parse(formatResultsList({})).size(), std::size_t(0));
}

void TestDetectionsFile::plainList() {
    const Folder folder;
    const DetectionSet set = sample();
    const auto path = folder.write(formatResultsList(set));
    const auto read = readDetections(path, &set);
    QVERIFY(read.has_value());
    QCOMPARE(read->begin, set.begin);
    QCOMPARE(read->names, set.names);
    const auto alone = readDetections(path);
    QVERIFY(!alone);
    QVERIFY(alone.error().message.find("plain list") != std::string::npos);
}

void TestDetectionsFile::orderInAnImage() {
    const Folder folder;
    const auto read = readDetections(folder.write(R"({"images":[{"id":1,"file_name":"a","width":9,"height":9}],"categories":[],"annotations":[
        {"image_id":1,"category_id":4,"bbox":[0,0,1,1],"score":0.5},{"image_id":1,"category_id":5,"bbox":[0,0,1,1],"score":0.7},
        {"score":0.5,"bbox":[0,0,1,1],"category_id":6,"image_id":1,"extra":{"x":[1]}}]})"));
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    std::vector<int> classes;
    for (const Detection& detection : read->of(0))
        classes.push_back(detection.classId);
    QCOMPARE(classes, (std::vector<int>{5, 4, 6}));
}

void TestDetectionsFile::tableBehindTheDetections() {
    const Folder folder;
    const auto read = readDetections(folder.write(R"({"info":{"x":[1,{}]},"annotations":[{"image_id":2,"category_id":1,"bbox":[1,2,3.25,4],"score":0.1234567890123}],
        "licenses":[],"images":[{"id":1,"file_name":"a","width":9,"height":9},{"id":2,"file_name":"b","width":0,"height":0}],"categories":[{"id":1,"name":"bus"}]})"));
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(read->begin, (std::vector<std::uint32_t>{0, 0, 1}));
    QCOMPARE(read->names, (std::vector<std::string>{"class0", "bus"}));
    QCOMPARE(read->exact.size(), std::size_t(1)); // as the file says, not rounded to float32
    QCOMPARE(read->exact[0].score, 0.1234567890123);
    QCOMPARE(read->exact[0].box.w, 3.25);
    QCOMPARE(read->detections[0].score, 0.1234567890123F);
}

void TestDetectionsFile::nothingFound() {
    const Folder folder;
    const DetectionSet known = sample();
    for (const char* text : {"[]", " [ ]\n", R"({"images":[{"id":1,"file_name":"a","width":9,"height":9}],"annotations":[]})", R"({"images":[],"annotations":[]})"}) {
        const auto read = readDetections(folder.write(text), &known);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QVERIFY(read->detections.empty() && read->exact.empty());
        QCOMPARE(read->begin.size(), read->images.size() + 1);
    }
}

void TestDetectionsFile::tellsTheLine() {
    const Folder folder;
    const DetectionSet known = sample();
    for (const char* fault : {R"("score":NaN)", R"("score":1.5)"}) {
        std::string text = "[";
        for (int i = 1; i <= 30'000; ++i) // several batches
            text += (i > 1 ? ",\n" : "\n") + std::string(R"({"image_id":7,"category_id":0,"bbox":[1,2,3,4],)") + (i == 20'000 ? fault : R"("score":0.5)") + "}";
        const auto read = readDetections(folder.write(text + "\n]"), &known);
        QVERIFY(!read);
        QVERIFY2(read.error().message.find("detection 20000 ") != std::string::npos, read.error().message.c_str());
        QCOMPARE(read.error().line, 20'001);
    }
}

void TestDetectionsFile::readsTheReferencesList() {
    NEED_SHARED("reference/metrics/c_real");
    const auto truth = nlohmann::json::parse(readFile(intersect::tests::shared("reference/metrics/c_real/gt.json")).value());
    DetectionSet known;
    for (const auto& image : truth["images"])
        known.images.push_back({image["id"].get<int>(), image["file_name"].get<std::string>(), {image["width"].get<int>(), image["height"].get<int>()}});
    const auto read = readDetections(intersect::tests::shared("reference/metrics/c_real/results.json"), &known);
    QVERIFY(read.has_value());
    QCOMPARE(read->detections.size(), std::size_t(63052));
    QCOMPARE(read->begin.back(), std::uint32_t(63052));
}

void TestDetectionsFile::refusals_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& text, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QString::fromLatin1(says);
    };
    const auto with = [](const std::string& annotation) {
        return R"({"images":[{"id":1,"file_name":"a","width":9,"height":9}],"annotations":[)" + annotation + "]}";
    };
    row("cut off", R"({"images":[)", "not valid JSON");
    row("empty", "", "it is empty");
    row("number", "17", "neither a list nor a table");
    row("no annotations", R"({"images":[]})", "annotations");
    row("images no list", R"({"images":{},"annotations":[]})", "no list");
    row("image without size", R"({"images":[{"id":1,"file_name":"a"}],"annotations":[]})", "width");
    row("id as text", R"({"images":[{"id":"1","file_name":"a","width":9,"height":9}],"annotations":[]})", "whole number");
    row("id twice", R"({"images":[{"id":1,"file_name":"a","width":9,"height":9},{"id":1,"file_name":"b","width":9,"height":9}],"annotations":[]})", "twice");
    row("unknown image", with(R"({"image_id":2,"category_id":0,"bbox":[0,0,1,1],"score":0.5})"), "image 2");
    row("three numbers", with(R"({"image_id":1,"category_id":0,"bbox":[0,0,1],"score":0.5})"), "four numbers");
    row("negative width", with(R"({"image_id":1,"category_id":0,"bbox":[0,0,-1,1],"score":0.5})"), "negative");
    row("no score", with(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1]})"), "score");
    row("negative class", with(R"({"image_id":1,"category_id":-1,"bbox":[0,0,1,1],"score":0.5})"), "category");
    row("annotation no table", with("5"), "detection 1");
    // place and cause; the first detection is right
    const auto second = [&](const std::string& annotation) { return with("{\"image_id\":1,\"category_id\":0,\"bbox\":[0,0,1,1],\"score\":0.5},\n" + annotation); };
    row("NaN score as Python writes it", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":NaN})"), "detection 2 holds NaN");
    row("infinite score", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":-Infinity})"), "detection 2 holds infinity");
    row("NaN in a box", second(R"({"image_id":1,"category_id":0,"bbox":[0,NaN,1,1],"score":0.5})"), "detection 2 holds NaN");
    row("number beyond double", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1e999,1],"score":0.5})"), "detection 2 is not valid JSON");
    row("number beyond float", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1e39,1],"score":0.5})"), "detection 2 has a box that reaches farther");
    row("score above 1", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":87.5})"), "detection 2 has the score 87.5");
    row("score below 0", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":-0.1})"), "detection 2 has the score -0.1");
    row("score as text", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":"high"})"), "detection 2 has no number as \"score\"");
    row("no number for score", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":null})"), "detection 2 has no number as \"score\"");
    row("image id as text", second(R"({"image_id":"1","category_id":0,"bbox":[0,0,1,1],"score":0.5})"), "detection 2 has no whole number as \"image_id\"");
    row("broken image id", second(R"({"image_id":1.5,"category_id":0,"bbox":[0,0,1,1],"score":0.5})"), "detection 2 has no whole number as \"image_id\"");
    row("category id as text", second(R"({"image_id":1,"category_id":"car","bbox":[0,0,1,1],"score":0.5})"), "detection 2 has no whole number as \"category_id\"");
    row("huge category", second(R"({"image_id":1,"category_id":4000000000,"bbox":[0,0,1,1],"score":0.5})"), "detection 2 has the impossible category");
    row("five numbers", second(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1,1],"score":0.5})"), "detection 2 has no \"bbox\" of four numbers");
    row("box of texts", second(R"({"image_id":1,"category_id":0,"bbox":["0","0","1","1"],"score":0.5})"), "detection 2 has no \"bbox\" of four numbers");
    row("later unknown image", second(R"({"image_id":2,"category_id":0,"bbox":[0,0,1,1],"score":0.5})"), "detection 2 names image 2");
    row("cut in a detection", R"({"images":[{"id":1,"file_name":"a","width":9,"height":9}],"annotations":[{"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":0.5},{"im)", "breaks off");
    row("comma at the end", with(R"({"image_id":1,"category_id":0,"bbox":[0,0,1,1],"score":0.5},)"), "an entry is missing");
    row("category twice", R"({"images":[],"annotations":[],"categories":[{"id":1,"name":"a"},{"id":1,"name":"b"}]})", "category entry 2 has the id 1 of another");
    row("lists twice", R"({"images":[],"images":[],"annotations":[]})", "\"images\" twice");
    row("annotations no list", R"({"images":[],"annotations":{"a":1}})", "\"annotations\" that is no list");
}

void TestDetectionsFile::refusals() {
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const Folder folder;
    const auto read = readDetections(folder.write(text.toStdString()));
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::BadInput);
    QVERIFY2(read.error().message.find(says.toStdString()) != std::string::npos, read.error().message.c_str());
    QVERIFY(read.error().message.find("d.json") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestDetectionsFile)
#include "tst_detections_file.moc"
