// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <QProcess>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "tests/support/cli_outcome.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"
#include "tests/support/small_disk.h"

using nlohmann::json;
using intersect::tests::Outcome;
using intersect::tests::Scratch;
using intersect::tests::run;
using intersect::tests::linesOf;
namespace tests = intersect::tests;
namespace fs = std::filesystem;

namespace {

/// Six cameras with 200 frames each in Q2, two in Q1, and 10 of each in test: tiny pictures, labelled.
const fs::path& dataset() {
    static const Scratch scratch;
    static const bool made = [] {
        const std::string picture = tests::bmpBytes(4, 3);
        const auto camera = [&](const std::string& pool, const std::string& name, int frames, int hour) {
            fs::create_directories(scratch.path(pool + "/" + name));
            for (int i = 0; i < frames; ++i) {
                const std::string number = std::to_string(1000000 + i * 60).substr(1);
                const std::string stem = pool + "/" + name + "/" + name + "-20160429-" + (hour < 10 ? "0" : "") + std::to_string(hour) + "-" + number;
                scratch.write(stem + ".bmp", picture);
                scratch.write(stem + ".txt", "2 0.5 0.5 0.25 0.5\n7 0.25 0.5 0.125 0.5\n");
            }
        };
        for (const char* name : {"170", "173", "398", "410", "495", "511"}) {
            camera("Q2", name, 200, 7);
            camera("test", name, 10, 15);
        }
        camera("Q1", "173", 20, 9);
        return true;
    }();
    static const fs::path root = made ? scratch.path() : fs::path();
    return root;
}

using Words = std::vector<std::string>;

/// A row of a table of refusals: arguments, exit code, what the message must say.
void row(const char* name, const Words& arguments, int code, const Words& words) {
    QTest::newRow(name) << arguments << code << words;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace


class TestCliData : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // --- scan -----------------------------------------------------------------------------------------------------
    void scansToJson() {
        const Outcome scan = run({"scan", dataset().string(), "--json"});
        VERIFY_CODE(scan, 0);
        const json document = scan.document();
        QCOMPARE(document["root"].get<std::string>(), dataset().string());
        QCOMPARE(document["images"].get<int>(), 1280);
        QCOMPARE(document["boxes"].get<int>(), 2560);
        QCOMPARE(document["pools"].size(), std::size_t{3});
        const json& pool = document["pools"][1];
        QCOMPARE(pool["name"].get<std::string>(), std::string("Q2"));
        QCOMPARE(pool["images"].get<int>(), 1200);
        QCOMPARE(pool["boxes"].get<int>(), 2400);
        const json wanted = {{"camera", "Q2/170"}, {"images", 200}, {"labelled", 200}, {"boxes", 400}, {"classes", {{"2", 200}, {"7", 200}}}};
        QCOMPARE(QString::fromStdString(pool["cameras"][0].dump()), QString::fromStdString(wanted.dump()));
        QVERIFY(document["findings"].empty());
    }

    void scansRealFrames() {
        NEED_SHARED("data/citycam-mini");
        const Outcome scan = run({"scan", tests::shared("data/citycam-mini").string(), "--json", "--quiet"});
        VERIFY_CODE(scan, 0);
        QVERIFY(scan.err.empty());
        const std::map<std::string, std::pair<int, int>> wanted = {{"Q1", {146, 621}}, {"Q2", {275, 2320}}, {"Q3", {162, 0}}, {"test", {216, 1602}}};
        const json document = scan.document();
        QCOMPARE(document["pools"].size(), wanted.size());
        for (const json& pool : document["pools"])
            QVERIFY((wanted.at(pool["name"]) == std::pair<int, int>{pool["images"], pool["boxes"]}));
    }

    void tellsFaultsWithPathAndLine() {
        Scratch scratch;
        const std::map<std::string, std::string> rows = {{"nan", "2 nan 0.5 0.1 0.1"}, {"six", "2 0.5 0.5 0.1 0.1 0.9"}, {"range", "2 1.5 0.5 0.1 0.1"},
                                                         {"word", "car 0.5 0.5 0.1 0.1"}, {"short", "2 0.5 0.5"}, {"good", "3 0.5 0.5 0.1 0.1"}};
        for (const auto& [name, row] : rows) {
            scratch.write("Q2/cam/" + name + ".bmp", tests::bmpBytes(4, 3));
            scratch.write("Q2/cam/" + name + ".txt", "2 0.5 0.5 0.2 0.2\n" + row + "\n");
        }
        scratch.write("Q2/cam/broken.jpg", "not a picture");
        const Outcome scan = run({"scan", scratch.path().string(), "--json"});
        VERIFY_CODE(scan, 1); // finished, with findings of severity error
        std::map<std::string, json> lines;
        const json document = scan.document();
        for (const json& finding : document["findings"]) {
            QCOMPARE(finding["severity"].get<std::string>(), std::string("error"));
            lines[fs::path(finding["path"].get<std::string>()).stem().string()] = finding["line"];
        }
        QCOMPARE(lines.size(), std::size_t{6});
        for (const char* name : {"nan", "six", "range", "word", "short"})
            QCOMPARE(lines[name].get<int>(), 2);
        QVERIFY(lines["broken"].is_null());
        const Outcome text = run({"scan", scratch.path().string()});
        VERIFY_CODE(text, 1);
        QVERIFY(has(text.out, "error: " + scratch.path("Q2/cam/six.txt").string() + ":2: "));
        QVERIFY(has(text.out, "Findings: 6 errors, 0 warnings, 0 notes"));
    }

    void refusesFoldersWithoutImages() {
        Scratch scratch;
        fs::create_directories(scratch.path("empty"));
        for (const char* name : {"empty", "nowhere"}) {
            for (const char* verb : {"scan", "select"}) {
                std::vector<std::string> arguments = {verb, scratch.path(name).string(), "--json"};
                if (std::string(verb) == "select")
                    arguments.insert(arguments.end(), {"--count", "5", "--out", scratch.path("sel").string()});
                const Outcome refused = run(arguments);
                VERIFY_CODE(refused, 3);
                QVERIFY(refused.out.empty());
                const json error = json::parse(refused.err)["error"];
                QCOMPARE(error["code"].get<std::string>(), std::string("bad_input"));
                QVERIFY(has(error["message"], scratch.path(name).string()));
                QVERIFY(!error["advice"].get<std::string>().empty());
            }
        }
        QVERIFY(!fs::exists(scratch.path("sel")));
    }

    // --- select -----------------------------------------------------------------------------------------------------
    void selectsEqually() {
        Scratch scratch;
        const std::string out = scratch.path("sel").string();
        const Outcome select = run({"select", dataset().string(), "--pool", "Q2", "--count", "200", "--strategy", "equal", "--seed", "777", "--out", out});
        VERIFY_CODE(select, 0);
        int lines = 0, sum = 0;
        for (const char* name : {"170", "173", "398", "410", "495", "511"}) {
            for (const int count : {33, 34}) {
                if (has(select.out, std::string("Number of paths from folder ") + name + ": " + std::to_string(count) + "\n")) {
                    ++lines;
                    sum += count;
                }
            }
        }
        QCOMPARE(lines, 6);
        QCOMPARE(sum, 200);
        QVERIFY(has(select.out, "Seed: 777\n"));
        QVERIFY(has(tests::bytesOf(out), "seed: 777\n"));
        // The same once more as JSON, to the frame; without --force the file stays.
        const std::string before = tests::bytesOf(out);
        const std::vector<std::string> again = {"select", dataset().string(), "--pool", "Q2", "--count", "200", "--strategy", "equal", "--seed", "777", "--out", out, "--json"};
        const Outcome refused = run(again);
        VERIFY_CODE(refused, 3);
        QVERIFY(refused.out.empty() && has(refused.err, "--force"));
        QCOMPARE(tests::bytesOf(out), before);
        auto forced = again;
        forced.push_back("--force");
        const Outcome replaced = run(forced);
        VERIFY_CODE(replaced, 0);
        QCOMPARE(tests::bytesOf(out), before);
        const json document = replaced.document();
        QCOMPARE(document["strategy"].get<std::string>(), std::string("equal"));
        QCOMPARE(document["seed"].get<int>(), 777);
        QCOMPARE(document["count"].get<int>(), 200);
        QCOMPARE(document["images"].size(), std::size_t{200});
        QCOMPARE(document["cameras"].size(), std::size_t{6});
        QCOMPARE(document["cameras"][2]["camera"].get<std::string>(), std::string("Q2/398"));
        for (const char* key : {"available", "quota", "selected"})
            QVERIFY(document["cameras"][0].contains(key));
    }

    void selectsByRankAndByCounts() {
        Scratch scratch;
        const auto countsOf = [](const Outcome& select) {
            std::map<std::string, int> counts;
            const json document = select.document();
            for (const json& camera : document["cameras"])
                counts[fs::path(camera["camera"].get<std::string>()).filename().string()] = camera["selected"];
            return counts;
        };
        const Outcome ranked = run({"select", dataset().string(), "--pool", "Q2", "--count", "200", "--strategy", "proportional", "--ranking", "495,398,173,410,511,170", "--ratio", "0.9",
                                    "--seed", "777", "--out", scratch.path("a").string(), "--json"});
        VERIFY_CODE(ranked, 0);
        QVERIFY((countsOf(ranked) == std::map<std::string, int>{{"495", 43}, {"398", 38}, {"173", 35}, {"410", 31}, {"511", 28}, {"170", 25}}));
        const Outcome counted = run({"select", dataset().string(), "--pool", "Q2", "--strategy", "counts", "--counts", "495=44,398=39", "--counts", "170=24", "--json"});
        VERIFY_CODE(counted, 0);
        QVERIFY((countsOf(counted) == std::map<std::string, int>{{"495", 44}, {"398", 39}, {"173", 0}, {"410", 0}, {"511", 0}, {"170", 24}}));
    }

    void drawsASeedAndTellsIt() {
        std::set<std::uint32_t> seeds;
        for (int i = 0; i < 3; ++i) {
            const Outcome select = run({"select", dataset().string(), "--pool", "Q1", "--pool", "test", "--count", "3", "--json"});
            VERIFY_CODE(select, 0);
            seeds.insert(select.document()["seed"].get<std::uint32_t>());
        }
        QVERIFY(seeds.size() > 1);
        // Names that stand in two pools are told apart.
        const Outcome both = run({"select", dataset().string(), "--pool", "Q1", "--pool", "test", "--camera", "173", "--strategy", "all"});
        VERIFY_CODE(both, 0);
        QVERIFY(has(both.out, "Number of paths from folder Q1/173: 20\n") && has(both.out, "Number of paths from folder test/173: 10\n"));
    }

    void refusesWrongSelections_data() {
        QTest::addColumn<Words>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<Words>("words");
        row("budget above", {"--pool", "Q2", "--count", "5000"}, 3, {"1200", "5000"});
        row("no budget", {"--strategy", "equal"}, 2, {"--count"});
        row("budget a word", {"--count", "many"}, 2, {"many"});
        row("no such strategy", {"--strategy", "best", "--count", "5"}, 2, {"best", "random, equal, proportional, counts"});
        row("no network", {"--strategy", "diverse", "--count", "5"}, 2, {"diverse", "--weights"});
        row("usefulness without proportional", {"--by", "boxes", "--count", "5"}, 2, {"--by boxes", "--strategy proportional"});
        row("usefulness and ranking", {"--strategy", "proportional", "--by", "boxes", "--ranking", "170", "--count", "5"}, 2, {"--ranking and --by"});
        row("no table", {"--strategy", "proportional", "--by", "results", "--count", "5"}, 2, {"--results"});
        row("no such preset", {"--preset", "WAY9"}, 2, {"WAY9", "Exercise WAY1"});
        row("unknown pool", {"--pool", "Q9", "--count", "5"}, 3, {"Q9", "Q1, Q2, test"});
        row("unknown camera", {"--camera", "999", "--count", "5"}, 3, {"999"});
        row("counts a word", {"--strategy", "counts", "--counts", "170=many"}, 2, {"170=many"});
        row("counts above", {"--pool", "Q2", "--strategy", "counts", "--counts", "170=201"}, 3, {"201", "200"});
        row("ranking short", {"--pool", "Q2", "--strategy", "proportional", "--ranking", "170,173", "--count", "20"}, 3, {"Q2/398"});
        row("negative seed", {"--count", "5", "--seed", "-1"}, 2, {"seed"});
        row("unknown option", {"--count", "5", "--sede", "1"}, 2, {"--sede"});
    }
    void refusesWrongSelections() {
        QFETCH(Words, arguments);
        QFETCH(int, code);
        QFETCH(Words, words);
        Scratch scratch;
        std::vector<std::string> all = {"select", dataset().string(), "--out", scratch.path("sel").string()};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const Outcome refused = run(all);
        VERIFY_CODE(refused, code);
        QVERIFY(refused.out.empty());
        for (const std::string& word : words)
            QVERIFY2(has(refused.err, word), refused.err.c_str());
        QVERIFY(fs::is_empty(scratch.path()));
    }

    // --- split ------------------------------------------------------------------------------------------------------
    void splitsAndWritesLists() {
        Scratch scratch;
        const std::string sel = selection(scratch);
        const std::string out = scratch.path("lists").string();
        const Outcome split = run({"split", sel, "--train-ratio", "0.8", "--rule", "random", "--seed", "777", "--test", (dataset() / "test").string(), "--out", out});
        VERIFY_CODE(split, 0);
        QVERIFY(has(split.out, "Number of paths written to train.txt: 160\n"));
        QVERIFY(has(split.out, "Number of paths written to val.txt: 40\n"));
        QVERIFY(has(split.out, "Number of paths written to test.txt: 60\n"));
        QVERIFY(has(split.out, "COCO's 80"));
        QVERIFY(has(split.out, out + "/data.yaml"));
        std::set<std::string> all;
        for (const auto& [name, count] : {std::pair{"train", 160U}, {"val", 40U}, {"test", 60U}}) {
            const auto lines = linesOf(out + "/" + name + ".txt");
            QCOMPARE(lines.size(), std::size_t{count});
            for (const std::string& line : lines) {
                QVERIFY(fs::path(line).is_absolute() && fs::is_regular_file(line));
                QVERIFY(all.insert(line).second);
            }
        }
        const std::string yaml = tests::bytesOf(out + "/data.yaml");
        for (const char* key : {"train: ", "val: ", "test: ", "nc: 80\n", "names: [\"person\", "})
            QVERIFY2(has(yaml, key), key);
    }

    void splitsAsScikitLearn() {
        NEED_SHARED("reference/sampling/train_test_split.json");
        Scratch scratch;
        const std::string sel = selection(scratch);
        const std::string out = scratch.path("lists").string();
        const Outcome split = run({"split", sel, "--train-ratio", "0.8", "--rule", "sklearn", "--seed", "777", "--out", out, "--json"});
        VERIFY_CODE(split, 0);
        const json document = split.document();
        QCOMPARE(document["rule"].get<std::string>(), std::string("sklearn"));
        QCOMPARE(document["train"].get<int>() + 1000 * document["val"].get<int>(), 40160);
        QCOMPARE(document["test"].get<int>(), 0);
        QCOMPARE(document["dropped"].get<int>(), 0);
        const json& leak = document["leak"];
        QCOMPARE(leak["val_frames"].get<int>(), 40);
        QCOMPARE(leak["leak_within_s"].get<double>(), 360.0);
        QVERIFY(leak["within"].get<int>() > 0 && leak["median_gap_s"].get<double>() >= 60 && leak["median_gap_frames"].get<double>() >= 1);
        const json wanted = json::parse(tests::bytesOf(tests::shared("reference/sampling/train_test_split.json")))["n200_train_size_0.8"];
        std::vector<std::string> images;
        for (const std::string& line : linesOf(sel)) {
            if (line.starts_with("  - /"))
                images.push_back(line.substr(4));
        }
        QCOMPARE(images.size(), std::size_t{200});
        const auto same = [&](const char* list, const json& indices) {
            const auto lines = linesOf(out + "/" + list);
            for (std::size_t i = 0; i < indices.size(); ++i) {
                if (i >= lines.size() || lines[i] != images[indices[i].get<std::size_t>()])
                    return false;
            }
            return lines.size() == indices.size();
        };
        QVERIFY(same("train.txt", wanted["train"]));
        QVERIFY(same("val.txt", wanted["test"]));
        // scikit-learn rounds test_size up: 1 - 0.7 leaves one frame less to train than train_size 0.7.
        const Outcome bySize = run({"split", sel, "--test-size", "0.30000000000000004", "--rule", "sklearn", "--seed", "777", "--out", out, "--force", "--json"});
        VERIFY_CODE(bySize, 0);
        QCOMPARE(bySize.document()["train"].get<int>(), 139);
    }

    void splitsPlainLists() {
        Scratch scratch;
        std::string text;
        for (int i = 0; i < 10; ++i)
            text += (dataset() / "Q1/173" / ("173-20160429-09-" + std::to_string(1000000 + i * 60).substr(1) + ".bmp")).string() + "\r\n";
        const std::string list = scratch.write("some.txt", "\xEF\xBB\xBF" + text).string();
        const Outcome split = run({"split", list, "--train-ratio", "0.5", "--names", scratch.write("a.names", "a\nb\nc\nd\ne\nf\ng\nh\n").string(), "--out", scratch.path("out").string(), "--json"});
        VERIFY_CODE(split, 0);
        QCOMPARE(split.document()["train"].get<int>(), 5);
        QCOMPARE(split.document()["dropped"].get<int>(), 0);
        QVERIFY(split.document()["seed"].is_number_unsigned());
        QVERIFY(has(tests::bytesOf(scratch.path("out/data.yaml")), "nc: 8\n"));
        QVERIFY(!fs::exists(scratch.path("out/test.txt")));
    }

    void refusesWrongSplits_data() {
        QTest::addColumn<Words>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<Words>("words");
        row("ratio 0", {"SEL", "--train-ratio", "0"}, 2, {" 0,"});
        row("ratio 1", {"SEL", "--train-ratio", "1"}, 2, {" 1,"});
        row("ratio 1.5", {"SEL", "--train-ratio", "1.5"}, 2, {"1.5"});
        row("ratio a comma", {"SEL", "--train-ratio", "0,8"}, 2, {"0,8"});
        row("both shares", {"SEL", "--train-ratio", "0.8", "--test-size", "0.2"}, 2, {"--test-size"});
        row("no such rule", {"SEL", "--rule", "hours"}, 2, {"hours", "random, sklearn, stratified, camera, time-block"});
        row("gap without blocks", {"SEL", "--gap", "60"}, 2, {"--gap", "time-block"});
        row("gap too wide", {"SEL", "--rule", "time-block", "--gap", "100000000"}, 3, {"no train frame"});
        row("twice", {"SEL", "SEL"}, 3, {" and in ", "199 more"});
        row("missing files", {"MISSING"}, 3, {"no-such.jpg", "missing.txt"});
        row("no such list", {"NOWHERE"}, 3, {"nowhere"});
        row("overlap with test", {"SEL", "--test", "POOL"}, 3, {" and in test"});
        row("one image", {"ONE"}, 3, {"1 image"});
        row("missing class", {"SEL", "--names", "NAMES"}, 3, {"class 7", "line 2", "--names"});
        row("no names file", {"SEL", "--names", "NOWHERE"}, 3, {"nowhere"});
    }
    void refusesWrongSplits() {
        QFETCH(Words, arguments);
        QFETCH(int, code);
        QFETCH(Words, words);
        Scratch scratch;
        const std::map<std::string, std::string> places = {{"SEL", selection(scratch)},
                                                           {"MISSING", scratch.write("missing.txt", "no-such.jpg\n").string()},
                                                           {"NOWHERE", scratch.path("nowhere").string()},
                                                           {"POOL", (dataset() / "Q2").string()},
                                                           {"ONE", (dataset() / "Q1/173/173-20160429-09-000000.bmp").string()},
                                                           {"NAMES", scratch.write("few.names", "a\nb\nc\n").string()}};
        std::vector<std::string> all = {"split", "--out", scratch.path("out").string()};
        for (const std::string& argument : arguments) {
            const auto place = places.find(argument);
            all.push_back(place == places.end() ? argument : place->second);
        }
        const Outcome refused = run(all);
        VERIFY_CODE(refused, code);
        QVERIFY(refused.out.empty());
        for (const std::string& word : words)
            QVERIFY2(has(refused.err, word), refused.err.c_str());
        QVERIFY(!fs::exists(scratch.path("out")));
    }

    void neverOverwritesUnasked() {
        Scratch scratch;
        const std::string sel = selection(scratch);
        const std::string out = scratch.path("lists").string();
        VERIFY_CODE(run({"split", sel, "--seed", "1", "--out", out}), 0);
        const std::string before = tests::bytesOf(out + "/train.txt");
        const Outcome refused = run({"split", sel, "--seed", "2", "--out", out});
        VERIFY_CODE(refused, 3);
        QVERIFY(has(refused.err, "--force"));
        QCOMPARE(tests::bytesOf(out + "/train.txt"), before);
        VERIFY_CODE(run({"split", sel, "--seed", "2", "--out", out, "--force"}), 0);
        QVERIFY(tests::bytesOf(out + "/train.txt") != before);
    }

    void leavesNothingHalfWrittenOnAFullDisk() {
        Scratch scratch;
        const std::string sel = selection(scratch);
        Outcome select, split;
        {
            const tests::SmallDisk disk(2048);
            select = run({"select", dataset().string(), "--count", "200", "--out", scratch.path("full/sel").string()});
            split = run({"split", sel, "--out", scratch.path("out").string()});
        }
        VERIFY_CODE(select, 4);
        QVERIFY(has(select.err, scratch.path("full/sel").string() + " cannot be written"));
        QVERIFY(fs::is_empty(scratch.path("full")));
        VERIFY_CODE(split, 4);
        QVERIFY(has(split.err, scratch.path("out/train.txt").string() + " cannot be written"));
        QVERIFY(!fs::exists(scratch.path("out")));
    }

    // --- workspaces ---------------------------------------------------------------------------------------------------
    void sampleReplacesOnlyItsOwn() {
        const Scratch scratch;
        scratch.write("mine/data/thesis.txt", "years of work");
        const Outcome refused = run({"sample", scratch.path("mine").string(), "--frames", "1", "--force"});
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.find("was not written by sample") != std::string::npos, refused.err.c_str());
        QVERIFY(fs::exists(scratch.path("mine/data/thesis.txt")));
        QVERIFY(!fs::exists(scratch.path("mine/workspace")));
        const std::vector<std::string> ours = {"sample", scratch.path("ours").string(), "--frames", "1", "--quiet"};
        QCOMPARE(run(ours).code, 0);
        QCOMPARE(run(ours).code, 3); // not without --force
        std::vector<std::string> again = ours;
        again.push_back("--force");
        QCOMPARE(run(again).code, 0);
    }
    void takesAWorkspaceForItsData() {
        Scratch scratch;
        scratch.write("ws/workspace.yaml", "version: 1\ndata_root: " + dataset().string() + "\nnames: [a, b, car, d, e, f, g, truck]\n");
        const Outcome scan = run({"scan", scratch.path("ws").string(), "--json"});
        VERIFY_CODE(scan, 0);
        QCOMPARE(scan.document()["root"].get<std::string>(), dataset().string());
        const std::string sel = scratch.path("ws/selections/s/selection.yaml").string();
        VERIFY_CODE(run({"select", scratch.path("ws").string(), "--count", "20", "--out", sel}), 0);
        VERIFY_CODE(run({"split", sel, "--out", scratch.path("ws/selections/s").string()}), 0);
        QVERIFY(has(tests::bytesOf(scratch.path("ws/selections/s/data.yaml")), "names: [\"a\", \"b\", \"car\", "));
    }

private:
    /// A selection of 200 frames of Q2, chosen once and copied into the scratch folder.
    static std::string selection(const Scratch& scratch) {
        static const Scratch kept;
        const std::string once = kept.path("sel").string();
        if (!fs::exists(once))
            run({"select", dataset().string(), "--pool", "Q2", "--count", "200", "--strategy", "random", "--seed", "3", "--out", once});
        fs::copy_file(once, scratch.path("sel"));
        return scratch.path("sel").string();
    }
};

QTEST_GUILESS_MAIN(TestCliData)
#include "tst_cli_data.moc"
