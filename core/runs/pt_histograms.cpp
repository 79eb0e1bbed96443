// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/pt_histograms.h"

#include <charconv>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"

namespace intersect::runs {
namespace {

constexpr std::uintmax_t kMostBytes = 256ULL << 20;

/// Six digits are enough for a bar, and a third of the text.
double sixDigits(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6).ptr;
    double rounded = 0;
    std::from_chars(text, end, rounded);
    return rounded;
}

Json histogramJson(const PtHistogram& histogram) {
    Json losses = Json::array();
    for (const double loss : histogram.loss)
        losses.push_back(sixDigits(loss));
    return {{"count", histogram.count}, {"loss", std::move(losses)}};
}

Json histogramsJson(const std::map<int, PtHistogram>& byClass) {
    Json json = Json::object();
    for (const auto& [id, histogram] : byClass)
        json[std::to_string(id)] = histogramJson(histogram);
    return json;
}

Json crossingsJson(const std::optional<PtCrossings>& crossings) {
    return crossings ? Json{{"up", crossings->up}, {"down", crossings->down}, {"cells", crossings->cells}} : Json(nullptr);
}

/// The readers throw nlohmann's exceptions and std::exception; readPtRecords turns them into one sentence.
PtHistogram histogramOf(const Json& json) {
    PtHistogram histogram{json.at("count").get<std::vector<std::int64_t>>(), json.at("loss").get<std::vector<double>>()};
    if (histogram.count.size() != kPtBins || histogram.loss.size() != kPtBins)
        throw std::runtime_error("another number of bins");
    return histogram;
}

std::map<int, PtHistogram> histogramsOf(const Json& json) {
    std::map<int, PtHistogram> byClass;
    for (const auto& [key, value] : json.items()) {
        const auto id = parseInt(key);
        if (!id)
            throw std::runtime_error("a class that is no number");
        byClass[static_cast<int>(*id)] = histogramOf(value);
    }
    return byClass;
}

std::optional<PtCrossings> crossingsOf(const Json& json) {
    if (json.is_null())
        return std::nullopt;
    return PtCrossings{json.at("up").get<std::int64_t>(), json.at("down").get<std::int64_t>(), json.at("cells").get<std::int64_t>()};
}

PtRecord recordOf(const Json& json) {
    PtRecord record;
    record.epoch = json.at("epoch").get<int>();
    record.objectPositives = histogramsOf(json.at("objectness").at("positives"));
    record.objectNegatives = histogramOf(json.at("objectness").at("negatives"));
    record.classPositives = histogramsOf(json.at("classes").at("positives"));
    record.classNegatives = histogramsOf(json.at("classes").at("negatives"));
    record.positives = crossingsOf(json.at("crossed").at("positives"));
    record.negatives = crossingsOf(json.at("crossed").at("negatives"));
    return record;
}

} // namespace

std::string formatPtRecord(const PtRecord& record) {
    return toText(Json{{"epoch", record.epoch},
                       {"bins", kPtBins},
                       {"objectness", {{"positives", histogramsJson(record.objectPositives)}, {"negatives", histogramJson(record.objectNegatives)}}},
                       {"classes", {{"positives", histogramsJson(record.classPositives)}, {"negatives", histogramsJson(record.classNegatives)}}},
                       {"crossed", {{"positives", crossingsJson(record.positives)}, {"negatives", crossingsJson(record.negatives)}}}}) +
           "\n";
}

Result<std::vector<PtRecord>> readPtRecords(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return std::vector<PtRecord>{};
    const auto text = readFile(path, kMostBytes);
    if (!text)
        return failAs(text);
    std::vector<PtRecord> records;
    int line = 0;
    for (std::size_t begin = 0; begin < text->size();) {
        const std::size_t end = text->find('\n', begin);
        ++line;
        if (end == std::string::npos)
            break; // written while the power went
        try {
            records.push_back(recordOf(Json::parse(text->begin() + static_cast<std::ptrdiff_t>(begin), text->begin() + static_cast<std::ptrdiff_t>(end))));
        } catch (const std::exception&) {
            return fail(ErrorCode::BadInput, "This line is no record of where predictions lie.", path, line, "Remove the file; a training that goes on writes it anew.");
        }
        if (records.size() > 1 && records.back().epoch <= records[records.size() - 2].epoch)
            return fail(ErrorCode::BadInput, "The epochs of the records do not ascend.", path, line, "Remove the file; a training that goes on writes it anew.");
        begin = end + 1;
    }
    return records;
}

} // namespace intersect::runs
