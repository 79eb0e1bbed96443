// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <chrono>
#include <fstream>

#include <QtTest>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "core/data/health.h"
#include "core/data/signatures.h"
#include "core/image/decode.h"
#include "tests/support/make_many_frames.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
namespace fs = std::filesystem;
using tests::Scratch;

namespace {

using Texts = std::vector<std::string>;

Texts findings(const data::Dataset& dataset) {
    Texts list;
    for (const data::Finding& finding : dataset.findings)
        list.push_back(std::string(data::severityName(finding.severity)) + " " + finding.code + " " +
                       finding.path.lexically_relative(dataset.root).string() + ":" + std::to_string(finding.line));
    return list;
}

data::ScanOptions health() {
    data::ScanOptions options;
    options.health = true;
    options.fewFrames = 0;
    return options;
}

/// The findings of a scan; "failed" where there was none.
Texts scanned(const Scratch& scratch, const data::ScanOptions& options) {
    const auto dataset = data::scanDataset(scratch.path(), options);
    return dataset ? findings(*dataset) : Texts{"failed: " + dataset.error().message};
}

void writeJpeg(const fs::path& file, const cv::Mat& picture, int quality) {
    fs::create_directories(file.parent_path());
    cv::imwrite(file.string(), picture, {cv::IMWRITE_JPEG_QUALITY, quality});
}

} // namespace

/// What is suspect although every file can be read.
class TestHealth : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void judgesLabels() {
        Scratch scratch;
        scratch.write("c/a.bmp", tests::bmpBytes(40, 30));
        scratch.write("c/a.txt", "2 0.5 0.5 0.2 0.2\n"    // fine
                                 "3 0.5 0.5 0.2 0.2\n"    // the same box, another class
                                 "2 0.5 0.5001 0.2 0.2\n" // nearly the same
                                 "80 0.1 0.1 0.1 0.1\n"   // the first id beyond 80 names
                                 "2 0.95 0.5 0.2 0.2\n"   // over the right border by a twentieth
                                 "2 0.904 0.2 0.2 0.1\n"  // by less than a hundredth
                                 "79 0.3 0.8 0.1 0.1\n");
        data::ScanOptions options = health();
        QCOMPARE(scanned(scratch, options),
                 (Texts{"warning label-overlap c/a.txt:2", "warning label-overlap c/a.txt:3", "warning label-outside c/a.txt:5"}));
        options.classCount = 80;
        QCOMPARE(scanned(scratch, options), (Texts{"warning label-overlap c/a.txt:2", "warning label-overlap c/a.txt:3",
                                                   "error label-class-unknown c/a.txt:4", "warning label-outside c/a.txt:5"}));
        options.health = false;
        QCOMPARE(scanned(scratch, options), Texts{});
    }

    void namesSizesThatDiffer() {
        Scratch scratch;
        for (int i = 0; i < 12; ++i)
            scratch.write("c/" + std::to_string(100 + i) + ".bmp", i == 5 ? tests::bmpBytes(20, 30) : tests::bmpBytes(40, 30));
        scratch.write("c/broken.jpg", "no picture"); // has no size
        for (int i = 0; i < 4; ++i)
            scratch.write("mixed/" + std::to_string(i) + ".bmp", tests::bmpBytes(40 + i, 30));
        QCOMPARE(scanned(scratch, health()),
                 (Texts{"warning image-size c/105.bmp:0", "error image-unreadable c/broken.jpg:0", "note camera-sizes mixed:0"}));
    }

    void namesCamerasWithFewFrames() {
        Scratch scratch;
        for (int i = 0; i < 5; ++i)
            scratch.write("Q2/five/" + std::to_string(i) + ".bmp", tests::bmpBytes(8, 6));
        scratch.write("Q2/one/1.bmp", tests::bmpBytes(8, 6));
        data::ScanOptions options = health();
        QCOMPARE(scanned(scratch, options), Texts{});
        options.fewFrames = 5;
        QCOMPARE(scanned(scratch, options), (Texts{"note camera-few-frames Q2/one:0"}));
        options.fewFrames = 6;
        QCOMPARE(scanned(scratch, options), (Texts{"note camera-few-frames Q2/five:0", "note camera-few-frames Q2/one:0"}));
    }

    void findsTheSamePicturesAcrossPools() {
        NEED_SHARED("data/citycam-mini/Q2/2703");
        Scratch scratch;
        std::vector<fs::path> sources;
        for (const auto& entry : fs::directory_iterator(tests::shared("data/citycam-mini/Q2/2703")))
            if (entry.path().extension() == ".jpg")
                sources.push_back(entry.path());
        std::sort(sources.begin(), sources.end());
        for (std::size_t i = 0; i < 6; ++i)
            scratch.write("Q2/cam/" + std::to_string(i) + ".jpg", tests::bytesOf(sources.at(i)));
        fs::create_hard_link(scratch.path("Q2/cam/0.jpg"), scratch.path("Q2/cam/9.jpg"));
        scratch.write("test/cam/copy.jpg", tests::bytesOf(sources[3]));
        writeJpeg(scratch.path("test/cam/again.jpg"), cv::imread(sources[1].string()), 50);
        cv::Mat half;
        cv::resize(cv::imread(sources[2].string()), half, {}, 0.5, 0.5, cv::INTER_AREA);
        writeJpeg(scratch.path("test/cam/half.jpg"), half, 90);
        data::ScanOptions options;
        options.deep = true;
        QCOMPARE(scanned(scratch, options),
                 (Texts{"warning frame-identical Q2/cam/9.jpg:0", "warning frame-near-duplicate test/cam/again.jpg:0",
                        "warning frame-identical test/cam/copy.jpg:0", "warning frame-near-duplicate test/cam/half.jpg:0"}));
        const auto dataset = data::scanDataset(scratch.path(), options);
        QVERIFY(dataset->findings[2].message.find("3.jpg of camera Q2/cam in another pool") != std::string::npos);
        options.deep = false;
        QCOMPARE(scanned(scratch, options), Texts{});
    }

    void namesABrokenPictureOnce() {
        Scratch scratch;
        cv::Mat picture(120, 160, CV_8UC3, cv::Scalar(80, 90, 100));
        writeJpeg(scratch.path("c/whole.jpg"), picture, 90);
        const std::string whole = tests::bytesOf(scratch.path("c/whole.jpg"));
        scratch.write("c/cut.jpg", whole.substr(0, whole.size() - 40));
        scratch.write("c/words.jpg", "no picture");
        data::ScanOptions options;
        options.deep = true;
        QCOMPARE(scanned(scratch, options), (Texts{"error image-truncated c/cut.jpg:0", "error image-unreadable c/words.jpg:0"}));
    }

    void takesTheLargestAndTheSmallest() {
        Scratch scratch;
        writeJpeg(scratch.path("c/large.jpg"), cv::Mat(6250, 8000, CV_8UC1, cv::Scalar(90)), 50); // 50 megapixels
        writeJpeg(scratch.path("c/one.jpg"), cv::Mat(1, 1, CV_8UC3, cv::Scalar(10, 200, 90)), 90);
        writeJpeg(scratch.path("d/line.jpg"), cv::Mat(1, 3000, CV_8UC3, cv::Scalar(200, 10, 90)), 90);
        data::ScanOptions options = health();
        options.deep = true;
        const auto dataset = data::scanDataset(scratch.path(), options);
        QVERIFY(dataset.has_value());
        QVERIFY((dataset->frames[0].size == Size{8000, 6250}) && (dataset->frames[1].size == Size{1, 1}) &&
                (dataset->frames[2].size == Size{3000, 1}));
        for (const data::Finding& finding : dataset->findings)
            QVERIFY2(finding.code == "camera-sizes", finding.message.c_str());
    }

    void hasNothingToSayAboutGoodData() {
        NEED_SHARED("data/citycam-mini/Q2");
        data::ScanOptions options = health();
        options.classCount = 80;
        options.deep = true;
        const auto dataset = data::scanDataset(tests::shared("data/citycam-mini"), options);
        QVERIFY(dataset.has_value());
        for (const data::Finding& finding : dataset->findings)
            QVERIFY2(finding.severity == data::Severity::Note, (finding.path.string() + ": " + finding.message).c_str());
    }

    void keepsSignaturesBesideTheIndex() {
        Scratch scratch;
        tests::ManyFrames few;
        few.cameras = 2;
        few.framesEach = 6;
        few.pictures = 6;
        tests::makeManyFrames(scratch.path("data"), few);
        const auto age = [](const fs::path& file) { fs::last_write_time(file, fs::last_write_time(file) - std::chrono::hours(1)); };
        std::vector<fs::path> images;
        for (const auto& entry : fs::recursive_directory_iterator(scratch.path("data")))
            if (entry.path().extension() == ".jpg")
                images.push_back(entry.path());
        std::sort(images.begin(), images.end());
        std::for_each(images.begin(), images.end(), age);
        data::SignatureRequest request;
        request.count = images.size();
        request.path = [&](std::size_t i) -> const fs::path& { return images[i]; };
        std::size_t failed = 0;
        request.failed = [&](std::size_t, const Error&) { ++failed; };
        const auto plain = data::readSignatures(request);
        request.cacheFolder = scratch.path("cache");
        const auto first = data::readSignatures(request);
        QVERIFY(plain && first && fs::exists(scratch.path("cache/signatures.bin")));
        const auto same = [&](const auto& a, const auto& b, std::size_t i) {
            return a[i].known == b[i].known && a[i].hash == b[i].hash && a[i].content == b[i].content && a[i].cells == b[i].cells &&
                   a[i].fileBytes == b[i].fileBytes;
        };
        // One picture is overwritten without a new time or size: only who reads again can tell. Another gets a new time too.
        const auto spoil = [](const fs::path& file, bool newTime) {
            const auto time = fs::last_write_time(file);
            std::ofstream(file, std::ios::binary | std::ios::in) << std::string(100, 'x');
            fs::last_write_time(file, newTime ? time + std::chrono::minutes(1) : time);
        };
        spoil(images[3], false);
        spoil(images[5], true);
        const auto second = data::readSignatures(request);
        QVERIFY(second.has_value());
        for (std::size_t i = 0; i < images.size(); ++i) {
            QVERIFY(same(*plain, *first, i));
            QCOMPARE(same(*plain, *second, i), i != 5);
        }
        QVERIFY(!(*second)[5].known);
        QCOMPARE(failed, std::size_t{1});
        // Fewer pictures leave the others in the cache; a damaged cache is no cache.
        request.count = 2;
        age(images[0]);
        QVERIFY(data::readSignatures(request).has_value());
        request.count = images.size();
        QVERIFY(same(*plain, *data::readSignatures(request), 3));
        std::string bytes = tests::bytesOf(scratch.path("cache/signatures.bin"));
        bytes[bytes.size() / 2] ^= 4;
        scratch.write("cache/signatures.bin", bytes);
        const auto again = data::readSignatures(request);
        QVERIFY(again && !(*again)[3].known && same(*plain, *again, 4));
    }

    void stops() {
        Scratch scratch;
        tests::ManyFrames few;
        few.cameras = 1;
        few.framesEach = 20;
        tests::makeManyFrames(scratch.path("data"), few);
        data::ScanOptions options;
        options.deep = true;
        const auto scan = data::scanDataset(scratch.path("data"));
        QVERIFY(scan.has_value());
        data::Dataset dataset = *scan;
        const auto stopped = data::judge(dataset, options, {}, {}, [] { return true; });
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Interrupted);
    }
};

QTEST_APPLESS_MAIN(TestHealth)
#include "tst_health.moc"
