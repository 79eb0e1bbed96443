// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/runs/label_review.h"
#include "tests/support/scratch_files.h"

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
