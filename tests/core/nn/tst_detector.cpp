// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include <QtTest>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/base/files.h"
#include "core/nn/batch_plan.h"
#include "core/nn/candidates.h"
#include "core/nn/detector.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using namespace intersect::nn;
using namespace intersect::tests;

namespace {

nlohmann::json sharedJson(const std::string& below) {
    return nlohmann::json::parse(readFile(shared(below)).value());
}

Detector yolov5n(DetectorOptions options = {}) {
    options.precision = "fp32";
    auto detector = Detector::load(shared("weights/yolov5n.pt"), options);
    if (!detector)
        throw std::runtime_error(intersect::describe(detector.error()));
    return std::move(*detector);
}

/// Largest difference of two boxes given as corners.
float boxGap(const BoxXyxy& a, const BoxXyxy& b) {
    return std::max({std::abs(a.x1 - b.x1), std::abs(a.y1 - b.y1), std::abs(a.x2 - b.x2), std::abs(a.y2 - b.y2)});
}

} // namespace

class TestDetector : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsWhatTheReferenceFinds_data();
    void findsWhatTheReferenceFinds();
    void floorConfidenceGivesTheReferencesList();
    void orderOfRequestIsKept();
    void candidatesHoldTheDetections();
    void smallestRectanglesShareBatches();
    void validationRectangles();
    void candidatesByHand();
    void badInput();
    void unreadablePicturesAreLeftOutIfAsked();
    void precisionIsMeasuredOnceAndKept();
    void stops();
};

void TestDetector::findsWhatTheReferenceFinds_data() {
    QTest::addColumn<QString>("weights");
    for (const char* name : {"yolov5n", "yolov5n-v6.0", "yolov5n-duckietown-4cls", "yolov7-tiny.standin-untrained"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestDetector::findsWhatTheReferenceFinds() {
    NEED_SHARED("weights/reference");
    QFETCH(QString, weights);
    const std::string name = weights.toStdString();
    DetectorOptions exact;
    exact.precision = "fp32";
    auto detector = Detector::load(shared("weights/" + name + ".pt"), exact);
    QVERIFY(detector.has_value());
    const auto golden = sharedJson("weights/reference/" + name + "/detections.json");
    DetectRequest request;
    request.nms.maxDetections = 300;
    std::vector<nlohmann::json> wanted;
    for (const auto& [image, found] : golden.items()) {
        request.images.push_back(shared("weights/reference/images/" + image + "_lb640.png"));
        wanted.push_back(found["detections"]);
    }
    QCOMPARE(request.images.size(), std::size_t(4));
    const auto result = detector->detect(request);
    QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
    constexpr float kNearThreshold = 0.253F; // left out on both sides: the threshold cuts there
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        std::vector<detect::Detection> ours;
        for (const auto& detection : result->detections.of(i))
            if (detection.score >= kNearThreshold)
                ours.push_back(detection);
        std::size_t at = 0;
        for (const auto& want : wanted[i]) {
            if (want["score"].get<float>() < kNearThreshold)
                continue;
            QVERIFY(at < ours.size());
            const auto corners = want["xyxy_lb640"].get<std::vector<float>>();
            QCOMPARE(ours[at].classId, want["class"].get<int>());
            QVERIFY(std::abs(ours[at].score - want["score"].get<float>()) < 2e-3F);
            QVERIFY(boxGap(ours[at].box, {std::clamp(corners[0], 0.0F, 640.0F), std::clamp(corners[1], 0.0F, 640.0F), std::clamp(corners[2], 0.0F, 640.0F),
                                          std::clamp(corners[3], 0.0F, 640.0F)}) < 0.1F);
            ++at;
        }
        QCOMPARE(at, ours.size());
    }
}

void TestDetector::floorConfidenceGivesTheReferencesList() {
    NEED_SHARED("reference/metrics/c_real");
    const auto truth = sharedJson("reference/metrics/c_real/gt.json");
    const auto golden = sharedJson("reference/metrics/c_real/results.json");
    constexpr std::size_t kImages = 24, kStep = 9; // every ninth of the 216 frames: all cameras
    auto detector = yolov5n();
    DetectRequest request;
    request.nms = {0.001F, 0.6F, 300, 30000};
    request.multiLabel = true;
    std::vector<int> ids;
    for (std::size_t i = 0; i < kImages; ++i) {
        const auto& image = truth["images"][i * kStep];
        request.images.push_back(shared("data/" + image["file_name"].get<std::string>()));
        ids.push_back(image["id"].get<int>());
    }
    const auto result = detector.detect(request);
    QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
    std::size_t paired = 0, wanted = 0;
    for (std::size_t i = 0; i < kImages; ++i) {
        std::vector<detect::Detection> rest(result->detections.of(i).begin(), result->detections.of(i).end());
        for (const auto& want : golden) {
            if (want["image_id"].get<int>() != ids[i])
                continue;
            ++wanted;
            const auto b = want["bbox"].get<std::vector<float>>();
            const BoxXyxy box{b[0], b[1], b[0] + b[2], b[1] + b[3]};
            const auto same = std::find_if(rest.begin(), rest.end(), [&](const detect::Detection& d) {
                return d.classId == want["category_id"].get<int>() && boxGap(d.box, box) < 0.1F && std::abs(d.score - want["score"].get<float>()) < 2e-3F;
            });
            if (same == rest.end())
                continue;
            rest.erase(same);
            ++paired;
        }
    }
    // One in a thousand may fall on the other side of a threshold by the last bit.
    QVERIFY2(paired >= wanted - wanted / 1000, qPrintable(QString::number(paired)));
    QVERIFY(std::abs(static_cast<double>(result->detections.detections.size()) - static_cast<double>(wanted)) <= static_cast<double>(wanted) / 1000);
    qInfo("%zu of %zu detections paired, %zu ours", paired, wanted, result->detections.detections.size());
}

void TestDetector::orderOfRequestIsKept() {
    NEED_SHARED("weights/reference/images");
    NEED_SHARED("data/citycam-mini");
    auto detector = yolov5n();
    const auto truth = sharedJson("reference/metrics/c_real/gt.json");
    const std::filesystem::path square = shared("weights/reference/images/000000000139_lb640.png");
    const std::filesystem::path wide = shared("data/" + truth["images"][0]["file_name"].get<std::string>());
    for (const BatchShape shape : {BatchShape::PerImage, BatchShape::Rectangles}) {
        DetectRequest request;
        request.shape = shape;
        request.images = {square, wide, square};
        const auto mixed = detector.detect(request);
        QVERIFY(mixed.has_value());
        QCOMPARE(mixed->detections.images.size(), std::size_t(3));
        QCOMPARE(mixed->detections.images[1].file, wide);
        QCOMPARE(mixed->detections.images[1].size.height, 360);
        QCOMPARE(mixed->detections.images[2].id, 3);
        const auto first = mixed->detections.of(0), third = mixed->detections.of(2);
        QVERIFY(!first.empty());
        QCOMPARE(first.size(), third.size());
        for (std::size_t i = 0; i < first.size(); ++i)
            QVERIFY(boxGap(first[i].box, third[i].box) < 0.01F);
        for (const auto& detection : mixed->detections.of(1))
            QVERIFY(detection.box.y2 <= 360 && detection.box.x1 >= 0);
    }
}

void TestDetector::candidatesHoldTheDetections() {
    NEED_SHARED("weights/reference/images");
    auto detector = yolov5n();
    DetectRequest request;
    request.images = {shared("weights/reference/images/000000000139_lb640.png")};
    request.keepCandidates = true;
    const auto result = detector.detect(request);
    QVERIFY(result.has_value());
    const auto candidates = result->candidates.of(0);
    QVERIFY(candidates.size() > result->detections.of(0).size());
    QVERIFY(std::is_sorted(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.score > b.score; }));
    // NMS of the kept candidates gives the detections again, but for the clipping.
    const auto again = detect::nonMaximumSuppression(candidates, request.nms);
    QCOMPARE(again.size(), result->detections.of(0).size());
    for (std::size_t i = 0; i < again.size(); ++i)
        QCOMPARE(again[i].score, result->detections.of(0)[i].score);
}

void TestDetector::smallestRectanglesShareBatches() {
    const std::vector<Size> sizes = {{640, 360}, {640, 480}, {1280, 720}, {640, 360}, {360, 640}};
    const auto plan = planBatches(sizes, BatchShape::PerImage, 640, 2);
    QCOMPARE(plan.size(), std::size_t(4));
    QCOMPARE(plan[0].images, (std::vector<std::size_t>{0, 2}));
    QCOMPARE(plan[0].input, (Size{640, 384}));
    QCOMPARE(plan[1].images, (std::vector<std::size_t>{1}));
    QCOMPARE(plan[1].input, (Size{640, 480}));
    QCOMPARE(plan[2].images, (std::vector<std::size_t>{3}));
    QCOMPARE(plan[3].input, (Size{384, 640}));
}

void TestDetector::validationRectangles() {
    // 360/640 * 640/32 + 0.5 = 11.75 -> 12 strides; 640/32 + 0.5 = 20.5 -> 21 strides.
    const auto wide = planBatches(std::vector<Size>(20, Size{640, 360}), BatchShape::Rectangles, 640, 16);
    QCOMPARE(wide.size(), std::size_t(2));
    QCOMPARE(wide[0].input, (Size{672, 384}));
    QCOMPARE(wide[1].images.front(), std::size_t(16));
    // Sorted by height / width: the wide ones first; a batch with both kinds is square.
    const std::vector<Size> mixed = {{360, 640}, {640, 360}, {640, 480}, {480, 640}};
    const auto pairs = planBatches(mixed, BatchShape::Rectangles, 640, 2);
    QCOMPARE(pairs[0].images, (std::vector<std::size_t>{1, 2}));
    QCOMPARE(pairs[0].input, (Size{672, 512})); // 480/640 * 20 + 0.5 = 15.5 -> 16
    QCOMPARE(pairs[1].images, (std::vector<std::size_t>{3, 0}));
    QCOMPARE(pairs[1].input, (Size{512, 672}));
    const auto all = planBatches(mixed, BatchShape::Rectangles, 640, 4);
    QCOMPARE(all[0].input, (Size{672, 672}));
    QVERIFY(planBatches({}, BatchShape::Rectangles, 640, 4).empty());
}

void TestDetector::candidatesByHand() {
    // One cell at (x 1, y 0) of a 2x1 grid, two classes, anchor 1 only: logits 0 give centre (0.5 * 2 - 0.5 + cell) and side 1 * anchor.
    constexpr int kClasses = 2;
    std::vector<float> values(2 * 3 * (5 + kClasses), -20.0F);
    float* cell = values.data() + (1 * 3 + 1) * (5 + kClasses);
    const float logit9 = std::log(9.0F); // sigmoid 0.9
    cell[0] = cell[1] = cell[2] = cell[3] = 0;
    cell[4] = logit9;
    cell[5] = 0;
    cell[6] = logit9;
    const float anchors[] = {1, 1, 10, 20, 1, 1};
    const LevelView level{values.data(), 1, 2, 3, kClasses, 8, anchors};
    std::vector<detect::Detection> best, all, none;
    appendCandidates(level, 0.25F, false, best);
    QCOMPARE(best.size(), std::size_t(1));
    QCOMPARE(best[0].classId, 1);
    QVERIFY(std::abs(best[0].score - 0.81F) < 1e-6F);
    QVERIFY(boxGap(best[0].box, {12 - 5, 4 - 10, 12 + 5, 4 + 10}) < 1e-5F); // unclipped
    appendCandidates(level, 0.25F, true, all);
    QCOMPARE(all.size(), std::size_t(2));
    QVERIFY(std::abs(all[0].score - 0.45F) < 1e-6F);
    appendCandidates(level, 0.82F, true, none);
    QVERIFY(none.empty());
}

void TestDetector::badInput() {
    NEED_SHARED("weights/yolov5n.pt");
    DetectorOptions wrong;
    wrong.device = "cuda:0";
    const auto noGpu = Detector::load(shared("weights/yolov5n.pt"), wrong);
    QVERIFY(!noGpu && noGpu.error().code == ErrorCode::BadInput);
    wrong = {};
    wrong.precision = "fp8";
    QVERIFY(!Detector::load(shared("weights/yolov5n.pt"), wrong));
    auto detector = yolov5n();
    QTemporaryDir folder;
    const std::filesystem::path text = folder.filePath(QStringLiteral("not-a-picture.jpg")).toStdString();
    QVERIFY(writeFileAtomically(text, "hello").has_value());
    for (const std::filesystem::path& path : {text, std::filesystem::path(folder.path().toStdString()) / "missing.jpg"}) {
        DetectRequest request;
        request.images = {shared("weights/reference/images/000000000139_lb640.png"), path};
        const auto result = detector.detect(request);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::BadInput);
        QVERIFY(result.error().message.find(path.filename().string()) != std::string::npos);
    }
    const auto nothing = detector.detect({});
    QVERIFY(nothing && nothing->detections.images.empty() && nothing->detections.begin.size() == 1);
}

void TestDetector::unreadablePicturesAreLeftOutIfAsked() {
    NEED_SHARED("weights/yolov5n.pt");
    auto detector = yolov5n();
    QTemporaryDir folder;
    const std::filesystem::path empty = folder.filePath(QStringLiteral("empty.jpg")).toStdString(), cut = folder.filePath(QStringLiteral("cut.png")).toStdString();
    const std::filesystem::path good = shared("weights/reference/images/000000000139_lb640.png");
    QVERIFY(writeFileAtomically(empty, "").has_value());
    QVERIFY(writeFileAtomically(cut, readFile(good)->substr(0, 20'000)).has_value()); // a good header, then nothing
    DetectRequest request;
    request.images = {empty, good, cut, good};
    QVERIFY(!detector.detect(request));
    request.leaveOutUnreadable = true;
    request.keepCandidates = true;
    std::int64_t last = 0;
    const auto result = detector.detect(request, [&](std::int64_t done, std::int64_t) { last = done; });
    QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
    QCOMPARE(last, std::int64_t(4));
    QCOMPARE(result->unreadable.size(), std::size_t(2));
    QVERIFY(result->unreadable[0].path == empty && result->unreadable[1].path == cut);
    QCOMPARE(result->detections.images.size(), std::size_t(2));
    QCOMPARE(result->detections.images[1].id, 2);
    QVERIFY(!result->detections.of(0).empty());
    QCOMPARE(result->detections.of(0).size(), result->detections.of(1).size());
    QCOMPARE(result->candidates.begin.size(), std::size_t(3));
    request.images = {empty, cut};
    QVERIFY(detector.detect(request)->detections.images.empty());
}

void TestDetector::precisionIsMeasuredOnceAndKept() {
    NEED_SHARED("weights/yolov5n.pt");
    if (!__builtin_cpu_supports("avx512bf16"))
        QSKIP("This CPU has no fast bf16, so there is nothing to measure.");
    QTemporaryDir folder;
    const std::filesystem::path cache = folder.filePath(QStringLiteral("intersect/precision.json")).toStdString();
    qputenv("XDG_CACHE_HOME", folder.path().toUtf8());
    const auto said = [&] {
        auto detector = Detector::load(shared("weights/yolov5n.pt"), {});
        return detector ? detector->precision() : detector.error().message;
    };
    const std::string measured = said();
    QVERIFY2(measured.find("times as fast") != std::string::npos, measured.c_str());
    auto kept = nlohmann::json::parse(readFile(cache).value());
    QCOMPARE(kept.size(), std::size_t(1));
    // What the file says is believed, and a broken file measured anew.
    for (const auto& [gain, starts] : {std::pair(7.5, "bf16 (7.5 times"), std::pair(0.5, "fp32 (bf16 would be 0.5 times")}) {
        kept.begin().value() = gain;
        QVERIFY(writeFileAtomically(cache, kept.dump()).has_value());
        QVERIFY2(said().starts_with(starts), said().c_str());
    }
    QVERIFY(writeFileAtomically(cache, "{ broken").has_value());
    QVERIFY(said().find("times as fast") != std::string::npos);
    QVERIFY(nlohmann::json::parse(readFile(cache).value()).begin().value().get<double>() > 0);
    qunsetenv("XDG_CACHE_HOME");
}

void TestDetector::stops() {
    NEED_SHARED("weights/yolov5n.pt");
    auto detector = yolov5n();
    DetectRequest request;
    request.images = {shared("weights/reference/images/000000000139_lb640.png")};
    const auto result = detector.detect(request, {}, [] { return true; });
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Interrupted);
}

QTEST_APPLESS_MAIN(TestDetector)
#include "tst_detector.moc"
