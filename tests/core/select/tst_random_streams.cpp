// SPDX-License-Identifier: GPL-3.0-or-later
#include <numeric>

#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/select/numpy_random.h"
#include "core/select/python_random.h"
#include "tests/support/scratch_files.h"
#include "tests/support/shared_data.h"

using namespace intersect;
using nlohmann::json;

namespace {

json golden(const std::string& name) {
    return json::parse(tests::bytesOf(tests::shared("reference/sampling/" + name)));
}

/// The numbers of a key such as seed777_n1200_k600, in their order.
std::vector<std::uint32_t> numbersOf(const std::string& key) {
    std::vector<std::uint32_t> numbers;
    for (std::size_t i = 0; i < key.size();) {
        if (std::isdigit(static_cast<unsigned char>(key[i])) == 0) {
            ++i;
            continue;
        }
        std::size_t used = 0;
        numbers.push_back(static_cast<std::uint32_t>(std::stoul(key.substr(i), &used)));
        i += used;
    }
    return numbers;
}

} // namespace

class TestRandomStreams : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void drawsTheSameWords() {
        NEED_SHARED("reference/sampling/raw_streams.json");
        const json streams = golden("raw_streams.json");
        for (const std::uint32_t seed : {0U, 777U}) {
            const std::string end = "_" + std::to_string(seed) + "_first_";
            select::NumpyRandom numpy(seed);
            select::PythonRandom python(seed);
            for (const json& word : streams["numpy_RandomState" + end + "uint32"])
                QCOMPARE(numpy.word(), word.get<std::uint32_t>());
            for (const json& word : streams["python_Random" + end + "uint32"])
                QCOMPARE(python.word(), word.get<std::uint32_t>());
            select::NumpyRandom numpyAgain(seed);
            select::PythonRandom pythonAgain(seed);
            for (const json& value : streams["numpy_RandomState" + end + "double"])
                QCOMPARE(numpyAgain.uniform(), value.get<double>());
            for (const json& value : streams["python_Random" + end + "double"])
                QCOMPARE(pythonAgain.uniform(), value.get<double>());
        }
    }

    void permutesAsNumpy() {
        NEED_SHARED("reference/sampling/numpy_permutation.json");
        const json all = golden("numpy_permutation.json");
        QCOMPARE(all.size(), std::size_t{8});
        for (const auto& [key, wanted] : all.items()) {
            const auto numbers = numbersOf(key);
            QVERIFY2(select::NumpyRandom(numbers[0]).permutation(numbers[1]) == wanted.get<std::vector<std::size_t>>(), key.c_str());
        }
    }

    void shufflesAsPython() {
        NEED_SHARED("reference/sampling/python_shuffle.json");
        const json all = golden("python_shuffle.json");
        QCOMPARE(all.size(), std::size_t{8});
        for (const auto& [key, wanted] : all.items()) {
            const auto numbers = numbersOf(key);
            std::vector<int> list(numbers[1]);
            std::iota(list.begin(), list.end(), 0);
            select::PythonRandom(numbers[0]).shuffle(list);
            QVERIFY2(list == wanted.get<std::vector<int>>(), key.c_str());
        }
    }

    void samplesAsPython() {
        NEED_SHARED("reference/sampling/python_sample.json");
        const json all = golden("python_sample.json");
        QCOMPARE(all.size(), std::size_t{16});
        for (const auto& [key, wanted] : all.items()) {
            const auto numbers = numbersOf(key);
            QVERIFY2(select::PythonRandom(numbers[0]).sample(numbers[1], numbers[2]) == wanted.get<std::vector<std::uint32_t>>(), key.c_str());
        }
    }

    void handlesTheSmallestSizes() {
        QVERIFY(select::NumpyRandom(1).permutation(0).empty());
        QCOMPARE(select::NumpyRandom(1).permutation(1), std::vector<std::size_t>{0});
        select::PythonRandom random(4294967295U);
        QVERIFY(random.sample(10, 0).empty());
        QCOMPARE(random.sample(1, 1), std::vector<std::uint32_t>{0});
        std::vector<int> none;
        random.shuffle(none);
        QVERIFY(none.empty());
        for (int i = 0; i < 100; ++i)
            QVERIFY(random.below(3) < 3);
        QCOMPARE(random.below(1), 0U);
    }
};

QTEST_APPLESS_MAIN(TestRandomStreams)
#include "tst_random_streams.moc"
