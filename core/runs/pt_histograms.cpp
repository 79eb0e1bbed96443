// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runs/pt_histograms.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/files.h"
#include "core/base/json_text.h"
#include "core/base/numbers.h"

namespace intersect::runs {
namespace {

constexpr std::uintmax_t kMostBytes = 256ULL << 20;

constexpr double kWidest = 1.0 / 8; ///< of a bin, in the logit
constexpr int kTail = 120;          ///< bins beyond the outermost edge of a bar, on each side

/// Edges of the bins between the first and the last edge of a bar, and the bar that each of these bins lies in.
struct InnerBins {
    std::vector<float> edges;
    std::vector<int> bars;
};

const InnerBins& innerBins() {
    static const InnerBins kBins = [] {
        const auto edgeOf = [](int bar) { return std::log(static_cast<double>(bar) / (kPtBars - bar)); };
        InnerBins bins;
        for (int bar = 1; bar < kPtBars - 1; ++bar) {
            const double from = edgeOf(bar), width = edgeOf(bar + 1) - from;
            const int parts = static_cast<int>(std::ceil(width / kWidest));
            for (int part = 0; part < parts; ++part) {
                bins.edges.push_back(static_cast<float>(from + width * part / parts));
                bins.bars.push_back(bar);
            }
        }
        bins.edges.push_back(static_cast<float>(edgeOf(kPtBars - 1)));
        return bins;
    }();
    return kBins;
}

/// Five digits are far more than a bar shows, and a third of the text.
double fiveDigits(double value) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 5).ptr;
    double rounded = 0;
    std::from_chars(text, end, rounded);
    return rounded;
}

Json histogramJson(const PtHistogram& histogram) {
    Json bin = Json::array(), count = bin, weight = bin, logit = bin, target = bin, loss = bin;
    for (const PtBin& one : histogram.bins) {
        bin.push_back(one.bin);
        count.push_back(one.count);
        weight.push_back(fiveDigits(one.weight));
        logit.push_back(fiveDigits(one.logit));
        target.push_back(fiveDigits(one.target));
        loss.push_back(fiveDigits(one.loss));
    }
    return {{"bin", std::move(bin)},     {"count", std::move(count)},   {"weight", std::move(weight)},
            {"logit", std::move(logit)}, {"target", std::move(target)}, {"loss", std::move(loss)}};
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
    const auto bin = json.at("bin").get<std::vector<int>>();
    const auto count = json.at("count").get<std::vector<std::int64_t>>();
    const auto column = [&](const char* name) {
        auto values = json.at(name).get<std::vector<double>>();
        if (values.size() != bin.size())
            throw std::runtime_error("columns of several lengths");
        return values;
    };
    const auto weight = column("weight"), logit = column("logit"), target = column("target"), loss = column("loss");
    if (count.size() != bin.size())
        throw std::runtime_error("columns of several lengths");
    PtHistogram histogram;
    for (std::size_t i = 0; i < bin.size(); ++i) {
        if (bin[i] < 0 || bin[i] >= ptBinCount() || (i > 0 && bin[i] < bin[i - 1]) || count[i] < 1 || !(weight[i] >= 0) ||
            !(target[i] >= 0 && target[i] <= 1))
            throw std::runtime_error("a bin that cannot be");
        histogram.bins.push_back({bin[i], count[i], weight[i], logit[i], target[i], loss[i]});
    }
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

int ptBinCount() {
    return static_cast<int>(innerBins().bars.size()) + 2 * kTail;
}

int ptBinOf(float logit) {
    const InnerBins& inner = innerBins();
    const float low = inner.edges.front(), high = inner.edges.back();
    const auto beyond = [](float distance) {
        return static_cast<int>(std::fmin(distance / static_cast<float>(kWidest), static_cast<float>(kTail - 1)));
    };
    if (logit >= high)
        return ptBinCount() - kTail + beyond(logit - high);
    if (!(logit >= low))
        return kTail - 1 - beyond(low - logit);
    const auto after = std::upper_bound(inner.edges.begin(), inner.edges.end(), logit);
    return kTail + static_cast<int>(after - inner.edges.begin()) - 1;
}

int ptBarOf(int bin) {
    const auto& bars = innerBins().bars;
    if (bin < kTail)
        return 0;
    return bin - kTail < static_cast<int>(bars.size()) ? bars[static_cast<std::size_t>(bin - kTail)] : kPtBars - 1;
}

std::string formatPtRecord(const PtRecord& record) {
    return toText(Json{
               {"epoch", record.epoch},
               {"bins", ptBinCount()},
               {"objectness",
                {{"positives", histogramsJson(record.objectPositives)}, {"negatives", histogramJson(record.objectNegatives)}}},
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
            const Json json =
                Json::parse(text->begin() + static_cast<std::ptrdiff_t>(begin), text->begin() + static_cast<std::ptrdiff_t>(end));
            if (json.at("bins").get<int>() != ptBinCount())
                return fail(ErrorCode::BadInput, "This record of where predictions lie has other bins, of an earlier version.", path, line,
                            "Train the run again to see where its predictions lie.");
            records.push_back(recordOf(json));
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
