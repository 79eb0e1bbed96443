// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include <QTest>

#include "core/data/finding_groups.h"
#include "core/data/frame_filter.h"

using namespace intersect;
using namespace intersect::data;

using Rows = std::vector<std::uint32_t>;

/// The filter of the Data page over a data set made by hand.
class TestFrameFilter : public QObject {
    Q_OBJECT
    Dataset m_set;
    std::vector<FrameUse> m_use;
    std::vector<std::uint32_t> m_findingBegin, m_findingOrder;

    /// A frame of 640x480 of the last camera with boxes {class, width, height in px}.
    struct Box {
        int classId;
        double w, h;
    };
    void frame(const char* name, std::optional<int> hour, bool labelled, std::initializer_list<Box> boxes, FrameUse use = FrameUse::Unused) {
        Frame f;
        f.path = m_set.cameras.back().folder / name;
        f.camera = static_cast<std::uint32_t>(m_set.cameras.size() - 1);
        f.size = {640, 480};
        f.labelled = labelled;
        f.labelBegin = static_cast<std::uint32_t>(m_set.labels.size());
        f.labelCount = static_cast<std::uint32_t>(boxes.size());
        if (hour)
            f.takenAt = 1'616'198'400 + *hour * 3600 + 59; // 2021-03-20 00:00:00
        int line = 0;
        for (const Box& box : boxes)
            m_set.labels.push_back({box.classId, {0.5, 0.5, box.w / 640, box.h / 480}, ++line});
        m_set.frames.push_back(f);
        m_use.push_back(use);
        ++m_set.cameras.back().frameCount;
    }
    void camera(const char* pool, const char* name) {
        Camera c;
        c.pool = pool;
        c.name = name;
        c.folder = std::filesystem::path("/set") / pool / name;
        c.frameBegin = static_cast<std::uint32_t>(m_set.frames.size());
        m_set.cameras.push_back(c);
    }
    FilteredFrames run(const FrameFilter& filter, FrameSort sort = FrameSort::CameraTime, const Rows& cameras = {0, 1}) const {
        return filterFrames(m_set, {m_use, m_findingBegin, m_findingOrder}, cameras, filter, sort);
    }
    Rows rows(const FrameFilter& filter, FrameSort sort = FrameSort::CameraTime) const { return run(filter, sort).frames; }

private Q_SLOTS:
    void initTestCase() {
        camera("Q1", "a");
        frame("a-NOON.jpg", 12, true, {{2, 20, 20}, {2, 100, 100}, {7, 50, 50}}, FrameUse::Train); // 0
        frame("a-night.jpg", 23, true, {{7, 100, 93}}, FrameUse::Val);                             // 1: 9,300 px
        frame("a-empty.jpg", 3, true, {});                                                         // 2
        camera("Q2", "b");
        frame("b-none.jpg", {}, false, {});                                                        // 3
        frame("b-dawn.jpg", 5, true, {{7, 30, 30}, {7, 31, 33}, {3, 100, 100}, {7, 200, 200}}, FrameUse::Test); // 4
        frame("b-last.jpg", 20, true, {{2, 31, 32}}, FrameUse::Chosen);                            // 5
        m_set.findings = {{"label-range", Severity::Warning, "/set/Q1/a/a-NOON.txt", 3, "m", "a"},
                          {"image-truncated", Severity::Error, "/set/Q2/b/b-dawn.jpg", 0, "m", "a"},
                          {"label-range", Severity::Error, "/set/Q2/b/b-dawn.txt", 1, "m", "a"},
                          {"label-range", Severity::Warning, "/set/Q2/b/b-dawn.txt", 2, "m", "a"},
                          {"folder-unreadable", Severity::Error, "/set/Q3", 0, "m", "a"}};
        m_findingBegin = {0, 1, 1, 1, 1, 4, 4};
        m_findingOrder = {0, 1, 2, 3};
    }

    void sizesAreCocos_data() {
        QTest::addColumn<double>("w");
        QTest::addColumn<double>("h");
        QTest::addColumn<int>("wanted");
        QTest::addRow("31 x 33") << 31.0 << 33.0 << 0; // 1023
        QTest::addRow("32 x 32") << 32.0 << 32.0 << 1;
        QTest::addRow("8 x 200") << 8.0 << 200.0 << 1;
        QTest::addRow("95 x 97") << 95.0 << 97.0 << 1; // 9215
        QTest::addRow("96 x 96") << 96.0 << 96.0 << 2;
    }
    void sizesAreCocos() {
        QFETCH(double, w);
        QFETCH(double, h);
        QFETCH(int, wanted);
        const Label label{0, {0.5, 0.5, w / 512, h / 256}, 1}; // exact in binary
        QCOMPARE(static_cast<int>(objectSizeOf(label, {512, 256}).value()), wanted);
        QVERIFY(!objectSizeOf(label, {}).has_value());
    }
    void hours() {
        QCOMPARE(hourOf(0), 0);
        QCOMPARE(hourOf(86399), 23);
        QCOMPARE(hourOf(-1), 23);
        QCOMPARE(hourOf(1'616'198'400 + 7 * 3600), 7);
    }

    void nothingSetPassesAll() {
        QCOMPARE(rows({}), (Rows{0, 1, 2, 3, 4, 5}));
        QCOMPARE(run({}, FrameSort::CameraTime, {1}).frames, (Rows{3, 4, 5}));
        QVERIFY(run({}, FrameSort::CameraTime, {}).frames.empty());
    }
    void aContextMayBeMissing() {
        const FilteredFrames all = filterFrames(m_set, {}, Rows{0, 1}, {});
        QCOMPARE(all.frames.size(), std::size_t(6));
        QCOMPARE(all.counts.uses[0], std::int64_t(6));
        QCOMPARE(all.counts.withFindings, std::int64_t(0));
    }
    void textIsLookedForInTheFileNameOnly() {
        FrameFilter filter;
        filter.text = "a-n";
        QCOMPARE(rows(filter), (Rows{0, 1}));
        filter.text = "Q1";
        QCOMPARE(rows(filter), Rows{});
    }
    void classesSizesAndNumbersSpeakOfTheSameBoxes() {
        FrameFilter filter;
        filter.allClasses = false;
        filter.classes = {7};
        QCOMPARE(rows(filter), (Rows{0, 1, 4}));
        filter.boxesFrom = 2;
        QCOMPARE(rows(filter), Rows{4});
        filter.sizes = {false, false, true};
        QCOMPARE(rows(filter), Rows{}); // one large truck only
        filter.boxesFrom = 0;
        QCOMPARE(rows(filter), (Rows{1, 4}));
        filter.sizes = {true, false, false};
        filter.boxesTo = 1;
        QCOMPARE(rows(filter), Rows{}); // frame 4 has two small ones
        filter.boxesTo = 2;
        QCOMPARE(rows(filter), Rows{4});
        filter.classes = {99};
        QCOMPARE(rows(filter), Rows{});
    }
    void numbersAlone() {
        FrameFilter filter;
        filter.boxesTo = 0;
        QCOMPARE(rows(filter), (Rows{2, 3}));
        filter = {};
        filter.boxesFrom = 3;
        filter.boxesTo = 3;
        QCOMPARE(rows(filter), Rows{0});
    }
    void hoursGoOverMidnight() {
        FrameFilter filter;
        filter.hourFrom = 20;
        filter.hourTo = 5;
        QCOMPARE(rows(filter), (Rows{1, 2, 5}));
        filter.hourFrom = 5;
        filter.hourTo = 20;
        QCOMPARE(rows(filter), (Rows{0, 4}));
        filter.hourFrom = filter.hourTo = 12;
        QCOMPARE(rows(filter), Rows{});
    }
    void labelsFindingsAndUse() {
        FrameFilter filter;
        filter.withoutLabels = true;
        QCOMPARE(rows(filter), Rows{3});
        filter.allClasses = false;
        filter.classes = {2};
        QCOMPARE(rows(filter), Rows{3}); // what is asked for has no boxes
        filter = {};
        filter.withFindings = true;
        QCOMPARE(rows(filter), (Rows{0, 4}));
        filter.findingCode = "image-truncated";
        QCOMPARE(rows(filter), Rows{4});
        filter.findingCode = "folder-unreadable"; // about no frame
        QCOMPARE(rows(filter), Rows{});
        filter = {};
        filter.uses = {false, true, true, false, false};
        QCOMPARE(rows(filter), (Rows{0, 5}));
        filter.boxesFrom = 2;
        QCOMPARE(rows(filter), Rows{0});
    }
    void sorted() {
        QCOMPARE(rows({}, FrameSort::MostBoxes), (Rows{4, 0, 1, 5, 2, 3}));
        QCOMPARE(rows({}, FrameSort::FewestBoxes), (Rows{2, 3, 1, 5, 0, 4}));
        QCOMPARE(rows({}, FrameSort::Time), (Rows{2, 4, 0, 5, 1, 3}));
        FrameFilter trucks;
        trucks.allClasses = false;
        trucks.classes = {7};
        QCOMPARE(rows(trucks, FrameSort::MostBoxes), (Rows{4, 0, 1}));
    }
    void eachChoiceIsCountedAloneInItsGroup() {
        const FilterCounts all = run({}).counts;
        QCOMPARE(all.classes, (std::map<int, std::int64_t>{{2, 2}, {3, 1}, {7, 3}}));
        QCOMPARE(all.sizes, (std::array<std::int64_t, 3>{3, 1, 3}));
        QCOMPARE(all.uses, (std::array<std::int64_t, 5>{2, 1, 1, 1, 1}));
        QCOMPARE(all.hours[12], std::int64_t(1));
        QCOMPARE(std::accumulate(all.hours.begin(), all.hours.end(), std::int64_t(0)), std::int64_t(5));
        QCOMPARE(all.withoutLabels, std::int64_t(1));
        QCOMPARE(all.withFindings, std::int64_t(2));

        FrameFilter filter;
        filter.allClasses = false;
        filter.classes = {3};
        filter.sizes = {false, false, true};
        const FilterCounts some = run(filter).counts;
        QCOMPARE(rows(filter), Rows{4});
        QCOMPARE(some.classes, (std::map<int, std::int64_t>{{2, 1}, {3, 1}, {7, 2}})); // large ones of each
        QCOMPARE(some.sizes, (std::array<std::int64_t, 3>{0, 0, 1}));                  // motorcycles of each size
        QCOMPARE(some.uses, (std::array<std::int64_t, 5>{0, 0, 0, 0, 1}));
        QCOMPARE(some.withFindings, std::int64_t(1));
        // The counts of a chip say what choosing it alone shows.
        filter.classes = {7};
        QCOMPARE(rows(filter).size(), std::size_t(2));
        FrameFilter night;
        night.hourFrom = 20;
        QCOMPARE(run(night).counts.uses, (std::array<std::int64_t, 5>{0, 1, 0, 1, 0}));
        QCOMPARE(run(night).counts.hours[12], std::int64_t(1)); // its own group is not asked
    }
    void stopped() {
        QVERIFY(filterFrames(m_set, {}, Rows{0, 1}, {}, FrameSort::CameraTime, [] { return true; }).frames.empty());
    }

    void findingsAreGroupedByCode() {
        const auto groups = groupFindings(m_set.findings);
        QCOMPARE(groups.size(), std::size_t(3));
        QCOMPARE(groups[0].code, std::string("label-range")); // an error among them, and the most
        QCOMPARE(groups[0].severity, Severity::Error);
        QCOMPARE(groups[0].findings, (Rows{0, 2, 3}));
        QCOMPARE(groups[0].files, 2U);
        QCOMPARE(groups[1].code, std::string("folder-unreadable"));
        QCOMPARE(groups[2].code, std::string("image-truncated"));
        QVERIFY(groupFindings({}).empty());
        const std::vector<Finding> mixed = {{"x", Severity::Note, "/1", 0, "", ""}, {"y", Severity::Warning, "/1", 0, "", ""}};
        QCOMPARE(groupFindings(mixed)[0].code, std::string("y"));
        QCOMPARE(groupFindings(mixed)[1].severity, Severity::Note);
    }
};

QTEST_APPLESS_MAIN(TestFrameFilter)
#include "tst_frame_filter.moc"
