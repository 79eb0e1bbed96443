// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/safetensors_header.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include <nlohmann/json.hpp>

namespace intersect::weights {
namespace {

constexpr std::size_t kMostArrays = 20'000, kMostMetadata = 10'000, kMostName = 1'000, kMostDimensions = 16;
constexpr int kMostDepth = 8;

struct TypeName {
    DType type;
    const char* name;
};
constexpr TypeName kTypeNames[] = {{DType::F16, "F16"}, {DType::BF16, "BF16"}, {DType::F32, "F32"}, {DType::F64, "F64"},
                                   {DType::I8, "I8"},   {DType::U8, "U8"},     {DType::I16, "I16"}, {DType::I32, "I32"},
                                   {DType::I64, "I64"}, {DType::Bool, "BOOL"}};

std::optional<DType> typeOf(std::string_view name) {
    for (const TypeName& entry : kTypeNames)
        if (name == entry.name)
            return entry.type;
    return std::nullopt;
}

/// Follows the parser through {name: {dtype, shape, data_offsets}, "__metadata__": {key: text}}.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
public:
    Reader(SafetensorsHeader& header, std::uint64_t dataBytes) : m_header(header), m_dataBytes(dataBytes) {}

    bool null() override { return other(); }
    bool boolean(bool) override { return other(); }
    bool number_integer(number_integer_t) override { return number(std::nullopt); }
    bool number_unsigned(number_unsigned_t value) override { return number(value); }
    bool number_float(number_float_t, const string_t&) override { return number(std::nullopt); }
    bool binary(binary_t&) override { return other(); }

    bool string(string_t& value) override {
        if (m_depth == 2 && m_inMetadata) {
            if (m_header.metadata.size() >= kMostMetadata)
                return stop("its header holds more metadata than a checkpoint needs");
            m_header.metadata.insert_or_assign(m_key, std::move(value));
            return true;
        }
        if (m_depth == 2 && m_key == "dtype") {
            const auto type = typeOf(value);
            if (!type)
                return stop(shown() + " is of the unknown type " + value.substr(0, 40));
            m_entry.type = *type;
            m_hasType = true;
            return true;
        }
        return other();
    }
    bool start_object(std::size_t) override {
        if (m_depth == 1) {
            m_inMetadata = m_name == "__metadata__";
            m_entry = HeaderEntry{m_name, DType::F32, {}, 0, 0};
            m_hasType = m_hasShape = false;
            m_offsets.clear();
        }
        return deeper();
    }
    bool key(string_t& value) override {
        if (value.size() > kMostName)
            return stop("its header holds a name that is too long");
        if (m_depth == 1) {
            m_name = value;
            if (!m_seen.insert(value).second)
                return stop("its header names " + value.substr(0, 100) + " twice");
        } else if (m_depth == 2) {
            m_key = value;
        }
        return true;
    }
    bool end_object() override {
        --m_depth;
        return m_depth != 1 || m_inMetadata || finishEntry();
    }
    bool start_array(std::size_t) override {
        if (m_depth == 0)
            return stop("its header is no table");
        if (m_depth == 1)
            return other();
        m_hasShape |= m_depth == 2 && m_key == "shape";
        return deeper();
    }
    bool end_array() override {
        --m_depth;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return stop("its header is no JSON text");
    }

private:
    bool stop(std::string why) {
        if (m_header.fault.empty())
            m_header.fault = std::move(why);
        return false;
    }
    std::string shown() const { return m_name.substr(0, 100); }
    bool deeper() { return ++m_depth <= kMostDepth || stop("its header is nested too deeply"); }
    /// A value where the format has none: ignored deep inside, refused where an array or the header itself should be described.
    bool other() {
        if (m_depth == 0)
            return stop("its header is no table");
        if (m_depth == 1)
            return stop(m_name == "__metadata__" ? "its metadata is no table" : "its header describes " + shown() + " incompletely");
        return true;
    }
    bool number(std::optional<std::uint64_t> value) {
        if (m_depth != 3 || m_inMetadata || (m_key != "shape" && m_key != "data_offsets"))
            return other();
        if (m_key == "data_offsets") {
            if (!value)
                return stop("the place of " + shown() + " is not given in whole numbers");
            m_offsets.push_back(*value);
            return m_offsets.size() <= 2 || stop("its header describes " + shown() + " incompletely");
        }
        if (!value || *value > static_cast<std::uint64_t>(INT64_MAX))
            return stop("the shape of " + shown() + " does not fit into the file");
        m_entry.shape.push_back(static_cast<std::int64_t>(*value));
        return m_entry.shape.size() <= kMostDimensions || stop(shown() + " has too many dimensions");
    }
    bool finishEntry() {
        if (!m_hasType || !m_hasShape || m_offsets.size() != 2)
            return stop("its header describes " + shown() + " incompletely");
        std::uint64_t bytes = sizeOf(m_entry.type);
        for (const std::int64_t side : m_entry.shape)
            if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(side), &bytes) || bytes > m_dataBytes)
                return stop("the shape of " + shown() + " does not fit into the file");
        m_entry.begin = m_offsets[0];
        m_entry.end = m_offsets[1];
        if (m_entry.begin > m_entry.end || m_entry.end > m_dataBytes)
            return stop("the values of " + shown() + " lie outside the file: it is cut off");
        if (m_entry.end - m_entry.begin != bytes)
            return stop("the values of " + shown() + " do not match its shape");
        if (m_header.entries.size() >= kMostArrays)
            return stop("it holds more arrays than a checkpoint does");
        m_entry.shape.shrink_to_fit();
        m_header.entries.push_back(std::move(m_entry));
        return true;
    }

    SafetensorsHeader& m_header;
    std::uint64_t m_dataBytes;
    int m_depth = 0;
    bool m_inMetadata = false, m_hasType = false, m_hasShape = false;
    std::string m_name, m_key;
    HeaderEntry m_entry;
    std::vector<std::uint64_t> m_offsets;
    std::unordered_set<std::string> m_seen;
};

} // namespace

SafetensorsHeader readHeader(std::string_view json, std::uint64_t dataBytes) {
    SafetensorsHeader header;
    Reader reader(header, dataBytes);
    if (!nlohmann::json::sax_parse(json, &reader) && header.fault.empty())
        header.fault = "its header is no JSON text";
    if (!header.fault.empty())
        return header;
    std::stable_sort(header.entries.begin(), header.entries.end(),
                     [](const HeaderEntry& a, const HeaderEntry& b) { return a.begin < b.begin; });
    std::uint64_t end = 0;
    for (const HeaderEntry& entry : header.entries) {
        if (entry.begin < end && entry.end > entry.begin)
            header.fault = "its arrays overlap";
        end = std::max(end, entry.end);
    }
    return header;
}

const char* safetensorsName(DType type) {
    for (const TypeName& entry : kTypeNames)
        if (type == entry.type)
            return entry.name;
    return "F32";
}

} // namespace intersect::weights
