// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace intersect::data {

/// Tells the line of a byte of a text; asked in rising order the text is gone through once.
class LineFinder {
public:
    explicit LineFinder(std::string_view text) : m_text(text) {}
    /// The line of the byte at `offset`, counted from 1; an offset beyond the end is that of the end.
    int lineOf(std::size_t offset) {
        offset = std::min(offset, m_text.size());
        if (offset < m_offset) {
            m_offset = 0;
            m_line = 1;
        }
        m_line += static_cast<int>(std::count(m_text.begin() + static_cast<std::ptrdiff_t>(m_offset), m_text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
        m_offset = offset;
        return m_line;
    }

private:
    std::string_view m_text;
    std::size_t m_offset = 0;
    int m_line = 1;
};

} // namespace intersect::data
