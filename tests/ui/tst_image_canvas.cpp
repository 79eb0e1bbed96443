// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "ui/theme.h"
#include "ui/widgets/image_canvas.h"
#include "ui/widgets/score_ticks.h"
#include "ui/widgets/verdict_painting.h"

using namespace intersect;
using namespace intersect::ui;

namespace {

InspectedBox boxOf(eval::Verdict verdict, float x1, float y1, float x2, float y2, int number) {
    InspectedBox box;
    box.verdict = verdict;
    box.box = {x1, y1, x2, y2};
    box.classId = 2;
    box.score = 0.5F;
    box.detection = verdict == eval::Verdict::FN ? -1 : number;
    box.truth = verdict == eval::Verdict::FP ? -1 : number;
    return box;
}

bool near(const QColor& a, const QColor& b, int by = 6) {
    return std::abs(a.red() - b.red()) <= by && std::abs(a.green() - b.green()) <= by && std::abs(a.blue() - b.blue()) <= by;
}

} // namespace

/// Picture, overlay and view of the canvas.
class TestImageCanvas : public QObject {
    Q_OBJECT
    std::unique_ptr<ImageCanvas> m_canvas;

    QColor pixel(double x, double y) const {
        const QPointF at = m_canvas->viewFromImage({x, y});
        return m_canvas->grab().toImage().pixelColor(static_cast<int>(at.x()), static_cast<int>(at.y()));
    }

private Q_SLOTS:
    void init() {
        m_canvas = std::make_unique<ImageCanvas>();
        m_canvas->resize(800, 500);
        m_canvas->setClassNames([](int) { return QStringLiteral("car"); });
        QImage picture(400, 200, QImage::Format_RGB888);
        picture.fill(QColor(40, 60, 80));
        m_canvas->showPicture(picture);
        m_canvas->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_canvas.get()));
    }
    void cleanup() { m_canvas.reset(); }

    void fitsAndMapsBothWays() {
        QCOMPARE(m_canvas->zoom(), 2.0);
        QCOMPARE(m_canvas->viewFromImage({0, 0}), QPointF(0, 50));
        QCOMPARE(m_canvas->viewFromImage({400, 200}), QPointF(800, 450));
        for (const double zoom : {0.5, 1.0, 3.7, 32.0}) {
            m_canvas->setZoom(zoom, QPointF(300, 200));
            for (const QPointF& point : {QPointF(0, 0), QPointF(399.5, 0.25), QPointF(123.4, 56.7)}) {
                const QPointF back = m_canvas->imageFromView(m_canvas->viewFromImage(point));
                QVERIFY(QLineF(back, point).length() < 1e-9);
            }
        }
    }

    void zoomKeepsThePointUnderThePointer() {
        m_canvas->setZoom(4, QPointF(400, 250));
        const QPointF pointer(310, 220);
        const QPointF before = m_canvas->imageFromView(pointer);
        QWheelEvent wheel(pointer, m_canvas->mapToGlobal(pointer), {}, QPoint(0, 240), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_canvas.get(), &wheel);
        QVERIFY(std::abs(m_canvas->zoom() - 4 * 1.44) < 1e-9);
        QVERIFY(QLineF(m_canvas->imageFromView(pointer), before).length() < 1e-6);
        m_canvas->setZoom(1000, pointer);
        QCOMPARE(m_canvas->zoom(), 32.0);
        m_canvas->fit();
        QCOMPARE(m_canvas->zoom(), 2.0);
        m_canvas->resize(400, 500);
        QCOMPARE(m_canvas->zoom(), 1.0);
    }

    void spaceAndDragMovesThePicture() {
        m_canvas->setZoom(8, QPointF(400, 250));
        m_canvas->setFocus();
        const QPointF before = m_canvas->viewFromImage({200, 100});
        QSignalSpy clicked(m_canvas.get(), &ImageCanvas::boxClicked);
        QTest::keyPress(m_canvas.get(), Qt::Key_Space);
        QTest::mousePress(m_canvas.get(), Qt::LeftButton, {}, QPoint(400, 250));
        QTest::mouseMove(m_canvas.get(), QPoint(430, 240));
        QTest::mouseRelease(m_canvas.get(), Qt::LeftButton, {}, QPoint(430, 240));
        QTest::keyRelease(m_canvas.get(), Qt::Key_Space);
        QCOMPARE(m_canvas->viewFromImage({200, 100}) - before, QPointF(30, -10));
        QVERIFY(clicked.isEmpty());
        // A picture larger than the view cannot be pushed out of it.
        QTest::mousePress(m_canvas.get(), Qt::MiddleButton, {}, QPoint(400, 250));
        QTest::mouseMove(m_canvas.get(), QPoint(400, 250) + QPoint(9000, 9000));
        QTest::mouseRelease(m_canvas.get(), Qt::MiddleButton);
        QCOMPARE(m_canvas->viewFromImage({0, 0}), QPointF(0, 0));
    }

    void linesHaveTheirColours() {
        m_canvas->setLabelsShown(false);
        m_canvas->setBoxes({boxOf(eval::Verdict::FN, 20, 20, 80, 80, 0), boxOf(eval::Verdict::FP, 120, 20, 180, 80, 1), boxOf(eval::Verdict::TP, 220, 20, 280, 80, 2)}, {});
        QVERIFY(near(pixel(10, 10), QColor(40, 60, 80)));
        QVERIFY(near(pixel(220, 50), QColor(0x1F, 0xBF, 0x90)));
        // The colours of dashes and dots, and the halo in their gaps, both somewhere along the left side.
        const auto along = [this](double x, const QColor& colour) {
            const QImage picture = m_canvas->grab().toImage();
            int hits = 0;
            for (int y = static_cast<int>(m_canvas->viewFromImage({0, 25}).y()); y < m_canvas->viewFromImage({0, 75}).y(); ++y)
                hits += near(picture.pixelColor(static_cast<int>(m_canvas->viewFromImage({x, 0}).x()), y), colour, 12) ? 1 : 0;
            return hits / 100.0; // of 100 pixels
        };
        const double solid = along(220, QColor(0x1F, 0xBF, 0x90)), dashed = along(120, QColor(0xFF, 0xAA, 0x52)), dotted = along(20, QColor(0xFF, 0x62, 0xC6));
        QCOMPARE(solid, 1.0);
        QVERIFY2(dashed > 0.5 && dashed < 0.8, QByteArray::number(dashed)); // 6 of 9
        QVERIFY2(dotted > 0.2 && dotted < 0.6, QByteArray::number(dotted)); // 2 of 4
        // Beside the line: black at 50 %.
        QVERIFY(near(pixel(219.1, 50), QColor(20, 30, 40), 12));
        m_canvas->setBoxesShown(false);
        QVERIFY(near(pixel(220, 50), QColor(40, 60, 80)));
    }

    void pensFollowTheDesign() {
        QCOMPARE(verdictPen(eval::Verdict::TP).style(), Qt::SolidLine);
        QCOMPARE(verdictPen(eval::Verdict::TP).widthF(), 2.0);
        QCOMPARE(verdictPen(eval::Verdict::FP).dashPattern(), (QList<double>{3, 1.5}));
        QCOMPARE(verdictPen(eval::Verdict::FN).widthF(), 2.4);
        QCOMPARE(verdictPen(eval::Verdict::FN).dashPattern(), (QList<double>{2 / 2.4, 2 / 2.4}));
    }

    void theCurrentBoxHasAWhiteFrameFiveOutside() {
        m_canvas->setLabelsShown(false);
        m_canvas->setBoxes({boxOf(eval::Verdict::TP, 100, 50, 200, 150, 0)}, {});
        QVERIFY(near(pixel(97.5, 100), QColor(40, 60, 80)));
        m_canvas->setCurrentBox(0);
        QVERIFY(near(pixel(97.5, 100), QColor(Qt::white), 60)); // 5 view pixels are 2.5 of the picture
    }

    void hitsTheSmallestBox() {
        m_canvas->setBoxes({boxOf(eval::Verdict::TP, 100, 50, 300, 150, 0), boxOf(eval::Verdict::FP, 150, 80, 180, 110, 1)}, {});
        QCOMPARE(m_canvas->boxAt(m_canvas->viewFromImage({160, 90})), 1);
        QCOMPARE(m_canvas->boxAt(m_canvas->viewFromImage({250, 90})), 0);
        QCOMPARE(m_canvas->boxAt(m_canvas->viewFromImage({20, 20})), -1);
        QSignalSpy clicked(m_canvas.get(), &ImageCanvas::boxClicked);
        QTest::mouseClick(m_canvas.get(), Qt::LeftButton, {}, m_canvas->viewFromImage({160, 90}).toPoint());
        QCOMPARE(clicked.at(0).at(0).toInt(), 1);
        m_canvas->setBoxesShown(false);
        QCOMPARE(m_canvas->boxAt(m_canvas->viewFromImage({160, 90})), -1);
    }

    void hoveringTellsClassScoreAndOverlap() {
        InspectedBox found = boxOf(eval::Verdict::TP, 100, 50, 200, 150, 0);
        found.iou = 0.81F;
        m_canvas->setBoxes({found}, {{{100, 52, 200, 150}, 2, false, 0}, {{300, 50, 340, 90}, 2, false, 0}});
        const auto hover = [this](double x, double y) {
            QTest::mouseMove(m_canvas.get(), m_canvas->viewFromImage({x, y}).toPoint());
            return m_canvas->hoverText();
        };
        QCOMPARE(hover(150, 100), QStringLiteral("TP car 0.50  IoU 0.81"));
        QCOMPARE(hover(320, 70), QStringLiteral("truth car"));
        QCOMPARE(hover(20, 20), QString());
        m_canvas->setBoxesShown(false);
        QCOMPARE(hover(150, 100), QStringLiteral("truth car"));
        m_canvas->setTruthShown(false);
        QCOMPARE(hover(151, 100), QString());
    }

    void aMissingPictureStillShowsItsBoxes() {
        m_canvas->setLabelsShown(false);
        m_canvas->showProblem(QStringLiteral("This picture cannot be read: x.jpg."), {400, 200});
        m_canvas->setBoxes({boxOf(eval::Verdict::TP, 20, 20, 80, 80, 0)}, {});
        QVERIFY(near(pixel(20, 50), QColor(0x1F, 0xBF, 0x90)));
        QCOMPARE(m_canvas->problem(), QStringLiteral("This picture cannot be read: x.jpg."));
    }

    void exportsAtFullResolution() {
        m_canvas->setLabelsShown(false);
        m_canvas->setBoxes({boxOf(eval::Verdict::TP, 20, 20, 80, 80, 0)}, {});
        m_canvas->setZoom(16, {0, 0});
        const QImage out = m_canvas->pictureWithOverlay();
        QCOMPARE(out.size(), QSize(400, 200));
        QVERIFY(near(out.pixelColor(20, 50), QColor(0x1F, 0xBF, 0x90)));
        QVERIFY(near(out.pixelColor(300, 150), QColor(40, 60, 80)));
    }

    void labelsTakeTheFirstFreeSide() {
        const QRectF room(0, 0, 400, 300);
        const QSizeF size(60, 15);
        // Alone: above. At the upper edge: right of the box.
        const QRectF box(100, 100, 40, 40), top(100, 0, 40, 40);
        const auto one = [&](const QRectF& at) { return placeLabels({{at, size, false}}, {at}, room)[0]; };
        QCOMPARE(one(box), QRectF(QPointF(98, 83), size));
        QCOMPARE(one(top).left(), 142.0);
        // Two boxes over each other: the lower label does not cover the upper box.
        const QRectF upper(100, 100, 40, 40), lower(100, 142, 40, 40);
        const auto two = placeLabels({{upper, size, false}, {lower, size, false}}, {upper, lower}, room);
        QVERIFY(!two[1].intersects(upper));
        QVERIFY(!two[1].intersects(two[0]));
        // Never on another label, always inside the room, left out where nothing is free.
        std::vector<LabelWish> wishes;
        std::vector<QRectF> boxes;
        for (int i = 0; i < 120; ++i)
            boxes.emplace_back((i * 37) % 380, (i * 53) % 280, 20, 18);
        for (const QRectF& each : boxes)
            wishes.push_back({each, size, false});
        const std::vector<QRectF> placed = placeLabels(wishes, boxes, room);
        int out = 0;
        for (std::size_t i = 0; i < placed.size(); ++i) {
            out += placed[i].isNull() ? 1 : 0;
            if (placed[i].isNull())
                continue;
            QVERIFY(room.contains(placed[i]));
            for (std::size_t k = 0; k < i; ++k)
                QVERIFY(!placed[i].intersects(placed[k]));
        }
        QVERIFY(out > 0 && out < 110);
    }

    void narrowTruePositivesKeepQuiet() {
        OverlayLook look;
        look.className = [](int) { return QStringLiteral("car"); };
        const QTransform twice = QTransform::fromScale(2, 2);
        const QRectF room(0, 0, 800, 400);
        const std::vector<InspectedBox> boxes = {boxOf(eval::Verdict::FN, 10, 50, 15, 60, 0), boxOf(eval::Verdict::TP, 100, 50, 110, 60, 1),
                                                 boxOf(eval::Verdict::TP, 200, 50, 212, 60, 2)};
        PlacedLabels labels = placeOverlayLabels(boxes, twice, room, look);
        QVERIFY(!labels.rects[0].isNull()); // FN always
        QVERIFY(labels.rects[1].isNull());  // 20 px
        QVERIFY(!labels.rects[2].isNull()); // 24 px
        QCOMPARE(labels.texts[0], QStringLiteral("FN car"));
        QCOMPARE(labels.texts[2], QStringLiteral("TP car 0.50"));
        look.hovered = 1;
        labels = placeOverlayLabels(boxes, twice, room, look);
        QVERIFY(!labels.rects[1].isNull());
    }

    void ticksStandAboveTheHandle() {
        QWidget window;
        window.resize(400, 80);
        QSlider slider(Qt::Horizontal, &window);
        slider.setRange(0, 100);
        slider.setGeometry(30, 40, 300, 24);
        ScoreTicks ticks(&slider, 0, 1, &window);
        ticks.setGeometry(0, 10, 400, 20);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        const double first = ticks.xOf(0), middle = ticks.xOf(0.5), last = ticks.xOf(1);
        QVERIFY(first >= 30 && last <= 330 && last - first > 250);
        QVERIFY(std::abs(middle - 180) <= 1.5);
        ticks.setTicks({{0.5, eval::Verdict::TP, false}});
        const QColor drawn = ticks.grab().toImage().pixelColor(static_cast<int>(middle), 10);
        QVERIFY(near(drawn, Theme::instance().verdictText(eval::Verdict::TP), 70));
    }
};

QTEST_MAIN(TestImageCanvas)
#include "tst_image_canvas.moc"
