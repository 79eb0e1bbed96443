// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_list_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace intersect {
namespace {

constexpr const char* kBreaksOff = "it breaks off";
/// What a byte outside of strings does to the nesting.
enum Kind : unsigned char { Other, Quote, Open, Close, Comma };

constexpr std::array<unsigned char, 256> kindTable() {
    std::array<unsigned char, 256> table{};
    table['"'] = Quote;
    table['['] = table['{'] = Open;
    table[']'] = table['}'] = Close;
    table[','] = Comma;
    return table;
}
constexpr std::array<unsigned char, 256> kKinds = kindTable();

} // namespace

Result<JsonListReader> JsonListReader::open(const std::filesystem::path& path, std::size_t batchBytes) {
    JsonListReader reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (reader.m_file < 0)
        return fail(ErrorCode::BadInput, path.string() + " cannot be read: " + std::strerror(errno) + ".", path, 0,
                    errno == ENOENT ? "Check the path." : "");
    struct stat status {};
    if (::fstat(reader.m_file, &status) != 0 || S_ISDIR(status.st_mode))
        return fail(ErrorCode::BadInput, path.string() + " is not a file.", path);
    reader.m_path = path;
    reader.m_batchBytes = batchBytes;
    if (S_ISREG(status.st_mode) && status.st_size > 0) // one byte more tells the end
        reader.m_readBytes = std::min(kReadBytes, static_cast<std::size_t>(status.st_size) + 1);
    return reader;
}

JsonListReader::JsonListReader(JsonListReader&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)), m_path(std::move(other.m_path)), m_readBytes(other.m_readBytes),
      m_batchBytes(other.m_batchBytes), m_buffer(std::move(other.m_buffer)), m_from(other.m_from), m_to(other.m_to),
      m_line(other.m_line), m_readError(other.m_readError), m_tooLong(other.m_tooLong), m_place(other.m_place),
      m_plain(other.m_plain), m_started(other.m_started), m_key(std::move(other.m_key)), m_entries(other.m_entries) {}

JsonListReader::~JsonListReader() {
    if (m_file >= 0)
        ::close(m_file);
}

Result<std::optional<JsonBatch>> JsonListReader::next() {
    switch (m_place) {
    case Place::Top:
        return startOfFile();
    case Place::Table:
        return nextOfTable();
    case Place::List:
        return nextOfList();
    case Place::End:
        break;
    }
    return endOfFile();
}

/// Makes m_buffer[at] readable; what lies before m_from goes, and `at` moves with the text. False at the end of the
/// file, and where the text in hand is too long.
bool JsonListReader::fill(std::size_t& at) {
    if (at < m_to)
        return true;
    m_buffer.erase(0, m_from);
    at -= m_from;
    m_to -= m_from;
    m_from = 0;
    const std::size_t room = std::max(m_to, m_readBytes) + m_to; // doubling: a long entry is not moved too often
    m_buffer.resize(room + kPadding);
    m_tooLong = m_to > kMostEntryBytes;
    while (at >= m_to && !m_tooLong) {
        const ssize_t got = ::read(m_file, m_buffer.data() + m_to, room - m_to);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            m_readError = errno;
        if (got <= 0)
            return false;
        m_to += static_cast<std::size_t>(got);
    }
    return !m_tooLong;
}

/// The text up to `to` is done with.
void JsonListReader::drop(std::size_t to) {
    m_line = lineAt(to);
    m_from = to;
}

int JsonListReader::lineAt(std::size_t at) const {
    int line = m_line;
    const char *text = m_buffer.data() + m_from, *const end = m_buffer.data() + std::min(at, m_to);
    while (text < end && (text = static_cast<const char*>(
                              std::memchr(text, '\n', static_cast<std::size_t>(end - text)))) != nullptr) {
        ++line;
        ++text;
    }
    return line;
}

bool JsonListReader::skipBlanks(std::size_t& at) {
    for (; fill(at); ++at) {
        const char byte = m_buffer[at];
        if (byte != ' ' && byte != '\n' && byte != '\t' && byte != '\r')
            return true;
    }
    return false;
}

/// From the opening quote to behind the closing one.
bool JsonListReader::skipString(std::size_t& at) {
    ++at;
    while (fill(at)) {
        const char* const text = m_buffer.data();
        while (at < m_to && text[at] != '"' && text[at] != '\\')
            ++at;
        if (at == m_to)
            continue;
        if (text[at] == '"') {
            ++at;
            return true;
        }
        at += 2; // what is escaped
    }
    return false;
}

/// From the first byte of a value to the comma or closing bracket behind it.
bool JsonListReader::skipValue(std::size_t& at) {
    std::size_t depth = 0;
    while (fill(at)) {
        const auto* const text = reinterpret_cast<const unsigned char*>(m_buffer.data());
        while (at < m_to && kKinds[text[at]] == Other)
            ++at;
        if (at == m_to)
            continue;
        switch (kKinds[text[at]]) {
        case Quote:
            if (!skipString(at))
                return false;
            continue;
        case Open:
            ++depth;
            break;
        case Close:
            if (depth-- == 0)
                return true;
            break;
        case Comma:
            if (depth == 0)
                return true;
            break;
        default:
            break;
        }
        ++at;
    }
    return false;
}

tl::unexpected<Error> JsonListReader::broken(const char* what, std::size_t at) {
    m_place = Place::End;
    if (m_readError != 0)
        return fail(ErrorCode::Failed, m_path.string() + " cannot be read: " + std::strerror(m_readError) + ".",
                    m_path);
    const int line = lineAt(at);
    std::string message = m_path.string() + " is not valid JSON (line " + std::to_string(line) + "): ";
    message += m_tooLong ? "an entry is too long" : what;
    if (m_entries > 0)
        message += " after entry " + std::to_string(m_entries);
    if (!m_key.empty())
        message += " of \"" + m_key + "\"";
    return fail(ErrorCode::BadInput, message + ".", m_path, line,
                "Write the file again with the program it came from.");
}

Result<std::optional<JsonBatch>> JsonListReader::startOfFile() {
    std::size_t at = 2;
    if (fill(at) && m_buffer.compare(0, 3, "\xEF\xBB\xBF") == 0)
        m_from = 3; // a byte order mark
    at = m_from;
    if (!skipBlanks(at))
        return broken("it is empty", m_to);
    m_plain = m_buffer[at] == '[';
    if (!m_plain && m_buffer[at] != '{') {
        m_place = Place::End;
        return fail(ErrorCode::BadInput,
                    m_path.string() + " begins with neither a list nor a table, as JSON of this kind does.", m_path,
                    lineAt(at), "Check that it is the right file.");
    }
    drop(m_plain ? at : at + 1);
    m_place = m_plain ? Place::List : Place::Table;
    return next();
}

Result<std::optional<JsonBatch>> JsonListReader::nextOfTable() {
    m_key.clear();
    m_entries = 0;
    std::size_t at = m_from;
    if (!skipBlanks(at))
        return broken(kBreaksOff, m_to);
    if (m_buffer[at] == '}') {
        drop(at + 1);
        m_place = Place::End;
        return endOfFile();
    }
    if (std::exchange(m_started, true)) {
        if (m_buffer[at] != ',')
            return broken("a comma is missing", at);
        if (!skipBlanks(++at))
            return broken(kBreaksOff, m_to);
    }
    if (m_buffer[at] != '"')
        return broken("a name in quotes is missing", at);
    drop(at);
    if (!skipString(at))
        return broken(kBreaksOff, m_to);
    m_key = m_buffer.substr(m_from + 1, at - m_from - 2);
    if (!skipBlanks(at))
        return broken(kBreaksOff, m_to);
    if (m_buffer[at] != ':')
        return broken("a colon is missing", at);
    if (!skipBlanks(++at))
        return broken(kBreaksOff, m_to);
    drop(at);
    if (m_buffer[at] == '[') {
        m_place = Place::List;
        return nextOfList();
    }
    if (!skipValue(at))
        return broken(kBreaksOff, m_to);
    if (at == m_from || m_buffer[at] == ']')
        return broken("a value is missing or a bracket does not fit", at);
    const JsonBatch value{m_key, false, 0, m_line, std::string_view(m_buffer).substr(m_from, at - m_from)};
    drop(at);
    return value;
}

/// m_from stands at the opening bracket, or at the comma behind the entries handed out last.
Result<std::optional<JsonBatch>> JsonListReader::nextOfList() {
    std::size_t at = m_from + 1, count = 0;
    int line = 0;
    const auto wrong = [&](const char* what, std::size_t place) {
        m_entries += count; // those that were whole
        return broken(what, place);
    };
    for (;; ++at) {
        if (!skipBlanks(at))
            return wrong(kBreaksOff, m_to);
        if (count == 0)
            line = lineAt(at);
        const bool empty = m_buffer[at] == ']' && count == 0 && m_entries == 0;
        if (!empty) {
            const std::size_t begin = at - m_from; // the text may move
            if (!skipValue(at))
                return wrong(kBreaksOff, m_to);
            if (at - m_from == begin || m_buffer[at] == '}')
                return wrong("an entry is missing or a bracket does not fit", at);
            ++count;
        }
        const bool last = m_buffer[at] == ']';
        if (!last && at - m_from < m_batchBytes)
            continue;
        m_buffer[m_from] = '[';
        m_buffer[at] = ']'; // where it was a comma, the next batch begins with it
        const JsonBatch list{m_key, true, m_entries, line, std::string_view(m_buffer).substr(m_from, at + 1 - m_from)};
        m_entries += count;
        drop(last ? at + 1 : at);
        if (last)
            m_place = m_plain ? Place::End : Place::Table;
        return list;
    }
}

Result<std::optional<JsonBatch>> JsonListReader::endOfFile() {
    std::size_t at = m_from;
    m_key.clear();
    m_entries = 0;
    if (skipBlanks(at))
        return broken("something stands behind its end", at);
    if (m_readError != 0)
        return broken(kBreaksOff, m_to);
    return std::optional<JsonBatch>();
}

} // namespace intersect
