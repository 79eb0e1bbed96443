// SPDX-License-Identifier: GPL-3.0-or-later
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/json_list_reader.h"

using namespace intersect;

namespace {

/// What a file was cut into: per batch its key, the entries before it, its line, and its text.
struct Cut {
    std::vector<std::string> keys, texts;
    std::vector<std::size_t> first;
    std::vector<int> lines;
    std::vector<bool> lists;
    std::string error;
    int errorLine = 0;
};

} // namespace

class TestJsonListReader : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::filesystem::path write(const std::string& text) const {
        const std::filesystem::path path = std::filesystem::path(m_folder.path().toStdString()) / "lists.json";
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    Cut cut(const std::string& text, std::size_t batchBytes) const {
        Cut result;
        auto reader = JsonListReader::open(write(text), batchBytes);
        for (;;) {
            const auto batch = reader->next();
            if (!batch) {
                result.error = batch.error().message;
                result.errorLine = batch.error().line;
                return result;
            }
            if (!*batch)
                return result;
            result.keys.push_back((*batch)->key);
            result.texts.emplace_back((*batch)->text);
            result.first.push_back((*batch)->first);
            result.lines.push_back((*batch)->line);
            result.lists.push_back((*batch)->list);
        }
    }

private Q_SLOTS:
    void everyEntryByItself() {
        const Cut got = cut("\n{\"info\" : {\"a\": [1, 2]},\n \"images\":[ ],\n\"annotations\": [{\"x\":\"],}\\\"\"} ,\n\n [1,[2]],3\n]}\n", 0);
        QVERIFY2(got.error.empty(), got.error.c_str());
        QCOMPARE(got.keys, (std::vector<std::string>{"info", "images", "annotations", "annotations", "annotations"}));
        QCOMPARE(got.texts[0], std::string("{\"a\": [1, 2]}"));
        QCOMPARE(got.lists, (std::vector<bool>{false, true, true, true, true}));
        QCOMPARE(nlohmann::json::parse(got.texts[1]), nlohmann::json::array());
        QCOMPARE(nlohmann::json::parse(got.texts[2])[0]["x"].get<std::string>(), std::string("],}\""));
        QCOMPARE(nlohmann::json::parse(got.texts[3]), nlohmann::json::parse("[[1,[2]]]"));
        QCOMPARE(nlohmann::json::parse(got.texts[4]), nlohmann::json::parse("[3]"));
        QCOMPARE(got.first, (std::vector<std::size_t>{0, 0, 0, 1, 2}));
        QCOMPARE(got.lines, (std::vector<int>{2, 3, 4, 6, 6}));
    }
    void aPlainList() {
        const Cut got = cut("\xEF\xBB\xBF [1, 2, 3]", 1000);
        QCOMPARE(got.texts.size(), std::size_t(1));
        QCOMPARE(got.keys[0], std::string());
        QCOMPARE(nlohmann::json::parse(got.texts[0]), nlohmann::json::parse("[1,2,3]"));
        QCOMPARE(cut("[]", 1000).texts, std::vector<std::string>{"[]"});
    }
    void aLargeListInBatches() {
        // more than is read at a time, so that entries lie across the seams, and one longer than that
        std::string text = "{\"rows\":[";
        constexpr int kRows = 60'000;
        nlohmann::json want = nlohmann::json::array();
        for (int i = 0; i < kRows; ++i) {
            const std::string words(i == kRows / 2 ? std::size_t(3) << 20 : static_cast<std::size_t>(i % 61), i % 3 == 0 ? ']' : 'x');
            want.push_back({{"i", i}, {"text", words}});
            text += (i > 0 ? ",\n" : "") + want.back().dump();
        }
        const Cut got = cut(text + "]}", 100'000);
        QVERIFY2(got.error.empty(), got.error.c_str());
        QVERIFY(got.texts.size() > 20);
        nlohmann::json all = nlohmann::json::array();
        for (std::size_t i = 0; i < got.texts.size(); ++i) {
            QCOMPARE(got.first[i], all.size());
            QCOMPARE(got.lines[i], static_cast<int>(all.size()) + 1); // one entry a line
            for (const auto& entry : nlohmann::json::parse(got.texts[i]))
                all.push_back(entry);
        }
        QVERIFY(all == want);
    }
    void brokenText_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* text, const char* says) {
            QTest::newRow(name) << QByteArray(text) << QString::fromLatin1(says);
        };
        row("nothing", " \n", "(line 2): it is empty");
        row("a word", "true", "neither a list nor a table");
        row("cut in an entry", "{\"rows\":[{\"a\":1},\n{\"a\"", "(line 2): it breaks off after entry 1 of \"rows\"");
        row("cut in a text", "[\"a\",\"b", "it breaks off after entry 1");
        row("cut behind an entry", "[1", "it breaks off");
        row("cut behind the list", "{\"rows\":[1]", "it breaks off");
        row("cut in a name", "{\"ro", "it breaks off");
        row("cut behind a name", "{\"rows\"", "it breaks off");
        row("comma at the end", "[1,\n]", "(line 2): an entry is missing or a bracket does not fit after entry 1");
        row("two commas", "[1,,2]", "an entry is missing");
        row("comma at the end of the table", "{\"a\":1,}", "a name in quotes is missing");
        row("no comma", "{\"a\":[1] \"b\":2}", "a comma is missing");
        row("no colon", "{\"a\" [1]}", "a colon is missing");
        row("no value", "{\"a\":}", "a value is missing");
        row("another bracket", "[1}", "a bracket does not fit");
        row("more behind", "[1]\n[2]", "(line 2): something stands behind its end");
    }
    void brokenText() {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        for (const std::size_t batchBytes : {0, 1 << 20}) {
            const Cut got = cut(text.toStdString(), batchBytes);
            QVERIFY2(got.error.find(says.toStdString()) != std::string::npos, got.error.c_str());
            QVERIFY(got.error.find("lists.json") != std::string::npos);
            QVERIFY(got.errorLine > 0);
        }
    }
    void noFile() {
        const auto missing = JsonListReader::open(std::filesystem::path(m_folder.path().toStdString()) / "missing.json");
        QVERIFY(!missing);
        QVERIFY(missing.error().message.find("missing.json") != std::string::npos);
        QVERIFY(!JsonListReader::open(m_folder.path().toStdString()));
    }
};

QTEST_APPLESS_MAIN(TestJsonListReader)
#include "tst_json_list_reader.moc"
