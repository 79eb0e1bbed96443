// SPDX-License-Identifier: GPL-3.0-or-later
// YOLOv7's assignment by cost on small grids, worked out by hand.
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include <ATen/ATen.h>
#include <QtTest>

#include "core/base/random.h"
#include "core/train/detection_loss.h"
#include "core/train/ota_assignment.h"
#include "core/train/start_network.h"

using namespace intersect;
using namespace intersect::train;

namespace {

constexpr int kClasses = 2;

/// A level of one anchor as large as `side` cells.
LevelCandidates levelOf(int nx, int ny, float side) {
    LevelCandidates level;
    level.shape.nx = nx;
    level.shape.ny = ny;
    level.shape.anchors = {{side, side}};
    return level;
}

/// What the network says at one cell; all 0: a box of the anchor's size around the middle of the cell, p = 1/2.
struct Says {
    float x = 0, y = 0, objectness = 0, car = 0, bus = 0;
};

void add(LevelCandidates& level, int gj, int gi, const Says& says = {}, int image = 0) {
    level.cells.push_back({image, 0, gj, gi, 0, 0, 0, 0, 0});
    level.outputs.insert(level.outputs.end(), {says.x, says.y, 0, 0, says.objectness, says.car, says.bus});
}

/// An object by its box in cells of a level of n times n.
TargetRow objectAt(float cx, float cy, float w, float h, int n, int classId = 0, int image = 0) {
    const auto side = static_cast<float>(n);
    return {image, classId, cx / side, cy / side, w / side, h / side};
}

/// gj, gi and class of each row.
using Taken = std::set<std::tuple<int, int, int>>;
Taken taken(const std::vector<Assignment>& rows) {
    Taken all;
    for (const Assignment& row : rows)
        all.insert({row.gj, row.gi, row.classId});
    return all;
}

const float kQuarter = std::log(3.0F); ///< sigmoid 3/4: a centre half a cell further

} // namespace

class TestOtaAssignment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Object [1,3]x[1,3] on 4x4 cells. The box of cell (1,1) fits it exactly; those of (1,2), (2,1), (2,2) stand half a cell off in x
    /// and y: IoU 1.5^2 / (8 - 1.5^2) = 0.391. Sum 2.17: two cells, the exact one and of the others the one that is surest.
    void takesAsManyAsItsIousSayAndTheCheapest() {
        LevelCandidates level = levelOf(4, 4, 2);
        add(level, 1, 1, {kQuarter, kQuarter, 0, 0, 0});
        add(level, 1, 2);
        add(level, 2, 1, {0, 0, 2, 2, -2});
        add(level, 2, 2, {0, 0, 2, -2, 2});
        const std::vector<TargetRow> objects{objectAt(2, 2, 2, 2, 4)};
        const std::vector<LevelCandidates> levels{level};
        const auto rows = assignByCost(objects, levels, kClasses);
        QCOMPARE(rows.size(), std::size_t(1));
        QCOMPARE(taken(rows[0]), (Taken{{1, 1, 0}, {2, 1, 0}}));
        QCOMPARE(rows[0][0].tx, 1.0F);
        QCOMPARE(rows[0][0].tw, 2.0F);
        QCOMPARE(rows[0][1].tx, 1.0F); // 2 - gi
        QCOMPARE(rows[0][1].ty, 0.0F);
        // A bus there takes the cell that says bus.
        QCOMPARE(taken(assignByCost(std::vector<TargetRow>{objectAt(2, 2, 2, 2, 4, 1)}, levels, kClasses)[0]), (Taken{{1, 1, 1}, {2, 2, 1}}));
    }
    /// Four IoUs of 0.391 sum to 1.57: one cell. Cost is 3 (-ln 0.391) = 2.81 and the class part: with objectness and class at p =
    /// 1/2, y = 1/2 for both classes, 2 ln 2 = 1.39. An IoU of 0.6 (3 -ln 0.6 = 1.53) outweighs a class part that is 1 worse.
    void weighsOverlapThreeTimes() {
        LevelCandidates level = levelOf(4, 4, 2);
        add(level, 1, 1);                      // IoU 0.391, cost 4.20
        add(level, 2, 1, {kQuarter, 0, 0, 0, 0}); // box [1,3]x[1.5,3.5]: IoU 3/5, cost 2.92
        QCOMPARE(taken(assignByCost(std::vector<TargetRow>{objectAt(2, 2, 2, 2, 4)}, std::vector{level}, kClasses)[0]), (Taken{{2, 1, 0}}));
        // Class part of (2,1): y = sqrt(s(-1.6) / 2) = 0.290, other class 1/2: 1.24 + 0.69 = 1.93, cost 3.46: still the cheapest.
        level.outputs[7 + 5] = -1.6F;
        QCOMPARE(taken(assignByCost(std::vector<TargetRow>{objectAt(2, 2, 2, 2, 4)}, std::vector{level}, kClasses)[0]), (Taken{{2, 1, 0}}));
        // y = sqrt(s(-4.5) / 2) = 0.0742: 2.60 + 0.69 = 3.29, cost 4.83: no more.
        level.outputs[7 + 5] = -4.5F;
        QCOMPARE(taken(assignByCost(std::vector<TargetRow>{objectAt(2, 2, 2, 2, 4)}, std::vector{level}, kClasses)[0]), (Taken{{1, 1, 0}}));
    }
    /// Two objects of one box and two cells, each of IoU 0.391: one cell each, dealt by class.
    void theClassDecides() {
        LevelCandidates level = levelOf(4, 4, 2);
        add(level, 1, 1, {0, 0, 0, -3, 3});
        add(level, 2, 2, {0, 0, 0, 3, -3});
        const std::vector<TargetRow> objects{objectAt(2, 2, 2, 2, 4, 0), objectAt(2, 2, 2, 2, 4, 1)};
        QCOMPARE(taken(assignByCost(objects, std::vector{level}, kClasses)[0]), (Taken{{1, 1, 1}, {2, 2, 0}}));
    }
    /// Both objects want the one cell: it goes to the one whose box it fits better; the other gets nothing.
    void aCellClaimedTwiceGoesToTheCheaper() {
        LevelCandidates level = levelOf(4, 4, 2);
        add(level, 1, 1);
        const std::vector<TargetRow> objects{objectAt(2.0F, 2, 2, 2, 4, 0), objectAt(1.6F, 1.5F, 2, 2, 4, 1)};
        QCOMPARE(taken(assignByCost(objects, std::vector{level}, kClasses)[0]), (Taken{{1, 1, 1}}));
        const std::vector<TargetRow> swapped{objects[1], objects[0]};
        QCOMPARE(taken(assignByCost(swapped, std::vector{level}, kClasses)[0]), (Taken{{1, 1, 1}}));
    }
    /// Boxes 4 wide in a row: cell 2 says [0.5,4.5], cell 3 says [1.5,5.5]. The first object is [0.5,4.5]: IoU 1 and 0.6, sum 1.6, so it
    /// takes cell 2 only. The others, [5,9] and [5.2,9.2], overlap only cell 3 (IoU 0.067, 0.04) and both take it; it costs least for the first
    /// object, which had not asked for it.
    void aCellClaimedTwiceMayGoToAThird() {
        LevelCandidates level = levelOf(10, 10, 4);
        add(level, 2, 2);
        add(level, 2, 3);
        const std::vector<TargetRow> objects{objectAt(2.5F, 2.5F, 4, 4, 10), objectAt(7, 2.5F, 4, 4, 10, 1), objectAt(7.2F, 2.5F, 4, 4, 10, 1)};
        QCOMPARE(taken(assignByCost(objects, std::vector{level}, kClasses)[0]), (Taken{{2, 2, 0}, {2, 3, 0}}));
        // With one of them gone there is no dispute.
        const std::vector<TargetRow> two{objects[0], objects[1]};
        QCOMPARE(taken(assignByCost(two, std::vector{level}, kClasses)[0]), (Taken{{2, 2, 0}, {2, 3, 1}}));
    }
    /// Levels are one pool, images are not: the fine level's cell fits (IoU 1), the coarse one's box is four times as large (IoU 1/4).
    void levelsCompeteImagesDoNot() {
        LevelCandidates fine = levelOf(8, 8, 2), coarse = levelOf(4, 4, 2);
        for (const int image : {0, 1}) {
            add(fine, 2, 2, {}, image); // centre (2.5, 2.5) of 8, 2 wide
            add(coarse, 1, 1, {-kQuarter, -kQuarter, image == 1 ? 9.0F : 0.0F, 0, 0}, image); // centre (1, 1) of 4
        }
        const std::vector<TargetRow> objects{objectAt(2.5F, 2.5F, 2, 2, 8, 0, 0), objectAt(2, 2, 4, 4, 8, 1, 1)};
        const auto rows = assignByCost(objects, std::vector{fine, coarse}, kClasses);
        QCOMPARE(taken(rows[0]), (Taken{{2, 2, 0}}));
        QCOMPARE(rows[0][0].image, 0);
        QCOMPARE(taken(rows[1]), (Taken{{1, 1, 1}}));
        QCOMPARE(rows[1][0].image, 1);
        QCOMPARE(rows[1][0].tw, 2.0F); // in cells of its own level
        QCOMPARE(rows[1][0].tx, 0.0F);
    }
    void nothingComesOfNothing() {
        const std::vector<LevelCandidates> empty{levelOf(4, 4, 2)};
        QVERIFY(assignByCost(std::vector<TargetRow>{objectAt(2, 2, 2, 2, 4)}, empty, kClasses)[0].empty());
        QVERIFY(distinctCells({}).empty());
    }
    /// Certain and impossible outputs give no infinite cost that would hide the rest.
    void staysFiniteAtTheEnds() {
        LevelCandidates level = levelOf(4, 4, 2);
        add(level, 1, 1, {0, 0, 1000, 1000, 1000}); // sure of both classes: -ln(1 - y) is bounded
        add(level, 2, 2, {0, 0, -1000, 0, 0});      // sure that nothing is there
        add(level, 1, 2, {0, 0, 0, 0, 0});
        QCOMPARE(taken(assignByCost(std::vector<TargetRow>{objectAt(2, 2, 2, 2, 4)}, std::vector{level}, kClasses)[0]), (Taken{{1, 2, 0}}));
    }

    void holdsItsBounds() {
        RandomStream random{11};
        for (int round = 0; round < 40; ++round) {
            std::vector<TargetRow> objects;
            const int count = 1 + static_cast<int>(random.below(12));
            for (int i = 0; i < count; ++i) {
                const auto number = [&](double low, double high) { return static_cast<float>(random.uniform(low, high)); };
                objects.push_back({round % 3 == 0 ? 0 : static_cast<int>(random.below(3)), static_cast<int>(random.below(kClasses)), number(0.1, 0.9),
                                   number(0.1, 0.9), number(0.05, 0.4), number(0.05, 0.4)});
            }
            std::vector<LevelCandidates> levels;
            std::set<std::tuple<std::size_t, int, int, int, int>> offered;
            for (const int n : {16, 8, 4}) {
                LevelCandidates& level = levels.emplace_back(levelOf(n, n, 1.5F));
                level.shape.anchors.push_back({3, 2});
                level.cells = distinctCells(assignTargets(objects, level.shape, 4));
                for (const Assignment& cell : level.cells)
                    QVERIFY(offered.insert({levels.size() - 1, cell.image, cell.anchor, cell.gj, cell.gi}).second);
                for (std::size_t i = 0; i < level.cells.size() * (5 + kClasses); ++i)
                    level.outputs.push_back(static_cast<float>(random.uniform(-2, 2)));
            }
            const auto rows = assignByCost(objects, levels, kClasses);
            std::map<std::tuple<int, float, float>, int> shares;
            std::size_t dealt = 0;
            for (std::size_t level = 0; level < rows.size(); ++level)
                for (const Assignment& row : rows[level]) {
                    ++dealt;
                    QCOMPARE(offered.erase({level, row.image, row.anchor, row.gj, row.gi}), std::size_t(1)); // a candidate, and dealt once
                    const auto n = static_cast<float>(levels[level].shape.nx);
                    ++shares[{row.image, std::round((row.tx + static_cast<float>(row.gi)) / n * 1e4F), std::round((row.ty + static_cast<float>(row.gj)) / n * 1e4F)}];
                }
            QVERIFY(dealt > 0 || offered.empty());
            if (count == 1)
                QVERIFY(dealt <= 10 && (dealt >= 1 || offered.empty())); // ten IoUs of at most 1
            QVERIFY(shares.size() <= objects.size());
        }
    }

    /// In the loss: of the three cells that the plain assignment gives the object, only the one that fits is a positive.
    void theLossTrainsOnWhatWasDealt() {
        const std::vector<TargetRow> objects{objectAt(1.7F, 1.6F, 2, 2, 4)};
        at::Tensor raw = at::zeros({1, 1, 4, 4, 5 + kClasses});
        DetectionLossSpec spec;
        spec.gains = {1, 1, 1};
        spec.anchorsInCells = at::full({1, 1, 2}, 2.0);
        const auto learning = [&] {
            const at::Tensor slopes = detectionLoss({raw}, objects, spec, true).gradients[0].narrow(4, 0, 2).abs().sum(4);
            return slopes.gt(0).nonzero();
        };
        QCOMPARE(learning().size(0), std::int64_t(3)); // (1,1), (1,2) and (2,1)
        spec.dealByCost = true;
        // IoU: (1,1) 0.75, (1,2) 0.40, (2,1) 0.33: sum 1.5, one cell
        const at::Tensor one = learning();
        QCOMPARE(one.size(0), std::int64_t(1));
        QCOMPARE(one[0][2].item<std::int64_t>(), std::int64_t(1));
        QCOMPARE(one[0][3].item<std::int64_t>(), std::int64_t(1));
        raw[0][0][1][1].narrow(0, 4, 2).fill_(-30); // where the network is sure that nothing is, the next best is taken
        QVERIFY(learning()[0][2].item<std::int64_t>() != 1 || learning()[0][3].item<std::int64_t>() != 1);
        QCOMPARE(detectionLoss({raw}, {}, spec, true).box, 0.0);
    }
    void isYolov7sDefault() {
        runs::TrainConfig config;
        const auto tiny = nn::Network::build("yolov7-tiny", {"car"}, 0).value(), five = nn::Network::build("yolov5n", {"car"}, 0).value();
        QVERIFY(dealsByCost(config, tiny));
        QVERIFY(!dealsByCost(config, five));
        QCOMPARE(recipeSentence(config, tiny), std::string("SGD, learning rate from 0.01000 to 0.00010 along a line; objects get their cells by cost (YOLOv7's OTA)."));
        config.hyp.assign = "yolov5";
        QVERIFY(!dealsByCost(config, tiny));
        config.optimizer = "AdamW";
        QVERIFY(recipeSentence(config, tiny).find("AdamW usually takes an lr0 of 0.001") != std::string::npos);
        config.hyp.lr0 = 0.001;
        QCOMPARE(recipeSentence(config, tiny).find("usually"), std::string::npos);
        config.hyp.assign = "ota";
        QVERIFY(dealsByCost(config, five));
    }
};

QTEST_APPLESS_MAIN(TestOtaAssignment)
#include "tst_ota_assignment.moc"
