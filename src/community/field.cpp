#include "caveat/community/field.hpp"

#include <algorithm>

namespace caveat::community {
namespace {

Result<Value> read_word(const FieldTraits& field, std::string_view text) {
    const auto found = std::find(field.words.begin(), field.words.end(), text);
    if (found == field.words.end()) return fail(errc::invalid, "'{}' is not one of {}", text, choices(field, ", "));
    return Word{found - field.words.begin() + static_cast<std::int64_t>(field.unwritten), *found};
}

template <class T>
Result<Value> as_value(const Result<T>& read) {
    if (!read) return tl::unexpected(read.error());
    return *read;
}

}  // namespace

Result<Value> read_value(const FieldTraits& field, std::string_view text) {
    switch (field.type) {
        case FieldType::text:
            return text.empty() ? Value{} : Value{std::string(text)};
        case FieldType::word:
            return read_word(field, text);
        case FieldType::flag:
            if (text == "true" || text == "false") return text == "true";
            return fail(errc::invalid, "'{}' is neither true nor false", text);
        case FieldType::instant:
            return as_value(parse_instant(text));
        case FieldType::date:
            return as_value(parse_date(text));
        case FieldType::texts:
            return std::vector<std::string>{std::string(text)};
    }
    return Value{};
}

std::string choices(const FieldTraits& field, std::string_view between) {
    std::string all;
    for (const auto word : field.words) all.append(all.empty() ? "" : between).append(word);
    return all;
}

}  // namespace caveat::community
