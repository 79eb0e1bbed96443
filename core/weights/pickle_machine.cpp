// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/pickle_machine.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <optional>
#include <unordered_map>

#include "core/weights/pickle_stack.h"

namespace intersect::weights {
namespace {

using Kind = PickleValue::Kind;

std::optional<DType> storageType(std::string_view global) {
    static const std::map<std::string_view, DType> kTypes = {
        {"torch.HalfStorage", DType::F16},  {"torch.BFloat16Storage", DType::BF16}, {"torch.FloatStorage", DType::F32},
        {"torch.DoubleStorage", DType::F64}, {"torch.CharStorage", DType::I8},      {"torch.ByteStorage", DType::U8},
        {"torch.ShortStorage", DType::I16}, {"torch.IntStorage", DType::I32},       {"torch.LongStorage", DType::I64},
        {"torch.BoolStorage", DType::Bool}};
    const auto found = kTypes.find(global);
    return found == kTypes.end() ? std::nullopt : std::optional(found->second);
}

/// Why a storage of that class is refused.
std::string unknownStorage(std::string_view global) {
    const std::string name(global);
    if (global.starts_with("torch.Q"))
        return "it holds quantised tensors (" + name + "), which are not read: give the checkpoint from before quantisation";
    return "it holds a tensor of the unknown type " + name;
}

/// Whether shape and strides starting at offset stay within a storage of that many elements.
bool liesInside(const TensorView& tensor, std::int64_t offset, std::int64_t storageElements) {
    constexpr std::int64_t kMost = std::int64_t(1) << 40;
    std::int64_t elements = 1, last = offset;
    if (last < 0 || last > kMost || tensor.shape.size() != tensor.strides.size() || tensor.shape.size() > 16)
        return false;
    bool empty = false;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        const std::int64_t size = tensor.shape[i], stride = tensor.strides[i];
        if (size < 0 || size > kMost || stride < 0 || stride > kMost)
            return false;
        empty |= size == 0;
        if (__builtin_mul_overflow(elements, std::max<std::int64_t>(size, 1), &elements) || elements > kMost)
            return false;
        std::int64_t reach = 0;
        if (__builtin_mul_overflow(std::max<std::int64_t>(size, 1) - 1, stride, &reach) || __builtin_add_overflow(last, reach, &last))
            return false;
    }
    return empty || last < storageElements;
}

class Machine : private PickleStack {
public:
    Machine(std::string bytes, const PickleLimits& limits) : PickleStack(std::move(bytes), limits) {}

    PickleDocument run() {
        while (!m_stopped)
            step();
        return finish();
    }

private:
    // Reading the bytes.
    std::string_view take(std::uint64_t count) {
        if (count > m_bytes.size() - m_at)
            throw PickleFault("its pickle ends in the middle of a value");
        const std::string_view part = m_bytes.substr(m_at, static_cast<std::size_t>(count));
        m_at += static_cast<std::size_t>(count);
        return part;
    }
    template <class T>
    T number() {
        static_assert(std::endian::native == std::endian::little);
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    std::string_view line() {
        const std::size_t end = m_bytes.find('\n', m_at);
        if (end == std::string_view::npos)
            throw PickleFault("its pickle ends in the middle of a name");
        const std::string_view text = m_bytes.substr(m_at, end - m_at);
        m_at = end + 1;
        return text;
    }

    // Making values in place of calls.
    void reduce() {
        const PickleValue* arguments = pop();
        const PickleValue* callable = pop();
        if (arguments->kind != Kind::Tuple)
            throw PickleFault("its pickle calls something without an argument list");
        const std::string_view name = callable->kind == Kind::Global ? std::string_view(callable->text) : std::string_view();
        const auto& items = arguments->items;
        if (name == "torch._utils._rebuild_tensor_v2" || name == "torch._utils._rebuild_tensor") {
            push(tensor(items));
        } else if (name == "torch._tensor._rebuild_from_type_v2" && items.size() == 4 &&
                   items[0]->text == "torch._utils._rebuild_tensor_v2" && items[2]->kind == Kind::Tuple) {
            push(tensor(items[2]->items)); // a tensor that carries attributes
        } else if (name == "torch._utils._rebuild_parameter" || name == "torch._utils._rebuild_parameter_with_state") {
            if (items.empty())
                throw PickleFault("its pickle makes a parameter of nothing");
            push(const_cast<PickleValue*>(items.front()));
        } else if (name == "collections.OrderedDict") {
            PickleValue* dict = make(Kind::Dict);
            if (!items.empty() && (items[0]->kind == Kind::List || items[0]->kind == Kind::Tuple))
                for (const PickleValue* pair : items[0]->items)
                    if (pair->items.size() == 2 && pair->kind != Kind::Dict) {
                        spend(4 * kPointer);
                        dict->items.insert(dict->items.end(), pair->items.begin(), pair->items.end());
                    }
            push(dict);
        } else if (name == "__builtin__.set" || name == "builtins.set" || name == "__builtin__.frozenset" || name == "builtins.frozenset") {
            PickleValue* set = make(Kind::Set);
            if (!items.empty()) {
                spend(kPointer * items[0]->items.size());
                set->items = items[0]->items;
            }
            push(set);
        } else if (name == "torch.Size" && items.size() == 1 && items[0]->kind == Kind::Tuple) {
            push(const_cast<PickleValue*>(items[0]));
        } else {
            pushObject(callable, items);
        }
    }
    void pushObject(const PickleValue* cls, const Items& arguments) {
        spend(kPointer * arguments.size());
        PickleValue* object = make(Kind::Object);
        object->text = cls->kind == Kind::Global ? cls->text : std::string_view("?");
        object->items = arguments;
        push(object);
    }
    static std::vector<std::int64_t> integers(const PickleValue* tuple) {
        std::vector<std::int64_t> numbers;
        if (tuple->kind != Kind::Tuple || tuple->items.size() > 16)
            throw PickleFault("it holds a tensor without a proper shape");
        for (const PickleValue* item : tuple->items) {
            if (item->kind != Kind::Int)
                throw PickleFault("it holds a tensor whose shape is not made of whole numbers");
            numbers.push_back(item->integer);
        }
        return numbers;
    }
    PickleValue* tensor(const Items& items) {
        if (items.size() < 4 || items[0]->kind != Kind::Storage || items[1]->kind != Kind::Int)
            throw PickleFault("it holds a tensor made in an unknown way");
        PickleValue* value = make(Kind::Tensor);
        value->state = items[0];
        value->integer = items[1]->integer;
        spend(sizeof(TensorView) + sizeof(std::int64_t) * (items[2]->items.size() + items[3]->items.size()));
        value->view = &m_document.views.emplace_back(TensorView{integers(items[2]), integers(items[3])});
        if (!liesInside(*value->view, value->integer, items[0]->integer))
            throw PickleFault("it holds a tensor that reaches outside its storage");
        return value;
    }
    void persistentId() {
        const PickleValue* id = pop();
        const auto& items = id->items;
        if (id->kind != Kind::Tuple || items.size() < 5 || items[0]->kind != Kind::Text || items[0]->text != "storage" ||
            items[1]->kind != Kind::Global || items[2]->kind != Kind::Text || items[4]->kind != Kind::Int || items[4]->integer < 0)
            throw PickleFault("its pickle refers to something outside that is no tensor storage");
        const auto type = storageType(items[1]->text);
        if (!type)
            throw PickleFault(unknownStorage(items[1]->text));
        PickleValue* storage = make(Kind::Storage);
        storage->type = *type;
        storage->text = items[2]->text;
        storage->integer = items[4]->integer;
        push(storage);
    }
    void build() {
        const PickleValue* state = pop();
        PickleValue* target = top();
        if (target->kind == Kind::Object)
            target->state = state; // of ordered dictionaries and tensors it says nothing we need
    }
    void longNumber(std::uint64_t count) {
        const std::string_view bytes = take(count);
        if (bytes.size() > 8) {
            PickleValue* object = make(Kind::Object);
            object->text = "int";
            push(object);
            return;
        }
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        if (!bytes.empty() && bytes.size() < 8 && (static_cast<unsigned char>(bytes.back()) & 0x80U) != 0)
            value |= ~std::uint64_t(0) << (8 * bytes.size());
        pushInt(static_cast<std::int64_t>(value));
    }
    double bigEndianDouble() {
        std::uint64_t value = 0;
        for (const char byte : take(8))
            value = (value << 8) | static_cast<unsigned char>(byte);
        return std::bit_cast<double>(value);
    }
    void global(std::string_view module, std::string_view name) {
        if (module.size() + name.size() > 1000)
            throw PickleFault("its pickle names a class by a text that is too long");
        std::string full = std::string(module) + "." + std::string(name);
        if (const auto known = m_globals.find(full); known != m_globals.end()) {
            push(known->second);
            return;
        }
        spend(sizeof(std::string) + full.size() + 8 * kPointer);
        PickleValue* value = make(Kind::Global);
        value->text = m_document.texts.emplace_back(std::move(full));
        m_globals.emplace(value->text, value);
        push(value);
    }

    void step() {
        const auto opcode = number<unsigned char>();
        switch (opcode) {
        case 0x80: // PROTO
            if (const auto protocol = number<unsigned char>(); protocol < 2 || protocol > 5)
                throw PickleFault("its pickle is of protocol " + std::to_string(protocol));
            break;
        case 0x95: take(8); break;          // FRAME
        case '.': m_stopped = true; break;  // STOP
        case '(': mark(); break;            // MARK
        case '0': popValueOrMark(); break;  // POP
        case '1': popToMark(); break;  // POP_MARK
        case '2': push(top()); break;  // DUP
        case 'N': push(shared(m_none, Kind::None)); break;
        case 0x88: push(shared(m_true, Kind::Bool, 1)); break;
        case 0x89: push(shared(m_false, Kind::Bool)); break;
        case 'K': pushInt(number<std::uint8_t>()); break;
        case 'M': pushInt(number<std::uint16_t>()); break;
        case 'J': pushInt(number<std::int32_t>()); break;
        case 0x8a: longNumber(number<std::uint8_t>()); break;
        case 0x8b: longNumber(number<std::uint32_t>()); break;
        case 'G': {
            PickleValue* value = make(Kind::Float);
            value->real = bigEndianDouble();
            push(value);
            break;
        }
        case 'X': pushText(take(number<std::uint32_t>())); break;
        case 0x8c: pushText(take(number<std::uint8_t>())); break;
        case 0x8d: pushText(take(number<std::uint64_t>())); break;
        case 'T':
        case 'B': pushText(take(number<std::uint32_t>()), Kind::Bytes); break;
        case 'U':
        case 'C': pushText(take(number<std::uint8_t>()), Kind::Bytes); break;
        case 0x8e:
        case 0x96: pushText(take(number<std::uint64_t>()), Kind::Bytes); break;
        case ']': push(make(Kind::List)); break;
        case '}': push(make(Kind::Dict)); break;
        case 0x8f: push(make(Kind::Set)); break;
        case ')': push(shared(m_empty, Kind::Tuple)); break;
        case 0x85: pushTuple(1); break;
        case 0x86: pushTuple(2); break;
        case 0x87: pushTuple(3); break;
        case 't':    // TUPLE
        case 'l':    // LIST
        case 'd':    // DICT
        case 0x91: { // FROZENSET
            Items items = popToMark();
            PickleValue* value = make(opcode == 't' ? Kind::Tuple : opcode == 'l' ? Kind::List : opcode == 'd' ? Kind::Dict : Kind::Set);
            push(value);
            if (value->kind == Kind::Tuple || value->kind == Kind::Set)
                value->items = std::move(items);
            else
                append(items, value->kind == Kind::Dict);
            break;
        }
        case 'a': {
            const PickleValue* item = pop();
            append({item}, false);
            break;
        }
        case 'e':
        case 0x90: append(popToMark(), false); break;
        case 's': {
            const PickleValue* item = pop();
            const PickleValue* key = pop();
            append({key, item}, true);
            break;
        }
        case 'u': append(popToMark(), true); break;
        case 'q': remember(number<std::uint8_t>()); break;
        case 'r': remember(number<std::uint32_t>()); break;
        case 0x94: rememberNext(); break;
        case 'h': push(fromMemo(number<std::uint8_t>())); break;
        case 'j': push(fromMemo(number<std::uint32_t>())); break;
        case 'c': {
            const std::string_view module = line();
            global(module, line());
            break;
        }
        case 0x93: {
            const PickleValue* name = pop();
            const PickleValue* module = pop();
            if (name->kind != Kind::Text || module->kind != Kind::Text)
                throw PickleFault("its pickle names a class by something that is no text");
            global(module->text, name->text);
            break;
        }
        case 'R': reduce(); break;
        case 0x92: pop(); [[fallthrough]]; // NEWOBJ_EX: keyword arguments are not kept
        case 0x81: {                       // NEWOBJ
            const PickleValue* arguments = pop();
            const PickleValue* cls = pop();
            pushObject(cls, arguments->items);
            break;
        }
        case 'b': build(); break;
        case 'Q': persistentId(); break;
        default:
            throw PickleFault("its pickle uses the unknown opcode " + std::to_string(static_cast<int>(opcode)) + " at byte " +
                              std::to_string(m_at - 1));
        }
    }

    std::size_t m_at = 0;
    bool m_stopped = false;
    PickleValue *m_none = nullptr, *m_true = nullptr, *m_false = nullptr, *m_empty = nullptr;
    std::unordered_map<std::string_view, PickleValue*> m_globals;
};

} // namespace

const PickleValue* PickleValue::at(std::string_view key) const {
    if (kind != Kind::Dict)
        return nullptr;
    for (std::size_t i = items.size(); i >= 2; i -= 2) // the last one wins, as in Python
        if (items[i - 2]->kind == Kind::Text && items[i - 2]->text == key)
            return items[i - 1];
    return nullptr;
}

Result<PickleDocument> readPickle(std::string bytes, const std::filesystem::path& path, const PickleLimits& limits) {
    const auto refuse = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, path.string() + " cannot be read as a checkpoint: " + why + ".", path, 0,
                    "Download or export the file again; it may be damaged or made by another program.");
    };
    if (bytes.size() > limits.bytes)
        return refuse("its pickle of " + std::to_string(bytes.size()) + " bytes is larger than any checkpoint needs");
    try {
        return Machine(std::move(bytes), limits).run();
    } catch (const PickleFault& fault) {
        return refuse(fault.what());
    }
}

} // namespace intersect::weights
