// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/weights/pickle_machine.h"

namespace intersect::weights {

/// What stops the machine; caught in readPickle and turned into a sentence.
struct PickleFault : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Stack, marks and memo of the pickle machine with the values they hold, all within the limits: every step that takes memory is counted
/// first. Throws PickleFault where a limit ends or the program takes what is not there.
class PickleStack {
protected:
    using Items = std::vector<const PickleValue*>;
    static constexpr std::size_t kPointer = sizeof(void*);

    PickleStack(std::string bytes, const PickleLimits& limits);

    /// The document once one value is left.
    PickleDocument finish();

    /// Counts memory before it is taken.
    void spend(std::size_t bytes);

    PickleValue* make(PickleValue::Kind kind);
    /// One value for all places that hold the same unchangeable one.
    PickleValue* shared(PickleValue*& place, PickleValue::Kind kind, std::int64_t integer = 0);

    void push(PickleValue* value);
    void pushInt(std::int64_t integer);
    void pushText(std::string_view text, PickleValue::Kind kind = PickleValue::Kind::Text);
    void pushTuple(std::size_t count);
    PickleValue* pop();
    PickleValue* top();
    void mark();
    Items popToMark();
    void popValueOrMark();

    /// Adds elements to the container on top, `pairs` of key and value to a Dict.
    void append(const Items& items, bool pairs);

    void remember(std::size_t index);
    void rememberNext() { remember(m_remembered); }
    PickleValue* fromMemo(std::size_t index);

    std::string_view m_bytes;
    PickleDocument m_document;

private:
    std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }

    PickleLimits m_limits;
    std::size_t m_spent = 0, m_remembered = 0;
    std::vector<PickleValue*> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<PickleValue*> m_memo;
    std::array<PickleValue*, 256> m_small{};
};

} // namespace intersect::weights
