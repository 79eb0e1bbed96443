// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory reading takes at most: every operator new of this program is counted.
#include <atomic>
#include <cstdlib>
#include <malloc.h>
#include <new>

#include <QtTest>

#include "core/weights/checkpoint.h"
#include "core/weights/safetensors.h"
#include "core/weights/torch_writer.h"
#include "tests/core/weights/made_checkpoint.h"
#include "tests/support/shared_data.h"

namespace {

std::atomic<std::size_t> g_live{0}, g_peak{0};

void* counted(std::size_t size) {
    void* made = std::malloc(size);
    if (made == nullptr)
        throw std::bad_alloc();
    const std::size_t live = g_live += malloc_usable_size(made);
    std::size_t peak = g_peak;
    while (live > peak && !g_peak.compare_exchange_weak(peak, live)) {
    }
    return made;
}

void uncounted(void* made) {
    if (made != nullptr)
        g_live -= malloc_usable_size(made);
    std::free(made);
}

} // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    try {
        return counted(size);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void operator delete(void* made, const std::nothrow_t&) noexcept { uncounted(made); }
void operator delete(void* made) noexcept { uncounted(made); }
void operator delete[](void* made) noexcept { uncounted(made); }
void operator delete(void* made, std::size_t) noexcept { uncounted(made); }
void operator delete[](void* made, std::size_t) noexcept { uncounted(made); }

using namespace intersect;
using namespace intersect::weights;
using namespace intersect::tests;

namespace {

constexpr double kAlways = 4 << 20; ///< what a hostile file may take whatever its size

/// Bytes that readWeights took at most, beyond those before.
std::size_t peakOf(const std::filesystem::path& path, bool* read = nullptr) {
    const std::size_t before = g_live;
    g_peak = before;
    const auto file = readWeights(path);
    if (read != nullptr)
        *read = file.has_value();
    return g_peak - before;
}

ArrayFile manyArrays(int count, std::int64_t elements) {
    ArrayFile file;
    for (int i = 0; i < count; ++i)
        file.arrays.push_back({"model." + std::to_string(i) + ".weight", DType::F32, {elements},
                               std::vector<std::byte>(static_cast<std::size_t>(4 * elements), std::byte{1})});
    file.metadata = {{"names", R"(["car","bus"])"}};
    return file;
}

} // namespace

class TestReadingMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void countingCounts();
    void realFiles_data();
    void realFiles();
    void madeFiles_data();
    void madeFiles();
    void hostileFiles_data();
    void hostileFiles();
};

void TestReadingMemory::countingCounts() {
    const std::size_t before = g_live;
    g_peak = before;
    {
        const std::vector<char> one(1'000'000), two(500'000);
        QVERIFY(g_live - before >= 1'500'000);
    }
    QVERIFY(g_peak - before >= 1'500'000 && g_peak - before < 1'600'000);
    QCOMPARE(g_live.load(), before);
}

void TestReadingMemory::realFiles_data() {
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"yolov5n.pt", "yolov5n-v6.0.pt", "yolov5n-duckietown-4cls.pt", "yolov7-tiny.standin-untrained.pt", "yolox_nano_from_onnx.pth",
          "nanodet_m.pth", "fastestdet.pth", "yolox_nano.onnx", "robustness/yolov7-lite-t-face.pt", "robustness/yolov5n-truncated.pt"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestReadingMemory::realFiles() {
    NEED_SHARED("weights/robustness");
    QFETCH(QString, name);
    const auto path = shared("weights/" + name.toStdString());
    const double ratio = static_cast<double>(peakOf(path)) / static_cast<double>(std::filesystem::file_size(path));
    qInfo("%s: %.2f times the file", qPrintable(name), ratio);
    QVERIFY2(ratio <= 3, qPrintable(QString::number(ratio)));
}

void TestReadingMemory::madeFiles_data() {
    QTest::addColumn<int>("form");
    QTest::addColumn<double>("most");
    QTest::newRow("safetensors") << 0 << 1.1;
    QTest::newRow("state dict") << 1 << 1.1;
    QTest::newRow("one tensor") << 2 << 1.1;
    QTest::newRow("two views a storage") << 3 << 1.3; // ten storages, each let go after its second view
    QTest::newRow("one storage of all") << 4 << 2.1;
}

void TestReadingMemory::madeFiles() {
    QFETCH(int, form);
    QFETCH(double, most);
    const CheckpointFolder folder;
    std::filesystem::path path = folder / "made";
    const int storages = form == 3 ? 10 : 1, elements = 2'000'000 / storages;
    if (form == 0) {
        QVERIFY(writeSafetensors(path, manyArrays(40, 50'000)).has_value());
    } else if (form == 1) {
        QVERIFY(writeTorch(path, manyArrays(40, 50'000)).has_value());
    } else if (form == 2) {
        QVERIFY(writeTorch(path, manyArrays(1, 2'000'000)).has_value());
    } else {
        Pickle pickle;
        pickle.raw("}(");
        std::vector<Record> records{{}};
        for (int i = 0; i < storages; ++i) {
            const std::string key = std::to_string(i);
            pickle.text(key + "a")
                .tensor(elements, 0, {elements / 2}, {1}, key)
                .text(key + "b")
                .tensor(elements, elements / 2, {elements / 2}, {1}, key);
            records.push_back({"data/" + key, std::string(static_cast<std::size_t>(4 * elements), 'v')});
        }
        records[0] = {"data.pkl", pickle.raw("u.").bytes};
        path = folder.archive(records);
    }
    bool read = false;
    const double ratio = static_cast<double>(peakOf(path, &read)) / static_cast<double>(std::filesystem::file_size(path));
    QVERIFY(read);
    QVERIFY2(ratio >= 0.99 && ratio <= most, qPrintable(QString::number(ratio)));
}

void TestReadingMemory::hostileFiles_data() {
    QTest::addColumn<QByteArray>("pickle");
    const auto row = [](const char* name, const std::string& program) {
        QTest::newRow(name) << QByteArray::fromStdString("\x80\x02" + program);
    };
    row("values", std::string(2'000'000, ']') + ".");
    row("copies of one value", "]" + std::string(2'000'000, '2') + ".");
    row("tuples", "N" + std::string(2'000'000, '\x85') + ".");
    row("memo", "]" + std::string(2'000'000, '\x94') + "0N.");
    row("memo with gaps", "]r\x60\xE3\x16\x00" + std::string(1'900'000, ')') + ".");
    row("classes", [] {
        std::string program;
        for (int i = 0; i < 100'000; ++i)
            program += "cm\n" + std::to_string(i) + "\n0";
        return program + "N.";
    }());
    row("names of tensors", [] {
        Pickle pickle;
        pickle.bytes = "}(";
        for (int i = 0; i < 10'000; ++i)
            pickle.text(std::to_string(i) + std::string(300, 'n')).tensor(1, 0, {}, {});
        return pickle.raw("u.").bytes;
    }());
    row("class names", [] {
        Pickle pickle;
        pickle.bytes = "";
        pickle.object("models.yolo", "Model", [](Pickle& state) {
            state.text("_parameters")
                .raw("}")
                .text("w")
                .tensor(1, 0, {1}, {1})
                .raw("s")
                .text("names")
                .text(std::string(900'000, 'c'))
                .raw("q\x01"
                     "0](");
            for (int i = 0; i < 100; ++i)
                state.raw("h\x01");
            state.raw("e").text("yaml").raw("}").text("x").raw("](");
            for (int i = 0; i < 100; ++i)
                state.raw("h\x01");
            state.raw("es");
        });
        return pickle.raw(".").bytes;
    }());
}

void TestReadingMemory::hostileFiles() {
    QFETCH(QByteArray, pickle);
    const CheckpointFolder folder;
    const auto path = folder.archive(pickle.toStdString(), 1);
    const auto size = static_cast<double>(std::filesystem::file_size(path));
    const auto peak = static_cast<double>(peakOf(path));
    QVERIFY2(peak <= 3 * size + 2 * kAlways, qPrintable(QStringLiteral("%1 bytes for a file of %2").arg(peak).arg(size)));
}

QTEST_APPLESS_MAIN(TestReadingMemory)
#include "tst_reading_memory.moc"
