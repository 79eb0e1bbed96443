// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QtTest>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/base/files.h"
#include "core/base/staged_folder.h"
#include "core/detect/detections_file.h"
#include "core/detect/detections_txt.h"
#include "core/detect/nms.h"
#include "core/detect/candidates_file.h"
#include "core/nn/detector.h"
#include "core/nn/save_predictions.h"
#include "core/weights/safetensors.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::nn;
using detect::readCandidates;
using detect::writeCandidates;

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
    void yoloTextReadsBack();
    void namesStayApart();
    void drawnBoxes();
    void labelsGrowWithThePicture_data();
    void labelsGrowWithThePicture();
    void stoppedDrawingLeavesNothing();
    void candidatesGiveTheDetectionsAgain_data();
    void candidatesGiveTheDetectionsAgain();
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
    QVERIFY(saveYoloDetections(set, outputStems(set.images), folder.path().toStdString(), false).has_value());
    QCOMPARE(readFile(std::filesystem::path(folder.path().toStdString()) / "b.txt").value(), std::string());
}

void TestPredictionsFiles::yoloTextReadsBack() { // two cameras with pictures of one name, and two of one stem
    detect::DetectionSet set = sample("/frames");
    set.images = {{1, "/frames/x/1.png", {200, 100}}, {2, "/frames/y/1.png", {320, 240}}, {3, "/frames/y/2.png", {320, 240}}, {4, "/frames/y/2.jpg", {320, 240}}};
    set.begin = {0, 2, 3, 3, 4};
    set.detections.push_back({{1, 2, 300, 200}, 0.25F, 1});
    set.detections.push_back({{100, 100, 110, 120}, 0.001F, 0});
    QTemporaryDir folder;
    QVERIFY(saveYoloDetections(set, outputStems(set.images), folder.path().toStdString(), true).has_value());
    const auto read = detect::readTextDetections(folder.path().toStdString(), set);
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(read->begin, set.begin);
    for (std::size_t i = 0; i < set.detections.size(); ++i) {
        const auto &got = read->detections[i], &want = set.detections[i];
        QCOMPARE(got.classId, want.classId);
        QVERIFY(std::abs(got.score - want.score) < 1e-6F); // six decimals are written
        QVERIFY(std::abs(got.box.x1 - want.box.x1) < 1e-3F && std::abs(got.box.y1 - want.box.y1) < 1e-3F);
        QVERIFY(std::abs(got.box.x2 - want.box.x2) < 1e-3F && std::abs(got.box.y2 - want.box.y2) < 1e-3F);
    }
}

void TestPredictionsFiles::namesStayApart() {
    using Paths = std::vector<std::filesystem::path>;
    const auto stems = [](const Paths& files, const std::filesystem::path& root = {}) {
        std::vector<detect::ImageEntry> images;
        for (const std::filesystem::path& file : files)
            images.push_back({static_cast<int>(images.size()) + 1, file, {}});
        return outputStems(images, root);
    };
    QCOMPARE(stems({"/d/q/1/a.jpg", "/d/q/1/b.jpg"}), (Paths{"a", "b"}));
    QCOMPARE(stems({"/d/q/1/a.jpg", "/d/q/2/a.png"}), (Paths{"1/a", "2/a"})); // one name in two cameras
    QCOMPARE(stems({"/d/q/1/a.jpg", "/d/q/2/b.jpg"}), (Paths{"1/a", "2/b"})); // cameras stay folders, met or not
    QCOMPARE(stems({"/d/q/1/a.jpg"}, "/d"), (Paths{"q/1/a"}));                // below the folder that was given
    QCOMPARE(stems({"/d/a.jpg", "/d/a.bmp", "/d/b.jpg"}), (Paths{"a.jpg", "a.bmp", "b"})); // one stem, two endings
    QCOMPARE(stems({"/d/a.jpg", "/d/a.bmp", "/d/a.bmp.png"}),
             (Paths{"a.jpg", "a.bmp-2", "a.bmp"})); // what meets still gets a number
    QCOMPARE(stems({"/d/a.jpg", "/d/a.jpg"}), (Paths{"a.jpg", "a.jpg-2"}));
    QVERIFY(outputStems({}).empty());
    QCOMPARE(annotatedName("1/a", "/d/1/a.png"), std::filesystem::path("1/a.png"));
    QCOMPARE(annotatedName("a.bmp", "/d/1/a.bmp"), std::filesystem::path("a.bmp.jpg"));
}

void TestPredictionsFiles::drawnBoxes() {
    QTemporaryDir folder;
    const std::filesystem::path in = folder.filePath(QStringLiteral("in")).toStdString(), out = folder.filePath(QStringLiteral("out")).toStdString();
    QVERIFY(makeFolder(in).has_value());
    const cv::Mat grey(100, 200, CV_8UC3, cv::Scalar::all(90));
    for (const char* name : {"a.png", "b.png"})
        cv::imwrite((in / name).string(), grey);
    int told = 0;
    QVERIFY(saveAnnotated(sample(in), outputStems(sample(in).images), out, nullptr,
                          [&](std::int64_t done, std::int64_t) { told = static_cast<int>(done); }, {})
                .has_value());
    QCOMPARE(told, 2);
    const cv::Mat drawn = cv::imread((out / "a.png").string()), empty = cv::imread((out / "b.png").string());
    QCOMPARE(cv::norm(empty, grey, cv::NORM_INF), 0.0);
    QCOMPARE(drawn.at<cv::Vec3b>(60, 20), cv::Vec3b(0xF5, 0xA8, 0x38)); // the car's left edge in the car's colour
    QCOMPARE(drawn.at<cv::Vec3b>(60, 40), cv::Vec3b(90, 90, 90));       // its inside is untouched
    const auto gone = saveAnnotated(sample("/nowhere"), outputStems(sample("/nowhere").images), out, nullptr, {}, {});
    QVERIFY(!gone);
    QVERIFY(gone.error().message.find("a.png") != std::string::npos);
}

void TestPredictionsFiles::labelsGrowWithThePicture_data() {
    QTest::addColumn<int>("width");
    for (const int width : {320, 1280, 6000})
        QTest::addRow("%d", width) << width;
}

/// Seen as a whole on a window 1,000 pixels wide, the label of a box is at least 10 pixels high (on a small picture: 10
/// of its own).
void TestPredictionsFiles::labelsGrowWithThePicture() {
    QFETCH(int, width);
    const float side = static_cast<float>(width);
    cv::Mat picture(width * 9 / 16, width, CV_8UC3, cv::Scalar::all(90));
    const detect::Detection car{{side * 0.3F, side * 0.3F, side * 0.6F, side * 0.4F}, 0.75F, 0};
    drawDetections(picture, {&car, 1}, {"car"});
    const cv::Vec3b hue(0xF5, 0xA8, 0x38);
    const int column = static_cast<int>(side * 0.3F) + 1;
    int rows = 0; // of the label's ground, left of its letters, above the box's line
    for (int y = 0; y < static_cast<int>(side * 0.3F); ++y)
        rows += picture.at<cv::Vec3b>(y, column) == hue ? 1 : 0;
    QVERIFY2(rows >= std::max(10, width / 100), qPrintable(QString::number(rows)));
    QVERIFY(rows <= std::max(30, width / 20));
}

void TestPredictionsFiles::stoppedDrawingLeavesNothing() {
    QTemporaryDir folder;
    const std::filesystem::path in = folder.filePath(QStringLiteral("in")).toStdString(),
                                out = folder.filePath(QStringLiteral("a/b/out")).toStdString();
    QVERIFY(makeFolder(in).has_value());
    for (const char* name : {"a.png", "b.png"})
        cv::imwrite((in / name).string(), cv::Mat(100, 200, CV_8UC3, cv::Scalar::all(90)));
    {
        auto staged = StagedFolder::in(out);
        QVERIFY(staged.has_value());
        int asked = 0;
        const auto stopped =
            saveAnnotated(sample(in), outputStems(sample(in).images), staged->path(), nullptr, {}, [&] { return ++asked == 2; });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Interrupted);
        QVERIFY(std::filesystem::exists(staged->path() / "a.png")); // one was drawn already
    }
    QVERIFY(!std::filesystem::exists(out.parent_path().parent_path()));
    {
        auto staged = StagedFolder::in(out);
        QVERIFY(saveAnnotated(sample(in), outputStems(sample(in).images), staged->path(), nullptr, {}, {}).has_value());
        QVERIFY(!std::filesystem::exists(out / "a.png"));
        QVERIFY(staged->commit().has_value());
    }
    QVERIFY(std::filesystem::exists(out / "a.png") && std::filesystem::exists(out / "b.png"));
    QCOMPARE(std::distance(std::filesystem::directory_iterator(out), {}), std::ptrdiff_t(2)); // and no hidden folder
}

void TestPredictionsFiles::candidatesGiveTheDetectionsAgain_data() {
    QTest::addColumn<bool>("drawn");
    QTest::newRow("drawn streets, the weights of the project") << true;
    QTest::newRow("citycam-mini, yolov5n") << false;
}

/// What stood before non-maximum suppression, suppressed again at the same thresholds, is the detections file to the
/// letter.
void TestPredictionsFiles::candidatesGiveTheDetectionsAgain() {
    QFETCH(bool, drawn);
    if (!drawn) {
        NEED_SHARED("weights/yolov5n.pt");
        NEED_SHARED("data/citycam-mini/test");
    }
    QTemporaryDir folder;
    const std::filesystem::path at = folder.path().toStdString();
    DetectRequest request;
    request.keepCandidates = true;
    request.nms.confidence = 0.01F;
    cv::RNG random(7);
    for (const cv::Size size :
         drawn ? std::vector<cv::Size>{{640, 360}, {1000, 700}, {300, 500}} : std::vector<cv::Size>{}) {
        cv::Mat street(size, CV_8UC3, cv::Scalar(120, 125, 120));
        for (int i = 0; i < 14; ++i) {
            const cv::Rect body(random.uniform(0, size.width - 60), random.uniform(0, size.height - 50),
                                random.uniform(30, 90), random.uniform(20, 50));
            cv::rectangle(street, body,
                          cv::Scalar(random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)),
                          cv::FILLED);
            cv::rectangle(street, cv::Rect(body.x + 6, body.y + 4, body.width / 2, 8), cv::Scalar::all(30), cv::FILLED);
        }
        request.images.push_back(at / (std::to_string(size.width) + ".png"));
        cv::imwrite(request.images.back().string(), street);
    }
    if (!drawn) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(tests::shared("data/citycam-mini/test")))
            if (entry.path().extension() == ".jpg" || entry.path().extension() == ".png")
                request.images.push_back(entry.path());
        std::sort(request.images.begin(), request.images.end());
        request.images.resize(std::min<std::size_t>(request.images.size(), 48));
        QVERIFY(!request.images.empty());
    }
    auto detector = Detector::load(drawn ? std::filesystem::path(INTERSECT_SOURCE_DIR) /
                                               "resources/weights/start-yolov5n.safetensors"
                                         : tests::shared("weights/yolov5n.pt"),
                                   {});
    QVERIFY2(detector.has_value(), detector ? "" : detector.error().message.c_str());
    const auto result = detector->detect(request);
    QVERIFY(result.has_value());
    const std::filesystem::path file = at / "candidates.safetensors";
    QVERIFY(writeCandidates(file, result->candidates).has_value());
    const auto read = readCandidates(file);
    QVERIFY(read.has_value());
    QVERIFY(result->detections.detections.size() > 3);
    QVERIFY(read->detections.size() > result->detections.detections.size());

    const auto suppressed = [&](const detect::NmsOptions& options) {
        detect::DetectionSet again;
        again.names = read->names;
        again.images = read->images;
        again.begin = {0};
        for (std::size_t i = 0; i < read->images.size(); ++i) {
            const auto width = static_cast<float>(read->images[i].size.width),
                       height = static_cast<float>(read->images[i].size.height);
            for (detect::Detection kept : detect::nonMaximumSuppression(read->of(i), options)) {
                kept.box = {std::clamp(kept.box.x1, 0.0F, width), std::clamp(kept.box.y1, 0.0F, height),
                            std::clamp(kept.box.x2, 0.0F, width), std::clamp(kept.box.y2, 0.0F, height)};
                again.detections.push_back(kept);
            }
            again.begin.push_back(static_cast<std::uint32_t>(again.detections.size()));
        }
        return again;
    };
    QCOMPARE(detect::formatDetections(suppressed(request.nms)), detect::formatDetections(result->detections));
    // And moved thresholds give what detecting with them gives.
    request.nms.confidence = 0.05F;
    request.nms.iou = 0.3F;
    const auto moved = detector->detect(request);
    QVERIFY(moved.has_value());
    QVERIFY(moved->detections.detections.size() < result->detections.detections.size());
    QCOMPARE(detect::formatDetections(suppressed(request.nms)), detect::formatDetections(moved->detections));
}

QTEST_APPLESS_MAIN(TestPredictionsFiles)
#include "tst_predictions_files.moc"
