// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/deep_scan.h"

#include <set>
#include <sys/stat.h>
#include <tuple>

#include <QDateTime>
#include <QRegularExpression>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "ui/text.h"

namespace intersect::ui {
namespace {

constexpr std::uintmax_t kMostBytes = 1ULL << 30;

data::Severity severityOf(const std::string& word) {
    return word == "error" ? data::Severity::Error : word == "note" ? data::Severity::Note : data::Severity::Warning;
}

std::string textAt(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t wholeAt(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// Writes what a deep scan printed, with the time it began: only the findings.
Result<void> keepFindings(const QByteArray& output, const std::filesystem::path& file, std::int64_t began) {
    const auto document = parseJson(std::string_view(output.constData(), static_cast<std::size_t>(output.size())), file);
    if (!document)
        return failAs(document);
    Json kept = {{"root", textAt(*document, "root")}, {"began", began}, {"findings", Json::array()}};
    if (const auto findings = document->find("findings"); findings != document->end() && findings->is_array())
        kept["findings"] = *findings;
    return writeFileAtomically(file, toText(kept));
}

} // namespace

DeepScan::DeepScan(QObject* parent) : QObject(parent) {
    connect(&m_worker, &WorkerClient::progressLine, this, [this](const QString& line) {
        static const QRegularExpression counts(QStringLiteral("([\\d,]+) of ([\\d,]+)"));
        double part = -1;
        if (const auto match = counts.match(line); match.hasMatch()) {
            const double all = match.captured(2).remove(QLatin1Char(',')).toDouble();
            part = all > 0 ? match.captured(1).remove(QLatin1Char(',')).toDouble() / all : -1;
        }
        Q_EMIT progress(line, part);
    });
    connect(&m_worker, &WorkerClient::ended, this, &DeepScan::takeEnd);
}

QStringList DeepScan::command(const QString& root) {
    return {QStringLiteral("scan"), root, QStringLiteral("--deep")};
}

void DeepScan::start(const QString& root, const std::filesystem::path& file) {
    if (isRunning())
        return;
    m_file = file;
    m_cancelled = false;
    m_began = QDateTime::currentSecsSinceEpoch();
    Q_EMIT progress(tr("Starting"), -1);
    m_worker.start(command(root) << QStringLiteral("--json"), false);
}

void DeepScan::cancel() {
    if (!m_worker.isRunning())
        return;
    m_cancelled = true;
    m_worker.kill(); // it writes nothing
}

void DeepScan::takeEnd(const WorkerClient::End& end) {
    if (m_cancelled) {
        Q_EMIT cancelled();
        return;
    }
    if (!end.ok) {
        Q_EMIT failed(end.message, end.advice);
        return;
    }
    m_keeping = true;
    m_keep.start([output = end.output, file = m_file, began = m_began](
                     const JobRunner::Cancelled&) { return keepFindings(output, file, began); },
                 [this](const Result<void>& kept) {
                     m_keeping = false;
                     if (kept)
                         Q_EMIT done();
                     else
                         Q_EMIT failed(qs(kept.error().message), qs(kept.error().advice));
                 });
}

std::int64_t deepScanTime(const std::filesystem::path& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? static_cast<std::int64_t>(status.st_mtime) : 0;
}

void addDeepFindings(data::Dataset& dataset, const std::filesystem::path& file) {
    const auto text = readFile(file, kMostBytes);
    if (!text)
        return;
    const auto kept = parseJson(*text, file);
    if (!kept || !kept->is_object() || textAt(*kept, "root") != pathText(dataset.root))
        return;
    const std::int64_t began = wholeAt(*kept, "began");
    const auto findings = kept->find("findings");
    if (findings == kept->end() || !findings->is_array())
        return;
    std::set<std::tuple<std::string, std::string, int>> known;
    for (const data::Finding& finding : dataset.findings)
        known.emplace(finding.code, finding.path.native(), finding.line);
    for (const Json& entry : *findings) {
        if (!entry.is_object())
            continue;
        data::Finding finding;
        finding.code = textAt(entry, "code");
        finding.severity = severityOf(textAt(entry, "severity"));
        finding.path = textAt(entry, "path");
        finding.line = static_cast<int>(wholeAt(entry, "line"));
        finding.message = textAt(entry, "message");
        finding.advice = textAt(entry, "advice");
        struct stat status {};
        if (finding.code.empty() || ::stat(finding.path.c_str(), &status) != 0 || status.st_mtime > began)
            continue; // gone or changed: it is looked at again the next time
        if (known.emplace(finding.code, finding.path.native(), finding.line).second)
            dataset.findings.push_back(std::move(finding));
    }
}

} // namespace intersect::ui
