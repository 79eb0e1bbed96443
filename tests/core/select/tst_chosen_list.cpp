// SPDX-License-Identifier: GPL-3.0-or-later
// Selections changed by hand, compared and joined, and val frames beside the train frames they look most like.
#include <QtTest>

#include "core/select/chosen_list.h"
#include "core/select/picture_leak.h"
#include "tests/support/made_dataset.h"

using namespace intersect;
using tests::datasetOf;

namespace {

using Paths = std::vector<std::filesystem::path>;

std::filesystem::path frame(const char* camera, int number) {
    return std::filesystem::path("/data") / camera / (std::to_string(10000 + number) + ".jpg");
}

/// A signature of one hash and flat cells.
image::PictureSignature signature(std::uint64_t hash, int grey) {
    image::PictureSignature made;
    made.hash = hash;
    made.cells.fill(static_cast<std::uint8_t>(grey));
    made.known = true;
    return made;
}

} // namespace

class TestChosenList : public QObject {
    Q_OBJECT
    data::Dataset m_dataset = datasetOf({{"Q1", "a", 4}, {"Q2", "a", 5}, {"Q2", "b", 6}});

private Q_SLOTS:
    void framesAreFoundByTheirPaths() {
        const select::FramePlaces places(m_dataset);
        QCOMPARE(places.find(frame("Q2/a", 1)), std::optional<std::uint32_t>(5));
        QVERIFY(!places.find("/elsewhere/Q2/a/10001.jpg"));
    }

    void putInAndTakenOut() {
        const select::FramePlaces places(m_dataset);
        select::SelectionRequest request;
        request.pools = {"Q2"};
        request.strategy = select::Strategy::Counts;
        request.counts = {{"a", 2}, {"b", 1}};
        const auto drawn = select::selectFrames(m_dataset, request);
        QVERIFY(drawn.has_value());
        const std::filesystem::path gone = drawn->images[0], kept = drawn->images[1];
        select::PathSet in{frame("Q1/a", 3), frame("Q1/a", 0), kept};
        for (int i = 0; i < 5; ++i) // one more of Q2/a, whatever was drawn
            if (frame("Q2/a", i) != gone && frame("Q2/a", i) != kept) {
                in.insert(frame("Q2/a", i));
                break;
            }
        const select::Selection edited = select::editedByHand(places, *drawn, in, {gone, frame("Q2/b", 5) == drawn->images[2] ? frame("Q2/b", 4) : frame("Q2/b", 5)});
        QCOMPARE(edited.count, std::int64_t(5)); // 3 - 1 + 3
        QCOMPARE(edited.images.size(), std::size_t(5));
        QCOMPARE(edited.images[0], kept);
        QCOMPARE(edited.images[2], frame("Q1/a", 0)); // what was put in comes last, in path order
        QCOMPARE(edited.images[3], frame("Q1/a", 3));
        QCOMPARE(edited.cameras.size(), std::size_t(3));
        QCOMPARE(edited.cameras[0].selected, std::int64_t(2)); // Q2/a: one out, one in
        QCOMPARE(edited.cameras[1].selected, std::int64_t(1));
        QCOMPARE(edited.cameras[2].camera, std::string("Q1/a"));
        QCOMPARE(edited.cameras[2].selected, std::int64_t(2));
        QCOMPARE(edited.cameras[2].available, std::int64_t(4));
        QCOMPARE(edited.notes.back(), std::string("By hand: 3 frames put in, 1 frame taken out."));
        QCOMPARE(select::editedByHand(places, *drawn, {kept}, {}).notes, drawn->notes); // nothing changed, nothing said
    }

    void aListCountsPerPoolAndCamera() {
        const select::FramePlaces places(m_dataset);
        const select::Selection list = select::selectionOfList(places, {frame("Q2/b", 0), frame("Q1/a", 1), frame("Q2/a", 1), frame("Q2/b", 3), "/other/Q9/z/1.jpg"}, "joined");
        QCOMPARE(list.strategy, std::string("joined"));
        QCOMPARE(list.cameras.size(), std::size_t(4));
        const std::vector<std::pair<std::string, std::int64_t>> wanted{{"Q1/a", 1}, {"Q2/a", 1}, {"Q2/b", 2}, {"Q9/z", 1}};
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            QCOMPARE(list.cameras[i].camera, wanted[i].first);
            QCOMPARE(list.cameras[i].selected, wanted[i].second);
        }
        QCOMPARE(list.cameras[2].available, std::int64_t(6));
    }

    void twoListsSideBySide() {
        const Paths first{frame("Q2/a", 0), frame("Q2/a", 1), frame("Q2/b", 2)}, second{frame("Q2/b", 2), frame("Q2/b", 3), frame("Q1/a", 0), frame("Q2/a", 1)};
        const select::ListComparison both = select::compareLists(first, second);
        QCOMPARE(both.both, (Paths{frame("Q2/a", 1), frame("Q2/b", 2)}));
        QCOMPARE(both.cameras.size(), std::size_t(3));
        QCOMPARE(both.cameras[1].camera, std::string("Q2/a"));
        QCOMPARE(both.cameras[1].first, std::int64_t(2));
        QCOMPARE(both.cameras[1].second, std::int64_t(1));
        QCOMPARE(both.cameras[1].both, std::int64_t(1));
        QCOMPARE(both.cameras[0].first, std::int64_t(0));

        const auto refused = select::joinLists(first, second, false);
        QVERIFY(!refused.has_value());
        QVERIFY2(QString::fromStdString(refused.error().message).startsWith(QStringLiteral("2 frames stand in both selections")), refused.error().message.c_str());
        const auto joined = select::joinLists(first, second, true);
        QVERIFY(joined.has_value());
        QCOMPARE(*joined, (Paths{frame("Q2/a", 0), frame("Q2/a", 1), frame("Q2/b", 2), frame("Q2/b", 3), frame("Q1/a", 0)}));
        // A frame twice in one list is no sharing and cannot be left out.
        const auto twice = select::joinLists(first, {frame("Q1/a", 2), frame("Q1/a", 2)}, true);
        QVERIFY(!twice.has_value());
        QVERIFY(twice.error().message.find("twice in the second") != std::string::npos);
    }

    void nearestByPicture() {
        const Paths train{frame("Q2/a", 0), frame("Q2/a", 1), frame("Q2/a", 2), frame("Q2/b", 0)}, val{frame("Q2/a", 3), frame("Q2/a", 4), frame("Q2/b", 1), frame("Q1/a", 0)};
        // Of frame 3 the trains 0 and 2 are 2 bits away, 2 with the likelier cells; b/0 is equal but another camera's.
        const std::vector<image::PictureSignature> ofTrain{signature(0b0011, 90), signature(0b1111, 100), signature(0b1100, 103), signature(0, 100)};
        std::vector<image::PictureSignature> ofVal{signature(0, 100), signature(0b1110, 100), signature(0b1, 100), signature(0, 100)};
        const auto nearest = select::nearestPictures(train, ofTrain, val, ofVal);
        QCOMPARE(nearest[0].train, std::optional<std::size_t>(2));
        QCOMPARE(nearest[0].distance, 2);
        QCOMPARE(nearest[0].cellLevels, 3);
        QCOMPARE(nearest[1].train, std::optional<std::size_t>(1)); // 1 bit each, 1's cells are equal
        QCOMPARE(nearest[1].distance, 1);
        QCOMPARE(nearest[2].train, std::optional<std::size_t>(3));
        QVERIFY(!nearest[3].train); // its camera has no train frame
        ofVal[0].known = false;
        QVERIFY(!select::nearestPictures(train, ofTrain, val, ofVal)[0].train);
    }

    void nearestByTime() {
        const Paths train{"/d/Q2/c/c-2021_03_20_070000.jpg", "/d/Q2/c/c-2021_03_20_071500.jpg", "/d/Q2/e/e-2021_03_20_071000.jpg", "/d/Q2/c/untimed.jpg"};
        QCOMPARE(select::nearestInTime(train, "/d/Q2/c/c-2021_03_20_071000.jpg"), std::optional<std::size_t>(1));
        QCOMPARE(select::nearestInTime(train, "/d/Q2/c/c-2021_03_20_070100.jpg"), std::optional<std::size_t>(0));
        QVERIFY(!select::nearestInTime(train, "/d/Q2/c/other.jpg"));
        QVERIFY(!select::nearestInTime(train, "/d/Q2/x/x-2021_03_20_071000.jpg"));
    }
};

QTEST_APPLESS_MAIN(TestChosenList)
#include "tst_chosen_list.moc"
