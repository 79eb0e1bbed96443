// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>
#include <set>

#include <QtTest>

#include "core/select/python_random.h"
#include "core/select/selection.h"
#include "tests/support/made_dataset.h"

using namespace intersect;
using tests::datasetOf;

namespace {

const std::vector<std::string> kNames = {"170", "173", "398", "410", "495", "511"};

data::Dataset sixCameras(int frames = 200) {
    std::vector<std::tuple<std::string, std::string, int>> cameras = {{"Q1", "173", 100}};
    for (const std::string& name : kNames)
        cameras.emplace_back("Q2", name, frames);
    return datasetOf(cameras);
}

select::SelectionRequest request(select::Strategy strategy, std::int64_t count, std::uint32_t seed = 777) {
    select::SelectionRequest one;
    one.pools = {"Q2"};
    one.strategy = strategy;
    one.count = count;
    one.seed = seed;
    return one;
}

std::vector<std::int64_t> selectedOf(const select::Selection& selection) {
    std::vector<std::int64_t> counts;
    for (const select::CameraQuota& quota : selection.cameras)
        counts.push_back(quota.selected);
    return counts;
}

/// What holds for every selection: as many as asked, each once, from the cameras and as many of each as the table says.
void verify(const data::Dataset& dataset, const select::Selection& selection, std::int64_t count) {
    QCOMPARE(static_cast<std::int64_t>(selection.images.size()), count);
    QCOMPARE(selection.count, count);
    const std::set<std::string> different(selection.images.begin(), selection.images.end());
    QCOMPARE(static_cast<std::int64_t>(different.size()), count);
    std::int64_t quotas = 0;
    for (const select::CameraQuota& quota : selection.cameras) {
        const auto here = std::count_if(selection.images.begin(), selection.images.end(), [&](const auto& image) {
            return image.parent_path() == dataset.root / quota.camera;
        });
        QCOMPARE(static_cast<std::int64_t>(here), quota.selected);
        QVERIFY(quota.selected <= quota.available);
        quotas += quota.quota;
    }
    QCOMPARE(quotas, count);
}

} // namespace

class TestSelection : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void choosesAtRandom() {
        const data::Dataset dataset = sixCameras();
        const auto first = select::selectFrames(dataset, request(select::Strategy::Random, 200));
        QVERIFY(first.has_value());
        verify(dataset, *first, 200);
        // Exactly Python's random.Random(777).sample over the pool's frames in path order.
        const auto wanted = select::PythonRandom(777).sample(1200, 200);
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QVERIFY(first->images[i] == dataset.frames[100 + wanted[i]].path);
        QVERIFY(first->images == select::selectFrames(dataset, request(select::Strategy::Random, 200))->images);
        QVERIFY(first->images != select::selectFrames(dataset, request(select::Strategy::Random, 200, 778))->images);
        const auto counts = selectedOf(*first);
        QVERIFY(std::set<std::int64_t>(counts.begin(), counts.end()).size() > 1);
        QCOMPARE(first->cameras[0].exact, 200.0 / 6);
    }

    void choosesEqually() {
        const data::Dataset dataset = sixCameras();
        std::set<std::vector<std::int64_t>> deals;
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            const auto selection = select::selectFrames(dataset, request(select::Strategy::Equal, 200, seed));
            QVERIFY(selection.has_value());
            verify(dataset, *selection, 200);
            auto counts = selectedOf(*selection);
            deals.insert(counts);
            // The two extra frames go to the first two cameras of the drawn order.
            const auto drawn = select::PythonRandom(seed).sample(6, 6);
            QCOMPARE(counts[drawn[0]], 34);
            QCOMPARE(counts[drawn[1]], 34);
            std::sort(counts.begin(), counts.end());
            QVERIFY((counts == std::vector<std::int64_t>{33, 33, 33, 33, 34, 34}));
        }
        QVERIFY(deals.size() > 5); // not always the same cameras
    }

    void drawsTheFramesAfterTheLot() {
        const data::Dataset dataset = sixCameras();
        const auto selection = select::selectFrames(dataset, request(select::Strategy::Equal, 12));
        QVERIFY(selection.has_value());
        select::PythonRandom random(777);
        random.sample(6, 6);
        std::size_t at = 0;
        for (std::size_t camera = 0; camera < 6; ++camera) {
            for (const std::uint32_t frame : random.sample(200, 2))
                QVERIFY(selection->images[at++] == dataset.frames[100 + 200 * camera + frame].path);
        }
    }

    void dealsOnWhatAShortCameraLacks() {
        const data::Dataset dataset = datasetOf({{"Q2", "a", 5}, {"Q2", "b", 100}, {"Q2", "c", 100}});
        const auto selection = select::selectFrames(dataset, request(select::Strategy::Equal, 60));
        QVERIFY(selection.has_value());
        verify(dataset, *selection, 60);
        QCOMPARE(selection->cameras[0].quota, 20);
        QCOMPARE(selection->cameras[0].selected, 5);
        const auto [less, more] = std::minmax(selection->cameras[1].selected, selection->cameras[2].selected);
        QCOMPARE(less, 27);
        QCOMPARE(more, 28);
        QCOMPARE(selection->notes.size(), std::size_t{1});
        QVERIFY(selection->notes[0].find("Q2/a has 5 of the 20 frames") != std::string::npos);
    }

    void choosesByRank() {
        const data::Dataset dataset = sixCameras();
        auto ranked = request(select::Strategy::Proportional, 200);
        ranked.ranking = {"495", "398", "173", "410", "511", "170"};
        const auto selection = select::selectFrames(dataset, ranked);
        QVERIFY(selection.has_value());
        verify(dataset, *selection, 200);
        QVERIFY((selectedOf(*selection) == std::vector<std::int64_t>{25, 35, 38, 31, 43, 28})); // in the order 170 173 398 410 495 511
        ranked.ranking[0] = "Q2/495"; // an id does as well
        QVERIFY(select::selectFrames(dataset, ranked)->images == selection->images);
        ranked.ratio = 1; // all alike: the extra frames go to the higher ranks
        QVERIFY((selectedOf(*select::selectFrames(dataset, ranked)) == std::vector<std::int64_t>{33, 33, 34, 33, 34, 33}));
    }

    void choosesByCounts() {
        const data::Dataset dataset = sixCameras();
        auto counted = request(select::Strategy::Counts, 0);
        counted.counts = {{"495", 44}, {"398", 39}, {"Q2/170", 24}};
        const auto selection = select::selectFrames(dataset, counted);
        QVERIFY(selection.has_value());
        verify(dataset, *selection, 107);
        QVERIFY((selectedOf(*selection) == std::vector<std::int64_t>{24, 0, 39, 0, 44, 0}));
        counted.count = 107;
        QVERIFY(select::selectFrames(dataset, counted)->images == selection->images);
    }

    void takesAll() {
        const data::Dataset dataset = sixCameras(7);
        const auto selection = select::selectFrames(dataset, request(select::Strategy::All, 0));
        QVERIFY(selection.has_value());
        verify(dataset, *selection, 42);
        QVERIFY(std::is_sorted(selection->images.begin(), selection->images.end()));
    }

    void narrowsToCamerasAndPools() {
        const data::Dataset dataset = sixCameras();
        auto narrowed = request(select::Strategy::All, 0);
        narrowed.pools = {};
        narrowed.cameras = {"173"};
        QCOMPARE(select::selectFrames(dataset, narrowed)->images.size(), std::size_t{300}); // of both pools
        narrowed.cameras = {"Q2/173", "Q2/511"};
        QCOMPARE(select::selectFrames(dataset, narrowed)->images.size(), std::size_t{400});
        narrowed.cameras = {};
        narrowed.pools = {"Q1", "Q2"};
        QCOMPARE(select::selectFrames(dataset, narrowed)->images.size(), std::size_t{1300});
    }

    void plansWhatItThenDoes() {
        const data::Dataset dataset = sixCameras();
        auto ranked = request(select::Strategy::Proportional, 200);
        ranked.ranking = kNames;
        for (const auto& one : {request(select::Strategy::Random, 200), request(select::Strategy::Equal, 200), request(select::Strategy::All, 0), ranked}) {
            const auto plan = select::quotasFor(dataset, one);
            const auto selection = select::selectFrames(dataset, one);
            QVERIFY(plan && selection);
            for (std::size_t i = 0; i < plan->size(); ++i) {
                QCOMPARE(plan->at(i).quota, selection->cameras[i].quota);
                QCOMPARE(plan->at(i).selected, selection->cameras[i].selected);
                QCOMPARE(plan->at(i).exact, selection->cameras[i].exact);
            }
        }
    }

    void refusesWithASentence_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words"); // separated by |
        QTest::newRow("above what there is") << 0 << "5000|1200";
        QTest::newRow("nothing asked") << 1 << "0";
        QTest::newRow("less than nothing") << 2 << "-3";
        QTest::newRow("unknown pool") << 3 << "Q9|Q1, Q2";
        QTest::newRow("unknown camera") << 4 << "999|Q2/170";
        QTest::newRow("unknown in ranking") << 5 << "999";
        QTest::newRow("missing in ranking") << 6 << "Q2/170|Q2/511";
        QTest::newRow("twice in ranking") << 7 << "170|twice";
        QTest::newRow("ratio zero") << 8 << "ratio|0";
        QTest::newRow("ratio above one") << 9 << "1.5";
        QTest::newRow("counts above a camera") << 10 << "201|200|Q2/170";
        QTest::newRow("unknown in counts") << 11 << "999";
        QTest::newRow("counts of nothing") << 12 << "no frame";
        QTest::newRow("negative count") << 13 << "-1";
        QTest::newRow("counts against budget") << 14 << "10|200";
        QTest::newRow("ambiguous name") << 15 << "Q1/173|Q2/173";
        QTest::newRow("ratio nan") << 16 << "nan";
    }
    void refusesWithASentence() {
        QFETCH(int, kind);
        QFETCH(QString, words);
        using select::Strategy;
        auto one = request(Strategy::Equal, 200);
        switch (kind) {
        case 0: one.count = 5000; break;
        case 1: one.count = 0; break;
        case 2: one.count = -3; break;
        case 3: one.pools = {"Q9"}; break;
        case 4: one.cameras = {"999"}; break;
        case 5: one.strategy = Strategy::Proportional; one.ranking = {"170", "999"}; break;
        case 6: one.strategy = Strategy::Proportional; one.ranking = {"173", "398", "410", "495"}; break;
        case 7: one.strategy = Strategy::Proportional; one.ranking = {"170", "170"}; break;
        case 8: one.strategy = Strategy::Proportional; one.ratio = 0; break;
        case 9: one.strategy = Strategy::Proportional; one.ratio = 1.5; break;
        case 10: one.strategy = Strategy::Counts; one.counts = {{"170", 201}}; break;
        case 11: one.strategy = Strategy::Counts; one.counts = {{"999", 1}}; break;
        case 12: one.strategy = Strategy::Counts; one.count = 0; break;
        case 13: one.strategy = Strategy::Counts; one.counts = {{"170", -1}}; break;
        case 14: one.strategy = Strategy::Counts; one.counts = {{"170", 10}}; break;
        case 15: one.strategy = Strategy::Counts; one.pools = {}; one.counts = {{"173", 10}}; break;
        case 16: one.strategy = Strategy::Proportional; one.ratio = std::nan(""); break;
        default: QFAIL("no such kind");
        }
        const data::Dataset dataset = sixCameras();
        const auto selection = select::selectFrames(dataset, one);
        QVERIFY(!selection);
        QVERIFY(!select::quotasFor(dataset, one));
        QVERIFY(selection.error().code == ErrorCode::BadInput);
        const std::string sentence = describe(selection.error());
        for (const QString& word : words.split(QLatin1Char('|')))
            QVERIFY2(sentence.find(word.toStdString()) != std::string::npos, sentence.c_str());
        QVERIFY(!selection.error().advice.empty());
    }

    void knowsItsStrategies() {
        for (const char* name : {"random", "equal", "proportional", "counts", "most-objects", "most-classes", "diverse", "uncertain", "disagreement", "all"})
            QCOMPARE(select::strategyName(*select::strategyFromName(name)), name);
        const auto unknown = select::strategyFromName("best");
        QVERIFY(!unknown);
        QVERIFY(unknown.error().code == ErrorCode::Usage);
        QVERIFY(describe(unknown.error()).find("random, equal, proportional, counts, most-objects, most-classes, diverse, uncertain, disagreement, all") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestSelection)
#include "tst_selection.moc"
