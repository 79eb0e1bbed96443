// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <set>

#include <QtTest>

#include "core/data/list_import.h"
#include "core/select/split.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using select::SplitRule;
namespace fs = std::filesystem;

namespace {

/// Frames of one camera, `step` seconds apart, all with a car; every tenth with a bus too.
void addCamera(std::vector<select::SplitItem>& items, const std::string& camera, int frames, std::int64_t start, std::int64_t step) {
    for (int i = 0; i < frames; ++i)
        items.push_back({camera, start + i * step, true, i % 10 == 0 ? std::vector<int>{2, 5} : std::vector<int>{2}});
}

std::vector<select::SplitItem> threeCameras() {
    std::vector<select::SplitItem> items;
    addCamera(items, "/d/Q2/a", 50, 0, 60);
    addCamera(items, "/d/Q2/b", 30, 100'000, 60);
    addCamera(items, "/d/Q2/c", 20, 50'000, 60);
    return items;
}

select::SplitRequest request(SplitRule rule, double ratio = 0.8, std::uint32_t seed = 3) {
    select::SplitRequest one;
    one.rule = rule;
    one.trainRatio = ratio;
    one.seed = seed;
    return one;
}

/// Every frame on one side exactly.
void verify(const select::Split& split, std::size_t count) {
    std::set<std::size_t> all;
    for (const auto* side : {&split.train, &split.val, &split.dropped}) {
        for (const std::size_t i : *side)
            QVERIFY(i < count && all.insert(i).second);
    }
    QCOMPARE(all.size(), count);
}

std::map<std::string, int> countsOf(const std::vector<select::SplitItem>& items, const std::vector<std::size_t>& side) {
    std::map<std::string, int> counts;
    for (const std::size_t i : side)
        ++counts[items[i].camera.substr(items[i].camera.size() - 1)];
    return counts;
}

} // namespace

class TestSplitRules : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stratifiedKeepsTheRatioOfCamerasAndRareClasses() {
        const auto items = threeCameras();
        std::set<std::vector<std::size_t>> different;
        for (std::uint32_t seed = 0; seed < 30; ++seed) {
            const auto split = select::splitFrames(items, request(SplitRule::Stratified, 0.8, seed));
            QVERIFY(split.has_value());
            verify(*split, 100);
            QVERIFY((countsOf(items, split->train) == std::map<std::string, int>{{"a", 40}, {"b", 24}, {"c", 16}}));
            // 10 frames with a bus, 5, 3 and 2 of the cameras: every camera's stretch of them is off by one frame at most.
            const auto buses = std::count_if(split->train.begin(), split->train.end(), [&](std::size_t i) { return items[i].classes.size() == 2; });
            QVERIFY2(buses >= 6 && buses <= 10, std::to_string(buses).c_str());
            QVERIFY(std::is_sorted(split->train.begin(), split->train.end()));
            different.insert(split->val);
        }
        QVERIFY(different.size() > 20);
        QVERIFY(select::splitFrames(items, request(SplitRule::Stratified))->val == select::splitFrames(items, request(SplitRule::Stratified))->val);
    }

    void camerasStandOnOneSide() {
        const auto items = threeCameras();
        std::set<std::string> inVal;
        for (std::uint32_t seed = 0; seed < 30; ++seed) {
            const auto split = select::splitFrames(items, request(SplitRule::Camera, 0.75, seed));
            verify(*split, 100);
            const auto train = countsOf(items, split->train), val = countsOf(items, split->val);
            for (const auto& [camera, count] : val) {
                QVERIFY(!train.contains(camera));
                inVal.insert(camera);
            }
            // Wanted are 25: 30 or 20 alone are nearer than anything with a; a alone (50) is taken only where it comes first by lot.
            QVERIFY(split->val.size() == 30 || split->val.size() == 20 || (val.size() == 1 && val.contains("a")));
            QCOMPARE(split->notes.size(), std::size_t{1});
            QVERIFY(split->notes[0].find(std::to_string(split->val.size()) + " of 100 frames") != std::string::npos);
        }
        QVERIFY((inVal == std::set<std::string>{"a", "b", "c"}));
        std::vector<select::SplitItem> one;
        addCamera(one, "/d/a", 10, 0, 60);
        const auto refused = select::splitFrames(one, request(SplitRule::Camera));
        QVERIFY(!refused && refused.error().code == ErrorCode::BadInput);
    }

    void timeBlocksAreStretchesWithAGap() {
        const auto items = threeCameras();
        int evenings = 0;
        for (std::uint32_t seed = 0; seed < 30; ++seed) {
            auto blocks = request(SplitRule::TimeBlock, 0.8, seed);
            const auto split = select::splitFrames(items, blocks);
            verify(*split, 100);
            QVERIFY(split->dropped.empty());
            QVERIFY((countsOf(items, split->val) == std::map<std::string, int>{{"a", 10}, {"b", 6}, {"c", 4}}));
            // Between two val frames of a camera there is no train frame: of camera a, val is 0..9 or 40..49.
            QVERIFY(split->val.front() == 0 || split->val.front() == 40);
            QCOMPARE(split->val[9] - split->val[0], std::size_t{9});
            evenings += split->val.front() == 40 ? 1 : 0;
            // A gap of 120 s takes two frames of each camera out of train: those 60 and 120 s away.
            blocks.gapSeconds = 120;
            const auto apart = select::splitFrames(items, blocks);
            verify(*apart, 100);
            QVERIFY(apart->val == split->val);
            QCOMPARE(apart->dropped.size(), std::size_t{6});
            for (const std::size_t v : apart->val) {
                for (const std::size_t t : apart->train)
                    QVERIFY(items[v].camera != items[t].camera || std::abs(*items[v].takenAt - *items[t].takenAt) > 120);
            }
            QVERIFY(!apart->notes.empty() && apart->notes[0].find("6 frames") == 0);
        }
        QVERIFY(evenings > 3 && evenings < 27);
    }

    void framesWithoutTimeFollowTheList() {
        std::vector<select::SplitItem> items(10, {"/d/a", std::nullopt, true, {}});
        auto blocks = request(SplitRule::TimeBlock);
        blocks.gapSeconds = 1000;
        const auto split = select::splitFrames(items, blocks);
        verify(*split, 10);
        QVERIFY(split->dropped.empty());
        QVERIFY((split->val == std::vector<std::size_t>{8, 9}) || (split->val == std::vector<std::size_t>{0, 1}));
        QVERIFY(split->notes[0].find("without a gap") != std::string::npos);
    }

    void unlabelledFramesGoToTrain_data() {
        QTest::addColumn<int>("rule");
        for (const SplitRule rule : select::splitRules())
            QTest::newRow(select::splitRuleName(rule)) << static_cast<int>(rule);
    }
    void unlabelledFramesGoToTrain() {
        QFETCH(int, rule);
        auto items = threeCameras();
        for (std::size_t i = 0; i < items.size(); i += 5)
            items[i].labelled = false; // 20 of 100
        auto one = request(static_cast<SplitRule>(rule));
        const auto split = select::splitFrames(items, one);
        QVERIFY(split.has_value());
        verify(*split, 100);
        for (const std::size_t i : split->val)
            QVERIFY(items[i].labelled);
        QVERIFY(split->notes.back().find("20 frames without labels") == 0);
        if (one.rule == SplitRule::Random || one.rule == SplitRule::Sklearn || one.rule == SplitRule::Stratified) {
            QCOMPARE(split->val.size(), std::size_t{16}); // a fifth of the 80 labelled
            QVERIFY(split->dropped.empty());
        } else {
            // What a rule keeps away from val, it keeps away without labels too.
            for (const std::size_t v : split->val) {
                for (const std::size_t t : split->train) {
                    if (items[v].camera == items[t].camera)
                        QVERIFY(one.rule == SplitRule::TimeBlock && (*items[t].takenAt < *items[split->val.front()].takenAt || *items[t].takenAt != *items[v].takenAt));
                }
            }
            QVERIFY(!split->dropped.empty());
        }
        one.unlabelled = select::Unlabelled::Deal;
        const auto dealt = select::splitFrames(items, one);
        verify(*dealt, 100);
        QVERIFY(dealt->dropped.empty());
        QVERIFY(dealt->notes.back().find("misleads") != std::string::npos);
    }

    void readsWhatAFrameTells() {
        tests::Scratch scratch;
        for (const char* name : {"2703-2021_03_20_000010", "plain"})
            scratch.write(std::string("Q2/cam/") + name + ".jpg", "x");
        scratch.write("Q2/cam/plain.txt", "7 0.5 0.5 0.1 0.1\n2 0.5 0.5 0.1 0.1\n7 0.2 0.2 0.1 0.1\n");
        const std::vector<fs::path> images = {scratch.path("Q2/cam/2703-2021_03_20_000010.jpg"), scratch.path("Q2/cam/plain.jpg")};
        const auto items = select::splitItemsOf(images, SplitRule::Stratified);
        QCOMPARE(items[0].camera, scratch.path("Q2/cam").string());
        QVERIFY(items[0].takenAt.has_value() && !items[0].labelled);
        QVERIFY(!items[1].takenAt && items[1].labelled);
        QVERIFY((items[1].classes == std::vector<int>{7, 2}));
        QVERIFY(select::splitItemsOf(images, SplitRule::Random)[1].classes.empty());
    }

    void findsListsOfAnotherMachine() {
        tests::Scratch scratch;
        for (const char* frame : {"Q1/170/a.jpg", "Q2/170/a.jpg", "Q2/173/b c.jpg", "Q2/173/d.jpg"})
            scratch.write(std::string("data/") + frame, "x");
        const fs::path root = scratch.path("data");
        const std::string here = (root / "Q2/173/d.jpg").string();
        const auto imported = data::importImageList(scratch.write("there.txt", "/their/city/Q2/170/a.jpg\r\n\nD:\\city\\Q2\\173\\b c.jpg\n" + here + "\n"), root);
        QVERIFY2(imported.has_value(), imported ? "" : imported.error().message.c_str());
        QVERIFY((imported->images == std::vector<fs::path>{root / "Q2/170/a.jpg", root / "Q2/173/b c.jpg", here}));
        QCOMPARE(imported->matched, std::size_t{2});
        QCOMPARE(imported->asWritten, std::size_t{1});
        // Another pool's name: the camera and the file still tell, unless two pools have them.
        QCOMPARE(data::importImageList(scratch.write("pool.txt", "/x/pool/173/d.jpg\n"), root)->matched, std::size_t{1});
        const auto several = data::importImageList(scratch.write("several.txt", "/x/pool/170/a.jpg\n"), root);
        QVERIFY(!several && several.error().line == 1 && several.error().message.find("several frames") != std::string::npos);
        const auto missing = data::importImageList(scratch.write("missing.txt", here + "\n/x/Q2/173/e.jpg\n/x/Q2/173/f.jpg\n"), root);
        QVERIFY(!missing && missing.error().line == 2);
        QVERIFY2(missing.error().message.find("2 of the 3 paths") == 0, missing.error().message.c_str());
        QVERIFY(!data::importImageList(scratch.write("empty.txt", "\n"), root));
    }
};

QTEST_APPLESS_MAIN(TestSplitRules)
#include "tst_split_rules.moc"
