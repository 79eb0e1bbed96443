// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>
#include <map>
#include <set>

#include <QtTest>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/base/files.h"
#include "core/data/dataset.h"
#include "core/data/sample_frame.h"
#include "core/data/sample_scenes.h"
#include "core/data/sample_vehicles.h"

using namespace intersect;
using namespace intersect::data;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> contentOf(const fs::path& root) {
    std::map<std::string, std::string> content;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file())
            content[entry.path().lexically_relative(root).string()] = *readFile(entry.path());
    return content;
}

int entriesOf(const fs::path& folder) {
    return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class TestSampleScenes : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    fs::path m_root;
    SampleCounts m_counts;

private Q_SLOTS:
    void initTestCase() {
        m_root = fs::path(m_dir.path().toStdString()) / "sample" / "data";
        SampleOptions options;
        options.frames = 20;
        options.seed = 7;
        const auto made = writeSampleScenes(m_root, options);
        QVERIFY2(made, made ? "" : describe(made.error()).c_str());
        m_counts = *made;
    }

    void hasThePoolsAndCamerasOfTheExercise() {
        const auto dataset = scanDataset(m_root);
        QVERIFY(dataset);
        for (const Finding& finding : dataset->findings) // a frame without vehicles is noted, nothing else
            QCOMPARE(finding.code, std::string("label-empty"));
        std::map<std::string, std::int64_t> images, boxes;
        std::map<std::string, std::set<std::string>> cameras;
        for (const Camera& camera : dataset->cameras) {
            const Counts counts = countsOf(*dataset, camera);
            images[camera.id()] = counts.images;
            cameras[camera.pool].insert(camera.name);
            boxes[camera.pool] += counts.boxes;
            QCOMPARE(counts.labelled, camera.pool == "Q3" ? 0 : counts.images);
            for (const auto& [id, count] : counts.classes)
                QVERIFY2(id == 2 || id == 3 || id == 5 || id == 7, std::to_string(id).c_str());
        }
        const std::set<std::string> all = {"170", "173", "398", "410", "495", "511"}, two = {"173", "398"};
        QCOMPARE(cameras["Q1"], two);
        QCOMPARE(cameras["Q2"], all);
        QCOMPARE(cameras["Q3"], all);
        QCOMPARE(cameras["test"], all);
        QCOMPARE(images["Q1/173"], std::int64_t(10));
        QCOMPARE(images["Q2/410"], std::int64_t(20));
        QCOMPARE(images["test/511"], std::int64_t(20));
        QCOMPARE(m_counts.images, std::int64_t(2 * 10 + 3 * 6 * 20));
        QCOMPARE(m_counts.boxes, boxes["Q1"] + boxes["Q2"] + boxes["test"]);
        QCOMPARE(boxes["Q3"], std::int64_t(0));
    }

    void camerasAndClassesDiffer() {
        const auto dataset = scanDataset(m_root);
        double most = 0, fewest = 1e9;
        std::map<int, std::int64_t> classes;
        for (const Camera& camera : dataset->cameras) {
            if (camera.pool != "Q2")
                continue;
            const Counts counts = countsOf(*dataset, camera);
            const double perFrame = static_cast<double>(counts.boxes) / static_cast<double>(counts.images);
            most = std::max(most, perFrame);
            fewest = std::min(fewest, perFrame);
            for (const auto& [id, count] : counts.classes)
                classes[id] += count;
        }
        QVERIFY2(most > 1.5 * fewest && fewest > 0.5, QByteArray::number(most / fewest).constData());
        QCOMPARE(classes.size(), std::size_t(4));
        QVERIFY(classes[2] > 2 * classes[7]); // cars are most, then trucks
        QVERIFY(classes[7] > classes[3] && classes[7] > classes[5]);
    }

    void namesTellWhenAndPicturesHaveTheSize() {
        const auto dataset = scanDataset(m_root);
        static const QRegularExpression form(QStringLiteral("^(170|173|398|410|495|511)-2016\\d{4}-\\d{2}-\\d{6}\\.jpg$"));
        for (const Frame& frame : dataset->frames) {
            const QString name = QString::fromStdString(frame.path.filename().string());
            QVERIFY2(form.match(name).hasMatch(), qPrintable(name));
            QVERIFY(frame.takenAt.has_value());
            QCOMPARE(frame.size.width, 352);
            QCOMPARE(frame.size.height, 240);
        }
    }

    void boxesLieInThePictureAndAreNotTiny() {
        const auto dataset = scanDataset(m_root);
        QVERIFY(dataset->labels.size() > 100);
        for (const Label& label : dataset->labels) {
            const BoxXyxy box = toXyxy(label.box, {352, 240});
            QVERIFY(box.x1 > -0.01F && box.y1 > -0.01F && box.x2 < 352.01F && box.y2 < 240.01F);
            QVERIFY(std::sqrt(box.area()) > 5.9F);
        }
    }

    void sameSeedSameBytesOnAnyNumberOfThreads() {
        SampleOptions options;
        options.frames = 3;
        options.seed = 11;
        options.threads = 1;
        const fs::path base = fs::path(m_dir.path().toStdString());
        QVERIFY(writeSampleScenes(base / "one", options));
        options.threads = 5;
        QVERIFY(writeSampleScenes(base / "two", options));
        options.seed = 12;
        QVERIFY(writeSampleScenes(base / "three", options));
        const auto one = contentOf(base / "one"), two = contentOf(base / "two"), three = contentOf(base / "three");
        QVERIFY(one == two);
        QVERIFY(one.size() > 60);
        for (const auto& [name, bytes] : three)
            if (name.ends_with(".jpg") && one.contains(name))
                QVERIFY2(one.at(name) != bytes, name.c_str());
    }

    void nearFramesAreAlikeAndOtherHoursAreNot() {
        std::vector<fs::path> frames;
        for (const auto& entry : fs::directory_iterator(m_root / "Q2" / "173"))
            if (entry.path().extension() == ".jpg")
                frames.push_back(entry.path());
        std::sort(frames.begin(), frames.end());
        QCOMPARE(frames.size(), std::size_t(20));
        const auto difference = [&](std::size_t a, std::size_t b) {
            cv::Mat apart;
            cv::absdiff(cv::imread(frames[a].string()), cv::imread(frames[b].string()), apart);
            const cv::Scalar mean = cv::mean(apart);
            return (mean[0] + mean[1] + mean[2]) / 3;
        };
        const double neighbours = difference(5, 6), hours = difference(6, 19); // 11 o'clock twice, and the night
        QVERIFY2(neighbours > 0.5 && neighbours * 3 < hours, qPrintable(QStringLiteral("%1 %2").arg(neighbours).arg(hours)));
    }

    void theBoxIsThatOfTheVisiblePixels() {
        using namespace sample;
        // A car 20 m straight ahead of a camera 8 m high, drawn on an empty ground; the box must hold exactly the pixels that changed.
        SceneCamera camera;
        camera.view = {8, 0.35, 0, 300};
        camera.caption = false;
        const cv::Size size(kWidth * kScale, kHeight * kScale);
        const LitBackdrop lit{cv::Mat(size, CV_8UC3, cv::Scalar(90, 200, 90)), cv::Mat(size, CV_8UC3, cv::Scalar(90, 200, 90)),
                              cv::Mat(size, CV_8UC3, cv::Scalar(90, 200, 90))};
        Light light = lightAt(12, false, 0);
        light.noise = 0;
        const cv::Mat noise = noiseTile(1);
        const Vehicle car{Kind::Car, {0, 20}, 1.2, 5, false};
        const auto draw = [&](const std::vector<Vehicle>& vehicles) { return drawFrame(camera, {}, lit, light, vehicles, noise, "", RandomStream({1})); };
        const DrawnFrame alone = draw({car});
        QCOMPARE(alone.labels.size(), std::size_t(1));
        QCOMPARE(alone.labels[0].classId, 2);
        const BoxXyxy box = toXyxy(alone.labels[0].box, {kWidth, kHeight});
        cv::Mat changed;
        cv::absdiff(alone.bgr, cv::Mat(alone.bgr.size(), CV_8UC3, cv::Scalar(90, 200, 90)), changed);
        cv::Mat any;
        cv::extractChannel(changed, any, 1);
        std::vector<cv::Point> points;
        cv::findNonZero(any > 1, points);
        QVERIFY(!points.empty());
        int x1 = kWidth, y1 = kHeight, x2 = 0, y2 = 0;
        for (const cv::Point& p : points) {
            x1 = std::min(x1, p.x);
            y1 = std::min(y1, p.y);
            x2 = std::max(x2, p.x + 1);
            y2 = std::max(y2, p.y + 1);
        }
        QVERIFY2(std::abs(box.x1 - static_cast<float>(x1)) <= 1 && std::abs(box.y1 - static_cast<float>(y1)) <= 1 && std::abs(box.x2 - static_cast<float>(x2)) <= 1 &&
                     std::abs(box.y2 - static_cast<float>(y2)) <= 1,
                 qPrintable(QStringLiteral("box %1 %2 %3 %4, pixels %5 %6 %7 %8").arg(box.x1).arg(box.y1).arg(box.x2).arg(box.y2).arg(x1).arg(y1).arg(x2).arg(y2)));
        // A pinhole's sizes by hand: a car 1.76..1.9 m wide and 4.0..4.8 m long, turned by 1.2 rad, 300 px focal length, about 21.5 m away.
        QVERIFY2(box.width() > 38 && box.width() < 54, QByteArray::number(box.width()).constData());

        // A bus right in front of it hides it: the bus has a box, the car none.
        const DrawnFrame behind = draw({car, Vehicle{Kind::Bus, {0, 16}, 0, 5, false}});
        QCOMPARE(behind.labels.size(), std::size_t(1));
        QCOMPARE(behind.labels[0].classId, 5);
        // Nearly out of the picture, or too far away to see: no box.
        QVERIFY(draw({Vehicle{Kind::Car, {14.6, 20}, 1.57, 5, false}}).labels.empty());
        QVERIFY(draw({Vehicle{Kind::Car, {0, 140}, 1.57, 5, false}}).labels.empty());
        // At the edge the box ends with the picture.
        const DrawnFrame cut = draw({Vehicle{Kind::Car, {12.4, 20}, 1.57, 5, false}});
        QCOMPARE(cut.labels.size(), std::size_t(1));
        QVERIFY(std::abs(toXyxy(cut.labels[0].box, {kWidth, kHeight}).x2 - kWidth) < 0.01F);
    }

    void vehiclesOfALaneDoNotDriveThroughEachOther() {
        using namespace sample;
        for (const SceneCamera& camera : sceneCameras(3))
            for (const double seconds : {100.0, 107.5, 1234.0})
                for (const auto vehicles = vehiclesAt(camera, 42, seconds); const Vehicle& a : vehicles)
                    for (const Vehicle& b : vehicles) {
                        if (&a == &b || std::abs(std::remainder(a.heading - b.heading, 6.283185307)) > 0.05)
                            continue;
                        const cv::Point2d apart = b.position - a.position, ahead(std::cos(a.heading), std::sin(a.heading));
                        if (std::abs(apart.cross(ahead)) < 1.0) // in the same lane
                            QVERIFY2(std::abs(apart.dot(ahead)) > (extentOf(a).length + extentOf(b).length) / 2,
                                     qPrintable(QStringLiteral("camera %1, %2 s").arg(QString::fromStdString(camera.name)).arg(seconds)));
                    }
    }

    void pathsComeBack() {
        using namespace sample;
        for (const double curvature : {0.0, 0.0125, -0.0105}) {
            const Path path{{3, -2}, 1.1, curvature, 100};
            for (const double along : {0.0, 12.5, 70.0})
                for (const double left : {-5.0, 0.0, 8.0}) {
                    const Path::Local back = path.local(path.at(along, left).position);
                    QVERIFY(std::abs(back.along - along) < 1e-9 && std::abs(back.left - left) < 1e-9);
                }
        }
    }

    void refusesWhatIsThereAndLeavesNothingWhenStopped() {
        const fs::path base = fs::path(m_dir.path().toStdString()) / "stop";
        SampleOptions options;
        options.frames = 40;
        int frames = 0;
        const auto stopped = writeSampleScenes(base / "data", options, [&](std::int64_t done, std::int64_t) { frames = static_cast<int>(done); }, [&] { return frames >= 3; });
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Interrupted);
        QCOMPARE(entriesOf(base), 0);

        QVERIFY(writeFileAtomically(base / "data" / "mine.txt", "mine"));
        options.frames = 1;
        const auto refused = writeSampleScenes(base / "data", options);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::BadInput);
        QCOMPARE(*readFile(base / "data" / "mine.txt"), std::string("mine"));
        QCOMPARE(entriesOf(base), 1);

        options.replace = true;
        QVERIFY(writeSampleScenes(base / "data", options));
        QVERIFY(!fs::exists(base / "data" / "mine.txt"));
        QCOMPARE(entriesOf(base), 1);
        options.frames = 0;
        QVERIFY(!writeSampleScenes(base / "none", options));
    }
};

QTEST_APPLESS_MAIN(TestSampleScenes)
#include "tst_sample_scenes.moc"
