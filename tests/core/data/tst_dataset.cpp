// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <atomic>
#include <sys/stat.h>

#include <QtTest>

#include "core/data/dataset.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using tests::Scratch;

namespace {

std::vector<std::string> ids(const data::Dataset& dataset) {
    std::vector<std::string> list;
    for (const data::Camera& camera : dataset.cameras)
        list.push_back(camera.id());
    return list;
}

std::vector<std::string> findings(const data::Dataset& dataset) {
    std::vector<std::string> list;
    for (const data::Finding& finding : dataset.findings)
        list.push_back(std::string(data::severityName(finding.severity)) + " " + finding.code + " " + finding.path.lexically_relative(dataset.root).string() + ":" + std::to_string(finding.line));
    return list;
}

using Texts = std::vector<std::string>;

} // namespace

class TestDataset : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsPoolsAndCameras() {
        Scratch scratch;
        for (const char* name : {"Q2/b/1.bmp", "Q2/a/2.bmp", "Q2/a/10.bmp", "Q1/a/1.bmp", "deep/er/c/1.bmp", "top/1.bmp"})
            scratch.write(name, tests::bmpBytes(8, 6));
        scratch.write("Q3-truth/a/1.txt", "2 0.5 0.5 0.1 0.1\n");
        const auto dataset = data::scanDataset(scratch.path());
        QVERIFY(dataset.has_value());
        QCOMPARE(ids(*dataset), (Texts{"Q1/a", "Q2/a", "Q2/b", "deep/er/c", "top"}));
        QCOMPARE(dataset->pools(), (Texts{".", "Q1", "Q2", "deep/er"}));
        // Frames in the order of their bytes: 10 before 2.
        const auto frames = dataset->framesOf(dataset->cameras[1]);
        QCOMPARE(frames.size(), std::size_t{2});
        QCOMPARE(frames[0].path.filename().string(), std::string("10.bmp"));
        QCOMPARE(frames[0].camera, 1U);
        QVERIFY((frames[0].size == Size{8, 6}));
        QVERIFY(!frames[0].labelled);
        QCOMPARE(findings(*dataset), Texts{}); // a folder of labels alone is no camera and no fault
    }

    void takesARootThatIsACamera() {
        Scratch scratch;
        scratch.write("398/1.bmp", tests::bmpBytes(8, 6));
        const auto dataset = data::scanDataset(scratch.path("398") / "");
        QVERIFY(dataset.has_value());
        QCOMPARE(ids(*dataset), (Texts{"398"}));
        QCOMPARE(dataset->cameras[0].pool, std::string("."));
    }

    void countsBoxes() {
        Scratch scratch;
        scratch.write("Q/c/1.bmp", tests::bmpBytes(8, 6));
        scratch.write("Q/c/1.txt", "2 0.5 0.5 0.1 0.1\n7 0.5 0.5 0.2 0.2\n2 0.25 0.5 0.1 0.1\n");
        scratch.write("Q/c/2.bmp", tests::bmpBytes(8, 6));
        scratch.write("Q/c/2.txt", "");
        scratch.write("Q/c/3.bmp", tests::bmpBytes(8, 6));
        const auto dataset = data::scanDataset(scratch.path());
        QVERIFY(dataset.has_value());
        const data::Counts counts = data::countsOf(*dataset, dataset->cameras[0]);
        QCOMPARE(counts.images, 3);
        QCOMPARE(counts.labelled, 2);
        QCOMPARE(counts.boxes, 3);
        QVERIFY((counts.classes == std::map<int, std::int64_t>{{2, 2}, {7, 1}}));
        QCOMPARE(findings(*dataset), (Texts{"note label-empty Q/c/2.txt:0"}));
    }

    void findsFaultsWithPathAndLine() {
        Scratch scratch;
        const std::string good = tests::bmpBytes(40, 30);
        for (const char* name : {"nan", "six", "range", "cut", "twice"})
            scratch.write(std::string("Q/c/") + name + ".bmp", good);
        scratch.write("Q/c/nan.txt", "2 0.5 0.5 0.2 0.2\n2 nan 0.5 0.1 0.1\n");
        scratch.write("Q/c/six.txt", "2 0.5 0.5 0.2 0.2 0.9\n2 0.5 0.5 0.2 0.2 0.8\n");
        scratch.write("Q/c/range.txt", "\n2 1.5 0.5 0.1 0.1\n");
        scratch.write("Q/c/twice.txt", "2 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.2 0.2\n");
        scratch.write("Q/c/cut.bmp", good.substr(0, 1000));
        scratch.write("Q/c/broken.jpg", "not a picture");
        scratch.write("Q/c/gone.txt", "2 0.5 0.5 0.2 0.2\n");
        scratch.write("Q/c/classes.txt", "car\nbus\n");
        const auto dataset = data::scanDataset(scratch.path());
        QVERIFY(dataset.has_value());
        QCOMPARE(findings(*dataset), (Texts{"error image-unreadable Q/c/broken.jpg:0", "error image-truncated Q/c/cut.bmp:0", "warning label-without-image Q/c/gone.txt:0",
                                            "error label-number Q/c/nan.txt:2", "error label-range Q/c/range.txt:2", "error label-columns Q/c/six.txt:1",
                                            "error label-columns Q/c/six.txt:2", "warning label-duplicate Q/c/twice.txt:2"}));
        for (const data::Finding& finding : dataset->findings)
            QVERIFY(!finding.message.empty());
        QVERIFY((dataset->frames[0].size == Size{0, 0})); // broken.jpg stays in the list, without a size
    }

    void looksIntoTheMirroredLabels() {
        Scratch scratch;
        scratch.write("images/train/a.bmp", tests::bmpBytes(8, 6));
        scratch.write("labels/train/a.txt", "0 0.5 0.5 0.5 0.5\n");
        scratch.write("labels/train/b.txt", "0 0.5 0.5 0.5 0.5\n");
        const auto dataset = data::scanDataset(scratch.path());
        QVERIFY(dataset.has_value());
        QCOMPARE(ids(*dataset), (Texts{"images/train"}));
        QCOMPARE(dataset->labels.size(), std::size_t{1});
        QCOMPARE(findings(*dataset), (Texts{"warning label-without-image labels/train/b.txt:0"}));
    }

    void decodesWhenAskedTo() {
        Scratch scratch;
        std::string jpeg = bytesOfSharedFrame();
        if (jpeg.empty())
            QSKIP("The shared reference data is not here: set INTERSECT_SHARED to its folder.");
        // Header and end marker are whole, but the file names a coding nobody can decode.
        const std::size_t frame = jpeg.find("\xFF\xC0");
        QVERIFY(frame != std::string::npos);
        jpeg[frame + 1] = '\xC3';
        scratch.write("c/a.jpg", jpeg);
        QCOMPARE(findings(*data::scanDataset(scratch.path())), Texts{});
        data::ScanOptions deep;
        deep.deep = true;
        QCOMPARE(findings(*data::scanDataset(scratch.path(), deep)), (Texts{"error image-unreadable c/a.jpg:0"}));
    }

    void namesAnEmptyFolder() {
        Scratch scratch;
        scratch.write("empty/notes.txt", "nothing here\n");
        for (const char* name : {"empty", "nowhere", "empty/notes.txt"}) {
            const auto dataset = data::scanDataset(scratch.path(name));
            QVERIFY(!dataset);
            QVERIFY(dataset.error().code == ErrorCode::BadInput);
            QVERIFY2(dataset.error().message.find(scratch.path(name).string()) != std::string::npos, dataset.error().message.c_str());
        }
    }

    void givesTheSameOnAnyNumberOfThreads() {
        NEED_SHARED("data/citycam-mini/Q2");
        data::ScanOptions one;
        one.threads = 1;
        data::ScanOptions many;
        many.threads = 7;
        const auto a = data::scanDataset(tests::shared("data/citycam-mini/Q2"), one);
        const auto b = data::scanDataset(tests::shared("data/citycam-mini/Q2"), many);
        QVERIFY(a && b);
        QCOMPARE(a->frames.size(), b->frames.size());
        QCOMPARE(a->labels.size(), std::size_t{2320});
        for (std::size_t i = 0; i < a->frames.size(); ++i) {
            QVERIFY(a->frames[i].path == b->frames[i].path);
            QVERIFY(a->frames[i].takenAt.has_value() && a->frames[i].takenAt == b->frames[i].takenAt);
            QCOMPARE(a->frames[i].labelBegin, b->frames[i].labelBegin);
            QCOMPARE(a->frames[i].labelCount, b->frames[i].labelCount);
        }
    }

    void reportsProgressAndStops() {
        Scratch scratch;
        for (int i = 0; i < 50; ++i)
            scratch.write("c/" + std::to_string(i) + ".bmp", tests::bmpBytes(8, 6));
        std::int64_t last = -1;
        bool rising = true;
        const auto whole = data::scanDataset(scratch.path(), {}, [&](std::int64_t done, std::int64_t total) {
            rising = rising && done >= last && total == 50;
            last = done;
        });
        QVERIFY(whole.has_value());
        QVERIFY(rising);
        QCOMPARE(last, 50);
        std::atomic<int> asked{0};
        const auto stopped = data::scanDataset(scratch.path(), {}, {}, [&] { return ++asked > 10; });
        QVERIFY(!stopped);
        QVERIFY(stopped.error().code == ErrorCode::Interrupted);
    }

    void leavesFilesShutWhenOnlyNamesAreNeeded() {
        Scratch scratch;
        scratch.write("c/410-20160429-07-000218.jpg", "not a picture");
        data::ScanOptions names;
        names.namesOnly = true;
        const auto dataset = data::scanDataset(scratch.path(), names);
        QVERIFY(dataset.has_value());
        QCOMPARE(dataset->frames.size(), std::size_t{1});
        QVERIFY(dataset->frames[0].takenAt.has_value());
        QVERIFY(dataset->findings.empty());
    }

    void takesOddNames() {
        Scratch scratch;
        const Texts names = {"a b", "x.y.z", "\xE8\xB7\xAF\xE5\x8F\xA3 1", "quote'", "two\nlines", "tab\there", "#hash", "-dash", "percent%20", "\xFF\xFE bytes", "back\\slash", "star*?[]"};
        for (const std::string& name : names) {
            scratch.write("Q2/cam 'é\"路口\n/" + name + ".bmp", tests::bmpBytes(8, 6));
            scratch.write("Q2/cam 'é\"路口\n/" + name + ".txt", "2 0.5 0.5 0.1 0.1\n");
        }
        scratch.write("Q2/cam 'é\"路口\n/UPPER.BMP", tests::bmpBytes(8, 6));
        scratch.write("Q2/cam 'é\"路口\n/UPPER.txt", "2 0.5 0.5 0.1 0.1\n");
        const auto dataset = data::scanDataset(scratch.path());
        QVERIFY(dataset.has_value());
        QCOMPARE(dataset->frames.size(), names.size() + 1);
        QCOMPARE(dataset->labels.size(), names.size() + 1);
        QCOMPARE(findings(*dataset), Texts{});
        QVERIFY(std::is_sorted(dataset->frames.begin(), dataset->frames.end(), [](const data::Frame& a, const data::Frame& b) { return a.path.native() < b.path.native(); }));
    }

    void followsLinksOnceAndNotInACircle() {
        Scratch scratch;
        scratch.write("Q2/cam/1.bmp", tests::bmpBytes(8, 6));
        scratch.write("elsewhere/far/2.bmp", tests::bmpBytes(8, 6));
        std::filesystem::create_directory_symlink(scratch.path("Q2"), scratch.path("Q2/cam/circle"));
        std::filesystem::create_directory_symlink(scratch.path("Q2/cam"), scratch.path("Q2/again"));
        std::filesystem::create_directory_symlink(scratch.path("elsewhere/far"), scratch.path("Q2/linked"));
        std::filesystem::create_symlink(scratch.path("nothing"), scratch.path("Q2/cam/dangling.bmp"));
        std::filesystem::create_symlink(scratch.path("Q2/cam/1.bmp"), scratch.path("Q2/cam/same.bmp"));
        const auto dataset = data::scanDataset(scratch.path("Q2"));
        QVERIFY(dataset.has_value());
        QCOMPARE(dataset->cameras.size(), std::size_t{2}); // one of the two names of cam, and linked
        QCOMPARE(dataset->frames.size(), std::size_t{3});  // 1, same, 2
        QCOMPARE(findings(*dataset), Texts{});
    }

    void takesAFolderThatVanishesWhileItIsRead() {
        Scratch scratch;
        for (int camera = 0; camera < 20; ++camera)
            for (int i = 0; i < 20; ++i)
                scratch.write("Q2/" + std::to_string(camera) + "/" + std::to_string(i) + ".bmp", tests::bmpBytes(8, 6));
        data::ScanOptions one;
        one.threads = 1;
        int asked = 0;
        const auto dataset = data::scanDataset(scratch.path(), one, {}, [&] {
            if (++asked == 100) { // while the first cameras are read: the rest goes, and a file of the present one
                for (int camera = 15; camera < 20; ++camera)
                    std::filesystem::remove_all(scratch.path("Q2/" + std::to_string(camera)));
                std::filesystem::remove(scratch.path("Q2/9/19.bmp"));
            }
            return false;
        });
        QVERIFY(dataset.has_value());
        QCOMPARE(findings(*dataset), (Texts{"error folder-unreadable Q2/15:0", "error folder-unreadable Q2/16:0", "error folder-unreadable Q2/17:0", "error folder-unreadable Q2/18:0",
                                            "error folder-unreadable Q2/19:0", "error image-unreadable Q2/9/19.bmp:0"}));
    }

    void takesThousandsOfCameras() {
        Scratch scratch;
        const std::string picture = tests::bmpBytes(1, 1);
        for (int camera = 0; camera < 2'000; ++camera) {
            const std::filesystem::path folder = scratch.path("Q" + std::to_string(camera % 7)) / std::to_string(camera);
            std::filesystem::create_directories(folder);
            if (camera == 0)
                scratch.write("Q0/0/1.bmp", picture);
            else
                std::filesystem::create_hard_link(scratch.path("Q0/0/1.bmp"), folder / "1.bmp");
        }
        const auto dataset = data::scanDataset(scratch.path());
        QVERIFY(dataset.has_value());
        QCOMPARE(dataset->cameras.size(), std::size_t{2'000});
        QCOMPARE(dataset->frames.size(), std::size_t{2'000});
        QVERIFY((dataset->frames.back().size == Size{1, 1}));
        QCOMPARE(dataset->pools().size(), std::size_t{7});
    }

    void readsNothingBlindly() {
        Scratch scratch;
        scratch.write("c/good.bmp", tests::bmpBytes(8, 6));
        // A picture of 60,000 x 60,000 in a few bytes, and one that goes on for 500 MB without an end (a sparse file).
        const std::string head("\xFF\xD8\xFF\xC0\x00\x0B\x08\xEA\x60\xEA\x60\x01\x01\x11\x00\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00", 25);
        scratch.write("c/bomb.jpg", head + "\xFF\xD9");
        std::string small = head;
        small[7] = small[9] = 0;
        std::filesystem::resize_file(scratch.write("c/long.jpg", small), 500'000'000);
        // Names of frames and labels that are pipes: nobody ever writes into them.
        QCOMPARE(::mkfifo(scratch.path("c/pipe.jpg").c_str(), 0600), 0);
        QCOMPARE(::mkfifo(scratch.path("c/good.txt").c_str(), 0600), 0);
        for (const bool deep : {false, true}) {
            data::ScanOptions options;
            options.deep = deep;
            const auto dataset = data::scanDataset(scratch.path(), options);
            QVERIFY(dataset.has_value());
            QCOMPARE(findings(*dataset), (Texts{"error image-unreadable c/bomb.jpg:0", "error image-truncated c/long.jpg:0"}));
            QCOMPARE(dataset->frames.size(), std::size_t{3});
        }
    }

    void readsAFolderItMayNotWriteTo() {
        Scratch scratch;
        scratch.write("c/1.bmp", tests::bmpBytes(8, 6));
        std::filesystem::permissions(scratch.path("c"), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
        const auto dataset = data::scanDataset(scratch.path());
        std::filesystem::permissions(scratch.path("c"), std::filesystem::perms::owner_all);
        QVERIFY(dataset.has_value());
        QCOMPARE(findings(*dataset), Texts{});
    }

    void takesTheTimeFromExifWhereTheNameTellsNothing() {
        Scratch scratch;
        // TIFF body of an EXIF block, big-endian: DateTime in the first directory, DateTimeOriginal in the one of the picture's taking.
        const auto number = [](std::uint32_t value, int bytes) {
            std::string text;
            for (int i = bytes - 1; i >= 0; --i)
                text += static_cast<char>(value >> (8 * i) & 0xFF);
            return text;
        };
        const auto entry = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t count, std::uint32_t value) { return number(tag, 2) + number(type, 2) + number(count, 4) + number(value, 4); };
        const auto jpeg = [&](const std::string& first, const std::string& original) {
            std::string tiff = "MM" + number(42, 2) + number(8, 4) + number(2, 2) + entry(306, 2, 20, 100) + entry(34665, 4, 1, 60) + number(0, 4);
            tiff.resize(60, '\0');
            tiff += number(1, 2) + entry(36867, 2, 20, 130) + number(0, 4);
            tiff.resize(100, '\0');
            tiff += first;
            tiff.resize(130, '\0');
            tiff += original;
            tiff.resize(160, '\0');
            const std::string body = std::string("Exif\0\0", 6) + tiff;
            return "\xFF\xD8\xFF\xE1" + number(static_cast<std::uint32_t>(body.size() + 2), 2) + body +
                   std::string("\xFF\xC0\x00\x0B\x08\x00\x10\x00\x10\x01\x01\x11\x00\xFF\xDA\x00\x08\x01\x01\x00\x00\x3F\x00\x00\xFF\xD9", 26);
        };
        scratch.write("c/both.jpg", jpeg("2021:03:20 09:00:00", "2021:03:20 07:18:36"));
        scratch.write("c/first.jpg", jpeg("2021:03:20 09:00:00", "0000:00:00 00:00:00"));
        scratch.write("c/neither.jpg", jpeg("", "no time at all 1234"));
        scratch.write("c/named-2021_03_20_101112.jpg", jpeg("2021:03:20 09:00:00", "2021:03:20 07:18:36"));
        const auto dataset = data::scanDataset(scratch.path());
        QVERIFY(dataset.has_value());
        QCOMPARE(findings(*dataset), Texts{});
        constexpr std::int64_t kDay = 1'616'198'400; // 2021-03-20 00:00:00
        QCOMPARE(dataset->frames[0].takenAt.value_or(0), kDay + 7 * 3600 + 18 * 60 + 36);
        QCOMPARE(dataset->frames[1].takenAt.value_or(0), kDay + 9 * 3600);
        QCOMPARE(dataset->frames[2].takenAt.value_or(0), kDay + 10 * 3600 + 11 * 60 + 12);
        QVERIFY(!dataset->frames[3].takenAt.has_value());
    }

private:
    static std::string bytesOfSharedFrame() {
        const auto folder = tests::shared("data/citycam-mini/test/2703");
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
            if (entry.path().extension() == ".jpg")
                return tests::bytesOf(entry.path());
        }
        return {};
    }
};

QTEST_APPLESS_MAIN(TestDataset)
#include "tst_dataset.moc"
