// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/data/list_files.h"
#include "core/runs/selection_edit.h"
#include "core/runs/workspace.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using namespace intersect::runs;
namespace fs = std::filesystem;

/// Frames put into a selection and taken out of it by hand, and taken back.
class TestSelectionEdit : public QObject {
    Q_OBJECT
    tests::Scratch m_scratch;
    std::vector<fs::path> m_frames;
    int m_number = 0;

    /// A folder with selection.yaml over the frames 0 1 2 and, if asked, lists: train 0 1, val 2, test 5.
    fs::path folder(bool selection, bool lists) {
        const std::string name = "selections/s" + std::to_string(++m_number);
        fs::create_directories(m_scratch.path(name));
        if (selection) {
            select::Selection s;
            s.strategy = "equal";
            s.seed = 5;
            s.count = 3;
            s.cameras = {{"Q2/a", "a", 3, 1.5, 2, 2}, {"Q2/b", "b", 3, 1.5, 1, 1}};
            s.images = {m_frames[0], m_frames[1], m_frames[3]};
            m_scratch.write(name + "/selection.yaml", formatSelection(s));
        }
        if (lists) {
            m_scratch.write(name + "/train.txt", data::formatImageList({m_frames[0], m_frames[1]}));
            m_scratch.write(name + "/val.txt", data::formatImageList({m_frames[3]}));
            m_scratch.write(name + "/test.txt", data::formatImageList({m_frames[5]}));
        }
        return m_scratch.path(name);
    }
    static std::vector<fs::path> listOf(const fs::path& file) { return data::readImageList(file).value(); }

private Q_SLOTS:
    void initTestCase() {
        for (const char* camera : {"a", "b"})
            for (int i = 0; i < 3; ++i)
                m_frames.push_back(m_scratch.write(std::string("Q2/") + camera + "/" + std::to_string(i) + ".jpg", "x"));
    }
    void addedAndRemovedWithCounts() {
        const fs::path f = folder(true, false);
        const auto back = editSelection(f, {{{m_frames[4]}, {m_frames[0]}}, {m_frames[1], m_frames[2]}});
        QVERIFY(back.has_value());
        const auto now = readSelection(f / "selection.yaml").value();
        QCOMPARE(now.images, (std::vector<fs::path>{m_frames[0], m_frames[3], m_frames[4]}));
        QCOMPARE(now.count, std::int64_t(3));
        QCOMPARE(now.pins, std::vector<fs::path>{m_frames[4]}); // put in by hand: it stays in the next draw
        QCOMPARE(now.strategy, std::string("equal"));
        QCOMPARE(now.cameras[0].selected, std::int64_t(1));
        QCOMPARE(now.cameras[1].selected, std::int64_t(2));
        QVERIFY(!fs::exists(f / "train.txt"));
        // What was in or out already is not part of the way back.
        QCOMPARE(back->remove, std::vector<fs::path>{m_frames[4]});
        QCOMPARE(back->add.size(), std::size_t(1));
        QCOMPARE(back->add[0].image, m_frames[1]);
        QVERIFY(!back->add[0].pinned);
        QVERIFY(editSelection(f, *back).has_value());
        QVERIFY(readSelection(f / "selection.yaml").value().pins.empty());
    }
    void listsFollowAndComeBack() {
        const fs::path f = folder(true, true);
        const auto back = editSelection(f, {{{m_frames[4]}}, {m_frames[3]}});
        QVERIFY(back.has_value());
        QCOMPARE(listOf(f / "train.txt"), (std::vector<fs::path>{m_frames[0], m_frames[1], m_frames[4]}));
        QCOMPARE(tests::bytesOf(f / "val.txt"), std::string());
        const auto forth = editSelection(f, *back);
        QVERIFY(forth.has_value());
        QCOMPARE(listOf(f / "train.txt"), (std::vector<fs::path>{m_frames[0], m_frames[1]}));
        QCOMPARE(listOf(f / "val.txt"), std::vector<fs::path>{m_frames[3]}); // a val frame is one again
        QVERIFY(editSelection(f, *forth).has_value());
        QCOMPARE(listOf(f / "train.txt").size(), std::size_t(3));
        QCOMPARE(readSelection(f / "selection.yaml").value().images.size(), std::size_t(3));
    }
    void listsAloneStayAlone() {
        const fs::path f = folder(false, true);
        QVERIFY(editSelection(f, {{{m_frames[2]}, {m_frames[0]}}, {m_frames[1]}}).has_value());
        QCOMPARE(listOf(f / "train.txt"), (std::vector<fs::path>{m_frames[0], m_frames[2]}));
        QVERIFY(!fs::exists(f / "selection.yaml"));
    }
    void aNewFolderGetsASelectionByHand() {
        const fs::path f = m_scratch.path("selections/new");
        QVERIFY(editSelection(f, {{{m_frames[2]}}, {}}).has_value());
        const auto made = readSelection(f / "selection.yaml").value();
        QCOMPARE(made.strategy, std::string("by-hand"));
        QCOMPARE(made.images, std::vector<fs::path>{m_frames[2]});
    }
    void nothingToDoWritesNothing() {
        const fs::path f = folder(true, true);
        const auto before = fs::last_write_time(f / "selection.yaml");
        const auto back = editSelection(f, {{{m_frames[0]}}, {m_frames[2]}});
        QVERIFY(back.has_value() && back->isEmpty());
        QCOMPARE(fs::last_write_time(f / "selection.yaml"), before);
    }
    void aFrameOfTestIsRefused() {
        const fs::path f = folder(true, true);
        const auto refused = editSelection(f, {{{m_frames[4]}, {m_frames[5]}}, {m_frames[0]}});
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().path, m_frames[5]);
        QCOMPARE(listOf(f / "train.txt").size(), std::size_t(2));
        QCOMPARE(readSelection(f / "selection.yaml").value().images.size(), std::size_t(3));
    }
};

QTEST_APPLESS_MAIN(TestSelectionEdit)
#include "tst_selection_edit.moc"
