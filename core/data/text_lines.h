// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace intersect::data {

/// Goes through the lines of a text: a byte order mark at the start and CR at the ends are taken off, lines count from 1.
class TextLines {
public:
    explicit TextLines(std::string_view text) : m_rest(text) {
        if (m_rest.starts_with("\xEF\xBB\xBF"))
            m_rest.remove_prefix(3);
    }
    /// The next line; false after the last one.
    bool next(std::string_view& line) {
        if (m_rest.empty())
            return false;
        const std::size_t end = m_rest.find('\n');
        line = m_rest.substr(0, end);
        m_rest.remove_prefix(end == std::string_view::npos ? m_rest.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        ++m_number;
        return true;
    }
    /// The number of the line given last.
    int number() const { return m_number; }

private:
    std::string_view m_rest;
    int m_number = 0;
};

/// A text out of a file as a message may show it: at most 40 bytes, not more than a person wants to read, and no control characters, which upset a terminal.
inline std::string shownText(std::string_view text) {
    constexpr std::size_t kMost = 40;
    std::string out(text.substr(0, kMost));
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            c = '?';
    }
    return out + (text.size() > kMost ? "…" : "");
}

} // namespace intersect::data
