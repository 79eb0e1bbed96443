// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace intersect {

/// A few entries of a list in a large JSON file, or a value that is no list.
struct JsonBatch {
    std::string key;       ///< what the list is called in the table at the top; empty: the file is that list
    bool list = true;      ///< false: `text` is the value of `key`, whole
    std::size_t first = 0; ///< entries of the list before these
    int line = 1;          ///< of the first entry, or of the value
    std::string_view text; ///< "[entry, entry]", or "[]" of an empty list; kPadding readable bytes stand behind it
};

/// Walks through a JSON file that is a list, or a table of lists as COCO's, and holds about a megabyte of it at a time,
/// so that memory does not grow with the file (an entry has to fit, up to kMostEntryBytes). It finds where entries
/// begin and end; what is between is not checked, so every batch has to be parsed. One thread at a time.
class JsonListReader {
public:
    static constexpr std::size_t kPadding = 64;
    static constexpr std::size_t kMostEntryBytes = std::size_t(256) << 20;

    /// Opens the file; errors as readFile. `batchBytes` of text are handed out at a time, or a little more.
    static Result<JsonListReader> open(const std::filesystem::path& path, std::size_t batchBytes = std::size_t(1)
                                                                                                   << 19);
    JsonListReader(JsonListReader&&) noexcept;
    JsonListReader(const JsonListReader&) = delete;
    JsonListReader& operator=(const JsonListReader&) = delete;
    ~JsonListReader();

    /// The next batch, valid until the next call; nothing at the end. Errors: BadInput with path and line where the
    /// text breaks off or brackets do not fit, Failed where it cannot be read.
    Result<std::optional<JsonBatch>> next();

private:
    static constexpr std::size_t kReadBytes = std::size_t(1) << 20;

    explicit JsonListReader(int file) : m_file(file) {}
    enum class Place { Top, Table, List, End };

    Result<std::optional<JsonBatch>> startOfFile();
    Result<std::optional<JsonBatch>> nextOfTable();
    Result<std::optional<JsonBatch>> nextOfList();
    Result<std::optional<JsonBatch>> endOfFile();
    bool fill(std::size_t& at);
    bool skipBlanks(std::size_t& at);
    bool skipString(std::size_t& at);
    bool skipValue(std::size_t& at);
    void drop(std::size_t to);
    int lineAt(std::size_t at) const;
    tl::unexpected<Error> broken(const char* what, std::size_t at);

    int m_file = -1;
    std::filesystem::path m_path;
    std::size_t m_readBytes = kReadBytes, m_batchBytes = 0;
    std::string m_buffer; ///< [m_from, m_to) is text not yet done with
    std::size_t m_from = 0, m_to = 0;
    int m_line = 1; ///< of m_from
    int m_readError = 0;
    bool m_tooLong = false;
    Place m_place = Place::Top;
    bool m_plain = false;   ///< the top is the list
    bool m_started = false; ///< the table at the top has had a value
    std::string m_key;
    std::size_t m_entries = 0; ///< of the list, handed out
};

} // namespace intersect
