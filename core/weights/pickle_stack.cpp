// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/pickle_stack.h"

#include <algorithm>
#include <utility>

namespace intersect::weights {

using Kind = PickleValue::Kind;

PickleStack::PickleStack(std::string bytes, const PickleLimits& limits) : m_limits(limits) {
    spend(bytes.size());
    m_bytes = m_document.texts.emplace_back(std::move(bytes));
}

PickleDocument PickleStack::finish() {
    if (m_stack.size() != 1 || !m_marks.empty())
        throw PickleFault("its pickle ends with a stack that is not one value");
    m_document.root = m_stack.front();
    m_document.memory = m_spent;
    return std::move(m_document);
}

void PickleStack::spend(std::size_t bytes) {
    m_spent += bytes;
    if (m_spent > m_limits.memory)
        throw PickleFault("its pickle holds more values than a checkpoint of its size does");
}

PickleValue* PickleStack::make(Kind kind) {
    spend(sizeof(PickleValue));
    PickleValue& value = m_document.values.emplace_back();
    value.kind = kind;
    return &value;
}

PickleValue* PickleStack::shared(PickleValue*& place, Kind kind, std::int64_t integer) {
    if (place == nullptr) {
        place = make(kind);
        place->integer = integer;
    }
    return place;
}

void PickleStack::push(PickleValue* value) {
    if (m_stack.size() == m_stack.capacity())
        spend(2 * kPointer * (m_stack.size() + 1));
    m_stack.push_back(value);
}

void PickleStack::pushInt(std::int64_t integer) {
    if (integer >= 0 && integer < static_cast<std::int64_t>(m_small.size())) {
        push(shared(m_small[static_cast<std::size_t>(integer)], Kind::Int, integer));
        return;
    }
    PickleValue* value = make(Kind::Int);
    value->integer = integer;
    push(value);
}

void PickleStack::pushText(std::string_view text, Kind kind) {
    PickleValue* value = make(kind);
    value->text = text;
    push(value);
}

PickleValue* PickleStack::pop() {
    if (m_stack.size() <= floor())
        throw PickleFault("its pickle takes a value from an empty stack");
    PickleValue* value = m_stack.back();
    m_stack.pop_back();
    return value;
}

PickleValue* PickleStack::top() {
    if (m_stack.size() <= floor())
        throw PickleFault("its pickle looks at an empty stack");
    return m_stack.back();
}

PickleStack::Items PickleStack::popToMark() {
    if (m_marks.empty())
        throw PickleFault("its pickle closes a mark that was never set");
    const std::size_t begin = m_marks.back();
    m_marks.pop_back();
    spend(kPointer * (m_stack.size() - begin));
    Items items(m_stack.begin() + static_cast<std::ptrdiff_t>(begin), m_stack.end());
    m_stack.resize(begin);
    return items;
}

void PickleStack::pushTuple(std::size_t count) {
    spend(kPointer * count);
    PickleValue* tuple = make(Kind::Tuple);
    tuple->items.resize(count);
    for (std::size_t i = count; i-- > 0;)
        tuple->items[i] = pop();
    push(tuple);
}

void PickleStack::append(const Items& items, bool pairs) {
    PickleValue* target = top();
    if (pairs && items.size() % 2 != 0)
        throw PickleFault("its pickle has a key without a value");
    if (target->kind == Kind::Object || target->kind == Kind::Tensor)
        return; // a subclass of list or dict: its elements are of no use here
    const bool fits = pairs ? target->kind == Kind::Dict : target->kind == Kind::List || target->kind == Kind::Set;
    if (!fits)
        throw PickleFault("its pickle adds elements to what is no container");
    if (target->items.capacity() - target->items.size() < items.size())
        spend(kPointer * (target->items.size() + items.size()));
    target->items.insert(target->items.end(), items.begin(), items.end());
}

void PickleStack::remember(std::size_t index) {
    // Writers count up; a number beyond the bytes of the pickle is no count.
    if (index >= m_bytes.size())
        throw PickleFault("its pickle's memo is too large");
    if (index >= m_memo.size()) {
        const std::size_t size = std::max(index + 1, std::min(2 * m_memo.size(), m_bytes.size()));
        spend(kPointer * (size - m_memo.size()));
        m_memo.resize(size, nullptr);
    }
    m_memo[index] = top();
    m_remembered = std::max(m_remembered, index + 1);
}

PickleValue* PickleStack::fromMemo(std::size_t index) {
    if (index >= m_memo.size() || m_memo[index] == nullptr)
        throw PickleFault("its pickle refers to a value it never stored");
    return m_memo[index];
}

void PickleStack::mark() {
    if (m_marks.size() >= m_limits.marks)
        throw PickleFault("its pickle is nested too deeply");
    m_marks.push_back(m_stack.size());
}

void PickleStack::popValueOrMark() {
    if (!m_marks.empty() && m_marks.back() == m_stack.size())
        m_marks.pop_back();
    else
        pop();
}

} // namespace intersect::weights
