// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

#include <QtTest>

#include "core/data/dataset_index.h"
#include "core/data/yolo_labels.h"
#include "core/image/perceptual_hash.h"
#include "tests/support/make_many_frames.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
namespace fs = std::filesystem;
using tests::Scratch;

namespace {

/// Everything a data set holds, as text.
std::string describe(const data::Dataset& dataset) {
    std::string text = dataset.root.string() + "\n";
    for (const data::Camera& camera : dataset.cameras)
        text += camera.id() + " " + camera.folder.string() + " " + std::to_string(camera.frameBegin) + "+" +
                std::to_string(camera.frameCount) + "\n";
    for (const data::Frame& frame : dataset.frames) {
        text += frame.path.string() + " " + std::to_string(frame.camera) + " " + std::to_string(frame.size.width) + "x" +
                std::to_string(frame.size.height) + " " + (frame.labelled ? "labelled " : "bare ") +
                std::to_string(frame.takenAt.value_or(-1)) + "\n";
        for (const data::Label& label : dataset.labelsOf(frame))
            text += "  " + std::to_string(label.line) + ": " + data::formatYoloLabels({&label, 1});
    }
    for (const data::Finding& finding : dataset.findings)
        text += std::string(data::severityName(finding.severity)) + " " + finding.code + " " + finding.path.string() + ":" +
                std::to_string(finding.line) + " " + finding.message + finding.advice + "\n";
    return text;
}

/// Sets a file's time far enough back that a change of it is seen.
void settle(const fs::path& file, int secondsAgo = 100) {
    const timespec then{::time(nullptr) - secondsAgo, 0};
    const timespec times[2] = {then, then};
    QVERIFY(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
}

void settleAll(const fs::path& folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        settle(entry.path());
    settle(folder);
}

/// Cameras with labels beside the images, and one with mirrored ones; good and bad files.
void write(const Scratch& scratch) {
    tests::ManyFrames few;
    few.cameras = 3;
    few.framesEach = 12;
    tests::makeManyFrames(scratch.path("data"), few);
    scratch.write("data/images/a/1.bmp", tests::bmpBytes(8, 6));
    scratch.write("data/images/a/2.bmp", tests::bmpBytes(8, 6));
    scratch.write("data/labels/a/1.txt", "0 0.5 0.5 0.5 0.5\n0 0.5 0.5 0.5 0.5\n0 nan 0 0 0\n");
    scratch.write("data/labels/a/9.txt", "0 0.5 0.5 0.5 0.5\n");
    scratch.write("data/Q2/cam001/broken.jpg", "no picture");
    settleAll(scratch.path("data"));
}

struct Opened {
    std::string text;
    bool wroteIndex = false;
};

/// Opens through the index and tells whether that wrote it anew; the result must be what a scan without one gives.
Opened open(const Scratch& scratch) {
    const fs::path index = data::indexFile(scratch.path("cache"));
    struct stat before {
    }, after{};
    const bool was = ::stat(index.c_str(), &before) == 0;
    const auto opened = data::openDataset(scratch.path("data"), scratch.path("cache"));
    const auto scanned = data::scanDataset(scratch.path("data"));
    if (!opened || !scanned)
        return {"", false};
    const bool is = ::stat(index.c_str(), &after) == 0;
    if (describe(*opened) != describe(*scanned))
        return {"differs from a scan:\n" + describe(*opened), false};
    return {describe(*opened), is && (!was || before.st_ino != after.st_ino)};
}

} // namespace

/// The index gives what a scan gives, sees what changed, and is never trusted when damaged.
class TestDatasetIndex : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void opensTheSameFromTheIndex() {
        Scratch scratch;
        write(scratch);
        const Opened first = open(scratch);
        QVERIFY(first.wroteIndex);
        for (const char* code : {"label-number", "label-duplicate", "label-without-image", "image-unreadable"})
            QVERIFY2(first.text.find(code) != std::string::npos, code);
        const Opened second = open(scratch);
        QVERIFY(!second.wroteIndex);
        QCOMPARE(second.text, first.text);
    }

    void seesEveryChange_data() {
        QTest::addColumn<QByteArray>("what");
        for (const char* what : {"label edited in place", "label edited, same size", "label added", "label removed", "label moved away",
                                 "image added", "image removed", "image cut off", "image repaired", "image renamed", "camera added",
                                 "camera removed", "pool added", "mirrored label edited", "mirrored label added",
                                 "label beside a mirrored one", "camera becomes a link", "label becomes unreadable"})
            QTest::newRow(what) << QByteArray(what);
    }
    void seesEveryChange() {
        QFETCH(QByteArray, what);
        Scratch scratch;
        write(scratch);
        const std::string before = open(scratch).text;
        QVERIFY(!before.empty());
        const auto stem = [](int camera, int second) {
            return "data/Q2/cam00" + std::to_string(camera) + "/cam00" + std::to_string(camera) + "-2021_03_01_07000" +
                   std::to_string(second);
        };
        const fs::path image = scratch.path(stem(0, 3) + ".jpg"), label = scratch.path(stem(0, 3) + ".txt");
        const std::string rows = tests::bytesOf(label);
        if (what == "label edited in place")
            scratch.write(stem(0, 3) + ".txt", rows + "2 0.5 0.5 0.25 0.25\n");
        else if (what == "label edited, same size")
            scratch.write(stem(0, 3) + ".txt", (rows[0] == '9' ? "8" : "9") + rows.substr(1));
        else if (what == "label added")
            scratch.write("data/Q2/cam001/broken.txt", "2 0.5 0.5 0.25 0.25\n");
        else if (what == "label removed")
            fs::remove(label);
        else if (what == "label moved away")
            fs::rename(label, scratch.path("elsewhere.txt"));
        else if (what == "image added")
            scratch.write("data/Q2/cam001/0.bmp", tests::bmpBytes(8, 6));
        else if (what == "image removed")
            fs::remove(image);
        else if (what == "image cut off") {
            const std::string whole = tests::bytesOf(image);
            fs::remove(image); // the others are links to it
            scratch.write(stem(0, 3) + ".jpg", whole.substr(0, 1000));
        } else if (what == "image repaired")
            scratch.write("data/Q2/cam001/broken.jpg", tests::bytesOf(image));
        else if (what == "image renamed")
            fs::rename(image, scratch.path("data/Q2/cam000/other.jpg"));
        else if (what == "camera added")
            scratch.write("data/Q2/new/0.bmp", tests::bmpBytes(8, 6));
        else if (what == "camera removed")
            fs::remove_all(scratch.path("data/Q2/cam000"));
        else if (what == "pool added")
            scratch.write("data/Q7/new/0.bmp", tests::bmpBytes(8, 6));
        else if (what == "mirrored label edited")
            scratch.write("data/labels/a/1.txt", "0 0.5 0.5 0.5 0.25\n");
        else if (what == "mirrored label added")
            scratch.write("data/labels/a/2.txt", "0 0.5 0.5 0.5 0.25\n");
        else if (what == "label beside a mirrored one")
            scratch.write("data/images/a/1.txt", "3 0.5 0.5 0.5 0.25\n");
        else if (what == "camera becomes a link") {
            fs::rename(scratch.path("data/Q2/cam000"), scratch.path("moved"));
            fs::remove(scratch.path("moved") / label.filename());
            fs::create_directory_symlink(scratch.path("moved"), scratch.path("data/Q2/cam000"));
        } else if (what == "label becomes unreadable") {
            fs::remove(label);
            fs::create_directory(label);
        }
        const Opened after = open(scratch);
        QVERIFY2(after.text != before && !after.text.starts_with("differs"), after.text.c_str());
        QVERIFY(after.wroteIndex);
        settleAll(scratch.path("data"));
        const Opened again = open(scratch); // its times are new, its content is not
        QCOMPARE(again.text, after.text);
        // What cannot be read is tried every time: rights change without a new time.
        QCOMPARE(open(scratch).wroteIndex, what == "label becomes unreadable");
    }

    void looksAgainAtWhatIsYoung() {
        // Written just before the scan: a change within the clock's step would leave time and size as they are.
        Scratch scratch;
        scratch.write("data/c/1.bmp", tests::bmpBytes(8, 6));
        const fs::path label = scratch.write("data/c/1.txt", "2 0.5 0.5 0.1 0.1\n");
        struct stat status {};
        QVERIFY(::stat(label.c_str(), &status) == 0);
        const std::string before = open(scratch).text;
        scratch.write("data/c/1.txt", "7 0.5 0.5 0.1 0.1\n");
        const timespec times[2] = {status.st_atim, status.st_mtim};
        QVERIFY(::utimensat(AT_FDCWD, label.c_str(), times, 0) == 0);
        const Opened after = open(scratch);
        QVERIFY2(after.text != before && !after.text.starts_with("differs"), after.text.c_str());
    }

    void neverTrustsADamagedIndex() {
        Scratch scratch;
        write(scratch);
        const std::string wanted = open(scratch).text;
        const fs::path file = data::indexFile(scratch.path("cache"));
        const std::string good = tests::bytesOf(file);
        const fs::path root = scratch.path("data");
        QVERIFY(data::parseIndex(good, root).has_value());
        QVERIFY(!data::parseIndex(good, scratch.path("other")).has_value());
        for (const std::string& bad :
             {std::string(), good.substr(0, 20), good.substr(0, good.size() - 1), good + "x", std::string(5000, '\xFF')}) {
            QVERIFY(!data::parseIndex(bad, root).has_value());
            scratch.write("cache/index.bin", bad);
            const Opened opened = open(scratch);
            QCOMPARE(opened.text, wanted);
            QVERIFY(opened.wroteIndex);
        }
        std::mt19937 random(5);
        for (int i = 0; i < 300; ++i) { // the hash catches every flip
            std::string bad = good;
            bad[random() % bad.size()] ^= static_cast<char>(1U << (random() % 8));
            QVERIFY(!data::parseIndex(bad, root).has_value());
        }
    }

    void survivesWrongContentWithARightHash() {
        Scratch scratch;
        write(scratch);
        QVERIFY(open(scratch).wroteIndex);
        const std::string good = tests::bytesOf(data::indexFile(scratch.path("cache")));
        const fs::path root = scratch.path("data");
        std::mt19937 random(9);
        constexpr std::size_t kHead = 32;
        int taken = 0;
        for (int i = 0; i < 4000; ++i) {
            std::string bad = good;
            const auto at = [&] { return kHead + random() % (bad.size() - kHead); };
            for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips) {
                if (random() % 3 == 0 && bad.size() > kHead + 8)
                    std::memset(bad.data() + kHead + random() % (bad.size() - kHead - 4), random() % 2 ? 0xFF : 0, 4); // a length or count
                else if (random() % 8 == 0)
                    bad.resize(at());
                else
                    bad[at()] ^= static_cast<char>(1U << (random() % 8));
            }
            const std::uint64_t bytes = bad.size() - kHead, hash = image::contentHash(std::string_view(bad).substr(kHead));
            std::memcpy(bad.data() + 16, &bytes, 8);
            std::memcpy(bad.data() + 24, &hash, 8);
            if (const auto scan = data::parseIndex(bad, root, 1)) { // what passes must hold together
                ++taken;
                QVERIFY(!describe(scan->dataset).empty());
                QCOMPARE(scan->stamps.size(), scan->dataset.frames.size());
                QCOMPARE(scan->findingFrame.size(), scan->dataset.findings.size());
                (void)data::isUnchanged(*scan, 1);
            }
        }
        QVERIFY(taken > 0 && taken < 4000);
    }

    void worksWithoutAPlaceForTheIndex() {
        Scratch scratch;
        write(scratch);
        const auto scanned = data::scanDataset(scratch.path("data"));
        scratch.write("cache", "a file where the folder should be");
        const auto opened = data::openDataset(scratch.path("data"), scratch.path("cache"));
        QVERIFY(opened.has_value());
        QCOMPARE(describe(*opened), describe(*scanned));
        const auto none = data::openDataset(scratch.path("data"), {});
        QVERIFY(none.has_value());
        QCOMPARE(describe(*none), describe(*scanned));
        QVERIFY(!fs::exists("index.bin"));
        QVERIFY(!data::openDataset(scratch.path("nowhere"), scratch.path("cache")));
    }

    void stopsAndLeavesTheIndexAsItWas() {
        Scratch scratch;
        write(scratch);
        const auto stopped = data::openDataset(scratch.path("data"), scratch.path("cache"), {}, {}, [] { return true; });
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Interrupted);
        QVERIFY(!fs::exists(data::indexFile(scratch.path("cache"))));
    }
};

QTEST_APPLESS_MAIN(TestDatasetIndex)
#include "tst_dataset_index.moc"
