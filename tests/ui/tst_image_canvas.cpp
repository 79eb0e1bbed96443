// SPDX-License-Identifier: GPL-3.0-or-later
#include <set>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include "ui/theme.h"
#include "ui/widgets/image_canvas.h"
#include "ui/widgets/pair_painting.h"
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
        // Hovered, the narrow one has its label too: green where there was the picture, above the box.
        m_canvas->setBoxes({boxes[1]}, {});
        QVERIFY(near(pixel(101, 47), QColor(40, 60, 80)));
        QTest::mouseMove(m_canvas.get(), m_canvas->viewFromImage({105, 55}).toPoint());
        QVERIFY(near(pixel(101, 47), QColor(0x1F, 0xBF, 0x90)));
    }

    void theHoveredBoxLiesAboveAll() {
        m_canvas->setLabelsShown(false);
        InspectedBox missed = boxOf(eval::Verdict::FN, 100, 50, 200, 150, 0);
        InspectedBox found = boxOf(eval::Verdict::TP, 120, 60, 160, 100, 1), invented = boxOf(eval::Verdict::FP, 140, 40, 300, 180, 2);
        m_canvas->setBoxes({missed, invented, found}, {});
        // Where the FP's left side crosses the TP's upper side, the FP lies on top ...
        const auto green = [this] {
            int hits = 0;
            for (double x = 138; x <= 142; x += 0.5)
                hits += near(pixel(x, 60), QColor(0x1F, 0xBF, 0x90), 12) ? 1 : 0;
            return hits;
        };
        QVERIFY2(green() < 9, QByteArray::number(green()));
        // ... until the TP is hovered: then its line is whole.
        QTest::mouseMove(m_canvas.get(), m_canvas->viewFromImage({130, 80}).toPoint());
        QCOMPARE(green(), 9);
    }

    void bothBoxesOfAPairAreLit() {
        m_canvas->setLabelsShown(false);
        InspectedBox found = boxOf(eval::Verdict::TP, 100, 50, 200, 150, 0);
        InspectedBox invented = boxOf(eval::Verdict::FP, 260, 50, 300, 90, 1);
        invented.truth = 1; // the object it overlaps most, too little for a match
        InspectedBox missed = boxOf(eval::Verdict::FN, 280, 50, 320, 90, 1);
        InspectedBox nowhere = boxOf(eval::Verdict::FP, 20, 160, 40, 180, 2);
        m_canvas->setBoxes({missed, invented, nowhere, found}, {{{150, 50, 250, 150}, 2, false, 0}, {{280, 50, 320, 90}, 2, false, 0}});
        QVERIFY(!m_canvas->litPair());
        const QColor ground(40, 60, 80);
        QVERIFY(near(pixel(120, 100), ground) && near(pixel(230, 100), ground));
        const auto hover = [this](double x, double y) {
            QTest::mouseMove(m_canvas.get(), m_canvas->viewFromImage({x, y}).toPoint());
            return m_canvas->litPair();
        };
        // 50 of 150 columns are shared.
        const auto pair = hover(110, 140);
        QVERIFY(pair && pair->box == 3 && pair->truth == 0);
        QVERIFY(std::abs(pair->iou - 1.0F / 3) < 1e-5F);
        // What one box covers alone is tinted evenly, what both cover is hatched as well.
        const auto coloursOf = [this](double x1, double x2) {
            const QImage picture = m_canvas->grab().toImage();
            std::set<QRgb> colours;
            for (double x = x1; x < x2; x += 0.5)
                for (double y = 60; y < 66; y += 0.5)
                    colours.insert(picture.pixel(m_canvas->viewFromImage({x, y}).toPoint()));
            return colours;
        };
        QVERIFY(!near(pixel(110, 62), ground));
        QCOMPARE(coloursOf(105, 140).size(), std::size_t(1));
        QCOMPARE(coloursOf(210, 240).size(), std::size_t(1));
        QVERIFY(coloursOf(155, 195).size() > 5);
        // An FP with the object it overlaps, an FN with the detection near it, neither where nothing is near.
        const auto wrong = hover(265, 85);
        QVERIFY(wrong && wrong->box == 1 && wrong->truth == 1);
        QCOMPARE(hover(315, 85), wrong);
        QVERIFY(!hover(30, 170));
        QCOMPARE(m_canvas->hoverText(), QStringLiteral("FP car 0.50  IoU 0.00"));
        // The chosen box is lit while nothing is hovered.
        m_canvas->setCurrentBox(3);
        QVERIFY(!m_canvas->litPair());
        QVERIFY(hover(380, 190) && m_canvas->litPair()->box == 3);
        QVERIFY(!near(pixel(110, 62), ground));
        m_canvas->setBoxesShown(false);
        QVERIFY(!m_canvas->litPair());
    }

    void wordsOfAPair() {
        QCOMPARE(highestThreshold(0.4999F), std::nullopt);
        QCOMPARE(highestThreshold(0.5F), std::optional(0.5));
        QCOMPARE(highestThreshold(0.7499F), std::optional(0.7));
        QCOMPARE(highestThreshold(0.75F), std::optional(0.75));
        QCOMPARE(highestThreshold(1.0F), std::optional(0.95));
        InspectedBox found = boxOf(eval::Verdict::TP, 0, 0, 10, 10, 0), again = boxOf(eval::Verdict::FP, 0, 0, 10, 9, 1), other = again;
        again.truth = 0;
        other.truth = 1;
        const std::vector<InspectedBox> boxes = {again, other, found};
        const std::vector<eval::TruthBox> truth = {{{0, 0, 10, 10}, 2, false, 0}, {{0, 0, 10, 9}, 7, false, 0}};
        const auto words = [&](int box, float iou) {
            return PairWords::verdict({box, boxes[static_cast<std::size_t>(box)].truth, iou}, boxes, truth);
        };
        QCOMPARE(words(2, 0.8123F), QStringLiteral("passes 0.80"));
        QCOMPARE(words(2, 0.3F), QStringLiteral("below 0.50"));
        QCOMPARE(words(0, 0.9F), QStringLiteral("found twice"));
        QCOMPARE(words(1, 1.0F), QStringLiteral("another class"));
        QCOMPARE(PairWords::overlap({2, 0, 0.8123F}), QStringLiteral("IoU 0.812"));
    }

    void hiddenClassesLeaveThePicture() {
        m_canvas->setLabelsShown(false);
        InspectedBox car = boxOf(eval::Verdict::TP, 20, 20, 80, 80, 0), truck = boxOf(eval::Verdict::TP, 220, 20, 280, 80, 1);
        truck.classId = 7;
        m_canvas->setBoxes({car, truck}, {{{300, 100, 340, 140}, 7, false, 0}});
        QVERIFY(pixel(300, 120).red() > 100); // half a pixel of white
        m_canvas->setHiddenClasses({7});
        QVERIFY(near(pixel(20, 50), QColor(0x1F, 0xBF, 0x90)));
        QVERIFY(near(pixel(220, 50), QColor(40, 60, 80)) && near(pixel(300, 120), QColor(40, 60, 80)));
        QCOMPARE(m_canvas->boxAt(m_canvas->viewFromImage({250, 50})), -1);
        QTest::mouseMove(m_canvas.get(), m_canvas->viewFromImage({320, 120}).toPoint());
        QCOMPARE(m_canvas->hoverText(), QString());
        m_canvas->setCurrentBox(1); // chosen in the table, it shows all the same
        QVERIFY(near(pixel(220, 50), QColor(0x1F, 0xBF, 0x90)));
        m_canvas->setCurrentBox(-1);
        m_canvas->setHiddenClasses({});
        QVERIFY(near(pixel(220, 50), QColor(0x1F, 0xBF, 0x90)));
    }

    void ignoredBoxesAreHatched() {
        m_canvas->setBoxes({}, {{{100, 50, 200, 150}, 2, true, 0}});
        std::set<QRgb> colours;
        const QImage picture = m_canvas->grab().toImage();
        for (double x = 120; x < 180; x += 0.5)
            colours.insert(picture.pixel(m_canvas->viewFromImage({x, 100}).toPoint()));
        QVERIFY(colours.size() > 1);
        QTest::mouseMove(m_canvas.get(), m_canvas->viewFromImage({150, 100}).toPoint());
        QCOMPARE(m_canvas->hoverText(), QStringLiteral("ignored car"));
        QVERIFY(!m_canvas->litPair());
    }

    void copiesAndSavesThePictureWithItsBoxes() {
        m_canvas->setLabelsShown(false);
        m_canvas->setBoxes({boxOf(eval::Verdict::TP, 20, 20, 80, 80, 0)}, {});
        m_canvas->setZoom(16, {0, 0});
        QSignalSpy copied(m_canvas.get(), &ImageCanvas::copied), save(m_canvas.get(), &ImageCanvas::saveWanted);
        QTest::keyClick(m_canvas.get(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(copied.size(), 1);
        const QImage out = QGuiApplication::clipboard()->image();
        QCOMPARE(out.size(), QSize(400, 200));
        QVERIFY(near(out.pixelColor(20, 50), QColor(0x1F, 0xBF, 0x90)));
        QContextMenuEvent event(QContextMenuEvent::Mouse, QPoint(50, 50), m_canvas->mapToGlobal(QPoint(50, 50)));
        QCoreApplication::sendEvent(m_canvas.get(), &event);
        auto* menu = m_canvas->findChild<QMenu*>(QStringLiteral("canvasMenu"));
        QVERIFY(menu != nullptr && menu->isVisible());
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(menu->actions().at(1)).center());
        QCOMPARE(save.size(), 1);
        QVERIFY(!menu->isVisible());
    }

    void pixelsAreSquaresAtThirtyTwoTimes() {
        QImage chequered(400, 200, QImage::Format_RGB888);
        for (int y = 0; y < 200; ++y)
            for (int x = 0; x < 400; ++x)
                chequered.setPixelColor(x, y, (x + y) % 2 == 0 ? QColor(10, 10, 10) : QColor(240, 240, 240));
        m_canvas->showPicture(chequered);
        m_canvas->setZoom(32, {400, 250});
        const QImage view = m_canvas->grab().toImage();
        std::set<QRgb> colours;
        for (int x = 100; x < 700; ++x)
            for (int y = 100; y < 400; y += 7)
                colours.insert(view.pixel(x, y));
        QCOMPARE(colours, (std::set<QRgb>{qRgb(10, 10, 10), qRgb(240, 240, 240)}));
        const QPointF middle = m_canvas->viewFromImage({201.5, 100.5});
        QCOMPARE(view.pixelColor(middle.toPoint()), chequered.pixelColor(201, 100));
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
