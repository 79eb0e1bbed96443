// SPDX-License-Identifier: GPL-3.0-or-later
#include <csignal>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

#include <QTest>

#include "core/data/data_yaml.h"
#include "core/data/yolo_labels.h"
#include "core/runs/label_review.h"
#include "tests/support/scratch_files.h"
#include "tests/support/small_disk.h"

using namespace intersect;
using namespace intersect::runs;
using eval::SuspectKind;

/// Decisions on suspect labels and the corrected files they make, by hand.
class TestLabelReview : public QObject {
    Q_OBJECT
    std::unique_ptr<tests::Scratch> m_scratch;
    Workspace m_workspace;
    detect::DetectionSet m_detections;
    eval::Truth m_truth;

    static ReviewedLabel decision(SuspectKind kind, std::optional<data::Label> label, std::optional<data::Label> found,
                                  bool accepted = true) {
        return {"test/2703/a.jpg", kind, accepted, label, found};
    }
    static std::string corrected(const std::string& text, std::vector<ReviewedLabel> decisions) {
        return correctedLabels(text, decisions).text;
    }
    std::string correctedBytes() const {
        return tests::bytesOf(m_scratch->path("ws/labels/corrected/test/2703/a.txt"));
    }
    bool correctedIsThere() const {
        return std::filesystem::exists(m_scratch->path("ws/labels/corrected/test/2703/a.txt"));
    }
    ReviewedLabel decided(const eval::Suspect& suspect, bool accepted) const {
        auto made = decisionOn(suspect, accepted, m_detections, m_truth, m_workspace.dataRoot);
        return made ? *made : ReviewedLabel{};
    }

    /// A decision on picture `number` of many, none of which has labels of its own: a car is missing.
    ReviewedLabel missingOn(int number) const {
        ReviewedLabel one = decision(SuspectKind::MissingLabel, {}, m_bus);
        one.image = "test/many/" + std::to_string(number) + ".jpg";
        return one;
    }
    static std::set<std::string> imagesOf(const LabelReview& review) {
        std::set<std::string> images;
        for (const ReviewedLabel& one : review.decisions())
            images.insert(one.image);
        return images;
    }
    std::string bytesBelow(const char* below) const { return tests::bytesOf(m_scratch->path(below)); }

    static constexpr const char* kLabels =
        "2 0.2 0.2 0.2 0.2\n7 0.70 0.7 0.4 0.4\nthis is no row\n3 0.15 0.7 0.1 0.2\n";
    const data::Label m_car{2, {0.2, 0.2, 0.2, 0.2}, 0}, m_truck{7, {0.7, 0.7, 0.4, 0.4}, 0},
        m_bus{5, {0.5, 0.25, 0.5, 0.125}, 0};

private Q_SLOTS:
    void init() {
        m_scratch = std::make_unique<tests::Scratch>();
        m_workspace.folder = m_scratch->path("ws");
        m_workspace.dataRoot = m_scratch->path("data");
        m_scratch->write("data/test/2703/a.txt", kLabels);
        // 100 x 100; a car that no label has, and a bus on the truck's label.
        m_detections.images = {{1, m_scratch->path("data/test/2703/a.jpg"), {100, 100}}};
        m_detections.begin = {0, 2};
        m_detections.detections = {{{60, 10, 80, 30}, 0.9F, 2}, {{50, 50, 90, 104}, 0.8F, 5}};
        m_truth.begin = {0, 3};
        m_truth.boxes = {{{10, 10, 30, 30}, 2}, {{50, 50, 90, 90}, 7}, {{10, 60, 20, 80}, 3}};
    }

    void rowsThatResult() {
        // Nothing accepted: the text as it is, with its bad row and its digits.
        QCOMPARE(corrected(kLabels, {}), std::string(kLabels));
        QCOMPARE(corrected(kLabels, {decision(SuspectKind::NothingThere, m_car, {}, false)}), std::string(kLabels));
        QCOMPARE(corrected(kLabels, {decision(SuspectKind::MissingLabel, {}, m_bus)}),
                 kLabels + std::string("5 0.5 0.25 0.5 0.125\n"));
        QCOMPARE(corrected(kLabels, {decision(SuspectKind::NothingThere, m_car, {})}),
                 std::string("7 0.70 0.7 0.4 0.4\nthis is no row\n3 0.15 0.7 0.1 0.2\n"));
        QCOMPARE(corrected(kLabels, {decision(SuspectKind::WrongClass, m_truck, m_bus)}),
                 std::string("2 0.2 0.2 0.2 0.2\n5 0.7 0.7 0.4 0.4\nthis is no row\n3 0.15 0.7 0.1 0.2\n"));
        QCOMPARE(corrected(kLabels, {decision(SuspectKind::BadlyPlaced, m_truck, m_bus)}),
                 std::string("2 0.2 0.2 0.2 0.2\n7 0.5 0.25 0.5 0.125\nthis is no row\n3 0.15 0.7 0.1 0.2\n"));
    }

    void decisionsTogether() {
        const ReviewedLabel gone = decision(SuspectKind::NothingThere, m_truck, {}),
                            other = decision(SuspectKind::WrongClass, m_truck, m_bus);
        QCOMPARE(corrected("7 0.7 0.7 0.4 0.4", {other, gone}), std::string());
        QCOMPARE(corrected("7 0.7 0.7 0.4 0.4", {gone, other}), std::string());
        QCOMPARE(corrected("7 0.7 0.7 0.4 0.4", {other, decision(SuspectKind::BadlyPlaced, m_truck, m_bus)}),
                 std::string("5 0.5 0.25 0.5 0.125\n"));
        // A last line without its end, and no file at all.
        QCOMPARE(corrected("2 0.2 0.2 0.2 0.2", {decision(SuspectKind::MissingLabel, {}, m_bus)}),
                 std::string("2 0.2 0.2 0.2 0.2\n5 0.5 0.25 0.5 0.125\n"));
        QCOMPARE(corrected("", {decision(SuspectKind::MissingLabel, {}, m_bus)}),
                 std::string("5 0.5 0.25 0.5 0.125\n"));
        // A label that is not there any more.
        const std::vector<ReviewedLabel> late{gone};
        QCOMPARE(correctedLabels("2 0.2 0.2 0.2 0.2\n", late).lost, 1);
        QCOMPARE(correctedLabels("2 0.2 0.2 0.2 0.2\n", late).text, std::string("2 0.2 0.2 0.2 0.2\n"));
    }

    void acceptedRememberedTakenBack() {
        const eval::Suspect missing{SuspectKind::MissingLabel, 0, 0, -1, 0, 0.9},
            wrong{SuspectKind::WrongClass, 0, 1, 1, 0.74F, 0.8}, nothing{SuspectKind::NothingThere, 0, -1, 2, 0, 0.3};
        auto review = LabelReview::open(m_workspace);
        QVERIFY(review.has_value());
        QVERIFY(review->decide(decided(missing, true)).has_value());
        QCOMPARE(correctedBytes(), kLabels + std::string("2 0.7 0.2 0.2 0.2\n"));
        QVERIFY(review->decide(decided(wrong, true)).has_value());
        QCOMPARE(correctedBytes(),
                 std::string(
                     "2 0.2 0.2 0.2 0.2\n5 0.7 0.7 0.4 0.4\nthis is no row\n3 0.15 0.7 0.1 0.2\n2 0.7 0.2 0.2 0.2\n"));
        QVERIFY(review->decide(decided(nothing, false)).has_value());
        QCOMPARE(review->accepted(), std::int64_t(2));
        QCOMPARE(review->dismissed(), std::int64_t(1));
        QCOMPARE(tests::bytesOf(m_scratch->path("data/test/2703/a.txt")), std::string(kLabels)); // never the original

        // Another start of the program knows all of it.
        auto again = LabelReview::open(m_workspace);
        QVERIFY(again.has_value());
        QCOMPARE(again->decisions().size(), std::size_t(3));
        const auto about = [&](std::size_t which, const eval::Suspect& suspect) {
            return isAbout(again->decisions()[which], suspect, m_detections, m_truth, m_workspace.dataRoot);
        };
        QVERIFY(about(0, missing) && about(1, wrong) && about(2, nothing));
        QVERIFY(!about(0, wrong) && !about(1, nothing) && !about(2, missing));
        // Another run that sees the car a little aside means the same place; far off it does not.
        m_detections.detections[0].box = {61, 10, 81, 30};
        QVERIFY(about(0, missing));
        m_detections.detections[0].box = {70, 10, 90, 30};
        QVERIFY(!about(0, missing));

        QVERIFY(again->undo().has_value());
        QCOMPARE(again->dismissed(), std::int64_t(0));
        QCOMPARE((*again->undo())->kind, SuspectKind::WrongClass);
        QCOMPARE(correctedBytes(), kLabels + std::string("2 0.7 0.2 0.2 0.2\n"));
        QVERIFY(again->undo().has_value());
        QVERIFY(!correctedIsThere());
        QVERIFY(!again->undo()->has_value());
        QVERIFY(LabelReview::open(m_workspace)->decisions().empty());
    }

    void aBoxOverTheEdgeIsCut() {
        const ReviewedLabel made = decided({SuspectKind::BadlyPlaced, 0, 1, 1, 0.74F, 0.2}, true);
        QVERIFY(made.found.has_value());
        QCOMPARE(made.found->box, (BoxCxcywhn{0.7, 0.75, 0.4, 0.5})); // 50..100, not 50..104
    }

    void aChangedLabelFileIsSaid() {
        m_scratch->write("data/test/2703/a.txt", "2 0.2 0.2 0.2 0.2\n");
        const auto made = decisionOn({SuspectKind::WrongClass, 0, 1, 1, 0.74F, 0.8}, true, m_detections, m_truth,
                                     m_workspace.dataRoot);
        QVERIFY(!made.has_value());
        QVERIFY(made.error().message.find("has changed") != std::string::npos);
    }

    void takenBackAndDecidedAgain() {
        auto review = LabelReview::open(m_workspace);
        QVERIFY(!review->canUndo() && !review->canRedo());
        const std::string added = kLabels + std::string("5 0.5 0.25 0.5 0.125\n");
        QVERIFY(review->decide(decision(SuspectKind::MissingLabel, {}, m_bus)).has_value());
        QVERIFY(review->decide(decision(SuspectKind::NothingThere, m_car, {}, false)).has_value());
        QVERIFY(review->undo()->has_value() && review->undo()->has_value());
        QVERIFY(!correctedIsThere() && !review->canUndo());
        QCOMPARE((*review->redo())->kind, SuspectKind::MissingLabel);
        QCOMPARE(correctedBytes(), added);
        QCOMPARE((*review->redo())->kind, SuspectKind::NothingThere);
        QVERIFY(!review->canRedo() && !review->redo()->has_value());
        QCOMPARE(review->accepted() + review->dismissed(), std::int64_t(2));
        // A new decision ends the way forward.
        QVERIFY(review->undo()->has_value() && review->canRedo());
        QVERIFY(review->decide(decision(SuspectKind::WrongClass, m_truck, m_bus)).has_value());
        QVERIFY(!review->canRedo());
        // The same question again takes the place of the first answer.
        QVERIFY(review->decide(decision(SuspectKind::MissingLabel, {}, m_bus, false)).has_value());
        QCOMPARE(review->decisions().size(), std::size_t(2));
        QCOMPARE(correctedBytes(), std::string("2 0.2 0.2 0.2 0.2\n5 0.7 0.7 0.4 0.4\nthis is no row\n3 0.15 0.7 0.1 0.2\n"));
    }

    void twoAtOnce() {
        auto one = LabelReview::open(m_workspace), two = LabelReview::open(m_workspace);
        QVERIFY(one->decide(decision(SuspectKind::MissingLabel, {}, m_bus)).has_value());
        QVERIFY(two->decide(decision(SuspectKind::NothingThere, m_car, {})).has_value());
        // Both stand, in the list and in the corrected file.
        QCOMPARE(correctedBytes(), std::string("7 0.70 0.7 0.4 0.4\nthis is no row\n3 0.15 0.7 0.1 0.2\n5 0.5 0.25 0.5 0.125\n"));
        QCOMPARE(two->decisions().size(), std::size_t(2));
        QCOMPARE(one->decisions().size(), std::size_t(1));
        QVERIFY(*one->refresh());
        QCOMPARE(one->decisions().size(), std::size_t(2));
        QVERIFY(!*one->refresh());
        // Taking back means one's own.
        QCOMPARE((*one->undo())->kind, SuspectKind::MissingLabel);
        QCOMPARE(correctedBytes(), std::string("7 0.70 0.7 0.4 0.4\nthis is no row\n3 0.15 0.7 0.1 0.2\n"));
        QVERIFY(!one->canUndo());
        QCOMPARE(LabelReview::open(m_workspace)->decisions().size(), std::size_t(1));
        // What the other decided meanwhile is not decided again, nor taken back twice.
        QVERIFY(two->decide(decision(SuspectKind::MissingLabel, {}, m_bus, false)).has_value());
        QVERIFY(!one->redo()->has_value());
        QCOMPARE(LabelReview::open(m_workspace)->dismissed(), std::int64_t(1));
        auto three = LabelReview::open(m_workspace); // knows both decisions of `two`
        QVERIFY(two->undo()->has_value() && two->undo()->has_value());
        QVERIFY(!three->undo()->has_value());
        QVERIFY(!correctedIsThere());
    }

    void twoProcessesLoseNothing() {
        constexpr int kEach = 40;
        const auto decideOn = [&](int first) {
            auto review = LabelReview::open(m_workspace);
            for (int i = first; review && i < first + kEach; ++i)
                if (!review->decide(missingOn(i)))
                    return false;
            return review.has_value();
        };
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(decideOn(1000) ? 0 : 1);
        QVERIFY(decideOn(0));
        int status = -1;
        QCOMPARE(::waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        const auto review = LabelReview::open(m_workspace);
        QVERIFY(review.has_value());
        QCOMPARE(review->decisions().size(), std::size_t(2 * kEach));
        QCOMPARE(imagesOf(*review).size(), std::size_t(2 * kEach));
        for (const std::string& image : imagesOf(*review))
            QCOMPARE(tests::bytesOf(review->correctedFile(image)), std::string("5 0.5 0.25 0.5 0.125\n"));
    }

    void killedItLeavesWholeFiles() {
        for (int round = 0; round < 6; ++round) {
            int pipe[2];
            QCOMPARE(::pipe(pipe), 0);
            const pid_t child = ::fork();
            if (child == 0) {
                auto review = LabelReview::open(m_workspace);
                for (int i = 0; review; ++i) { // back and forth until it is killed
                    static_cast<void>(review->decide(missingOn(round * 1000 + i % 7)));
                    if (i % 3 == 2)
                        static_cast<void>(review->undo());
                    if (::write(pipe[1], "x", 1) != 1)
                        break;
                }
                ::_exit(1);
            }
            char told = 0;
            for (int i = 0; i < 5 + round * 3; ++i)
                QCOMPARE(::read(pipe[0], &told, 1), ssize_t(1));
            QCOMPARE(::kill(child, SIGKILL), 0);
            QCOMPARE(::waitpid(child, nullptr, 0), child);
            ::close(pipe[0]);
            ::close(pipe[1]);
            const auto review = LabelReview::open(m_workspace); // the lock went with the process
            QVERIFY2(review.has_value(), review ? "" : review.error().message.c_str());
            std::set<std::string> corrected;
            for (const auto& entry : std::filesystem::directory_iterator(m_scratch->path("ws/labels/corrected/test/many")))
                if (entry.path().extension() == ".txt") {
                    corrected.insert("test/many/" + entry.path().stem().string() + ".jpg");
                    QCOMPARE(tests::bytesOf(entry.path()), std::string("5 0.5 0.25 0.5 0.125\n"));
                }
            QCOMPARE(corrected, imagesOf(*review));
        }
    }

    void aCorrectedFileThatIsBehindIsMadeAnew() {
        QVERIFY(LabelReview::open(m_workspace)->decide(decision(SuspectKind::NothingThere, m_truck, {})).has_value());
        const std::string whole = "2 0.2 0.2 0.2 0.2\nthis is no row\n3 0.15 0.7 0.1 0.2\n";
        QCOMPARE(correctedBytes(), whole);
        // A crash between the two files.
        QVERIFY(std::filesystem::remove(m_scratch->path("ws/labels/corrected/test/2703/a.txt")));
        QVERIFY(std::filesystem::remove(m_scratch->path("ws/labels/corrected/test/2703/a.jpg")));
        QCOMPARE(LabelReview::open(m_workspace)->lost(), std::int64_t(0));
        QCOMPARE(correctedBytes(), whole);
        QVERIFY(std::filesystem::is_symlink(m_scratch->path("ws/labels/corrected/test/2703/a.jpg")));
        // The data set moved on: other rows are taken over, and a label that is gone is told of.
        m_scratch->write("data/test/2703/a.txt", "2 0.3 0.3 0.1 0.1\n");
        const auto review = LabelReview::open(m_workspace);
        QCOMPARE(review->lost(), std::int64_t(1));
        QCOMPARE(review->accepted(), std::int64_t(1));
        QCOMPARE(correctedBytes(), std::string("2 0.3 0.3 0.1 0.1\n"));
    }

    void onAFullDiskBothFilesStay() {
        auto review = LabelReview::open(m_workspace);
        QVERIFY(review->decide(decision(SuspectKind::NothingThere, m_car, {})).has_value());
        QVERIFY(review->decide(decision(SuspectKind::MissingLabel, {}, m_bus)).has_value());
        const std::string list = bytesBelow("ws/labels/corrected/review.jsonl"), corrected = correctedBytes();
        {
            const tests::SmallDisk full(20);
            const auto refused = review->decide(decision(SuspectKind::WrongClass, m_truck, m_bus));
            QVERIFY(!refused.has_value());
            QVERIFY(refused.error().message.find("cannot be written") != std::string::npos);
            QVERIFY(!review->undo().has_value());
        }
        QCOMPARE(bytesBelow("ws/labels/corrected/review.jsonl"), list);
        QCOMPARE(correctedBytes(), corrected);
        QCOMPARE(review->decisions().size(), std::size_t(2));
        QVERIFY(review->undo()->has_value() && review->undo()->has_value()); // and it goes on where there is room again
        QVERIFY(!correctedIsThere());
    }

    void whereNoCorrectedFileCanBeMadeNothingIsDecided() {
        m_scratch->write("ws/labels/corrected/test", "a file in the folder's place");
        auto review = LabelReview::open(m_workspace);
        const auto refused = review->decide(decision(SuspectKind::NothingThere, m_car, {}));
        QVERIFY(!refused.has_value());
        QVERIFY(refused.error().message.find("labels/corrected/test") != std::string::npos);
        QVERIFY(LabelReview::open(m_workspace)->decisions().empty());
    }

    /// Where YOLO looks for a picture's labels (YOLOv5 7.0, img2label_paths): the last /images/ becomes /labels/, the ending .txt.
    static std::string yoloLabelsOf(std::string picture) {
        if (const std::size_t at = picture.rfind("/images/"); at != std::string::npos)
            picture.replace(at, 8, "/labels/");
        return picture.substr(0, picture.rfind('.')) + ".txt";
    }

    void yoloFindsTheCorrectedLabels_data() {
        QTest::addColumn<QString>("image");
        QTest::newRow("beside") << QStringLiteral("test/2703/a.jpg");
        QTest::newRow("below images") << QStringLiteral("images/Q1/398/b.jpg");
        QTest::newRow("two pictures of one name") << QStringLiteral("images/Q1/399/b.jpg");
    }
    void yoloFindsTheCorrectedLabels() {
        QFETCH(QString, image);
        const std::string name = image.toStdString();
        m_scratch->write("data/" + name, "picture");
        ReviewedLabel one = decision(SuspectKind::MissingLabel, {}, m_bus);
        one.image = name;
        auto review = LabelReview::open(m_workspace);
        QVERIFY(review->decide(one).has_value());
        const std::filesystem::path picture = review->correctedPicture(name);
        QCOMPARE(std::filesystem::read_symlink(picture), m_scratch->path("data/" + name));
        QCOMPARE(tests::bytesOf(picture), std::string("picture"));
        QCOMPARE(yoloLabelsOf(picture.string()), review->correctedFile(name).string());
        QCOMPARE(data::labelPathOf(picture), review->correctedFile(name));
        QVERIFY(review->undo()->has_value());
        QVERIFY(!std::filesystem::is_symlink(picture));
        QCOMPARE(bytesBelow(("data/" + name).c_str()), std::string("picture"));
    }

    void listsThatUseTheCorrections() {
        for (const char* name : {"a", "b", "c"})
            m_scratch->write(std::string("data/test/2703/") + name + ".jpg", "picture");
        const auto picture = [&](const char* name) { return m_scratch->path(std::string("data/test/2703/") + name + ".jpg"); };
        const SplitLists lists{{picture("b"), picture("a")}, {picture("c")}, {}, {"person", "car"}};
        QVERIFY(writeSplitLists(m_workspace.selections() / "mine", lists, false).has_value());
        const std::string before = bytesBelow("ws/selections/mine/train.txt");
        auto review = LabelReview::open(m_workspace);
        QVERIFY(review->decide(decision(SuspectKind::NothingThere, m_car, {})).has_value()); // on a
        m_scratch->write("ws/selections/mine-corrected/train.cache", "YOLO's own, of labels before");
        const auto made = writeCorrectedLists(m_workspace, "mine", *review);
        QVERIFY2(made.has_value(), made ? "" : made.error().message.c_str());
        QCOMPARE(made->name, std::string("mine-corrected"));
        QCOMPARE(made->train, std::int64_t(1));
        QCOMPARE(made->val + made->test, std::int64_t(0));
        QVERIFY(!std::filesystem::exists(m_scratch->path("ws/selections/mine-corrected/train.cache")));
        QCOMPARE(bytesBelow("ws/selections/mine/train.txt"), before);
        const auto data = data::readDataYaml(m_workspace.selections() / "mine-corrected" / "data.yaml");
        QVERIFY(data.has_value());
        QCOMPARE(data->names, lists.names);
        const auto train = data::imagesOfSplit(*data, "train"), val = data::imagesOfSplit(*data, "val");
        QCOMPARE(*train, (std::vector<std::filesystem::path>{picture("b"), review->correctedPicture("test/2703/a.jpg")}));
        QCOMPARE(*val, std::vector<std::filesystem::path>{picture("c")});
        // What training reads: two labels are left of three.
        QCOMPARE(data::readYoloLabels((*train)[1]).labels.size(), std::size_t(2));
        // Written again after another decision; a selection of the user's own of that name is not touched.
        QVERIFY(review->undo()->has_value());
        QCOMPARE(writeCorrectedLists(m_workspace, "mine", *review)->train, std::int64_t(0));
        QCOMPARE(bytesBelow("ws/selections/mine-corrected/train.txt"), before);
        m_scratch->write("ws/selections/mine-corrected/selection.yaml", "mine");
        QVERIFY(!writeCorrectedLists(m_workspace, "mine", *review).has_value());
        QVERIFY(!writeCorrectedLists(m_workspace, "no such split", *review).has_value());
    }

    void aBrokenFileIsSaidAndKept() {
        const std::string good =
            R"({"image":"test/2703/a.jpg","kind":"nothing_there","decision":"accepted","label":[2,0.2,0.2,0.2,0.2],"found":null})";
        const std::string bad[] = {
            "{\"image\"",
            "[]",
            "{}",
            R"({"image":"../../a.jpg","kind":"nothing_there","decision":"accepted","label":[2,0.2,0.2,0.2,0.2],"found":null})",
            R"({"image":"a.jpg","kind":"nothing_there","decision":"accepted","label":null,"found":null})",
            R"({"image":"a.jpg","kind":"odd","decision":"accepted","label":null,"found":null})",
            R"({"image":"a.jpg","kind":"nothing_there","decision":"accepted","label":[2,"x"],"found":null})"};
        for (const std::string& line : bad) {
            const std::string text = good + "\n" + line + "\n";
            const auto file = m_scratch->write("ws/labels/corrected/review.jsonl", text);
            const auto review = LabelReview::open(m_workspace);
            QVERIFY2(!review.has_value(), line.c_str());
            QCOMPARE(review.error().line, 2);
            QVERIFY(review.error().message.find("review.jsonl") != std::string::npos);
            QCOMPARE(tests::bytesOf(file), text);
        }
        m_scratch->write("ws/labels/corrected/review.jsonl", good + "\n");
        QCOMPARE(LabelReview::open(m_workspace)->accepted(), std::int64_t(1));
    }
};

QTEST_APPLESS_MAIN(TestLabelReview)
#include "tst_label_review.moc"
