// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/run_recorder.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include "core/base/files.h"
#include "core/base/log.h"

namespace intersect::train {

namespace {

constexpr const char* kColumns[] = {"epoch",
                                    "train/box_loss",
                                    "train/obj_loss",
                                    "train/cls_loss",
                                    "metrics/precision",
                                    "metrics/recall",
                                    "metrics/mAP_0.5",
                                    "metrics/mAP_0.5:0.95",
                                    "val/box_loss",
                                    "val/obj_loss",
                                    "val/cls_loss",
                                    "x/lr0",
                                    "x/lr1",
                                    "x/lr2"};

/// Right-aligned in 20 characters, as YOLOv5 writes its results.
std::string cell(const std::string& text) {
    return std::string(text.size() < 20 ? 20 - text.size() : 0, ' ') + text;
}

std::string fiveDigits(double value) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 5);
    return {buffer.data(), end.ptr};
}

/// Leaves the records of the first `epochs` epochs; what cannot be read goes, and so does a torn line.
Result<void> keepHistograms(const std::filesystem::path& path, int epochs) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return {};
    std::string text;
    if (const auto records = runs::readPtRecords(path))
        for (const runs::PtRecord& record : *records)
            if (record.epoch <= epochs)
                text += runs::formatPtRecord(record);
    return writeFileAtomically(path, text);
}

} // namespace

Result<void> RunRecorder::histogram(const runs::PtRecord& record) {
    std::ofstream file(m_paths.histograms(), std::ios::app | std::ios::binary);
    file << runs::formatPtRecord(record) << std::flush;
    if (!file)
        return fail(ErrorCode::Failed, m_paths.histograms().string() + " cannot be written.", m_paths.histograms(), 0, "See that there is room on the disk, then resume.");
    return {};
}

Result<void> RunRecorder::continueAfter(int epochs) {
    if (const auto kept = keepHistograms(m_paths.histograms(), epochs); !kept)
        return kept;
    const auto text = readFile(m_paths.results());
    if (!text)
        return {}; // no row was written, or somebody took it away: it begins anew
    std::size_t end = 0;
    for (int line = 0; line <= epochs && end < text->size(); ++line) {
        const std::size_t found = text->find('\n', end);
        end = found == std::string::npos ? text->size() : found + 1;
    }
    m_csv = text->substr(0, epochs > 0 ? end : 0);
    if (m_csv == *text)
        return {};
    return writeFileAtomically(m_paths.results(), m_csv);
}

Result<void> RunRecorder::log(const std::string& text) {
    logInfo(text);
    std::ofstream(m_paths.workerLog(), std::ios::app | std::ios::binary) << text << '\n';
    return m_events.write("log", {{"message", text}});
}

Result<void> RunRecorder::finding(const data::Finding& finding) {
    std::ofstream(m_paths.workerLog(), std::ios::app | std::ios::binary)
        << pathText(finding.path) << ':' << finding.line << ": " << finding.message << (finding.advice.empty() ? "" : " ") << finding.advice << '\n';
    return m_events.write("finding", {{"code", finding.code},
                                      {"severity", data::severityName(finding.severity)},
                                      {"path", pathText(finding.path)},
                                      {"line", finding.line},
                                      {"message", finding.message},
                                      {"advice", finding.advice}});
}

Result<void> RunRecorder::progress(int epoch, int batch, int of, double imagesPerSecond, double etaSeconds) {
    const auto now = std::chrono::steady_clock::now();
    if (batch < of && now - m_lastProgress < std::chrono::milliseconds(200))
        return {};
    m_lastProgress = now;
    return m_events.write(
        "progress",
        {{"epoch", epoch}, {"batch", batch}, {"of", of}, {"images_per_s", imagesPerSecond}, {"eta_s", etaSeconds}});
}

Result<void> RunRecorder::epoch(const EpochReport& report) {
    const runs::EpochRecord& record = report.record;
    Json classes = Json::array();
    for (const auto& [id, ap] : report.classAp50)
        classes.push_back({{"id", id}, {"ap50", ap}});
    const auto written =
        m_events.write("epoch", {{"epoch", record.epoch},
                                 {"of", report.of},
                                 {"loss", {{"box", record.box}, {"obj", record.obj}, {"cls", record.cls}}},
                                 {"val_loss", {{"box", record.valBox}, {"obj", record.valObj}, {"cls", record.valCls}}},
                                 {"map50", record.map50},
                                 {"map50_95", record.map5095},
                                 {"precision", record.precision},
                                 {"recall", record.recall},
                                 {"classes", classes},
                                 {"lr", record.lr},
                                 {"seconds", record.seconds}});
    if (!written)
        return written;
    if (m_csv.empty()) {
        for (const char* column : kColumns)
            m_csv += cell(column) + ",";
        m_csv.back() = '\n';
    }
    m_csv += cell(std::to_string(record.epoch - 1)) + ",";
    for (const double value :
         {record.box, record.obj, record.cls, record.precision, record.recall, record.map50, record.map5095,
          record.valBox, record.valObj, record.valCls, report.lr[0], report.lr[1], report.lr[2]})
        m_csv += cell(fiveDigits(value)) + ",";
    m_csv.back() = '\n';
    return writeFileAtomically(m_paths.results(), m_csv);
}

} // namespace intersect::train
