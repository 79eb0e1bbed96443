// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include <QtTest>

#include "core/data/near_duplicates.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using tests::Scratch;

namespace {

using Hashes = std::vector<std::uint64_t>;
using Sets = std::vector<std::vector<std::uint32_t>>;

/// Random centres, each with some hashes a few bits away, and some alone.
Hashes clustered(std::size_t count, std::size_t centres, int flips, unsigned seed) {
    std::mt19937_64 random(seed);
    Hashes middle(centres);
    std::generate(middle.begin(), middle.end(), random);
    Hashes hashes;
    for (std::size_t i = 0; i < count; ++i) {
        std::uint64_t hash = i % 5 == 0 ? random() : middle[random() % centres];
        for (std::uint64_t flip = random() % static_cast<std::uint64_t>(flips + 1); flip-- > 0;)
            hash ^= 1ULL << (random() % 64);
        hashes.push_back(hash);
    }
    return hashes;
}

/// All pairs, joined by relabelling: slow and plain.
template <class Alike>
Sets bruteGroups(std::size_t count, Alike&& alike) {
    std::vector<std::uint32_t> label(count);
    std::iota(label.begin(), label.end(), 0U);
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = i + 1; j < count; ++j)
            if (label[i] != label[j] && alike(i, j)) {
                const std::uint32_t from = std::max(label[i], label[j]), to = std::min(label[i], label[j]);
                std::replace(label.begin(), label.end(), from, to);
            }
    std::map<std::uint32_t, std::vector<std::uint32_t>> sets;
    for (std::uint32_t i = 0; i < count; ++i)
        sets[label[i]].push_back(i);
    Sets groups;
    for (auto& [first, members] : sets)
        if (members.size() > 1)
            groups.push_back(std::move(members));
    return groups;
}

Sets setsOf(const std::vector<data::DuplicateGroup>& groups) {
    Sets sets;
    for (const data::DuplicateGroup& group : groups) {
        auto& members = sets.emplace_back();
        for (const data::GroupMember& member : group)
            members.push_back(member.index);
        std::sort(members.begin(), members.end());
    }
    return sets;
}

} // namespace

/// Groups of pictures that are alike, against all pairs compared one by one.
class TestNearDuplicates : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsWhatAllPairsFind_data() {
        QTest::addColumn<int>("distance");
        QTest::addColumn<int>("flips");
        for (const int distance : {0, 1, 2, 3, 4, 6, 8, 12, 15, 16, 24, 63, 64})
            for (const int flips : {0, 3, 8})
                QTest::addRow("%d bits, %d flipped", distance, flips) << distance << flips;
    }
    void findsWhatAllPairsFind() {
        QFETCH(int, distance);
        QFETCH(int, flips);
        const Hashes hashes = clustered(1500, 60, flips, static_cast<unsigned>(distance * 100 + flips));
        const auto groups = data::nearGroups(hashes, distance);
        QVERIFY(groups.has_value());
        QVERIFY(setsOf(*groups) ==
                bruteGroups(hashes.size(), [&](std::size_t i, std::size_t j) { return std::popcount(hashes[i] ^ hashes[j]) <= distance; }));
        for (const data::DuplicateGroup& group : *groups) {
            std::set<std::uint32_t> before;
            for (const data::GroupMember& member : group) {
                QCOMPARE(member.distance, std::popcount(hashes[member.index] ^ hashes[member.like]));
                QVERIFY(member.distance <= distance);
                QVERIFY(before.empty() ? member.like == member.index : before.contains(member.like));
                before.insert(member.index);
            }
            QCOMPARE(*before.begin(), group.front().index);
        }
    }

    void asksWhoeverHasTheLastWord() {
        const Hashes hashes = clustered(800, 20, 2, 7);
        const auto sameParity = [](std::uint32_t a, std::uint32_t b) { return a % 2 == b % 2; };
        const auto groups = data::nearGroups(hashes, 4, sameParity);
        QVERIFY(groups.has_value());
        QVERIFY(setsOf(*groups) == bruteGroups(hashes.size(), [&](std::size_t i, std::size_t j) {
                    return i % 2 == j % 2 && std::popcount(hashes[i] ^ hashes[j]) <= 4;
                }));
        QVERIFY(!groups->empty());
    }

    void takesAHundredThousandOfOneKind() {
        const Hashes same(100'000, 0x123456789ABCDEFULL);
        const auto one = data::nearGroups(same, 6);
        QVERIFY(one && one->size() == 1 && one->front().size() == same.size());
        // All within two bits of one another by a common centre, nearly all different.
        Hashes near;
        for (int a = 0; a < 64; ++a)
            for (int b = 0; b < a; ++b)
                for (int c = 0; c < b && near.size() < 40'000; ++c)
                    near.push_back((1ULL << a) | (1ULL << b) | (1ULL << c));
        const auto ball = data::nearGroups(near, 6);
        QVERIFY(ball && ball->size() == 1 && ball->front().size() == near.size());
        QVERIFY(data::nearGroups(Hashes{}, 6)->empty());
        QVERIFY(data::nearGroups(Hashes{5}, 6)->empty());
    }

    void stops() {
        const auto stopped = data::nearGroups(clustered(500, 10, 3, 1), 4, {}, [] { return true; });
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Interrupted);
    }

    void needsHashAndCellsToAgree() {
        std::vector<image::PictureSignature> signatures(6);
        for (image::PictureSignature& one : signatures) {
            one.known = true;
            one.hash = 0xFF00;
            one.cells.fill(100);
        }
        signatures[1].hash ^= 0b111;    // three bits away
        signatures[2].cells[40] = 160;  // a vehicle in one cell
        signatures[3].hash = ~0ULL;     // another place
        signatures[4].known = false;    // unreadable, although the same
        signatures[5].cells[300] = 104; // coded again
        const auto groups = data::nearGroups(signatures, data::NearLimits{});
        QVERIFY(groups.has_value());
        QVERIFY(setsOf(*groups) == (Sets{{0, 1, 5}}));
        QVERIFY(data::nearDuplicates(signatures[0], signatures[5]));
        QVERIFY(!data::nearDuplicates(signatures[0], signatures[2]));
        QVERIFY(!data::nearDuplicates(signatures[0], signatures[3]));
        QVERIFY(!data::nearDuplicates(signatures[0], signatures[4]));
    }

    void findsIdenticalFiles() {
        Scratch scratch;
        const std::string big(70'000, 'x');
        std::vector<std::filesystem::path> files = {
            scratch.write("a.jpg", "one"),   scratch.write("b.jpg", "two"), scratch.write("c.jpg", "one"),     scratch.path("gone.jpg"),
            scratch.write("d.jpg", "three"), scratch.write("e.jpg", big),   scratch.write("f.jpg", big + "y"), scratch.write("g.jpg", big)};
        std::filesystem::create_hard_link(files[4], scratch.path("h.jpg"));
        files.push_back(scratch.path("h.jpg"));
        const auto groups = data::identicalFiles(files);
        QVERIFY(groups.has_value());
        QVERIFY(setsOf(*groups) == (Sets{{0, 2}, {4, 8}, {5, 7}}));
        const auto stopped = data::identicalFiles(files, [] { return true; });
        QVERIFY(!stopped && stopped.error().code == ErrorCode::Interrupted);
        std::vector<image::PictureSignature> signatures(3);
        for (image::PictureSignature& one : signatures) {
            one.known = true;
            one.fileBytes = 10;
            one.content = 7;
        }
        signatures[1].content = 8;
        QVERIFY(setsOf(data::identicalFiles(signatures)) == (Sets{{0, 2}}));
    }

    void callsNoTwoRealFramesTheSame() {
        NEED_SHARED("data/citycam-mini/Q2");
        // Frames of one webcam, 140 s apart or more, all with other vehicles.
        std::vector<image::PictureSignature> signatures;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(tests::shared("data/citycam-mini"))) {
            if (entry.path().extension() != ".jpg")
                continue;
            const auto signature = image::readSignature(entry.path());
            QVERIFY(signature.has_value());
            signatures.push_back(*signature);
        }
        QVERIFY(signatures.size() > 700);
        QCOMPARE(data::nearGroups(signatures, data::NearLimits{})->size(), std::size_t{0});
        QCOMPARE(data::identicalFiles(signatures).size(), std::size_t{0});
        signatures.push_back(signatures[100]);
        const auto groups = data::nearGroups(signatures, data::NearLimits{});
        QVERIFY(setsOf(*groups) == (Sets{{100, static_cast<std::uint32_t>(signatures.size() - 1)}}));
    }
};

QTEST_APPLESS_MAIN(TestNearDuplicates)
#include "tst_near_duplicates.moc"
