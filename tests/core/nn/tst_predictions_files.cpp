// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/base/files.h"
#include "core/nn/candidates_file.h"
#include "core/nn/save_predictions.h"
#include "core/weights/safetensors.h"

using namespace intersect;
using namespace intersect::nn;

namespace {

detect::DetectionSet sample(const std::filesystem::path& folder) {
    detect::DetectionSet set;
    set.names = {"car", "bus"};
    set.images = {{1, folder / "a.png", {200, 100}}, {2, folder / "b.png", {200, 100}}};
    set.begin = {0, 2, 2};
    set.detections = {{{20, 40, 60, 80}, 0.75F, 0}, {{-5, 0, 100, 50}, 0.5F, 1}};
    return set;
}

} // namespace

class TestPredictionsFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void candidatesRoundTrip();
    void candidatesThatDoNotFit();
    void yoloText();
    void namesStayApart();
    void drawnBoxes();
};

void TestPredictionsFiles::candidatesRoundTrip() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("c.safetensors")).toStdString();
    const auto set = sample("/frames");
    QVERIFY(writeCandidates(path, set).has_value());
    const auto read = readCandidates(path);
    QVERIFY(read.has_value());
    QCOMPARE(read->names, set.names);
    QCOMPARE(read->begin, set.begin);
    QCOMPARE(read->images[1].file, set.images[1].file);
    for (std::size_t i = 0; i < 2; ++i)
        QVERIFY(read->detections[i].box == set.detections[i].box && read->detections[i].score == set.detections[i].score &&
                read->detections[i].classId == set.detections[i].classId);
    detect::DetectionSet nothing;
    nothing.begin = {0};
    QVERIFY(writeCandidates(path, nothing).has_value());
    QVERIFY(readCandidates(path).has_value());
}

void TestPredictionsFiles::candidatesThatDoNotFit() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("c.safetensors")).toStdString();
    QVERIFY(writeCandidates(path, sample("/frames")).has_value());
    weights::ArrayFile file = weights::readSafetensors(path).value();
    for (weights::NamedArray& array : file.arrays)
        if (array.name == "image")
            array.bytes[0] = std::byte(9); // a row the table does not have
    QVERIFY(weights::writeSafetensors(path, file).has_value());
    QVERIFY(!readCandidates(path));
    file.arrays.pop_back();
    QVERIFY(weights::writeSafetensors(path, file).has_value());
    const auto missing = readCandidates(path);
    QVERIFY(!missing);
    QVERIFY(missing.error().message.find("c.safetensors") != std::string::npos);
}

void TestPredictionsFiles::yoloText() {
    const auto set = sample("/frames");
    QCOMPARE(formatYoloDetections(set.of(0).first(1), {200, 100}, false), std::string("0 0.200000 0.600000 0.200000 0.400000\n"));
    QCOMPARE(formatYoloDetections(set.of(0).first(1), {200, 100}, true), std::string("0 0.200000 0.600000 0.200000 0.400000 0.750000\n"));
    QTemporaryDir folder;
    QVERIFY(saveYoloDetections(set, folder.path().toStdString(), false).has_value());
    QCOMPARE(readFile(std::filesystem::path(folder.path().toStdString()) / "b.txt").value(), std::string());
}

void TestPredictionsFiles::namesStayApart() {
    const std::vector<detect::ImageEntry> different = {{1, "/d/q/1/a.jpg", {}}, {2, "/d/q/2/b.jpg", {}}};
    QCOMPARE(namesBelow(different)[1], std::filesystem::path("b.jpg"));
    const std::vector<detect::ImageEntry> same = {{1, "/d/q/1/a.jpg", {}}, {2, "/d/q/2/a.png", {}}};
    QCOMPARE(namesBelow(same)[0], std::filesystem::path("1/a.jpg"));
    QCOMPARE(namesBelow(same)[1], std::filesystem::path("2/a.png"));
    QVERIFY(namesBelow({}).empty());
}

void TestPredictionsFiles::drawnBoxes() {
    QTemporaryDir folder;
    const std::filesystem::path in = folder.filePath(QStringLiteral("in")).toStdString(), out = folder.filePath(QStringLiteral("out")).toStdString();
    QVERIFY(makeFolder(in).has_value());
    const cv::Mat grey(100, 200, CV_8UC3, cv::Scalar::all(90));
    for (const char* name : {"a.png", "b.png"})
        cv::imwrite((in / name).string(), grey);
    int told = 0;
    QVERIFY(saveAnnotated(sample(in), out, [&](std::int64_t done, std::int64_t) { told = static_cast<int>(done); }, {}).has_value());
    QCOMPARE(told, 2);
    const cv::Mat drawn = cv::imread((out / "a.png").string()), empty = cv::imread((out / "b.png").string());
    QCOMPARE(cv::norm(empty, grey, cv::NORM_INF), 0.0);
    QCOMPARE(drawn.at<cv::Vec3b>(60, 20), cv::Vec3b(0xF5, 0xA8, 0x38)); // the car's left edge in the car's colour
    QCOMPARE(drawn.at<cv::Vec3b>(60, 40), cv::Vec3b(90, 90, 90));       // its inside is untouched
    const auto gone = saveAnnotated(sample("/nowhere"), out, {}, {});
    QVERIFY(!gone);
    QVERIFY(gone.error().message.find("a.png") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestPredictionsFiles)
#include "tst_predictions_files.moc"
