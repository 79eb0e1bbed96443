// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include "tests/support/scratch_files.h"

// Trainings of seconds for tests that run the program: their data, command and history.
namespace intersect::tests {

inline QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

inline QStringList words(const char* line) {
    return QString::fromLatin1(line).split(QLatin1Char(' '));
}

/// Eight training and four validation pictures of 64x64 with one object each below scratch/name, and their data.yaml.
inline QString tinyDataSet(const Scratch& scratch, const std::string& name) {
    std::string train, val;
    for (int i = 0; i < 12; ++i) {
        const std::string stem = name + "/cam/frame" + std::to_string(i);
        const std::filesystem::path image = scratch.write(stem + ".bmp", bmpBytes(64, 64, static_cast<unsigned char>(20 * i)));
        scratch.write(stem + ".txt", std::to_string(i % 2) + " 0.5 0.5 0.4 0.3\n");
        (i < 8 ? train : val) += image.string() + "\n";
    }
    scratch.write(name + "/train.txt", train);
    scratch.write(name + "/val.txt", val);
    return text(scratch.write(name + "/data.yaml", "train: train.txt\nval: val.txt\nnc: 2\nnames: [car, bus]\n"));
}

/// `train` on such data from random weights: two batches an epoch.
inline QStringList tinyTraining(const QString& data, const std::filesystem::path& run, const QStringList& more = {}) {
    return QStringList{QStringLiteral("train"), data, QStringLiteral("--weights"), QStringLiteral("none"), QStringLiteral("--run"), text(run)} +
           words("--img-size 64 --batch 4 --threads 1") + more;
}

/// All whole event lines of a run; a line that is no JSON object becomes an empty one.
inline QList<QJsonObject> eventsOf(const std::filesystem::path& run) {
    QList<QJsonObject> events;
    const QByteArray bytes = QByteArray::fromStdString(bytesOf(run / "events.jsonl"));
    for (const QByteArray& line : bytes.left(bytes.lastIndexOf('\n') + 1).split('\n'))
        if (!line.isEmpty())
            events.append(QJsonDocument::fromJson(line).object());
    return events;
}

inline QStringList typesOf(const QList<QJsonObject>& events) {
    QStringList types;
    for (const QJsonObject& event : events)
        types.append(event[QStringLiteral("type")].toString());
    return types;
}

} // namespace intersect::tests
