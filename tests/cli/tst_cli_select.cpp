// SPDX-License-Identifier: GPL-3.0-or-later
// What select and split do beyond counting: networks, pins, presets, rules, lists of another machine. From outside.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include <QtTest>

#include <nlohmann/json.hpp>

#include "tests/support/cli_outcome.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using nlohmann::json;
using intersect::tests::Outcome;
using intersect::tests::Scratch;
using intersect::tests::run;
using intersect::tests::linesOf;
namespace tests = intersect::tests;
namespace fs = std::filesystem;

namespace {

std::string listText(const std::vector<std::string>& paths) {
    std::string text;
    for (const std::string& path : paths)
        text += path + "\n";
    return text;
}

/// Pool Q2 with cameras 170 … of 30 frames a minute apart, every third without a label file.
const fs::path& frames() {
    static const Scratch scratch;
    static const bool made = [] {
        for (const char* camera : {"170", "173", "398", "410", "495", "511"}) {
            for (int i = 0; i < 30; ++i) {
                const std::string stem = std::string("Q2/") + camera + "/" + camera + "-20160429-07-" + std::to_string(1'000'000 + 60 * i).substr(1);
                scratch.write(stem + ".bmp", tests::bmpBytes(4, 3));
                if (i % 3 != 2)
                    scratch.write(stem + ".txt", "2 0.5 0.5 0.25 0.5\n");
            }
        }
        return true;
    }();
    static const fs::path root = made ? scratch.path() : fs::path();
    return root;
}

std::vector<std::string> imagesOf(const json& document) {
    return document["images"].get<std::vector<std::string>>();
}

std::map<std::string, int> countsOf(const json& document) {
    std::map<std::string, int> counts;
    for (const json& camera : document["cameras"])
        counts[camera["camera"].get<std::string>().substr(3)] = camera["selected"];
    return counts;
}

std::string cameraOf(const std::string& image) {
    return fs::path(image).parent_path().filename().string();
}

} // namespace


class TestCliSelect : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsPinsInTheFileToo() {
        Scratch scratch;
        const std::string root = frames().string();
        const auto some = imagesOf(run({"select", root, "--count", "8", "--seed", "1", "--json"}).document());
        const std::string pins = scratch.write("pin.txt", listText({some[0], some[1]})).string(), bars = scratch.write("bar.txt", listText({some[2], some[3]})).string();
        const std::string out = scratch.path("sel.yaml").string();
        const Outcome chosen = run({"select", root, "--count", "12", "--strategy", "equal", "--seed", "2", "--pin", pins, "--bar", bars, "--out", out, "--json"});
        VERIFY_CODE(chosen, 0);
        const json document = chosen.document();
        const auto images = imagesOf(document);
        QCOMPARE(images.size(), std::size_t{12});
        for (int i = 0; i < 4; ++i)
            QCOMPARE(std::count(images.begin(), images.end(), some[static_cast<std::size_t>(i)]), i < 2 ? 1 : 0);
        std::set<std::string> named;
        for (const json& pin : document["pins"])
            named.insert(pin);
        QVERIFY((named == std::set<std::string>{some[0], some[1]}));
        const std::string yaml = tests::bytesOf(out);
        QVERIFY(yaml.find("pins:\n  - ") != std::string::npos && yaml.find("barred") != std::string::npos);
        // The file deals on: what it holds is read back by split.
        VERIFY_CODE(run({"split", out, "--seed", "1", "--out", scratch.path("lists").string()}), 0);
    }

    void startsFromAPreset() {
        const Outcome chosen = run({"select", frames().string(), "--preset", "way3 exact", "--count", "60", "--json"});
        VERIFY_CODE(chosen, 0);
        QVERIFY((countsOf(chosen.document()) == std::map<std::string, int>{{"495", 13}, {"398", 12}, {"173", 10}, {"410", 9}, {"511", 8}, {"170", 8}}));
        QCOMPARE(chosen.document()["seed"].get<int>(), 777);
        QCOMPARE(chosen.document()["settings"]["ranking"].get<std::string>(), std::string("495, 398, 173, 410, 511, 170"));
        const Outcome short200 = run({"select", frames().string(), "--preset", "Exercise WAY1"});
        VERIFY_CODE(short200, 3); // 200 of 180
        QVERIFY(short200.err.find("only 180") != std::string::npos);
    }

    void ranksByATableOfResults() {
        Scratch scratch;
        const std::string table = scratch.write("results.csv", "camera,mAP50\n170,1\n173,2\n398,3\n410,1\n495,2\n511,1\n").string();
        const std::vector<std::string> base = {"select", frames().string(), "--strategy", "proportional", "--by", "results", "--results", table, "--count", "20", "--seed", "1", "--json"};
        const Outcome byValue = run(base);
        VERIFY_CODE(byValue, 0);
        QVERIFY((countsOf(byValue.document()) == std::map<std::string, int>{{"170", 2}, {"173", 4}, {"398", 6}, {"410", 2}, {"495", 4}, {"511", 2}}));
        auto withRatio = base;
        withRatio.insert(withRatio.end(), {"--ratio", "0.5"});
        const Outcome byRank = run(withRatio);
        VERIFY_CODE(byRank, 0);
        QCOMPARE(byRank.document()["settings"]["ranking"].get<std::string>(), std::string("398, 173, 495, 170, 410, 511"));
        QCOMPARE(countsOf(byRank.document()).at("398"), 10); // 20 * 32/63 = 10.2
    }

    void looksWithANetwork() {
        NEED_SHARED("weights/yolov5n.pt");
        NEED_SHARED("data/citycam-mini");
        const std::string root = tests::shared("data/citycam-mini").string(), weights = tests::shared("weights/yolov5n.pt").string();
        std::map<std::string, std::set<std::string>> chosen;
        for (const char* strategy : {"diverse", "uncertain", "disagreement"}) {
            const std::vector<std::string> call = {"select", root, "--pool", "Q1", "--camera", "2708", "--count", "10", "--strategy", strategy, "--weights", weights, "--img-size", "320", "--precision", "fp32",
                                                   "--seed", "1", "--json"};
            const Outcome first = run(call);
            VERIFY_CODE(first, 0);
            const auto images = imagesOf(first.document());
            chosen[strategy] = {images.begin(), images.end()};
            QCOMPARE(chosen[strategy].size(), std::size_t{10});
            QVERIFY(imagesOf(run(call).document()) == images);
            QCOMPARE(fs::path(first.document()["settings"]["weights"].get<std::string>()).filename(), fs::path("yolov5n.pt"));
        }
        QVERIFY(chosen["diverse"] != chosen["uncertain"] && chosen["uncertain"] != chosen["disagreement"]);
        // A network agrees with itself: two looks with the same weights differ nowhere, so the choice is by lot and follows the seed.
        std::set<std::vector<std::string>> drawn;
        for (const char* seed : {"1", "2"})
            drawn.insert(imagesOf(run({"select", root, "--pool", "Q1", "--camera", "2708", "--count", "10", "--strategy", "disagreement", "--weights", weights, "--weights", weights, "--img-size", "320",
                                       "--precision", "fp32", "--seed", seed, "--json"})
                                      .document()));
        QCOMPARE(drawn.size(), std::size_t{2});
        const Outcome missed = run({"select", root, "--pool", "Q2", "--count", "30", "--strategy", "proportional", "--by", "missed", "--weights", weights, "--img-size", "320", "--seed", "1", "--json"});
        VERIFY_CODE(missed, 0);
        double sum = 0;
        const json settings = missed.document()["settings"];
        for (const auto& [name, value] : settings.items()) {
            if (name.starts_with("usefulness of "))
                sum += std::stod(value.get<std::string>());
        }
        QVERIFY(sum > 0 && sum <= 2320); // never more than the labels of the pool
        const Outcome wrong = run({"select", root, "--count", "3", "--strategy", "uncertain", "--weights", weights, "--weights", weights});
        VERIFY_CODE(wrong, 2);
    }

    void leavesOutNearDuplicates() {
        NEED_SHARED("data/citycam-mini");
        Scratch scratch;
        std::vector<fs::path> pictures;
        for (const auto& entry : fs::directory_iterator(tests::shared("data/citycam-mini/Q1/2708"))) {
            if (entry.path().extension() == ".jpg")
                pictures.push_back(entry.path());
        }
        std::sort(pictures.begin(), pictures.end());
        fs::create_directories(scratch.path("Q2/cam"));
        for (int copy = 0; copy < 5; ++copy) {
            for (std::size_t i = 0; i < 4; ++i)
                fs::copy_file(pictures[i * 10], scratch.path("Q2/cam/" + std::to_string(i) + "-" + std::to_string(copy) + ".jpg"));
        }
        const Outcome chosen = run({"select", scratch.path().string(), "--count", "4", "--seed", "3", "--exclude-near-duplicates", "--json"});
        VERIFY_CODE(chosen, 0);
        std::set<char> different;
        for (const std::string& image : imagesOf(chosen.document()))
            different.insert(fs::path(image).filename().string()[0]);
        QCOMPARE(different.size(), std::size_t{4});
        VERIFY_CODE(run({"select", scratch.path().string(), "--count", "5", "--seed", "3", "--exclude-near-duplicates"}), 3);
    }

    void splitsByRules_data() {
        QTest::addColumn<QString>("rule");
        for (const char* rule : {"stratified", "camera", "time-block"})
            QTest::newRow(rule) << rule;
    }
    void splitsByRules() {
        QFETCH(QString, rule);
        Scratch scratch;
        const std::string all = scratch.path("all.yaml").string(), out = scratch.path("lists").string();
        VERIFY_CODE(run({"select", frames().string(), "--strategy", "all", "--out", all}), 0);
        std::vector<std::string> call = {"split", all, "--rule", rule.toStdString(), "--seed", "5", "--out", out, "--json"};
        if (rule == u"time-block")
            call.insert(call.end(), {"--gap", "60"});
        const Outcome split = run(call);
        VERIFY_CODE(split, 0);
        const auto train = linesOf(out + "/train.txt"), val = linesOf(out + "/val.txt");
        for (const std::string& image : val)
            QVERIFY(fs::exists(fs::path(image).replace_extension(".txt"))); // unlabelled frames go to train
        const json document = split.document();
        QCOMPARE(train.size() + val.size() + document["dropped"].get<std::size_t>(), std::size_t{180});
        QCOMPARE(document["leak_with"].size(), rule == u"stratified" ? std::size_t{2} : std::size_t{1});
        int counted = 0;
        for (const json& camera : document["cameras"])
            counted += camera["train"].get<int>() + camera["val"].get<int>();
        QCOMPARE(counted, static_cast<int>(train.size() + val.size()));
        if (rule == u"stratified") {
            QVERIFY(document["notes"].dump().find("60 frames without labels go to train only") != std::string::npos);
            std::map<std::string, int> perCamera;
            for (const std::string& image : val)
                ++perCamera[cameraOf(image)];
            for (const auto& [camera, count] : perCamera)
                QCOMPARE(count, 4); // a fifth of 20 labelled ones
        } else if (rule == u"camera") {
            std::set<std::string> left, right;
            std::transform(train.begin(), train.end(), std::inserter(left, left.end()), cameraOf);
            std::transform(val.begin(), val.end(), std::inserter(right, right.end()), cameraOf);
            for (const std::string& camera : right)
                QVERIFY(!left.contains(camera));
            QCOMPARE(document["leak"]["within"].get<int>(), 0);
        } else {
            QVERIFY(document["leak"]["median_gap_s"].get<double>() > 60);
        }
        // Dealt alike on request, with a warning.
        call.insert(call.end(), {"--unlabelled", "deal", "--force"});
        const Outcome dealt = run(call);
        VERIFY_CODE(dealt, 0);
        QVERIFY(dealt.document()["notes"].dump().find("misleads") != std::string::npos);
    }

    void matchesListsOfAnotherMachine() {
        Scratch scratch;
        auto images = imagesOf(run({"select", frames().string(), "--count", "20", "--seed", "4", "--json"}).document());
        std::string text;
        for (const std::string& image : images)
            text += "/their/data/" + fs::path(image).lexically_relative(frames()).string() + "\n";
        const std::string list = scratch.write("theirs.txt", text).string();
        const std::vector<std::string> call = {"split", list, "--seed", "1", "--rule", "random", "--unlabelled", "deal", "--out", scratch.path("lists").string()};
        VERIFY_CODE(run(call), 3);
        auto rooted = call;
        rooted.insert(rooted.end(), {"--data-root", frames().string()});
        const Outcome split = run(rooted);
        VERIFY_CODE(split, 0);
        QVERIFY2(split.out.find("20 were matched below") != std::string::npos, split.out.c_str());
        auto written = linesOf(scratch.path("lists/train.txt"));
        for (const std::string& image : linesOf(scratch.path("lists/val.txt")))
            written.push_back(image);
        std::sort(written.begin(), written.end());
        std::sort(images.begin(), images.end());
        QVERIFY(written == images);
    }

    void joinsSelections() {
        Scratch scratch;
        const std::string first = scratch.path("first.yaml").string(), second = scratch.path("second.yaml").string(), out = scratch.path("lists").string();
        VERIFY_CODE(run({"select", frames().string(), "--camera", "170", "--camera", "173", "--count", "10", "--seed", "1", "--out", first}), 0);
        const std::string taken = scratch.write("taken.txt", listText(imagesOf(run({"select", frames().string(), "--camera", "170", "--camera", "173", "--count", "10", "--seed", "1", "--json"}).document()))).string();
        VERIFY_CODE(run({"select", frames().string(), "--count", "170", "--seed", "2", "--bar", taken, "--out", second}), 0);
        const Outcome joined = run({"split", first, second, "--seed", "3", "--unlabelled", "deal", "--out", out, "--json"});
        VERIFY_CODE(joined, 0);
        QCOMPARE(joined.document()["train"].get<int>() + joined.document()["val"].get<int>(), 180);
        // Nine frames of the second are chosen by the first too, or more: refused, both files named.
        VERIFY_CODE(run({"select", frames().string(), "--strategy", "all", "--out", second, "--force"}), 0);
        const Outcome refused = run({"split", first, second, "--seed", "3", "--out", out, "--force"});
        VERIFY_CODE(refused, 3);
        QVERIFY(refused.err.find("first.yaml and in ") != std::string::npos && refused.err.find("9 more stand twice") != std::string::npos);
        QCOMPARE(linesOf(out + "/train.txt").size(), std::size_t{144}); // the earlier lists are untouched
    }
};

QTEST_APPLESS_MAIN(TestCliSelect)
#include "tst_cli_select.moc"
