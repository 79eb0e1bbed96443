// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>

#include <QDir>
#include <QDirIterator>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include <opencv2/imgcodecs.hpp>

#include "tests/support/cli_outcome.h"
#include "tests/support/drawn_video.h"
#include "tests/support/scratch_files.h"

using namespace intersect;
using namespace intersect::tests;
using Json = nlohmann::json;

/// `predict` on videos and into videos, from outside: real files, the real program, the weights that come with it.
class TestCliVideo : public QObject {
    Q_OBJECT
    std::unique_ptr<Scratch> m_scratch;

    std::string at(const std::string& name) const { return m_scratch->path(name).string(); }
    static std::string weights() { return INTERSECT_SOURCE_DIR "/resources/weights/start-yolov5n.safetensors"; }
    Json fileOf(const std::string& name) const { return Json::parse(bytesOf(at(name))); }
    static QStringList filesBelow(const std::string& folder) {
        QStringList names;
        QDirIterator it(QString::fromStdString(folder), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (it.hasNext())
            names << QDir(QString::fromStdString(folder)).relativeFilePath(it.next());
        names.sort();
        return names;
    }
    /// predict with low floor, so that the drawn squares give boxes.
    Outcome predict(std::vector<std::string> more) const {
        more.insert(more.begin(), "predict");
        more.insert(more.end(), {"--weights", weights(), "--conf", "0.001", "--precision", "fp32", "--json"});
        return run(more);
    }
    static std::vector<std::string> names(const Json& file) {
        std::vector<std::string> names;
        for (const Json& image : file["images"])
            names.push_back(image["file_name"]);
        return names;
    }

private Q_SLOTS:
    void init() {
        m_scratch = std::make_unique<Scratch>();
        QVERIFY(QDir().mkpath(QString::fromStdString(at("tmp"))));
        qputenv("TMPDIR", QByteArray::fromStdString(at("tmp")));
        drawVideo(at("clip.mp4"), 20, 10);
    }
    void cleanup() {
        QVERIFY(filesBelow(at("tmp")).isEmpty()); // whatever happened, no frame stays behind
        qunsetenv("TMPDIR");
    }

    void eachThirdFrameIsKeptAndNamed() {
        const Outcome done = predict({at("clip.mp4"), "--out", at("v.json"), "--every", "3", "--save-frames", at("frames")});
        VERIFY_CODE(done, 0);
        QCOMPARE(done.document()["images"].get<int>(), 7);
        QVERIFY(std::abs(done.document()["frames_per_s"].get<double>() - 10.0 / 3) < 1e-9);
        const Json file = fileOf("v.json");
        const std::vector<std::string> frames = names(file);
        QCOMPARE(frames.size(), std::size_t(7));
        for (int i = 0; i < 7; ++i) {
            const std::string number = std::to_string(i * 3);
            QCOMPARE(frames[static_cast<std::size_t>(i)], at("frames/clip_" + std::string(6 - number.size(), '0') + number + ".jpg"));
            QCOMPARE(numberOf(cv::imread(frames[static_cast<std::size_t>(i)])), i * 3);
            QCOMPARE(file["images"][static_cast<std::size_t>(i)]["id"].get<int>(), i + 1);
            QCOMPARE(file["images"][static_cast<std::size_t>(i)]["width"].get<int>(), kVideoWidth);
        }
        QCOMPARE(filesBelow(at("frames")).size(), 7);
        QVERIFY(!file["annotations"].empty());
        // What was found is what the kept frames give.
        VERIFY_CODE(predict({at("frames"), "--out", at("again.json")}), 0);
        QVERIFY(fileOf("again.json") == file);
        // And what stands there is not replaced unasked.
        QCOMPARE(predict({at("clip.mp4"), "--out", at("w.json"), "--save-frames", at("frames")}).code, 3);
        QVERIFY(!std::filesystem::exists(at("w.json")));
    }

    void withoutAFolderFramesAreCalledByNumber() {
        VERIFY_CODE(predict({at("clip.mp4"), "--out", at("v.json"), "--every", "4", "--candidates", at("c.safetensors")}), 0);
        QCOMPARE(names(fileOf("v.json")), (std::vector<std::string>{at("clip.mp4#000000"), at("clip.mp4#000004"), at("clip.mp4#000008"),
                                                                    at("clip.mp4#000012"), at("clip.mp4#000016")}));
        QVERIFY(bytesOf(at("c.safetensors")).find("clip.mp4#000012") != std::string::npos);
        const Outcome refused = run({"predict", "--detections", at("v.json"), "--save-images", at("drawn")});
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.find("--save-frames") != std::string::npos, refused.err.c_str());
        QVERIFY(!std::filesystem::exists(at("drawn")));
    }

    void moreFramesThanAreTakenAtATime() {
        drawVideo(at("long.avi"), 150, 25);
        VERIFY_CODE(predict({at("long.avi"), "--out", at("v.json"), "--save-txt", at("txt"), "--img-size", "64"}), 0);
        QCOMPARE(fileOf("v.json")["images"].size(), std::size_t(150));
        QCOMPARE(fileOf("v.json")["images"][149]["id"].get<int>(), 150);
        QCOMPARE(filesBelow(at("txt")).size(), 150);
        QCOMPARE(filesBelow(at("txt")).last(), QStringLiteral("long_000149.txt"));
        // Each annotation stands with its own frame: rows of a frame's label file.
        std::vector<int> rows(151, 0);
        const Json file = fileOf("v.json");
        for (const Json& one : file["annotations"])
            ++rows[one["image_id"].get<std::size_t>()];
        for (const int number : {0, 63, 64, 128, 149}) {
            const std::string digits = std::to_string(number);
            QCOMPARE(static_cast<int>(linesOf(at("txt/long_" + std::string(6 - digits.size(), '0') + digits + ".txt")).size()),
                     rows[static_cast<std::size_t>(number) + 1]);
        }
    }

    void noMoreThanAsked() {
        const Outcome done = predict({at("clip.mp4"), "--out", at("v.json"), "--max-frames", "5"});
        VERIFY_CODE(done, 0);
        QCOMPARE(fileOf("v.json")["images"].size(), std::size_t(5));
        const Json findings = done.document()["findings"];
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0]["code"].get<std::string>(), std::string("video-max-frames"));
        QCOMPARE(findings[0]["severity"].get<std::string>(), std::string("note"));
        // Exactly as many as there are: nothing to remark.
        const Outcome all = predict({at("clip.mp4"), "--out", at("v.json"), "--max-frames", "20", "--force"});
        VERIFY_CODE(all, 0);
        QVERIFY(all.document()["findings"].empty());
    }

    void drawnAsAVideo() {
        VERIFY_CODE(predict({at("clip.mp4"), "--out", at("v.json"), "--every", "2", "--save-video", at("boxes.mp4"), "--save-images",
                             at("drawn")}),
                    0);
        double rate = 0;
        const std::vector<cv::Mat> frames = framesOf(at("boxes.mp4"), &rate);
        QCOMPARE(frames.size(), std::size_t(10));
        QCOMPARE(rate, 5.0);
        const QStringList drawn = filesBelow(at("drawn"));
        QCOMPARE(drawn.size(), 10);
        // The same drawing: each frame is nearer to its own picture than to the frame without boxes.
        const cv::Mat picture = cv::imread(at("drawn/" + drawn[6].toStdString()));
        QVERIFY(cv::norm(frames[6], picture, cv::NORM_L2) < 0.5 * cv::norm(frames[6], drawnFrame(12), cv::NORM_L2));
        QVERIFY(!filesBelow(m_scratch->path().string()).filter(QStringLiteral(".part")).size());
        // Of a folder, at a rate of one's own; a video is replaced only with --force.
        const Outcome refused = predict({at("drawn"), "--out", at("d.json"), "--save-video", at("boxes.mp4")});
        QCOMPARE(refused.code, 3);
        QCOMPARE(framesOf(at("boxes.mp4")).size(), std::size_t(10));
        VERIFY_CODE(predict({at("drawn"), "--out", at("d.json"), "--save-video", at("boxes.mp4"), "--fps", "2", "--force"}), 0);
        QCOMPARE(framesOf(at("boxes.mp4"), &rate).size(), std::size_t(10));
        QCOMPARE(rate, 2.0);
        const Outcome itself = predict({at("clip.mp4"), "--out", at("e.json"), "--save-video", at("clip.mp4"), "--force"});
        QCOMPARE(itself.code, 3);
        QCOMPARE(framesOf(at("clip.mp4")).size(), std::size_t(20));
    }

    void savedAgainFromWhatWasFound() {
        VERIFY_CODE(predict({at("clip.mp4"), "--out", at("v.json"), "--every", "5", "--save-frames", at("frames"), "--save-txt", at("once"),
                             "--save-images", at("once-drawn"), "--save-conf"}),
                    0);
        VERIFY_CODE(run({"predict", "--detections", at("v.json"), "--conf", "0.001", "--save-txt", at("later"), "--save-images",
                         at("later-drawn"), "--save-conf", "--save-video", at("later.avi"), "--json"}),
                    0);
        QCOMPARE(filesBelow(at("later")), filesBelow(at("once")));
        for (const QString& name : filesBelow(at("once")))
            QCOMPARE(bytesOf(at("later/" + name.toStdString())), bytesOf(at("once/" + name.toStdString())));
        for (const QString& name : filesBelow(at("once-drawn")))
            QCOMPARE(bytesOf(at("later-drawn/" + name.toStdString())), bytesOf(at("once-drawn/" + name.toStdString())));
        QCOMPARE(framesOf(at("later.avi")).size(), std::size_t(4));
        // A higher confidence leaves what reaches it, that score itself included.
        std::vector<double> scores;
        const Json file = fileOf("v.json");
        for (const Json& one : file["annotations"])
            scores.push_back(one["score"]);
        std::sort(scores.begin(), scores.end());
        const double middle = scores[scores.size() / 2];
        const auto wanted = scores.end() - std::lower_bound(scores.begin(), scores.end(), middle);
        const Outcome fewer =
            run({"predict", "--detections", at("v.json"), "--conf", Json(middle).dump(), "--out", at("fewer.json"), "--json"});
        VERIFY_CODE(fewer, 0);
        QCOMPARE(static_cast<std::ptrdiff_t>(fileOf("fewer.json")["annotations"].size()), wanted);
        QVERIFY(fileOf("fewer.json")["images"] == fileOf("v.json")["images"]);
    }

    void refusals_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* arguments, int code, const char* says) {
            QTest::newRow(name) << QString::fromLatin1(arguments).split(QLatin1Char(' ')) << code << QString::fromLatin1(says);
        };
        // @ stands for the scratch folder, $ for the weights.
        row("a cut off mp4", "@cut.mp4 --weights $ --out @x.json", 3, "cut.mp4");
        row("an empty file", "@empty.mp4 --weights $ --out @x.json", 3, "empty");
        row("words", "@words.mkv --weights $ --out @x.json", 3, "words.mkv is not a video");
        row("none there", "@nowhere.avi --weights $ --out @x.json", 3, "nowhere.avi is not there");
        row("no weights", "@clip.mp4 --out @x.json", 2, "--weights");
        row("no source", "--weights $ --out @x.json", 2, "SOURCE");
        row("frames of pictures", "@tmp --weights $ --out @x.json --every 2", 2, "for a video");
        row("an unknown form", "@clip.mp4 --weights $ --out @x.json --save-video @x.webm", 2, ".avi");
        row("both sources", "@clip.mp4 --weights $ --out @x.json --detections @y.json", 2, "takes the place");
        row("nothing to save", "--detections @y.json", 2, "nothing to write");
        row("no frame a second", "@clip.mp4 --weights $ --out @x.json --save-video @x.mp4 --fps 0", 2, "0.1");
        row("each 0th", "@clip.mp4 --weights $ --out @x.json --every 0", 2, "--every");
        row("one file twice", "@clip.mp4 --weights $ --out @x.avi --save-video @x.avi", 2, "same file");
    }
    void refusals() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, says);
        const std::string whole = bytesOf(at("clip.mp4"));
        m_scratch->write("cut.mp4", whole.substr(0, whole.size() / 2));
        m_scratch->write("empty.mp4", "");
        m_scratch->write("words.mkv", "words");
        const QStringList before = filesBelow(m_scratch->path().string());
        std::vector<std::string> list{"predict"};
        for (const QString& argument : arguments)
            list.push_back(argument == QLatin1String("$")               ? weights()
                           : argument.startsWith(QLatin1Char('@')) ? at(argument.mid(1).toStdString())
                                                                   : argument.toStdString());
        const Outcome refused = run(list);
        VERIFY_CODE(refused, code);
        QVERIFY2(refused.err.find(says.toStdString()) != std::string::npos, refused.err.c_str());
        if (code == 3)
            QCOMPARE(std::count(refused.err.begin(), refused.err.end(), '\n'), std::ptrdiff_t(1)); // FFmpeg says nothing beside it
        QCOMPARE(filesBelow(m_scratch->path().string()), before);
    }

    void whatIsLeftOfACutOffVideoIsUsed() {
        drawVideo(at("long.avi"), 60, 25);
        const std::string whole = bytesOf(at("long.avi"));
        m_scratch->write("cut.avi", whole.substr(0, whole.size() / 2));
        const Outcome done = predict({at("cut.avi"), "--out", at("v.json")});
        VERIFY_CODE(done, 1);
        const Json findings = done.document()["findings"];
        QCOMPARE(findings.size(), std::size_t(1));
        QCOMPARE(findings[0]["code"].get<std::string>(), std::string("video-cut-off"));
        const std::size_t used = fileOf("v.json")["images"].size();
        QVERIFY(used > 10 && used < 50);
        const std::string said = findings[0]["message"];
        QVERIFY(said.find("promises 60 frames and holds " + std::to_string(used)) != std::string::npos);
    }

    /// Ctrl+C while frames are looked at: exit code 130, and no output, no frame and no hidden folder is there.
    void stoppedItLeavesNothing() {
        drawVideo(at("long.avi"), 3000, 25);
        const QStringList before = filesBelow(m_scratch->path().string());
        QProcess process;
        const auto q = [](const std::string& text) { return QString::fromStdString(text); };
        QStringList arguments{QStringLiteral("predict"), q(at("long.avi")), QStringLiteral("--weights"), q(weights())};
        arguments << QStringLiteral("--out") << q(at("out/v.json")) << QStringLiteral("--save-frames") << q(at("out/frames"));
        arguments << QStringLiteral("--save-video") << q(at("out/v.mp4")) << QStringLiteral("--save-txt") << q(at("out/txt"));
        process.start(kCli, arguments);
        QVERIFY(process.waitForStarted());
        const auto working = [&] { return filesBelow(at("out")).filter(QStringLiteral("txt")).size() > 0; };
        QTRY_VERIFY_WITH_TIMEOUT(working() || process.state() == QProcess::NotRunning, 120'000);
        QVERIFY2(working() && process.state() == QProcess::Running, process.readAllStandardError().constData());
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        QVERIFY(process.waitForFinished(120'000));
        QCOMPARE(process.exitCode(), 130);
        QCOMPARE(filesBelow(m_scratch->path().string()), before);
        QVERIFY(!QFileInfo::exists(q(at("out"))));
    }
};

QTEST_APPLESS_MAIN(TestCliVideo)
#include "tst_cli_video.moc"
