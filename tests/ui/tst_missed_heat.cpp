// SPDX-License-Identifier: GPL-3.0-or-later
#include <random>

#include <QTest>

#include "ui/models/missed_heat.h"
#include "ui/widgets/heat_painting.h"

using namespace intersect;
using namespace intersect::ui;

namespace {

/// Frames without detections: every object is missed.
Inspection framesWith(const std::vector<std::vector<BoxXyxy>>& objects, Size size) {
    Inspection inspection;
    inspection.cameras = {"a", "b"};
    inspection.truth.begin = {0};
    inspection.detections.begin = {0};
    for (const auto& boxes : objects) {
        inspection.detections.images.push_back({static_cast<int>(inspection.frames.size()) + 1, "x.jpg", size});
        inspection.frames.push_back({0, {}, true});
        for (const BoxXyxy& box : boxes)
            inspection.truth.boxes.push_back({box, 2, false, 0});
        inspection.truth.begin.push_back(static_cast<std::uint32_t>(inspection.truth.boxes.size()));
        inspection.detections.begin.push_back(0);
    }
    return inspection;
}

} // namespace

/// Where a camera misses objects.
class TestMissedHeat : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand() {
        // Columns 2 .. 5 and rows 1 .. 3 twice, one of them reaching out of the picture at the right.
        const Inspection inspection = framesWith({{{2, 1, 6, 4}}, {{4.5F, 0.2F, 99, 2}}, {}}, {8, 5});
        const MissedHeat heat = findMissedHeat(inspection, 0, 0.25, 0.5);
        QCOMPARE(heat.cells, (Size{8, 5}));
        QCOMPARE(heat.objects, std::int64_t(2));
        QCOMPARE(heat.frames, std::int64_t(3));
        QCOMPARE(heat.most, 2);
        const QStringList rows = {QStringLiteral("00001111"), QStringLiteral("00112211"), QStringLiteral("00111100"),
                                  QStringLiteral("00111100"), QStringLiteral("00000000")};
        for (int y = 0; y < 5; ++y) {
            QString row;
            for (int x = 0; x < 8; ++x)
                row += QString::number(heat.at(x, y));
            QCOMPARE(row, rows[y]);
        }
        const QImage image = heatImage(heat);
        QCOMPARE(qAlpha(image.pixel(0, 0)), 0);
        QVERIFY(qAlpha(image.pixel(2, 1)) > 100 && qAlpha(image.pixel(4, 1)) > 100 && qAlpha(image.pixel(4, 1)) < 230);
        QVERIFY(image.pixel(2, 1) != image.pixel(4, 1));
    }

    void onlyWhatIsMissedCounts() {
        Inspection inspection = framesWith({{{0, 0, 4, 4}}, {{0, 0, 4, 4}}, {{0, 0, 4, 4}}}, {8, 5});
        inspection.detections.detections = {{{0, 0, 4, 4}, 0.5F, 2}};
        inspection.detections.begin = {0, 1, 1, 1};
        inspection.frames[2].judged = false; // nobody looked
        QCOMPARE(findMissedHeat(inspection, 0, 0.25, 0.5).most, 1);
        QCOMPARE(findMissedHeat(inspection, 0, 0.75, 0.5).most, 2);
        QCOMPARE(findMissedHeat(inspection, 0, 0.75, 0.5).frames, std::int64_t(2));
        inspection.frames[1].camera = 1;
        QCOMPARE(findMissedHeat(inspection, 0, 0.25, 0.5).objects, std::int64_t(0));
        QCOMPARE(findMissedHeat(inspection, 1, 0.25, 0.5).objects, std::int64_t(1));
        QVERIFY(heatImage(findMissedHeat(inspection, 0, 0.25, 0.5)).isNull());
        QCOMPARE(findMissedHeat(inspection, 1, 0.25, 0.5, [] { return true; }).frames, std::int64_t(0));
    }

    void asBoxByBoxInLargePictures() {
        // 2560 x 1440 is halved once: a box covers every cell that it touches.
        std::mt19937 random(7);
        const auto upTo = [&](float most) { return most * static_cast<float>(random() >> 8) / 16777216.0F; };
        std::vector<std::vector<BoxXyxy>> frames(20);
        for (auto& boxes : frames)
            for (int i = 0; i < 12; ++i) {
                const float x = upTo(2500), y = upTo(1400);
                boxes.push_back({x, y, x + 1 + upTo(400), y + 1 + upTo(300)});
            }
        const MissedHeat heat = findMissedHeat(framesWith(frames, {2560, 1440}), 0, 0.25, 0.5);
        QCOMPARE(heat.cells, (Size{1280, 720}));
        QCOMPARE(heat.objects, std::int64_t(240));
        for (int k = 0; k < 4000; ++k) {
            const int x = static_cast<int>(random() % 1280), y = static_cast<int>(random() % 720);
            int covering = 0;
            for (const auto& boxes : frames)
                for (const BoxXyxy& box : boxes)
                    covering += box.x1 < static_cast<float>(2 * x + 2) && box.x2 > static_cast<float>(2 * x) &&
                                        box.y1 < static_cast<float>(2 * y + 2) && box.y2 > static_cast<float>(2 * y)
                                    ? 1
                                    : 0;
            QCOMPARE(heat.at(x, y), covering);
        }
    }

    void bandsCoverEveryCountOnce() {
        QVERIFY(heatBands(0).empty());
        QCOMPARE(heatBands(2), (std::vector<std::pair<int, int>>{{1, 1}, {2, 2}}));
        QCOMPARE(heatBands(12), (std::vector<std::pair<int, int>>{{1, 2}, {3, 4}, {5, 7}, {8, 9}, {10, 12}}));
        for (const int most : {1, 3, 5, 6, 7, 99, 1234}) {
            int next = 1;
            for (const auto& [from, to] : heatBands(most)) {
                QCOMPARE(from, next);
                QVERIFY(to >= from);
                next = to + 1;
            }
            QCOMPARE(next, most + 1);
        }
    }

    void lighterMeansMore() {
        for (int count = 2; count <= 5; ++count)
            for (int i = 1; i < count; ++i) {
                QVERIFY(qGray(heatColour(i, count).rgb()) > qGray(heatColour(i - 1, count).rgb()) + 15);
                QVERIFY(heatColour(i, count).alphaF() < 0.8F); // the picture stays visible
            }
    }
};

QTEST_MAIN(TestMissedHeat)
#include "tst_missed_heat.moc"
