#pragma once
// What a row of the register consists of, written once. A table of fields beside each noun (list_fields.hpp, people_fields.hpp) feeds the
// load file and the export, the options of the command line, the shapes of the API and the forms of the pages, the facts, the words of the
// journal and the columns of storage: each asks a field for its value and knows what to do with a value of that type. Pure, any thread.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/spelling.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::community {

// A word of an enumeration, and the number by which it is stored.
struct Word {
    std::int64_t number = 0;
    std::string_view text;
    bool operator==(const Word&) const = default;
};

// What a field holds. Nothing: none was given; of a text, an empty one.
using Value = std::variant<std::monostate, std::string, Word, bool, Instant, Date, std::vector<std::string>>;

enum class FieldType : std::uint8_t { text, word, flag, instant, date, texts };

// What only the committee can decide, with the kind of decision it needs.
struct Need {
    std::string_view kind = {};  // "list"; empty: the secretariat's own to change
    std::string_view what = {};  // "the class of a list (item 70)"
};

struct FieldTraits {
    std::string_view name;          // of load file, JSON, option and journal
    std::string_view option = {};   // of the command line, where it is another: "address"
    std::string_view title;         // on the pages
    std::string_view about;         // in a few words
    bool required = false;          // a row must have it
    std::string_view example = {};  // what a load file might say, where a required one is missing
    std::string_view nothing = {};  // what an absent value means: "the rule book's"
    std::size_t least = 0;          // characters of a text, items of texts
    std::size_t most = 0;           // the same; 0: 200 characters, 1,000 items
    Need need = {};

    // Filled in from the type of the member.
    FieldType type = FieldType::text;
    bool nullable = false;
    std::span<const std::string_view> words = {};
    std::size_t unwritten = 0;  // enumerators at the beginning that nobody may write
};

template <class Row>
struct Field : FieldTraits {
    Value (*get)(const Row&) = nullptr;
    void (*set)(Row&, const Value&) = nullptr;
};

// A value from one text, as an option or a form has it. errc::invalid with what to write instead.
[[nodiscard]] Result<Value> read_value(const FieldTraits& field, std::string_view text);
// The words of a word field, for people: "none | preferred | required".
[[nodiscard]] std::string choices(const FieldTraits& field, std::string_view between);

// ---- how a table is made: field<&List::posting>({.name = "posting", ...})

namespace made {

template <class T>
struct Member {
    using Bare = T;
    static constexpr bool optional = false;
};
template <class T>
struct Member<std::optional<T>> {
    using Bare = T;
    static constexpr bool optional = true;
};
template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

template <class T>
constexpr FieldType type_of() {
    using Bare = typename Member<T>::Bare;
    if constexpr (Spelled<Bare>) return FieldType::word;
    if constexpr (std::is_same_v<Bare, bool>) return FieldType::flag;
    if constexpr (std::is_same_v<Bare, Instant>) return FieldType::instant;
    if constexpr (std::is_same_v<Bare, Date>) return FieldType::date;
    if constexpr (std::is_same_v<Bare, std::vector<std::string>>) return FieldType::texts;
    return FieldType::text;
}

template <class T>
Value value_of(const T& member) {
    if constexpr (Member<T>::optional)
        return member ? value_of(*member) : Value{};
    else if constexpr (Spelled<T>)
        return Word{static_cast<std::int64_t>(member), name(member)};
    else if constexpr (is_id<T>)
        return value_of(member.value);
    else if constexpr (std::is_same_v<T, std::string>)
        return member.empty() ? Value{} : Value{member};
    else
        return Value{member};
}

template <class T>
void put(T& member, const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) {
        member = T{};
    } else if constexpr (Member<T>::optional) {
        put(member.emplace(), value);
    } else if constexpr (Spelled<T>) {
        member = static_cast<T>(std::get<Word>(value).number);
    } else if constexpr (is_id<T>) {
        member = T{std::get<std::string>(value)};
    } else {
        member = std::get<T>(value);
    }
}

template <class Row, class Member>
Row row_of(Member Row::*);

template <auto first, auto... rest>
auto& at(auto& row) {
    if constexpr (sizeof...(rest) == 0)
        return row.*first;
    else
        return at<rest...>(row.*first);
}

}  // namespace made

// `path`: a member of the row, or a member and one of that member.
template <auto first, auto... path>
[[nodiscard]] constexpr auto field(FieldTraits traits) {
    using Row = decltype(made::row_of(first));
    using T = std::remove_cvref_t<decltype(made::at<first, path...>(std::declval<Row&>()))>;
    traits.type = made::type_of<T>();
    traits.nullable = made::Member<T>::optional || (traits.type == FieldType::text && !traits.required);
    if constexpr (Spelled<typename made::Member<T>::Bare>) {
        traits.words = std::span(Spelling<typename made::Member<T>::Bare>::words).subspan(traits.unwritten);
    }
    Field<Row> told{traits};
    told.get = [](const Row& row) { return made::value_of(made::at<first, path...>(row)); };
    told.set = [](Row& row, const Value& value) { made::put(made::at<first, path...>(row), value); };
    return told;
}

}  // namespace caveat::community
