// SPDX-License-Identifier: GPL-3.0-or-later
// Pins, bars, near-duplicates, usefulness, and the strategies that put frames in an order of their own.
#include <algorithm>
#include <set>

#include <QtTest>

#include "core/select/presets.h"
#include "core/select/python_random.h"
#include "core/select/selection.h"
#include "tests/support/made_dataset.h"

using namespace intersect;
using select::Strategy;
using tests::datasetOf;

namespace {

using Paths = std::vector<std::filesystem::path>;

select::SelectionRequest request(Strategy strategy, std::int64_t count, std::uint32_t seed = 7) {
    select::SelectionRequest one;
    one.strategy = strategy;
    one.count = count;
    one.seed = seed;
    return one;
}

Paths framesOf(const data::Dataset& dataset, const std::vector<int>& indices) {
    Paths paths;
    for (const int i : indices)
        paths.push_back(dataset.frames[static_cast<std::size_t>(i)].path);
    return paths;
}

std::vector<std::int64_t> selectedOf(const select::Selection& selection) {
    std::vector<std::int64_t> counts;
    for (const select::CameraQuota& quota : selection.cameras)
        counts.push_back(quota.selected);
    return counts;
}

bool holds(const select::Selection& selection, const std::filesystem::path& frame) {
    return std::find(selection.images.begin(), selection.images.end(), frame) != selection.images.end();
}

/// Each frame once, as many as asked, and as many of each camera as the table says.
void verify(const data::Dataset& dataset, const select::Selection& selection, std::int64_t count) {
    QCOMPARE(static_cast<std::int64_t>(selection.images.size()), count);
    QCOMPARE(std::set<std::string>(selection.images.begin(), selection.images.end()).size(), selection.images.size());
    for (const select::CameraQuota& quota : selection.cameras) {
        const auto here = std::count_if(selection.images.begin(), selection.images.end(), [&](const auto& image) { return image.parent_path() == dataset.root / quota.camera; });
        QCOMPARE(static_cast<std::int64_t>(here), quota.selected);
    }
}

std::vector<int> indicesOf(const data::Dataset& dataset, const select::Selection& selection) {
    std::vector<int> indices;
    for (const auto& image : selection.images) {
        for (std::size_t i = 0; i < dataset.frames.size(); ++i) {
            if (dataset.frames[i].path == image)
                indices.push_back(static_cast<int>(i));
        }
    }
    return indices;
}

} // namespace

class TestChosenFrames : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsPinsAndLeavesOutBars_data() {
        QTest::addColumn<int>("strategy");
        for (const Strategy strategy : select::strategies())
            QTest::newRow(select::strategyName(strategy)) << static_cast<int>(strategy);
    }
    void keepsPinsAndLeavesOutBars() {
        QFETCH(int, strategy);
        data::Dataset dataset = datasetOf({{"Q2", "a", 20}, {"Q2", "b", 20}, {"Q2", "c", 20}});
        std::vector<std::vector<int>> classes(60, std::vector<int>{2});
        classes[0] = {2, 2, 2, 5, 7}; // the best by objects and by classes is barred
        tests::label(dataset, classes);
        select::FrameMeasures measures;
        measures.scores.assign(60, 0.5);
        measures.featureWidth = 1;
        for (int i = 0; i < 60; ++i)
            measures.features.push_back(static_cast<float>(i));
        auto one = request(static_cast<Strategy>(strategy), 12);
        one.ranking = {"a", "b", "c"};
        one.counts = {{"a", 6}, {"b", 4}, {"c", 2}};
        one.pins = framesOf(dataset, {3, 5, 45});
        one.bars = framesOf(dataset, {0, 20, 21, 59});
        if (one.strategy == Strategy::All)
            one.count = 56;
        for (std::uint32_t seed = 0; seed < 20; ++seed) { // pins survive every redraw
            one.seed = seed;
            const auto selection = select::selectFrames(dataset, one, measures);
            QVERIFY2(selection.has_value(), selection ? "" : selection.error().message.c_str());
            verify(dataset, *selection, one.count);
            for (const auto& pin : one.pins)
                QVERIFY(holds(*selection, pin));
            for (const auto& bar : one.bars)
                QVERIFY(!holds(*selection, bar));
            QVERIFY(selection->pins == one.pins);
            QCOMPARE(selection->cameras[0].available, 19);
        }
    }

    void pinsCountInTheQuotas() {
        const data::Dataset dataset = datasetOf({{"Q2", "a", 20}, {"Q2", "b", 20}, {"Q2", "c", 20}});
        auto equal = request(Strategy::Equal, 12);
        equal.pins = framesOf(dataset, {0, 1, 2});
        QVERIFY((selectedOf(*select::selectFrames(dataset, equal)) == std::vector<std::int64_t>{4, 4, 4}));
        // More pins than the camera's share: it gives them all, the others the fewer.
        equal.pins = framesOf(dataset, {0, 1, 2, 3, 4, 5});
        const auto more = select::selectFrames(dataset, equal);
        QVERIFY((selectedOf(*more) == std::vector<std::int64_t>{6, 3, 3}));
        QCOMPARE(more->cameras[0].quota, 4);
        QCOMPARE(more->notes.size(), std::size_t{1});
        QVERIFY(more->notes[0].find("6 pinned") != std::string::npos);
        // Without pins and bars the choice is Python's; a bar shortens the list it samples from.
        auto random = request(Strategy::Random, 5, 42);
        random.bars = framesOf(dataset, {7});
        const auto wanted = select::PythonRandom(42).sample(59, 5);
        const auto got = indicesOf(dataset, *select::selectFrames(dataset, random));
        for (std::size_t i = 0; i < wanted.size(); ++i)
            QCOMPARE(got[i], static_cast<int>(wanted[i]) + (wanted[i] >= 7 ? 1 : 0));
    }

    void refusesImpossiblePins_data() {
        QTest::addColumn<std::vector<int>>("pins");
        QTest::addColumn<std::vector<int>>("bars");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("word");
        QTest::newRow("pinned and barred") << std::vector<int>{1, 2} << std::vector<int>{2} << 5 << "both pinned and barred";
        QTest::newRow("twice") << std::vector<int>{1, 1} << std::vector<int>{} << 5 << "twice";
        QTest::newRow("more than the budget") << std::vector<int>{1, 2, 3} << std::vector<int>{} << 2 << "3 frames are pinned";
        QTest::newRow("not in the pool") << std::vector<int>{1, 25, 26} << std::vector<int>{} << 5 << "1 more";
        QTest::newRow("budget above what is left") << std::vector<int>{} << std::vector<int>{1, 2} << 19 << "only 18";
    }
    void refusesImpossiblePins() {
        QFETCH(std::vector<int>, pins);
        QFETCH(std::vector<int>, bars);
        QFETCH(int, count);
        QFETCH(QString, word);
        const data::Dataset dataset = datasetOf({{"Q1", "a", 20}, {"Q2", "b", 20}});
        auto one = request(Strategy::Random, count);
        one.pools = {"Q1"};
        one.pins = framesOf(dataset, pins);
        one.bars = framesOf(dataset, bars);
        const auto refused = select::selectFrames(dataset, one);
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::BadInput);
        QVERIFY2(refused.error().message.find(word.toStdString()) != std::string::npos, refused.error().message.c_str());
        QVERIFY(!refused.error().advice.empty());
    }

    void refusesCountsBelowTheirPins() {
        const data::Dataset dataset = datasetOf({{"Q2", "a", 20}, {"Q2", "b", 20}});
        auto one = request(Strategy::Counts, 0);
        one.counts = {{"a", 1}, {"b", 4}};
        one.pins = framesOf(dataset, {0, 1});
        const auto refused = select::selectFrames(dataset, one);
        QVERIFY(!refused && refused.error().message.find("2 pinned frames, but its count is 1") != std::string::npos);
    }

    void takesOneOfNearDuplicates() {
        const data::Dataset dataset = datasetOf({{"Q2", "a", 6}, {"Q2", "b", 6}});
        select::FrameMeasures measures;
        measures.groups = {0, 0, 0, 3, 4, 4, 6, 7, 8, 9, 4, 11}; // 0 1 2 alike; 4 5 and 10 of the other camera
        const auto all = select::selectFrames(dataset, request(Strategy::All, 0), measures);
        QVERIFY((indicesOf(dataset, *all) == std::vector<int>{0, 3, 4, 6, 7, 8, 9, 11}));
        // A pinned one stands for its group, two pinned ones both stay.
        auto pinned = request(Strategy::All, 0);
        pinned.pins = framesOf(dataset, {1, 2, 10});
        QVERIFY((indicesOf(dataset, *select::selectFrames(dataset, pinned, measures)) == std::vector<int>{1, 2, 3, 6, 7, 8, 9, 10, 11}));
        const auto refused = select::selectFrames(dataset, request(Strategy::Random, 9), measures);
        QVERIFY(!refused && refused.error().message.find("only 8") != std::string::npos);
    }

    void dealsByUsefulness() {
        const data::Dataset dataset = datasetOf({{"Q2", "a", 50}, {"Q2", "b", 50}, {"Q2", "c", 50}});
        auto one = request(Strategy::Proportional, 10);
        one.usefulness = {{"a", 1}, {"Q2/b", 2}, {"c", 1}}; // by name or id; exactly 2.5, 5, 2.5
        const auto selection = select::selectFrames(dataset, one);
        QVERIFY(selection.has_value());
        QVERIFY((selectedOf(*selection) == std::vector<std::int64_t>{3, 5, 2}));
        QCOMPARE(selection->cameras[2].exact, 2.5);
        for (const auto& [usefulness, word] : std::vector<std::pair<std::map<std::string, double>, std::string>>{
                 {{{"a", 1}, {"b", 2}}, "Q2/c is not given"}, {{{"a", 1}, {"b", 2}, {"c", -1}}, "-1"}, {{{"a", 0}, {"b", 0}, {"c", 0}}, "above 0"},
                 {{{"a", 1}, {"b", 1}, {"c", 1}, {"Q2/a", 3}}, "twice"}, {{{"x", 1}}, "\"x\""}}) {
            one.usefulness = usefulness;
            const auto refused = select::selectFrames(dataset, one);
            QVERIFY(!refused);
            QVERIFY2(refused.error().message.find(word) != std::string::npos, refused.error().message.c_str());
        }
    }

    void takesTheMostObjectsAndClasses() {
        data::Dataset dataset = datasetOf({{"Q2", "a", 4}, {"Q2", "b", 4}});
        tests::label(dataset, {{2}, {2, 2, 2, 2}, {2, 5}, {}, {2, 2, 2}, {2, 5, 7}, {2, 2}, {2}});
        const auto objects = select::selectFrames(dataset, request(Strategy::MostObjects, 3));
        auto indices = indicesOf(dataset, *objects);
        QCOMPARE(indices[0], 1); // four objects come first, the two frames with three in either order
        QVERIFY((std::set<int>(indices.begin() + 1, indices.end()) == std::set<int>{4, 5}));
        const auto classes = select::selectFrames(dataset, request(Strategy::MostClasses, 2));
        QVERIFY((indicesOf(dataset, *classes) == std::vector<int>{5, 2}));
        auto each = request(Strategy::MostObjects, 4);
        each.perCamera = true;
        const auto shared = select::selectFrames(dataset, each);
        QVERIFY((selectedOf(*shared) == std::vector<std::int64_t>{2, 2}));
        indices = indicesOf(dataset, *shared);
        QVERIFY((std::set<int>(indices.begin(), indices.end()) == std::set<int>{1, 2, 4, 5}));
        // Frames of equal score are drawn by lot: no frame is always in, none always out.
        std::set<int> seen;
        for (std::uint32_t seed = 0; seed < 40; ++seed) {
            const auto drawn = select::selectFrames(dataset, request(Strategy::MostClasses, 4, seed));
            for (const int i : indicesOf(dataset, *drawn))
                seen.insert(i);
        }
        QVERIFY((seen == std::set<int>{0, 1, 2, 4, 5, 6, 7}));
    }

    void takesByScore() {
        const data::Dataset dataset = datasetOf({{"Q1", "x", 2}, {"Q2", "a", 3}, {"Q2", "b", 3}});
        select::FrameMeasures measures;
        measures.scores = {99, 98, 1, 5, 3, 2, 4, 6};
        auto one = request(Strategy::Uncertain, 3);
        one.pools = {"Q2"};
        QVERIFY((indicesOf(dataset, *select::selectFrames(dataset, one, measures)) == std::vector<int>{7, 3, 6}));
        one.strategy = Strategy::Disagreement;
        QVERIFY((indicesOf(dataset, *select::selectFrames(dataset, one, measures)) == std::vector<int>{7, 3, 6}));
        const auto missing = select::selectFrames(dataset, one);
        QVERIFY(!missing && missing.error().advice.find("--weights") != std::string::npos);
    }

    void diverseFramesLieApart() {
        // Three heaps of points on a line: 0..9, 100..109, 200..209.
        const data::Dataset dataset = datasetOf({{"Q2", "a", 10}, {"Q2", "b", 10}, {"Q2", "c", 10}});
        select::FrameMeasures measures;
        measures.featureWidth = 2;
        for (int i = 0; i < 30; ++i) {
            measures.features.push_back(static_cast<float>(i / 10 * 100 + i % 10));
            measures.features.push_back(1);
        }
        for (std::uint32_t seed = 0; seed < 10; ++seed) {
            const auto three = select::selectFrames(dataset, request(Strategy::Diverse, 3, seed), measures);
            QVERIFY((selectedOf(*three) == std::vector<std::int64_t>{1, 1, 1}));
        }
        // A pinned frame is a centre already: the next two lie in the other heaps.
        auto pinned = request(Strategy::Diverse, 3);
        pinned.pins = framesOf(dataset, {4});
        QVERIFY((indicesOf(dataset, *select::selectFrames(dataset, pinned, measures)) == std::vector<int>{4, 29, 16})); // 209 is 205 away; then 106, 102 from 4 and 103 from 209
    }

    void knowsTheExercise() {
        const data::Dataset dataset = datasetOf({{"Q2", "170", 200}, {"Q2", "173", 200}, {"Q2", "398", 200}, {"Q2", "410", 200}, {"Q2", "495", 200}, {"Q2", "511", 200}});
        const std::map<std::string, std::vector<std::int64_t>> wanted = {{"Exercise WAY3 exact", {25, 35, 38, 31, 43, 28}}, {"Exercise WAY3 as printed", {24, 35, 39, 31, 44, 27}}};
        for (const select::Preset& preset : select::presets()) {
            const auto selection = select::selectFrames(dataset, preset.request);
            QVERIFY(selection.has_value());
            verify(dataset, *selection, 200);
            if (const auto counts = wanted.find(preset.name); counts != wanted.end())
                QVERIFY(selectedOf(*selection) == counts->second);
            QCOMPARE(select::presetFromName(preset.name)->name, preset.name);
        }
        QCOMPARE(select::presetFromName("way2")->request.strategy, Strategy::Equal);
        QVERIFY(!select::presetFromName("WAY4"));
    }
};

QTEST_APPLESS_MAIN(TestChosenFrames)
#include "tst_chosen_frames.moc"
