// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/support/cli_process.h"

namespace intersect::tests {

/// What one call of intersect-cli said and how it ended, in the words of the standard library.
struct Outcome {
    int code = -1;
    std::string out, err;
    nlohmann::json document() const { return nlohmann::json::parse(out); }
};

inline Outcome run(const std::vector<std::string>& arguments) {
    QStringList list;
    for (const std::string& argument : arguments)
        list.append(QString::fromStdString(argument));
    const Answer answer = cli(list);
    return {answer.code, answer.out.toStdString(), answer.err.toStdString()};
}

inline std::vector<std::string> linesOf(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

} // namespace intersect::tests

/// Ends a test with all that a call said, where its exit code is another.
#define VERIFY_CODE(outcome, wanted) QVERIFY2((outcome).code == (wanted), ((outcome).out + (outcome).err).c_str())
