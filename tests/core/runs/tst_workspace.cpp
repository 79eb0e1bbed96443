// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include <QtTest>

#include "core/data/data_yaml.h"
#include "core/data/list_files.h"
#include "core/runs/class_names.h"
#include "core/runs/workspace.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/small_disk.h"

using namespace intersect;
using tests::Scratch;
namespace fs = std::filesystem;
using Names = std::vector<std::string>;

namespace {

/// Names of all that lies below a folder, sorted.
Names below(const fs::path& folder) {
    Names names;
    if (fs::exists(folder)) {
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            names.push_back(entry.path().lexically_relative(folder).string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<fs::path> images(const Scratch& scratch, const std::string& folder, int count) {
    std::vector<fs::path> list;
    for (int i = 0; i < count; ++i)
        list.push_back(scratch.write(folder + "/" + std::to_string(100 + i) + ".jpg", "x"));
    return list;
}

runs::SplitLists listsOf(const Scratch& scratch) {
    return {images(scratch, "d/train", 4), images(scratch, "d/val", 2), images(scratch, "d/test", 3), {"car", "bus"}};
}

select::Selection selectionOf(const Scratch& scratch) {
    select::Selection selection;
    selection.strategy = "equal";
    selection.seed = 4294967295U;
    selection.images = images(scratch, "d/Q2/1 \"7\": 0#", 3);
    selection.count = 3;
    selection.cameras = {{"Q2/1 \"7\": 0#", "1 \"7\": 0#", 45, 100.0 / 3, 33, 3}};
    selection.notes = {"Camera Q2/170: dealt on."};
    return selection;
}

} // namespace

class TestWorkspace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void makesAndOpensAWorkspace() {
        Scratch scratch;
        fs::create_directories(scratch.path("data"));
        const auto made = runs::createWorkspace(scratch.path("ws"), scratch.path("data"), {"car", "no", "1"});
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        QCOMPARE(below(scratch.path("ws")), (Names{"cache", "runs", "selections", "workspace.yaml"}));
        const auto opened = runs::openWorkspace(scratch.path("ws"));
        QVERIFY(opened.has_value());
        QCOMPARE(opened->dataRoot.string(), scratch.path("data").string());
        QCOMPARE(opened->names, (Names{"car", "no", "1"}));
        QVERIFY(fs::is_empty(scratch.path("data"))); // nothing goes into the data set

        fs::create_directories(scratch.path("ws/selections/b"));
        fs::create_directories(scratch.path("ws/selections/a"));
        fs::create_directories(scratch.path("ws/runs/r1"));
        scratch.write("ws/runs/stray.txt", "x");
        QCOMPARE(runs::selectionNames(*opened), (Names{"a", "b"}));
        QCOMPARE(runs::runNames(*opened), (Names{"r1"}));
    }

    void opensOnlyTheSameDataAgain() {
        Scratch scratch;
        fs::create_directories(scratch.path("data"));
        fs::create_directories(scratch.path("other"));
        QVERIFY(runs::createWorkspace(scratch.path("ws"), scratch.path("data"), {"car"}).has_value());
        const std::string before = tests::bytesOf(scratch.path("ws/workspace.yaml"));
        const auto again = runs::createWorkspace(scratch.path("ws"), scratch.path("data/../data"), {"other names"});
        QVERIFY(again.has_value());
        QCOMPARE(again->names, (Names{"car"}));
        const auto other = runs::createWorkspace(scratch.path("ws"), scratch.path("other"), {});
        QVERIFY(!other);
        QVERIFY(other.error().message.find(scratch.path("other").string()) != std::string::npos);
        QCOMPARE(tests::bytesOf(scratch.path("ws/workspace.yaml")), before);
        QVERIFY(!runs::createWorkspace(scratch.path("ws2"), scratch.path("nowhere"), {}));
        QVERIFY(!fs::exists(scratch.path("ws2")));
    }

    void openNamesFileAndLine_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("word");
        QTest::newRow("no version") << QByteArray("data_root: /\n") << 1 << "version";
        QTest::newRow("newer") << QByteArray("data_root: /\nversion: 99\n") << 2 << "newer";
        QTest::newRow("no data") << QByteArray("version: 1\n") << 1 << "data_root";
        QTest::newRow("missing data") << QByteArray("version: 1\ndata_root: /no/such/folder\n") << 0 << "/no/such/folder";
        QTest::newRow("names a word") << QByteArray("version: 1\ndata_root: /\nnames: car\n") << 3 << "names";
        QTest::newRow("nested names") << QByteArray("version: 1\ndata_root: /\nnames:\n  - [a]\n") << 4 << "name";
        QTest::newRow("not YAML") << QByteArray("version: 1\ndata_root: [\n") << 3 << "YAML";
        QTest::newRow("a list") << QByteArray("- 1\n") << 1 << "workspace";
    }
    void openNamesFileAndLine() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(QString, word);
        Scratch scratch;
        const auto file = scratch.write("ws/workspace.yaml", text.toStdString());
        const auto workspace = runs::openWorkspace(scratch.path("ws"));
        QVERIFY(!workspace);
        QCOMPARE(workspace.error().path.string(), file.string());
        QCOMPARE(workspace.error().line, line);
        QVERIFY2(workspace.error().message.find(word.toStdString()) != std::string::npos, workspace.error().message.c_str());
        QVERIFY(!workspace.error().advice.empty());
        const auto none = runs::openWorkspace(scratch.path());
        QVERIFY(!none);
        QVERIFY(none.error().message.find("workspace.yaml") != std::string::npos);
    }

    void readsTheSelectionItWrote() {
        Scratch scratch;
        const select::Selection selection = selectionOf(scratch);
        const auto file = scratch.write("sel", runs::formatSelection(selection));
        const auto back = runs::readSelection(file);
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QCOMPARE(back->strategy, selection.strategy);
        QCOMPARE(back->seed, selection.seed);
        QCOMPARE(back->count, selection.count);
        QVERIFY(back->images == selection.images);
        QCOMPARE(back->notes, selection.notes);
        QCOMPARE(back->cameras.size(), std::size_t{1});
        QCOMPARE(back->cameras[0].camera, selection.cameras[0].camera);
        QCOMPARE(back->cameras[0].name, selection.cameras[0].name);
        QCOMPARE(back->cameras[0].exact, selection.cameras[0].exact); // to the last bit
        QCOMPARE(back->cameras[0].quota, 33);
        QVERIFY(runs::imagesOfListOrSelection(file).value() == selection.images); // told by its text, not by its name
        const auto list = scratch.write("list", data::formatImageList(selection.images));
        QVERIFY(runs::imagesOfListOrSelection(list).value() == selection.images);
    }

    void keepsNamesThatAreNotUtf8() {
        Scratch scratch;
        select::Selection selection = selectionOf(scratch);
        selection.images = {scratch.write("d/\xE4\xFF" "100%.jpg", "x"), scratch.write("d/100%25.jpg", "x")};
        selection.count = 2;
        const auto back = runs::readSelection(scratch.write("sel", runs::formatSelection(selection)));
        QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
        QVERIFY(back->images == selection.images);
    }

    void selectionNamesFileAndLine_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<QString>("word");
        QTest::newRow("no images") << QByteArray("strategy: equal\nseed: 1\n") << 1 << "no images";
        QTest::newRow("seed too large") << QByteArray("strategy: equal\nseed: 4294967296\nimages: [a.jpg]\n") << 2 << "seed";
        QTest::newRow("seed missing") << QByteArray("strategy: equal\nimages: [a.jpg]\n") << 1 << "seed";
        QTest::newRow("count differs") << QByteArray("strategy: equal\nseed: 1\ncount: 2\nimages: [a.jpg]\n") << 3 << "count: 2";
        QTest::newRow("missing image") << QByteArray("strategy: equal\nseed: 1\nimages:\n  - a.jpg\n  - gone.jpg\n") << 5 << "gone.jpg";
        QTest::newRow("nested image") << QByteArray("strategy: equal\nseed: 1\nimages:\n  - [a.jpg]\n") << 4 << "path";
        QTest::newRow("images a word") << QByteArray("strategy: equal\nseed: 1\nimages: a.jpg\n") << 3 << "list";
        QTest::newRow("camera without quota") << QByteArray("strategy: equal\nseed: 1\nimages: [a.jpg]\ncameras:\n  - {camera: a, available: 3}\n") << 5 << "quota";
        QTest::newRow("torn") << QByteArray("strategy: equal\nseed: 1\nimages:\n  - \"/d/a") << 4 << "YAML";
    }
    void selectionNamesFileAndLine() {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(QString, word);
        Scratch scratch;
        scratch.write("a.jpg", "x");
        const auto file = scratch.write("sel", text.toStdString());
        const auto selection = runs::readSelection(file);
        QVERIFY(!selection);
        QVERIFY(selection.error().code == ErrorCode::BadInput);
        QCOMPARE(selection.error().path.string(), file.string());
        QVERIFY2(selection.error().message.find(word.toStdString()) != std::string::npos, selection.error().message.c_str());
        QCOMPARE(selection.error().line, line);
    }

    void writesTheListsOfASplit() {
        Scratch scratch;
        const runs::SplitLists lists = listsOf(scratch);
        const auto written = runs::writeSplitLists(scratch.path("out"), lists, false);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        QCOMPARE(below(scratch.path("out")), (Names{"data.yaml", "test.txt", "train.txt", "val.txt"}));
        const auto data = data::readDataYaml(scratch.path("out/data.yaml"));
        QVERIFY(data.has_value());
        QCOMPARE(data->names, lists.names);
        QVERIFY(data::imagesOfSplit(*data, "train").value() == lists.train);
        QVERIFY(data::imagesOfSplit(*data, "val").value() == lists.val);
        QVERIFY(data::imagesOfSplit(*data, "test").value() == lists.test);
    }

    void replacesOnlyWhenForced() {
        Scratch scratch;
        runs::SplitLists lists = listsOf(scratch);
        QVERIFY(runs::writeSplitLists(scratch.path("out"), lists, false).has_value());
        scratch.write("out/train.cache", "stale");
        scratch.write("out/mine.txt", "mine");
        scratch.write("out/train.txt.old", "kept by hand");
        const std::string before = tests::bytesOf(scratch.path("out/train.txt"));
        lists.train.pop_back();
        lists.test.clear();
        const auto refused = runs::writeSplitLists(scratch.path("out"), lists, false);
        QVERIFY(!refused);
        QVERIFY(describe(refused.error()).find("--force") != std::string::npos);
        QCOMPARE(tests::bytesOf(scratch.path("out/train.txt")), before);
        QVERIFY(runs::writeSplitLists(scratch.path("out"), lists, true).has_value());
        // The test list of the earlier split would no longer belong to it; what is not ours stays.
        QCOMPARE(below(scratch.path("out")), (Names{"data.yaml", "mine.txt", "train.cache", "train.txt", "train.txt.old", "val.txt"}));
        QVERIFY(tests::bytesOf(scratch.path("out/data.yaml")).find("test:") == std::string::npos);
        QVERIFY(runs::writeSplitLists(scratch.path("out"), lists, true, true).has_value());
        QVERIFY(!fs::exists(scratch.path("out/train.cache")));
    }

    void namesTheFolderThatCannotBeMade() {
        Scratch scratch;
        scratch.write("file", "no folder");
        const auto written = runs::writeSplitLists(scratch.path("file/out"), listsOf(scratch), false);
        QVERIFY(!written);
        const std::string folder = scratch.path("file/out").string();
        QVERIFY2(written.error().message.starts_with("The folder " + folder + " cannot be made: "), written.error().message.c_str());
    }

    void refusesOverlap_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("train and val") << 0;
        QTest::newRow("train and test") << 1;
        QTest::newRow("val and test") << 2;
        QTest::newRow("twice in train") << 3;
        QTest::newRow("by another spelling") << 4;
    }
    void refusesOverlap() {
        QFETCH(int, kind);
        Scratch scratch;
        runs::SplitLists lists = listsOf(scratch);
        switch (kind) {
        case 0: lists.val.push_back(lists.train[1]); break;
        case 1: lists.test.push_back(lists.train[1]); break;
        case 2: lists.test.push_back(lists.val[1]); break;
        case 3: lists.train.push_back(lists.train[0]); break;
        default: lists.val.push_back(scratch.path("d/x/../train/101.jpg")); break;
        }
        const auto written = runs::writeSplitLists(scratch.path("out"), lists, true);
        QVERIFY(!written);
        QVERIFY(written.error().code == ErrorCode::BadInput);
        QVERIFY(written.error().message.find(".jpg stands ") != std::string::npos);
        QVERIFY(!fs::exists(scratch.path("out")));
    }

    void refusesANameOfTwoLines() {
        Scratch scratch;
        runs::SplitLists lists = listsOf(scratch);
        lists.val.push_back(scratch.write("d/a\nb.jpg", "x"));
        const auto written = runs::writeSplitLists(scratch.path("out"), lists, true);
        QVERIFY(!written);
        QVERIFY(!fs::exists(scratch.path("out")));
    }

    void leavesNothingOnAFullDisk() {
        Scratch scratch;
        runs::SplitLists lists = listsOf(scratch);
        lists.val = images(scratch, "d/" + std::string(200, 'v'), 40); // its list alone is too long for the disk
        {
            const tests::SmallDisk disk(4096);
            const auto written = runs::writeSplitLists(scratch.path("out"), lists, false);
            QVERIFY(!written);
            QVERIFY(written.error().code == ErrorCode::Failed);
            QVERIFY2(written.error().message.find(scratch.path("out/val.txt").string() + " cannot be written") != std::string::npos, written.error().message.c_str());
        }
        QVERIFY(!fs::exists(scratch.path("out")));
        // An earlier split stays whole.
        const runs::SplitLists earlier = listsOf(scratch);
        QVERIFY(runs::writeSplitLists(scratch.path("out"), earlier, false).has_value());
        const std::string before = tests::bytesOf(scratch.path("out/train.txt"));
        {
            const tests::SmallDisk disk(4096);
            QVERIFY(!runs::writeSplitLists(scratch.path("out"), lists, true));
        }
        QCOMPARE(below(scratch.path("out")), (Names{"data.yaml", "test.txt", "train.txt", "val.txt"}));
        QCOMPARE(tests::bytesOf(scratch.path("out/train.txt")), before);
    }

    void leavesNothingWhenANameIsTaken() {
        Scratch scratch;
        // A folder with things in it stands where data.yaml, the last of the set, should go.
        scratch.write("out/train.txt", "earlier");
        scratch.write("out/data.yaml/x", "x");
        const Names before = below(scratch.path("out"));
        QVERIFY(!runs::writeSplitLists(scratch.path("out"), listsOf(scratch), true));
        QCOMPARE(below(scratch.path("out")), before);
        QCOMPARE(tests::bytesOf(scratch.path("out/train.txt")), std::string("earlier"));
    }

    void findsClassNamesInTheirOrder() {
        Scratch scratch;
        fs::create_directories(scratch.path("data"));
        const auto image = scratch.write("data/Q2/170/a.jpg", "x");
        scratch.write("data/Q2/170/a.txt", "1 0.5 0.5 0.1 0.1\n");
        const auto resolve = [&](const fs::path& file = {}) { return runs::resolveClassNames(file, {scratch.path("ws/selections/s/lists")}, {image}); };
        const auto coco = resolve();
        QVERIFY(coco.has_value());
        QVERIFY(coco->guessed);
        QCOMPARE(coco->names, data::cocoNames());
        scratch.write("data/a.names", "names\nfile\n");
        QCOMPARE(resolve()->names, (Names{"names", "file"}));
        scratch.write("data/data.yaml", "train: nowhere.txt\nnames: [yaml, file]\n");
        QCOMPARE(resolve()->names, (Names{"yaml", "file"}));
        QVERIFY(runs::createWorkspace(scratch.path("ws"), scratch.path("data"), {"work", "space"}).has_value());
        QCOMPARE(resolve()->names, (Names{"work", "space"}));
        QCOMPARE(resolve(scratch.write("given.names", "given\nhere\n"))->names, (Names{"given", "here"}));
        QVERIFY(!resolve(scratch.path("nowhere.names")));
    }

    void namesALabelWithoutAClass() {
        Scratch scratch;
        std::vector<fs::path> frames = images(scratch, "d", 20);
        for (int i = 5; i < 20; ++i)
            scratch.write("d/" + std::to_string(100 + i) + ".txt", "0 0.5 0.5 0.1 0.1\n80 0.5 0.5 0.2 0.2\n");
        for (int round = 0; round < 5; ++round) {
            const auto names = runs::resolveClassNames({}, {}, frames);
            QVERIFY(!names);
            QCOMPARE(names.error().path.string(), scratch.path("d/105.txt").string()); // the first, whichever thread was first
            QCOMPARE(names.error().line, 2);
            QVERIFY(names.error().message.find("class 80") != std::string::npos);
            QVERIFY(names.error().advice.find("--names") != std::string::npos);
        }
    }
};

QTEST_APPLESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
