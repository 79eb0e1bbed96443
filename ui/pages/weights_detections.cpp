// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/weights_detections.h"

#include <utility>
#include <vector>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

#include "core/runs/train_config.h"
#include "ui/text.h"

namespace intersect::ui {

WeightsDetections::WeightsDetections(Session& session, QObject* parent) : QObject(parent), m_session(session) {
    connect(&m_worker, &WorkerClient::progressLine, this, &WeightsDetections::progress);
    connect(&m_worker, &WorkerClient::ended, this, [this](const WorkerClient::End& end) {
        if (std::exchange(m_stopped, false) || end.ok)
            Q_EMIT done();
        else
            Q_EMIT failed(end.message, end.advice, end.lastLines);
    });
}

int WeightsDetections::imgSize(const QString& run) const {
    std::vector<data::Finding> findings;
    const auto config = runs::readTrainConfig(m_session.runPaths(run).config(), findings);
    return config ? config->imgSize : 640;
}

QString WeightsDetections::startWeights(const QString& run) const {
    std::vector<data::Finding> findings;
    const auto config = runs::readTrainConfig(m_session.runPaths(run).config(), findings);
    std::error_code none;
    return config && !config->weights.empty() && std::filesystem::exists(config->weights, none) ? qs(config->weights) : QString();
}

std::filesystem::path WeightsDetections::file(const QString& weights, const QString& run, const QString& split) const {
    // One file for each weights, picture size and list, so that runs of one list share it.
    const runs::RunPaths paths = m_session.runPaths(run);
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData((weights + QLatin1Char('\n') + QString::number(imgSize(run)) + QLatin1Char('\n')).toUtf8());
    QFile list(qs(paths.lists() / (split.toStdString() + ".txt")));
    if (list.open(QIODevice::ReadOnly))
        hash.addData(&list);
    else
        hash.addData(run.toUtf8());
    const QByteArray which = hash.result().toHex().left(12);
    return m_session.workspace()->cache() / "weights" / (toPath(weights).stem().string() + "-" + which.toStdString() + "-" + split.toStdString() + ".json");
}

std::filesystem::path WeightsDetections::candidatesOf(const std::filesystem::path& file) {
    return std::filesystem::path(file).replace_extension(".safetensors");
}

bool WeightsDetections::areKept(const QString& weights, const QString& run, const QString& split) const {
    std::error_code problem;
    const auto made = std::filesystem::last_write_time(file(weights, run, split), problem);
    if (problem)
        return false;
    const auto saved = std::filesystem::last_write_time(toPath(weights), problem);
    return problem || made >= saved;
}

QStringList WeightsDetections::command(const QString& weights, const QString& run, const QString& split) const {
    const runs::RunPaths paths = m_session.runPaths(run);
    std::error_code none;
    std::filesystem::path data = paths.lists() / "data.yaml";
    if (!std::filesystem::exists(data, none)) {
        std::vector<data::Finding> findings;
        if (const auto config = runs::readTrainConfig(paths.config(), findings))
            data = config->data; // as it was trained
    }
    return {QStringLiteral("evaluate"), QStringLiteral("--weights"), weights, QStringLiteral("--data"), qs(data), QStringLiteral("--split"), split,
            QStringLiteral("--img-size"), QString::number(imgSize(run))};
}

void WeightsDetections::find(const QString& weights, const QString& run, const QString& split) {
    if (m_worker.isRunning())
        return;
    const std::filesystem::path kept = file(weights, run, split);
    QDir().mkpath(qs(kept.parent_path()));
    m_worker.start(command(weights, run, split) << QStringLiteral("--save-detections") << qs(kept) << QStringLiteral("--candidates") << qs(candidatesOf(kept)) << QStringLiteral("--force"),
                   false);
}

void WeightsDetections::stop() {
    if (!m_worker.isRunning())
        return;
    m_stopped = true;
    m_worker.kill();
}

} // namespace intersect::ui
