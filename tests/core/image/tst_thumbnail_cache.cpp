// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "core/image/thumbnail_cache.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using image::ThumbnailCache;
namespace fs = std::filesystem;

/// Thumbnails kept on disk: found again, made anew when the picture changes, bounded, and never needed.
class TestThumbnailCache : public QObject {
    Q_OBJECT
    static fs::path picture(const tests::Scratch& scratch, const char* name, int width, int height, int grey) {
        const fs::path file = scratch.path(name);
        cv::imwrite(file.string(), cv::Mat(height, width, CV_8UC3, cv::Scalar(grey, grey, grey)));
        return file;
    }
    static std::size_t filesIn(const fs::path& folder) {
        std::size_t count = 0;
        std::error_code none;
        for (fs::recursive_directory_iterator at(folder, none), end; !none && at != end; ++at)
            count += at->is_regular_file() ? 1 : 0;
        return count;
    }
    static int greyOf(const Result<cv::Mat>& small) { return small ? small->at<cv::Vec3b>(1, 1)[0] : -1; }

private Q_SLOTS:
    void keptAndFoundAgain() {
        const tests::Scratch scratch;
        const fs::path file = picture(scratch, "a.png", 400, 200, 90);
        ThumbnailCache cache(scratch.path("cache"));
        const auto first = cache.thumbnail(file, 100);
        QVERIFY(first.has_value());
        QCOMPARE(first->cols, 100);
        QCOMPARE(first->rows, 50);
        QVERIFY(fs::exists(cache.fileFor(file, 100)));
        QCOMPARE(filesIn(cache.folder()), std::size_t(1));
        // What is kept is what is shown: another picture in its place comes back.
        cv::imwrite(cache.fileFor(file, 100).string(), cv::Mat(50, 100, CV_8UC3, cv::Scalar(10, 10, 10)));
        QVERIFY(greyOf(cache.thumbnail(file, 100)) < 20);
        QVERIFY(greyOf(cache.thumbnail(file, 120)) > 80); // another size, another file
    }
    void aChangedPictureIsMadeAnew() {
        const tests::Scratch scratch;
        const fs::path file = picture(scratch, "a.png", 400, 200, 90);
        ThumbnailCache cache(scratch.path("cache"));
        QVERIFY(cache.thumbnail(file, 100).has_value());
        const fs::path before = cache.fileFor(file, 100);
        const auto time = fs::last_write_time(file);
        picture(scratch, "a.png", 400, 200, 200);
        fs::last_write_time(file, time + std::chrono::seconds(2));
        QVERIFY(cache.fileFor(file, 100) != before);
        QVERIFY(greyOf(cache.thumbnail(file, 100)) > 190);
        // Same bytes under another name are another picture.
        fs::copy_file(file, scratch.path("b.png"));
        fs::last_write_time(scratch.path("b.png"), fs::last_write_time(file));
        QVERIFY(cache.fileFor(scratch.path("b.png"), 100) != cache.fileFor(file, 100));
    }
    void smallPicturesAreNotKept() {
        const tests::Scratch scratch;
        const fs::path file = picture(scratch, "a.jpg", 352, 240, 90);
        ThumbnailCache cache(scratch.path("cache"));
        QVERIFY(cache.thumbnail(file, 256).has_value());
        QCOMPARE(filesIn(cache.folder()), std::size_t(0));
        QVERIFY(cache.thumbnail(file, 128).has_value());
        QCOMPARE(filesIn(cache.folder()), std::size_t(1));
    }
    void theFolderMayGoOrBeDamagedOrRefuse() {
        const tests::Scratch scratch;
        const fs::path file = picture(scratch, "a.png", 400, 200, 90);
        ThumbnailCache cache(scratch.path("cache"));
        QVERIFY(cache.thumbnail(file, 100).has_value());
        fs::remove_all(cache.folder());
        QVERIFY(greyOf(cache.thumbnail(file, 100)) > 80);
        QVERIFY(fs::exists(cache.fileFor(file, 100)));
        scratch.write(fs::relative(cache.fileFor(file, 100), scratch.path()).string(), "no picture");
        QVERIFY(greyOf(cache.thumbnail(file, 100)) > 80);
        QVERIFY(greyOf(ThumbnailCache(scratch.path("cache")).thumbnail(file, 100)) > 80); // and is whole again
        const fs::path occupied = scratch.write("file", "x");
        ThumbnailCache refused(occupied / "below");
        QVERIFY(refused.thumbnail(file, 100).has_value());
        ThumbnailCache none;
        QVERIFY(none.thumbnail(file, 100).has_value());
        QVERIFY(!none.thumbnail(scratch.path("gone.png"), 100).has_value());
        QVERIFY(cache.fileFor(scratch.path("gone.png"), 100).empty());
    }
    void boundedAndTheOldestGoFirst() {
        const tests::Scratch scratch;
        std::vector<fs::path> pictures;
        ThumbnailCache roomy(scratch.path("cache"));
        for (int i = 0; i < 20; ++i) {
            pictures.push_back(picture(scratch, ("p" + std::to_string(i) + ".png").c_str(), 400, 200, 10 * i));
            QVERIFY(roomy.thumbnail(pictures.back(), 100).has_value());
            fs::last_write_time(roomy.fileFor(pictures.back(), 100), fs::file_time_type::clock::now() - std::chrono::hours(100 - i));
        }
        std::uintmax_t total = 0;
        for (const fs::path& p : pictures)
            total += fs::file_size(roomy.fileFor(p, 100));
        const fs::path leftOver = scratch.write("cache/00/1-1.part", "torn");
        fs::last_write_time(leftOver, fs::file_time_type::clock::now() - std::chrono::hours(1));
        scratch.write("cache/00/2-2.part", "being written");
        ThumbnailCache tight(scratch.path("cache"), total / 2);
        tight.trim();
        QVERIFY(!fs::exists(leftOver));
        QVERIFY(fs::exists(scratch.path("cache/00/2-2.part")));
        std::uintmax_t left = 0;
        std::size_t gone = 0;
        for (std::size_t i = 0; i < pictures.size(); ++i) {
            const fs::path kept = tight.fileFor(pictures[i], 100);
            if (!fs::exists(kept)) {
                QCOMPARE(gone, i); // none older was spared
                ++gone;
            } else {
                left += fs::file_size(kept);
            }
        }
        QVERIFY(left <= total / 2);
        QVERIFY(left > total / 4);
    }
};

QTEST_APPLESS_MAIN(TestThumbnailCache)
#include "tst_thumbnail_cache.moc"
